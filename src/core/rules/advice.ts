/** Sentences that several rules say alike. */

import type { CounterFact, KernelLogFact } from '../facts/facts.ts';
import type { Message } from '../report/message.ts';
import type { Evidence, Subject } from '../report/report.ts';
import { defineMessages } from '../wording/define-messages.ts';

const say = defineMessages('advice', {
  restart: 'Until then restart {who}. This frees its sockets and their memory at once.',
  restartUnnamed: 'Until then restart the process (pid {pid}). This frees its sockets and their memory at once.',
  restartNamespace: 'Until then restart the processes of {namespace}. This frees their sockets and memory at once.',
  raisingTcpMem: 'Raising tcp_mem only postpones the problem.',
  shareOfSockets: ": {share, number, share} of this node's TCP sockets",
  shareInBrackets: ' ({share, number, share} of the TCP sockets of this node)',
  lines: '{lines, plural, one {# line} other {# lines}}',
  counter: '{name} {value, number}',
  stopped: 'The process is stopped (state T).',
  uninterruptible: 'The process sleeps and cannot be interrupted (state D).',
  zombie: 'The process has ended, and its parent has not collected it (state Z).',
  andThen: ' {sentence}',
});

/** The relief until the program is mended. */
export function restartAdvice(subject: Subject): Message {
  if (subject.kind === 'namespace') return say.restartNamespace({ namespace: subject });
  if (subject.kind !== 'process') return say.restart({ who: subject });
  const { comm, pid } = subject;
  if (comm === undefined) return say.restartUnnamed({ pid: pid ?? '?' });
  // Its pod is told in the message.
  return say.restart({ who: { kind: 'process', comm, ...(pid === undefined ? {} : { pid }) } });
}

/** Of what gives no memory back. */
export const RAISING_TCP_MEM: Message = say.raisingTcpMem();

/** To end a headline: `: 93.2 % of this node's TCP sockets`; empty where their number is not known. */
export function shareOfSockets(sockets: number, alloc: number | null): Message | '' {
  return alloc !== null && alloc > 0 ? say.shareOfSockets({ share: Math.min(sockets, alloc) / alloc }) : '';
}

/** Behind a number of sockets: ` (93.2 % of the TCP sockets of this node)`; empty where their number is not known. */
export function shareInBrackets(sockets: number, alloc: number | null): Message | '' {
  return alloc !== null && alloc > 0 ? say.shareInBrackets({ share: sockets / alloc }) : '';
}

/** A sentence that may follow another one, with the space before it; empty where there is none. */
export function andThen(sentence: Message | null): Message | '' {
  return sentence === null ? '' : say.andThen({ sentence });
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
  return {
    lines: hits.length,
    evidence: { entry: log.entry, startLine: first.line, endLine, note: sayLines(hits.length) },
  };
}

/** `3 lines`. */
export function sayLines(lines: number): Message {
  return say.lines({ lines });
}

/** One counter of one namespace as evidence. */
export function counterEvidence(counter: CounterFact | null | undefined, name: string): Evidence | null {
  const value = counter?.values.get(name);
  const place = counter?.places.get(name.split('.')[0] ?? '');
  if (value === undefined || place === undefined) return null;
  return { entry: place.entry, startLine: place.line, endLine: place.line, note: sayCounter(name, value) };
}

/** A number of the bundle under its name there, as a note: `alloc 1,753`. */
export function sayCounter(name: string, value: number): Message {
  return say.counter({ name, value });
}

/** It cannot run until somebody lets it: D passes within milliseconds, these do not. */
export function isStopped(state: string): boolean {
  return state === 'T' || state === 't' || state === 'Z';
}

/** The sentence about a process that is stopped or uninterruptible by its state; null for all others. */
export function stateText(state: string): Message | null {
  switch (state) {
    case 'T':
    case 't':
      return say.stopped();
    case 'D':
      return say.uninterruptible();
    case 'Z':
      return say.zombie();
    default:
      return null;
  }
}
