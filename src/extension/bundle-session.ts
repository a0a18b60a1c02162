/** One open bundle: its worker, how far the reading is, and the way to its entries. */
import * as vscode from 'vscode';
import type { Evidence } from '../core/report/report.ts';
import { CallFailed } from '../protocol/client.ts';
import type { OpenedBundle, Progress } from '../protocol/worker-messages.ts';
import { buildEntryTree, type FolderNode, findNode } from './entry-tree.ts';
import { startWorker, type WorkerThread } from './worker-thread.ts';

export type SessionState =
  | { readonly kind: 'loading'; readonly progress: Progress | null }
  | { readonly kind: 'ready'; readonly opened: OpenedBundle; readonly tree: FolderNode }
  | { readonly kind: 'failed'; readonly message: string; readonly cancelled: boolean };

let nextId = 1;

export class BundleSession implements vscode.Disposable {
  /** Stands for the session in command links: a number, so that no text of a bundle is in them. */
  readonly id = nextId++;
  readonly uri: vscode.Uri;
  readonly name: string;
  readonly #workerPath: string;
  readonly #changed = new vscode.EventEmitter<SessionState>();
  readonly onDidChangeState = this.#changed.event;
  #state: SessionState = { kind: 'loading', progress: null };
  #thread: WorkerThread | null = null;
  #cancel: () => void = () => {};
  #opening: Promise<void> | null = null;
  #disposed = false;

  constructor(uri: vscode.Uri, workerPath: string) {
    this.uri = uri;
    this.name = uri.path.slice(uri.path.lastIndexOf('/') + 1);
    this.#workerPath = workerPath;
  }

  get state(): SessionState {
    return this.#state;
  }

  /** Starts reading, or gives the reading that is under way. Never rejects: failure is a state. */
  open(): Promise<void> {
    this.#opening ??= this.#read();
    return this.#opening;
  }

  /** Reads again after a failure, in a new worker. */
  retry(): Promise<void> {
    this.#thread?.dispose();
    this.#thread = null;
    this.#opening = null;
    this.#setState({ kind: 'loading', progress: null });
    return this.open();
  }

  cancel(): void {
    this.#cancel();
  }

  /** Waits for the bundle; throws a FileSystemError when it could not be read. */
  async ready(): Promise<{ readonly opened: OpenedBundle; readonly tree: FolderNode }> {
    await this.open();
    if (this.#state.kind === 'ready') return this.#state;
    throw vscode.FileSystemError.Unavailable(
      this.#state.kind === 'failed' ? this.#state.message : 'The bundle is not open.',
    );
  }

  async readEntry(path: string): Promise<Uint8Array> {
    const { tree } = await this.ready();
    const node = findNode(tree, path);
    const thread = this.#thread;
    if (node === undefined || node.kind === 'folder' || thread === null)
      throw vscode.FileSystemError.FileNotFound(path);
    if (node.kind === 'links')
      return new TextEncoder().encode(await thread.client.call('readLinks', { folder: node.folder }));
    return thread.client.call('readFile', { entry: node.entry });
  }

  async readExcerpts(places: readonly Evidence[]) {
    await this.ready();
    const plain = places.map(({ entry, startLine, endLine }) => ({ entry, startLine, endLine }));
    return this.#thread?.client.call('readExcerpts', { places: plain }) ?? [];
  }

  dispose(): void {
    this.#disposed = true;
    this.#thread?.dispose();
    this.#thread = null;
    this.#changed.dispose();
  }

  async #read(): Promise<void> {
    try {
      const source =
        this.uri.scheme === 'file'
          ? { path: this.uri.fsPath }
          : { bytes: new Uint8Array(await vscode.workspace.fs.readFile(this.uri)) };
      if (this.#disposed) return;
      this.#thread = startWorker(this.#workerPath);
      const opened = await this.#thread.client.call(
        'open',
        { name: this.name, source },
        {
          onProgress: (progress) => this.#setState({ kind: 'loading', progress }),
          onCancel: (cancel) => {
            this.#cancel = cancel;
            return () => {
              this.#cancel = () => {};
            };
          },
        },
      );
      this.#setState({ kind: 'ready', opened, tree: buildEntryTree(opened.files, opened.sizes, opened.linkFolders) });
    } catch (error) {
      const cancelled = error instanceof CallFailed && error.code === 'cancelled';
      this.#setState({ kind: 'failed', message: error instanceof Error ? error.message : 'unknown error', cancelled });
    }
  }

  #setState(state: SessionState): void {
    if (this.#disposed) return;
    this.#state = state;
    this.#changed.fire(state);
  }
}
