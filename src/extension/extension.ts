/** Wiring: what is made when the extension is first needed. Nothing runs before that. */
import * as vscode from 'vscode';
import { ARCHIVE_VIEW, BUNDLE_VIEW, BundleEditor } from './bundle-editor.ts';
import { BundleFileSystem } from './bundle-file-system.ts';
import type { BundleSession } from './bundle-session.ts';
import { BundleTree } from './bundle-tree.ts';
import { SCHEME } from './bundle-uri.ts';
import { registerCommands } from './commands.ts';
import { EntryHover } from './entry-hover.ts';
import { EntryInlay } from './entry-inlay.ts';
import type { Host } from './host.ts';
import { currentLimits } from './limit-settings.ts';
import { LOG_ACTIONS, LogActions, registerCopyLogLines } from './log-actions.ts';
import { LogCodeLens, registerSelectLogLines } from './log-code-lens.ts';
import { LogDecorations } from './log-decorations.ts';
import { LOG_LANGUAGE, LogDocuments } from './log-document.ts';
import { LogFilter } from './log-filter.ts';
import { LogFolding } from './log-folding.ts';
import { LogHover } from './log-hover.ts';
import { LogInlay } from './log-inlay.ts';
import { LogLinks } from './log-links.ts';
import { registerLogNavigation } from './log-navigation.ts';
import { LogSymbols } from './log-symbols.ts';
import { Problems } from './problems.ts';
import { SessionStore } from './session-store.ts';

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
