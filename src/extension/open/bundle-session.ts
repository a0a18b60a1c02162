/** One open bundle: its worker, how far the reading is, and the way to its entries. */
import * as vscode from 'vscode';
import type { WordedEvidence } from '../../core/wording/worded.ts';
import { CallFailed } from '../../protocol/client.ts';
import type {
  FilteredBundle,
  Method,
  OpenedBundle,
  Params,
  Progress,
  Results,
} from '../../protocol/worker-messages.ts';
import type { Host } from '../host.ts';
import { reasonOf } from '../words.ts';
import { BundleReader } from './bundle-reader.ts';
import { currentLimits } from './limit-settings.ts';
import { PlaceAnswers } from './place-answers.ts';

export type SessionState =
  | { readonly kind: 'loading'; readonly progress: Progress | null }
  | { readonly kind: 'ready'; readonly opened: OpenedBundle }
  /** The code is that of a CallError: `cancelled`, `out-of-memory`, … */
  | { readonly kind: 'failed'; readonly message: string; readonly code: string };

/** What can be asked once the bundle is open. */
type AskedMethod = Exclude<Method, 'open'>;

let nextId = 1;

export class BundleSession implements vscode.Disposable {
  /** Stands for the session in command links: a number, so that no text of a bundle is in them. */
  readonly id = nextId++;
  readonly uri: vscode.Uri;
  readonly name: string;
  readonly #reader: BundleReader;
  readonly #changed = new vscode.EventEmitter<SessionState>();
  readonly onDidChangeState = this.#changed.event;
  #state: SessionState = { kind: 'loading', progress: null };
  #opening: Promise<void> | null = null;
  /** Which reading the state is of: one that was replaced has nothing more to say. */
  #round = 0;
  #disposed = false;
  /** Root of the node that the reader chose; null: the worst. */
  #node: string | null = null;
  readonly #answers = new PlaceAnswers();

  constructor(uri: vscode.Uri, startWorker: Host['startWorker']) {
    this.uri = uri;
    this.name = uri.path.slice(uri.path.lastIndexOf('/') + 1);
    this.#reader = new BundleReader({
      name: this.name,
      startWorker,
      language: vscode.env.language,
      limits: currentLimits,
      source: async () =>
        uri.scheme === 'file'
          ? { path: uri.fsPath }
          : { bytes: new Uint8Array(await vscode.workspace.fs.readFile(uri)) },
    });
  }

  get state(): SessionState {
    return this.#state;
  }

  /** Starts reading, or gives the reading that is under way. Never rejects: failure is a state. */
  open(): Promise<void> {
    this.#opening ??= this.#read();
    return this.#opening;
  }

  /** Reads again, in a new worker. */
  retry(): Promise<void> {
    this.#opening = null;
    this.#setState({ kind: 'loading', progress: null });
    return this.open();
  }

  /** Reads again to show another node, by its place in the list of the page. */
  async showNode(index: number): Promise<void> {
    const root = this.#state.kind === 'ready' ? this.#state.opened.nodeRoots[index] : undefined;
    if (root === undefined) return;
    this.#node = root;
    await this.retry();
  }

  /** Gives the reading up; a page that came meanwhile stays. */
  cancel(): void {
    if (this.#state.kind === 'loading') this.#reader.cancel();
  }

  /** Waits for the bundle; throws a FileSystemError when it could not be read. */
  async ready(): Promise<{ readonly opened: OpenedBundle }> {
    await this.open();
    if (this.#state.kind === 'ready') return this.#state;
    throw vscode.FileSystemError.Unavailable(
      this.#state.kind === 'failed' ? this.#state.message : vscode.l10n.t('The bundle is not open.'),
    );
  }

  /** Asks the worker; throws a FileSystemError. */
  async ask<M extends AskedMethod>(method: M, params: Params<M>): Promise<Results[M]> {
    await this.ready();
    try {
      return await this.#reader.call(method, params);
    } catch (error) {
      if (error instanceof CallFailed && error.code === 'no-such-entry')
        throw vscode.FileSystemError.FileNotFound(reasonOf(error));
      throw vscode.FileSystemError.Unavailable(reasonOf(error));
    }
  }

  /** What a filter makes of the page. Its links can be opened until a few filters later. */
  async filter(filter: string): Promise<FilteredBundle['view']> {
    const answer = await this.ask('filter', { filter });
    this.#answers.add(answer);
    return answer.view;
  }

  /** Where a link of the page leads. */
  placeOf(id: number): WordedEvidence | undefined {
    if (this.#state.kind !== 'ready') return undefined;
    return this.#answers.find(id) ?? this.#state.opened.places[id];
  }

  dispose(): void {
    this.#disposed = true;
    this.#reader.dispose();
    this.#changed.dispose();
  }

  async #read(): Promise<void> {
    const round = ++this.#round;
    this.#answers.clear();
    const settle = (state: SessionState) => {
      if (round === this.#round) this.#setState(state);
    };
    try {
      const opened = await this.#reader.open((progress) => settle({ kind: 'loading', progress }), this.#node);
      settle({ kind: 'ready', opened });
    } catch (error) {
      const code = error instanceof CallFailed ? error.code : 'internal';
      // The file may be another one by now: the next reading takes it as it is.
      this.#node = null;
      settle({ kind: 'failed', message: reasonOf(error), code });
    }
  }

  #setState(state: SessionState): void {
    if (this.#disposed) return;
    this.#state = state;
    this.#changed.fire(state);
  }
}
