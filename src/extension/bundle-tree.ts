/** The view of open bundles and their files. */
import * as vscode from 'vscode';
import { formatBytes, formatQuantity } from '../core/format.ts';
import { cleanText } from '../core/text.ts';
import type { BundleSession } from './bundle-session.ts';
import { entryUri } from './bundle-uri.ts';
import type { EntryNode } from './entry-tree.ts';
import type { SessionStore } from './session-store.ts';

export type TreeNode =
  | { readonly kind: 'bundle'; readonly session: BundleSession }
  | { readonly kind: 'entry'; readonly session: BundleSession; readonly name: string; readonly node: EntryNode };

export class BundleTree implements vscode.TreeDataProvider<TreeNode>, vscode.Disposable {
  readonly #store: SessionStore;
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #subscription: vscode.Disposable;

  constructor(store: SessionStore) {
    this.#store = store;
    this.#subscription = store.onDidChange(() => this.#changed.fire(undefined));
  }

  getChildren(element?: TreeNode): TreeNode[] {
    if (element === undefined) return this.#store.sessions.map((session) => ({ kind: 'bundle', session }));
    const { session } = element;
    if (session.state.kind !== 'ready') return [];
    const node = element.kind === 'bundle' ? session.state.tree : element.node;
    if (node.kind !== 'folder') return [];
    return [...node.children]
      .sort(
        ([a, left], [b, right]) =>
          Number(right.kind === 'folder') - Number(left.kind === 'folder') || compareNames(a, b),
      )
      .map(([name, child]) => ({ kind: 'entry', session, name, node: child }));
  }

  getTreeItem(element: TreeNode): vscode.TreeItem {
    return element.kind === 'bundle'
      ? bundleItem(element.session)
      : entryItem(element.session, element.name, element.node);
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
  }
}

/** Numbers by value: process 9 stands before process 10. */
function compareNames(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
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
      ? cleanText(state.opened.report.bundle.hostname)
      : state.kind === 'failed'
        ? state.message
        : '';
  item.contextValue = 'bundle';
  item.command = { command: 'sockscope.showPage', title: '', arguments: [session.id] };
  return item;
}

function entryItem(session: BundleSession, name: string, node: EntryNode): vscode.TreeItem {
  const label = cleanText(name);
  if (node.kind === 'folder') {
    const folder = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.Collapsed);
    folder.iconPath = vscode.ThemeIcon.Folder;
    return folder;
  }
  const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.None);
  item.iconPath = new vscode.ThemeIcon(node.kind === 'links' ? 'link' : 'file');
  item.description = node.kind === 'links' ? formatQuantity(node.count, 'link') : formatBytes(node.sizeBytes);
  item.tooltip = cleanText(node.path);
  item.command = { command: 'vscode.open', title: '', arguments: [entryUri(session.uri, node.path)] };
  return item;
}
