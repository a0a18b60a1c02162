/** What the commands of the manifest do. */
import * as vscode from 'vscode';
import { copyCollectorCommand, saveCollector } from './collect/collector.ts';
import { showLogPage } from './editor/log-page.ts';
import { copyMarkdown, exportMarkdown } from './export/export-markdown.ts';
import type { Host } from './host.ts';
import { BUNDLE_VIEW } from './open/bundle-editor.ts';
import type { BundleSession } from './open/bundle-session.ts';
import type { TreeNode } from './open/bundle-tree.ts';
import { entryUri } from './open/bundle-uri.ts';
import { openEvidence } from './open/open-evidence.ts';
import type { SessionStore } from './open/session-store.ts';

export function registerCommands(store: SessionStore, extensionUri: vscode.Uri, host: Host): vscode.Disposable {
  const commands: Readonly<Record<string, (...args: readonly unknown[]) => unknown>> = {
    'sockscope.openBundle': (uri) => openBundle(uri),
    'sockscope.showPage': (target) => showPage(store, target),
    'sockscope.openKernelLog': (target) => openKernelLog(sessionOf(store, target)),
    'sockscope.exportMarkdown': (target, file) => exportFindings(sessionOf(store, target), file),
    'sockscope.copySummary': (target) => copySummary(sessionOf(store, target)),
    'sockscope.closeBundle': (target) => closeBundle(sessionOf(store, target)),
    'sockscope.openEvidence': (session, id) => openPlace(store, session, id),
    'sockscope.showLogPage': (id) => showLogPage(extensionUri, id),
    'sockscope.saveCollector': (file) => saveCollector(extensionUri, host.homeFolder(), file),
    'sockscope.copyCollectorCommand': (id) => copyCollectorCommand(extensionUri, id),
  };
  return vscode.Disposable.from(
    ...Object.entries(commands).map(([name, run]) => vscode.commands.registerCommand(name, run)),
  );
}

/** The bundle that an argument names: a URI, the number of a session, a node of the tree, or the one looked at last. */
function sessionOf(store: SessionStore, target: unknown): BundleSession | null {
  if (target instanceof vscode.Uri) return store.find(target) ?? store.ofEntry(target) ?? null;
  if (typeof target === 'number') return store.byId(target) ?? null;
  if (isTreeNode(target)) return target.session;
  return store.active;
}

function isTreeNode(value: unknown): value is TreeNode {
  return typeof value === 'object' && value !== null && 'kind' in value && 'session' in value;
}

function noBundle(): undefined {
  void vscode.window.showInformationMessage(vscode.l10n.t('No support bundle is open.'));
}

async function openBundle(target: unknown): Promise<void> {
  const uri = target instanceof vscode.Uri ? target : await pickBundle();
  if (uri !== undefined) await vscode.commands.executeCommand('vscode.openWith', uri, BUNDLE_VIEW);
}

async function pickBundle(): Promise<vscode.Uri | undefined> {
  const picked = await vscode.window.showOpenDialog({
    canSelectMany: false,
    title: vscode.l10n.t('Open Support Bundle'),
    openLabel: vscode.l10n.t('Open'),
    // "tar.gz" is not an extension to every file dialog: "gz" is.
    filters: { [vscode.l10n.t('Support bundles')]: ['gz', 'tgz', 'tar'] },
  });
  return picked?.[0];
}

async function showPage(store: SessionStore, target: unknown): Promise<void> {
  const session = sessionOf(store, target);
  if (session === null) return noBundle();
  // The page may have been opened by either kind of editor: the other kind would be a second page.
  const input = pageTabs(session)[0]?.input;
  const view = input instanceof vscode.TabInputCustom ? input.viewType : BUNDLE_VIEW;
  await vscode.commands.executeCommand('vscode.openWith', session.uri, view);
}

function pageTabs(session: BundleSession): readonly vscode.Tab[] {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  return tabs.filter(
    ({ input }) => input instanceof vscode.TabInputCustom && input.uri.toString() === session.uri.toString(),
  );
}

async function openKernelLog(session: BundleSession | null): Promise<void> {
  if (session === null) return noBundle();
  const { opened } = await session.ready();
  const { log } = opened;
  if (log === null) {
    void vscode.window.showInformationMessage(vscode.l10n.t('This bundle has no kernel log.'));
    return;
  }
  const target = await session.ask('findPlace', { entry: log.entry, line: log.firstLine });
  if (target === null) return;
  const line = Math.max(0, log.firstLine - target.firstLine);
  const document = await vscode.workspace.openTextDocument(entryUri(session.uri, target.path));
  await vscode.window.showTextDocument(document, { selection: new vscode.Range(line, 0, line, 0) });
}

async function openPlace(store: SessionStore, sessionId: unknown, id: unknown): Promise<void> {
  const session = typeof sessionId === 'number' ? store.byId(sessionId) : undefined;
  const place = session?.state.kind === 'ready' && typeof id === 'number' ? session.state.opened.places[id] : undefined;
  if (session !== undefined && place !== undefined) await openEvidence(session, place);
}

async function exportFindings(session: BundleSession | null, file: unknown): Promise<vscode.Uri | undefined> {
  return session === null ? noBundle() : exportMarkdown(session, file);
}

async function copySummary(session: BundleSession | null): Promise<void> {
  return session === null ? noBundle() : copyMarkdown(session);
}

async function closeBundle(session: BundleSession | null): Promise<void> {
  if (session === null) return noBundle();
  await vscode.window.tabGroups.close(pageTabs(session));
}
