/** From a process or a cgroup that a line of the log names to what the bundle has of it. */
import * as vscode from 'vscode';
import { findCgroups } from '../../core/editor/log-cgroup-names.ts';
import type { CgroupPlace } from '../../core/editor/log-cgroups.ts';
import type { LogOutline } from '../../core/kernel-log/log-bursts.ts';
import { MAX_CGROUPS, MAX_PROCESSES } from '../../protocol/worker-messages.ts';
import type { BundleSession } from '../open/bundle-session.ts';
import { entryUri } from '../open/bundle-uri.ts';
import type { SessionStore } from '../open/session-store.ts';
import { words } from '../words.ts';
import type { LogDocuments } from './log-document.ts';

/** `pid=4242`, `PID: 77`, `Killed process 4242`, `task java:4242 blocked`. */
const PIDS = /\b(?:pid[=:] ?|process |task [^\s:]{1,32}:)(\d{1,7})\b/gi;
/** Older kernels name the cgroup in a line of the report that is in no catalogue, below the stack of the caller. */
const REPORT = 'oom-killer-invoked';
const REPORT_LINES = 100;
const MAX_SCANNED = 50_000;
/** The kernel writes at most 1 KiB of text a line. */
const MAX_LINE_LENGTH = 4096;

/** Where it leads is looked up when it is followed. */
interface EntryLink extends vscode.DocumentLink {
  readonly entry: string;
  /** Counted from 1. */
  readonly line: number;
  readonly session: BundleSession;
}

export class LogLinks implements vscode.DocumentLinkProvider<EntryLink> {
  readonly #store: SessionStore;
  readonly #documents: LogDocuments;

  constructor(store: SessionStore, documents: LogDocuments) {
    this.#store = store;
    this.#documents = documents;
  }

  /** Of processes and cgroups that were captured: who was killed is seldom there any more. */
  async provideDocumentLinks(document: vscode.TextDocument): Promise<EntryLink[]> {
    const session = this.#store.ofEntry(document.uri);
    if (session?.state.kind !== 'ready') return [];
    const outline = await this.#documents.outline(document);
    if (outline === undefined || session.state.kind !== 'ready') return [];
    const named = namedCgroups(document, outline);
    const pids = namedProcesses(document, outline);
    return [...(await processLinks(session, pids)), ...(await cgroupLinks(session, named))];
  }

  async resolveDocumentLink(link: EntryLink): Promise<EntryLink> {
    const { session, entry, line } = link;
    link.target = entryUri(session.uri, entry);
    const place = await session.ask('findPlace', { entry, line });
    if (place === null) return link;
    const target = entryUri(session.uri, place.path);
    // In a listing of links it is another line.
    link.target = place.link === null ? target.with({ fragment: `L${line - place.firstLine + 1}` }) : target;
    return link;
  }
}

interface NamedProcess {
  readonly pid: number;
  readonly range: vscode.Range;
}

function namedProcesses(document: vscode.TextDocument, outline: LogOutline): readonly NamedProcess[] {
  const named: NamedProcess[] = [];
  for (const { line } of outline.lines) {
    for (const match of document
      .lineAt(line - 1)
      .text.slice(0, MAX_LINE_LENGTH)
      .matchAll(PIDS)) {
      if (named.length >= MAX_PROCESSES) return named;
      const end = match.index + match[0].length;
      const range = new vscode.Range(line - 1, end - (match[1]?.length ?? 0), line - 1, end);
      named.push({ pid: Number(match[1]), range });
    }
  }
  return named;
}

async function processLinks(session: BundleSession, named: readonly NamedProcess[]): Promise<readonly EntryLink[]> {
  if (named.length === 0) return [];
  const found = await session.ask('findProcesses', { pids: [...new Set(named.map(({ pid }) => pid))] });
  const places = new Map(found.map((place) => [place.pid, place]));
  return named.flatMap(({ pid, range }) => {
    const place = places.get(pid);
    if (place === undefined) return [];
    return [Object.assign(new vscode.DocumentLink(range), { entry: place.entry, line: place.line, session })];
  });
}

interface NamedAt {
  readonly path: string;
  readonly range: vscode.Range;
}

function namedCgroups(document: vscode.TextDocument, outline: LogOutline): readonly NamedAt[] {
  const named: NamedAt[] = [];
  for (const line of linesToScan(outline, document.lineCount)) {
    for (const { path, start, end } of findCgroups(document.lineAt(line).text)) {
      if (named.length >= MAX_CGROUPS) return named;
      named.push({ path, range: new vscode.Range(line, start, line, end) });
    }
  }
  return named;
}

async function cgroupLinks(session: BundleSession, named: readonly NamedAt[]): Promise<readonly EntryLink[]> {
  if (named.length === 0) return [];
  const found = await session.ask('findCgroups', { paths: named.map(({ path }) => path) });
  const places = new Map(found.map((place) => [place.path, place]));
  return named.flatMap(({ path, range }) => {
    const place = places.get(path);
    if (place === undefined) return [];
    const link = new vscode.DocumentLink(range);
    link.tooltip = tooltipOf(place);
    return [Object.assign(link, { entry: place.entry, line: place.line, session })];
  });
}

/** Counted from 0: catalogued ones, and those of a report that follow its first line. */
function linesToScan({ lines }: LogOutline, count: number): ReadonlySet<number> {
  const scanned = new Set<number>();
  for (const { line, message } of lines) {
    const last = Math.min(count, message.id === REPORT ? line + REPORT_LINES : line);
    for (let number = line; number <= last && scanned.size < MAX_SCANNED; number++) scanned.add(number - 1);
  }
  return scanned;
}

/** VS Code reads it as Markdown: names of the bundle keep only what means nothing there. */
function tooltipOf({ subject, processes }: CgroupPlace): string {
  const wording = words();
  const name = wording.subject(subject).replace(/[^\p{L}\p{N}_ .:/()（），、-]/gu, '?');
  if (processes === 1) return vscode.l10n.t('In this cgroup: {0}', name);
  return processes === 2
    ? vscode.l10n.t('In this cgroup: {0}, and one more process', name)
    : vscode.l10n.t('In this cgroup: {0}, and {1} more processes', name, wording.count(processes - 1));
}
