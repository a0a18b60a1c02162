/**
 * One message of the kernel log, in all the forms that it had. An entry of the catalogue has its sentences beside its
 * anchors and patterns, each with a name: `meaning` of `tcp-out-of-memory` is the message `log.tcp-out-of-memory.meaning`,
 * its cause `notReading` is `log.tcp-out-of-memory.causes.notReading`.
 */
import type { Message } from '../../report/message.ts';
import { defineMessages, defineSentence } from '../../wording/define-messages.ts';
import { defineSentences, type Sentences } from '../../wording/define-sentences.ts';

export type LogLevel = 'error' | 'warning' | 'note';

interface LogForm<T> {
  /** The kernels that print this form. */
  readonly era: T;
  /** Runs in linear time on any line; has no flags, so that it keeps no state. */
  readonly pattern: RegExp;
}

interface LogCondition {
  readonly id: string;
  readonly level: LogLevel;
  /** ASCII; every form holds one of them. The scanner looks for these first: long and rare ones make it fast. */
  readonly anchors: readonly string[];
  /** Counters of the same event that no rate limit cuts short. */
  readonly counters: readonly string[];
}

export interface LogMessage extends LogCondition {
  readonly patterns: readonly LogForm<Message>[];
  readonly title: Message;
  readonly meaning: Message;
  readonly causes: readonly Message[];
  /** What in a bundle proves it. */
  readonly confirm: Message;
  readonly fixes: readonly Message[];
  /** What is often tried in vain. */
  readonly nonFixes: readonly Message[];
}

interface LogEntry extends LogCondition {
  readonly patterns: Readonly<Record<string, LogForm<string | Message>>>;
  readonly title: string;
  readonly meaning: string;
  readonly causes: Sentences;
  readonly confirm: string;
  readonly fixes: Sentences;
  readonly nonFixes: Sentences;
}

/** What several entries say. */
export const shared = defineMessages('log', {
  allKernels: 'All',
  tcpMemHasNoPart: 'tcp_mem has no part in it.',
  raiseTcpMem: 'Raising tcp_mem.',
  ramUsedUp: 'RAM is used up.',
  lookAtPodMemory: 'Look at the memory limit of the pod and at what the process allocates.',
  socketsOfKernel: 'Looking for a process that holds these sockets: they belong to the kernel.',
});

export function defineLogMessage({
  patterns,
  title,
  meaning,
  causes,
  confirm,
  fixes,
  nonFixes,
  ...condition
}: LogEntry) {
  const scope = `log.${condition.id}`;
  const message: LogMessage = {
    ...condition,
    patterns: Object.entries(patterns).map(([name, { era, pattern }]) => ({
      era: typeof era === 'string' ? defineSentence(`${scope}.patterns.${name}`, era) : era,
      pattern,
    })),
    title: defineSentence(`${scope}.title`, title),
    meaning: defineSentence(`${scope}.meaning`, meaning),
    causes: defineSentences(`${scope}.causes`, causes),
    confirm: defineSentence(`${scope}.confirm`, confirm),
    fixes: defineSentences(`${scope}.fixes`, fixes),
    nonFixes: defineSentences(`${scope}.nonFixes`, nonFixes),
  };
  return message;
}
