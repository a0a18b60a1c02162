/** Entries of bundles as read-only files. Nothing is unpacked to disk: bytes come from the worker when asked for. */
import * as vscode from 'vscode';
import { parseEntryUri } from './bundle-uri.ts';
import type { SessionStore } from './session-store.ts';

export class BundleFileSystem implements vscode.FileSystemProvider {
  // Bundles do not change while they are open.
  readonly onDidChangeFile = new vscode.EventEmitter<vscode.FileChangeEvent[]>().event;
  readonly #store: SessionStore;

  constructor(store: SessionStore) {
    this.#store = store;
  }

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => {});
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const { bundle, path } = parseEntryUri(uri);
    const node = await this.#store.withSession(bundle, (session) => session.ask('stat', { path }));
    if (node === null) throw vscode.FileSystemError.FileNotFound(uri);
    const type = node.kind === 'folder' ? vscode.FileType.Directory : vscode.FileType.File;
    return {
      type,
      ctime: 0,
      mtime: 0,
      size: node.sizeBytes,
      permissions: vscode.FilePermission.Readonly,
    };
  }

  async readDirectory(uri: vscode.Uri): Promise<[string, vscode.FileType][]> {
    const { bundle, path } = parseEntryUri(uri);
    const { entries } = await this.#store.withSession(bundle, (session) => session.ask('list', { path }));
    return entries.map(({ name, kind }) => [
      name,
      kind === 'folder' ? vscode.FileType.Directory : vscode.FileType.File,
    ]);
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    const { bundle, path } = parseEntryUri(uri);
    return this.#store.withSession(bundle, (session) => session.ask('readEntry', { path }));
  }

  createDirectory(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  writeFile(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  delete(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  rename(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }
}
