/** Sentences that several rules say alike. */

import type { CounterFact, KernelLogFact } from '../facts/facts.ts';
import type { Evidence, Subject } from '../report/report.ts';
import { formatQuantity, formatShare } from '../wording/format.ts';
import { describeSubject } from '../wording/subject-text.ts';

/** The relief until the program is mended. */
export function restartAdvice(subject: Subject): string {
  const who =
    subject.kind === 'process' ? `${subject.comm ?? 'the process'} (pid ${subject.pid})` : describeSubject(subject);
  return `Until then restart ${who}: that frees its sockets and their memory at once.`;
}

export const RAISING_TCP_MEM = 'Raising tcp_mem only postpones it.';

/** To end a headline: `: 93.2 % of this node's TCP sockets`; empty where their number is not known. */
export function shareOfSockets(sockets: number, alloc: number | null): string {
  return alloc !== null && alloc > 0
    ? `: ${formatShare(Math.min(sockets, alloc), alloc)} of this node's TCP sockets`
    : '';
}

export interface LoggedLines {
  readonly lines: number;
  /** From the first to the last of them; null when there is none. */
  readonly evidence: Evidence | null;
}

/** Lines of the kernel log with this id of the catalogue. */
export function loggedLines(log: KernelLogFact | null, id: string): LoggedLines {
  const hits = (log?.scan.hits ?? []).filter((hit) => hit.id === id);
  const [first] = hits;
  if (log === null || first === undefined) return { lines: 0, evidence: null };
  const endLine = hits.at(-1)?.line ?? first.line;
  const note = formatQuantity(hits.length, 'line');
  return { lines: hits.length, evidence: { entry: log.entry, startLine: first.line, endLine, note } };
}

/** One counter of one namespace as evidence. */
export function counterEvidence(counter: CounterFact | null | undefined, name: string): Evidence | null {
  const value = counter?.values.get(name);
  const place = counter?.places.get(name.split('.')[0] ?? '');
  if (value === undefined || place === undefined) return null;
  return { entry: place.entry, startLine: place.line, endLine: place.line, note: `${name} ${value}` };
}

/** It cannot run until somebody lets it: D passes within milliseconds, these do not. */
export function isStopped(state: string): boolean {
  return state === 'T' || state === 't' || state === 'Z';
}

/** What a stopped or uninterruptible process says by its state; empty for all others. */
export function stateText(state: string): string {
  switch (state) {
    case 'T':
    case 't':
      return 'the process is stopped (state T)';
    case 'D':
      return 'the process sleeps uninterruptibly (state D)';
    case 'Z':
      return 'the process has ended and was not reaped (state Z)';
    default:
      return '';
  }
}
