/** The view of open bundles and their files. */
import * as vscode from 'vscode';
import { cleanText } from '../../core/text.ts';
import type { EntryStat } from '../../protocol/worker-messages.ts';
import { words } from '../words.ts';
import type { BundleSession } from './bundle-session.ts';
import { entryUri } from './bundle-uri.ts';
import type { SessionStore } from './session-store.ts';

export type TreeNode =
  | { readonly kind: 'bundle'; readonly session: BundleSession }
  | { readonly kind: 'entry'; readonly session: BundleSession; readonly entry: EntryStat }
  | { readonly kind: 'more'; readonly session: BundleSession; readonly more: number };

export class BundleTree implements vscode.TreeDataProvider<TreeNode>, vscode.Disposable {
  readonly #store: SessionStore;
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #subscription: vscode.Disposable;

  constructor(store: SessionStore) {
    this.#store = store;
    this.#subscription = store.onDidChange(() => this.#changed.fire(undefined));
  }

  async getChildren(element?: TreeNode): Promise<TreeNode[]> {
    if (element === undefined) return this.#store.sessions.map((session) => ({ kind: 'bundle', session }));
    const { session } = element;
    if (session.state.kind !== 'ready') return [];
    if (element.kind === 'more') return [];
    const path = element.kind === 'bundle' ? '' : element.entry.path;
    const { entries, more } = await session.ask('list', { path });
    const nodes = entries.map((entry): TreeNode => ({ kind: 'entry', session, entry }));
    return more === 0 ? nodes : [...nodes, { kind: 'more', session, more }];
  }

  getTreeItem(element: TreeNode): vscode.TreeItem {
    if (element.kind === 'more')
      return new vscode.TreeItem(vscode.l10n.t('{0} more are not listed', words().count(element.more)));
    return element.kind === 'bundle' ? bundleItem(element.session) : entryItem(element.session, element.entry);
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
  }
}

function bundleItem(session: BundleSession): vscode.TreeItem {
  const { state } = session;
  const item = new vscode.TreeItem(
    session.name,
    state.kind === 'ready' ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.None,
  );
  item.iconPath = new vscode.ThemeIcon(
    state.kind === 'loading' ? 'loading~spin' : state.kind === 'failed' ? 'error' : 'package',
  );
  item.description =
    state.kind === 'ready'
      ? cleanText(state.opened.summary.bundle.hostname)
      : state.kind === 'failed'
        ? state.message
        : '';
  item.contextValue = 'bundle';
  item.command = { command: 'sockscope.showPage', title: '', arguments: [session.id] };
  return item;
}

function entryItem(session: BundleSession, { kind, path, name, sizeBytes, links }: EntryStat): vscode.TreeItem {
  const label = cleanText(name);
  if (kind === 'folder') {
    const folder = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.Collapsed);
    folder.iconPath = vscode.ThemeIcon.Folder;
    return folder;
  }
  const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.None);
  item.iconPath = new vscode.ThemeIcon(kind === 'links' ? 'link' : 'file');
  item.description = kind === 'links' ? linksText(links) : words().bytes(sizeBytes);
  item.tooltip = cleanText(path);
  item.command = { command: 'vscode.open', title: '', arguments: [entryUri(session.uri, path)] };
  return item;
}

function linksText(links: number): string {
  return links === 1 ? vscode.l10n.t('one link') : vscode.l10n.t('{0} links', words().count(links));
}
