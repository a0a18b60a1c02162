/** Wiring: what is made when the extension is first needed. Nothing runs before that. */
import * as vscode from 'vscode';
import { registerCommands } from './commands.ts';
import { EntryHover } from './editor/entry-hover.ts';
import { EntryInlay } from './editor/entry-inlay.ts';
import { LOG_ACTIONS, LogActions, registerCopyLogLines } from './editor/log-actions.ts';
import { LogCodeLens, registerSelectLogLines } from './editor/log-code-lens.ts';
import { LogDecorations } from './editor/log-decorations.ts';
import { LOG_LANGUAGE, LogDocuments } from './editor/log-document.ts';
import { LogFilter } from './editor/log-filter.ts';
import { LogFolding } from './editor/log-folding.ts';
import { LogHover } from './editor/log-hover.ts';
import { LogInlay } from './editor/log-inlay.ts';
import { LogLinks } from './editor/log-links.ts';
import { registerLogNavigation } from './editor/log-navigation.ts';
import { LogSymbols } from './editor/log-symbols.ts';
import { Problems } from './editor/problems.ts';
import type { Host } from './host.ts';
import { ARCHIVE_VIEW, BUNDLE_VIEW, BundleEditor } from './open/bundle-editor.ts';
import { BundleFileSystem } from './open/bundle-file-system.ts';
import type { BundleSession } from './open/bundle-session.ts';
import { BundleTree } from './open/bundle-tree.ts';
import { SCHEME } from './open/bundle-uri.ts';
import { currentLimits } from './open/limit-settings.ts';
import { SessionStore } from './open/session-store.ts';

const LOG: vscode.DocumentSelector = { language: LOG_LANGUAGE };

/** What the tests look at from outside. */
export interface SockscopeApi {
  /** URIs of the bundles whose page is open. */
  openBundles(): readonly string[];
  /** The open bundle, to be cancelled and read again as the page does it. */
  session(bundle: vscode.Uri): BundleSession | undefined;
  /** Analysis threads that have not ended. */
  liveWorkers(): number;
  /** What pages complained about: violations of their policy, failed drawing. */
  troubles(): readonly string[];
}

/** Called by the entry point of each host. */
export function activateIn(host: Host, context: vscode.ExtensionContext): SockscopeApi {
  const log = vscode.window.createOutputChannel('Sockscope', { log: true });
  host.warmUpWorker(currentLimits());
  const store = new SessionStore(host.startWorker);
  const logDocuments = new LogDocuments();
  const editor = new BundleEditor(store, context.extensionUri, log);
  const tree = new BundleTree(store);
  context.subscriptions.push(
    log,
    new vscode.Disposable(host.endSpareWorker),
    store,
    tree,
    new Problems(store),
    logDocuments,
    new LogDecorations(logDocuments, context.extensionUri),
    new LogFilter(logDocuments),
    registerLogNavigation(logDocuments),
    registerSelectLogLines(),
    registerCopyLogLines(),
    vscode.languages.registerDocumentLinkProvider(LOG, new LogLinks(store, logDocuments)),
    vscode.languages.registerCodeLensProvider(LOG, new LogCodeLens(logDocuments)),
    vscode.languages.registerFoldingRangeProvider(LOG, new LogFolding(logDocuments)),
    vscode.languages.registerDocumentSymbolProvider(LOG, new LogSymbols(logDocuments)),
    vscode.languages.registerCodeActionsProvider(LOG, new LogActions(store), LOG_ACTIONS),
    new LogInlay(store),
    new EntryInlay(store),
    registerCommands(store, context.extensionUri, host),
    vscode.commands.registerCommand('sockscope.filterBack', () => editor.stepFilter('back')),
    vscode.commands.registerCommand('sockscope.filterForward', () => editor.stepFilter('forward')),
    store.onDidChange(
      () => void vscode.commands.executeCommand('setContext', 'sockscope.hasBundle', store.sessions.length > 0),
    ),
    vscode.window.createTreeView('sockscope.files', { treeDataProvider: tree, showCollapseAll: true }),
    vscode.workspace.registerFileSystemProvider(SCHEME, new BundleFileSystem(store), {
      isCaseSensitive: true,
      isReadonly: true,
    }),
    vscode.languages.registerHoverProvider(LOG, new LogHover(store)),
    vscode.languages.registerHoverProvider({ scheme: SCHEME }, new EntryHover(store)),
    ...[BUNDLE_VIEW, ARCHIVE_VIEW].map((view) =>
      vscode.window.registerCustomEditorProvider(view, editor, { supportsMultipleEditorsPerDocument: false }),
    ),
  );
  return {
    session: (bundle) => store.find(bundle),
    openBundles: () => store.sessions.map((session) => session.uri.toString()),
    liveWorkers: host.liveWorkers,
    troubles: () => editor.troubles,
  };
}
