/** The bundles that are open: one session each, as long as its page is open. */
import * as vscode from 'vscode';
import type { Host } from '../host.ts';
import { BundleSession } from './bundle-session.ts';
import { parseEntryUri, SCHEME } from './bundle-uri.ts';

export class SessionStore implements vscode.Disposable {
  readonly #sessions = new Map<string, BundleSession>();
  /** Pages that show a session: the same file may be open under both kinds of editor. */
  readonly #pages = new Map<BundleSession, number>();
  readonly #changed = new vscode.EventEmitter<void>();
  /** A session was opened or closed, or is now read, failed or read anew; not told of each step of a reading. */
  readonly onDidChange = this.#changed.event;
  readonly #startWorker: Host['startWorker'];
  #active: BundleSession | null = null;

  constructor(startWorker: Host['startWorker']) {
    this.#startWorker = startWorker;
  }

  get sessions(): readonly BundleSession[] {
    return [...this.#sessions.values()];
  }

  /** The bundle that commands without an argument mean: the one looked at last. */
  get active(): BundleSession | null {
    const uri = vscode.window.activeTextEditor?.document.uri;
    return (uri === undefined ? undefined : this.ofEntry(uri)) ?? this.#active ?? this.sessions.at(-1) ?? null;
  }

  setActive(session: BundleSession): void {
    this.#active = session;
  }

  find(bundle: vscode.Uri): BundleSession | undefined {
    return this.#sessions.get(bundle.toString());
  }

  byId(id: number): BundleSession | undefined {
    return this.sessions.find((session) => session.id === id);
  }

  /** The session that a document of a bundle belongs to. */
  ofEntry(uri: vscode.Uri): BundleSession | undefined {
    return uri.scheme === SCHEME && uri.query !== '' ? this.find(parseEntryUri(uri).bundle) : undefined;
  }

  /** Opens a session for a page; the caller closes it with the page. */
  openSession(bundle: vscode.Uri): BundleSession {
    const existing = this.find(bundle);
    if (existing !== undefined) {
      this.#pages.set(existing, (this.#pages.get(existing) ?? 0) + 1);
      return existing;
    }
    const session = new BundleSession(bundle, this.#startWorker);
    let kind = session.state.kind;
    session.onDidChangeState((state) => {
      if (state.kind === kind) return;
      kind = state.kind;
      this.#changed.fire();
    });
    this.#sessions.set(bundle.toString(), session);
    this.#pages.set(session, 1);
    this.#active = session;
    void session.open();
    this.#changed.fire();
    return session;
  }

  closeSession(session: BundleSession): void {
    const pages = (this.#pages.get(session) ?? 1) - 1;
    this.#pages.set(session, pages);
    if (pages > 0) return;
    this.#pages.delete(session);
    this.#sessions.delete(session.uri.toString());
    if (this.#active === session) this.#active = null;
    session.dispose();
    this.#changed.fire();
  }

  /** An entry of a bundle whose page is not open (a restored tab) is read by a session of its own, closed at once. */
  async withSession<T>(bundle: vscode.Uri, use: (session: BundleSession) => Promise<T>): Promise<T> {
    const existing = this.find(bundle);
    if (existing !== undefined) return use(existing);
    const session = new BundleSession(bundle, this.#startWorker);
    try {
      return await use(session);
    } finally {
      session.dispose();
    }
  }

  dispose(): void {
    for (const session of this.sessions) session.dispose();
    this.#sessions.clear();
    this.#pages.clear();
    this.#changed.dispose();
  }
}
