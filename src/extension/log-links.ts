/** From a process that a line of the log names to what the bundle has of it. */
import * as vscode from 'vscode';
import type { BundleSession } from './bundle-session.ts';
import { entryUri } from './bundle-uri.ts';
import type { LogDocuments } from './log-document.ts';
import type { SessionStore } from './session-store.ts';

/** `pid=4242`, `PID: 77`, `Killed process 4242`, `task java:4242 blocked`. */
const PIDS = /\b(?:pid[=:] ?|process |task [^\s:]{1,32}:)(\d{1,7})\b/gi;
/** More would not be followed. */
const MAX_LINKS = 1000;

interface PidLink extends vscode.DocumentLink {
  readonly path: string;
  readonly session: BundleSession;
}

export class LogLinks implements vscode.DocumentLinkProvider<PidLink> {
  readonly #store: SessionStore;
  readonly #documents: LogDocuments;

  constructor(store: SessionStore, documents: LogDocuments) {
    this.#store = store;
    this.#documents = documents;
  }

  /** Of catalogued lines only, and of processes that were captured: who was killed is seldom there any more. */
  async provideDocumentLinks(document: vscode.TextDocument): Promise<PidLink[]> {
    const session = this.#store.ofEntry(document.uri);
    if (session?.state.kind !== 'ready') return [];
    const outline = await this.#documents.outline(document);
    const { root } = session.state.opened.report.bundle;
    const links: PidLink[] = [];
    for (const { line } of outline?.lines ?? []) {
      for (const match of document.lineAt(line - 1).text.matchAll(PIDS)) {
        if (links.length >= MAX_LINKS) break;
        const end = match.index + match[0].length;
        const range = new vscode.Range(line - 1, end - (match[1]?.length ?? 0), line - 1, end);
        const path = `${root}proc/${match[1]}/status`;
        links.push(Object.assign(new vscode.DocumentLink(range), { path, session }));
      }
    }
    const captured = await capturedPaths(session, links);
    return links.filter(({ path }) => captured.has(path));
  }

  resolveDocumentLink(link: PidLink): PidLink {
    link.target = entryUri(link.session.uri, link.path);
    return link;
  }
}

async function capturedPaths(session: BundleSession, links: readonly PidLink[]): Promise<ReadonlySet<string>> {
  const paths = [...new Set(links.map(({ path }) => path))];
  const found = await Promise.all(paths.map((path) => session.ask('stat', { path })));
  return new Set(paths.filter((_, index) => found[index]?.kind === 'file'));
}
