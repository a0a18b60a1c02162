import type { ProcessFact } from '../facts/facts.ts';
import type { Ledger } from '../report/report.ts';
import { formatCount, formatShare } from '../wording/format.ts';
import { describeSubject } from '../wording/subject-text.ts';
import { restartAdvice } from './advice.ts';
import { defineRule, type FindingDraft } from './rule.ts';

/** Busy daemons have hundreds of unix sockets or pipes; thousands of one kind are few programs' purpose. */
export const MIN_FDS = 1000;
/** A process with a low limit runs out long before. */
export const MIN_FDS_NEAR_LIMIT = 200;
/** Of its open fds. */
export const MIN_SHARE = 0.5;
/** So near its limit it is not by design. */
export const NEAR_LIMIT = 0.8;

/** Files and devices are left out: databases keep thousands of them open on purpose. */
const KINDS: readonly string[] = [
  'unix',
  'netlink',
  'udp',
  'udplite',
  'raw',
  'packet',
  'unknown',
  'pipe',
  'eventfd',
  'eventpoll',
  'timerfd',
  'signalfd',
  'inotify',
  'io_uring',
  'anon',
  'memfd',
];

export const nonTcpFdLeak = defineRule({
  id: 'non-tcp-fd-leak',
  level: 'warning',
  title: 'A process hoards fds that are not TCP',
  role: 'symptom',
  rank: 2,
  about: ['open-fds'],
  namesHolder: true,
  needs: ['processes'],
  optional: ['ledger'],
  check: ({ processes, ledger }) =>
    processes.flatMap((fact) => {
      const leak = largestKind(fact, ledger);
      return leak === null ? [] : [report(fact, leak.kind, leak.count)];
    }),
});

function largestKind(fact: ProcessFact, ledger: Ledger | null): { kind: string; count: number } | null {
  let top = '';
  let most = -1;
  for (const kind of KINDS) {
    const count = certain(kind, fact, ledger);
    if (count < most || (count === most && kind > top)) continue;
    top = kind;
    most = count;
  }
  const least = isNearLimit(fact) ? MIN_FDS_NEAR_LIMIT : MIN_FDS;
  return most < least || most <= MIN_SHARE * fact.process.openFds ? null : { kind: top, count: most };
}

function isNearLimit({ process }: ProcessFact): boolean {
  return process.softLimit !== null && process.openFds >= NEAR_LIMIT * process.softLimit;
}

/** Sockets in no table may be closed TCP: only as many are surely none as alloc has no room for. */
function certain(kind: string, { kinds }: ProcessFact, ledger: Ledger | null): number {
  const count = kinds.get(kind) ?? 0;
  if (kind !== 'unknown') return count;
  const room = ledger === null || ledger.unhashed === null ? count : Math.max(0, ledger.unhashed);
  return Math.max(0, count - room);
}

function report(fact: ProcessFact, kind: string, count: number): FindingDraft {
  const { subject, process, evidence, limitEvidence } = fact;
  const limit = process.softLimit;
  const near = isNearLimit(fact);
  return {
    level: 'warning',
    confidence: near ? 'high' : 'medium',
    messageId: `hoards-${kind.replace('_', '-')}`,
    message: `${describeSubject(subject)} has ${formatCount(count)} ${kindText(kind)} open, ${formatShare(count, process.openFds)} of its fds${
      limit === null ? '' : `; its limit is ${formatCount(limit)}`
    }. They are not TCP: they are neither in alloc nor in TCP memory.`,
    subjects: [subject],
    measures: { fds: count, openFds: process.openFds, ...(limit === null ? {} : { softLimit: limit }) },
    evidence: [evidence, limitEvidence],
    doubts: near ? [] : ['One capture cannot tell a leak from a program that needs so many; growth would.'],
    fixes: [`Find where it makes ${kindText(kind)} and does not close them.`, restartAdvice(subject)],
    nonFixes: ['tcp_mem and every other TCP setting.', 'A higher fd limit only postpones it while something leaks.'],
    next: 'ls -l /proc/PID/fd | awk \'{print $NF}\' | sed "s/[0-9]*//g" | sort | uniq -c, twice: which kind grows?',
  };
}

function kindText(kind: string): string {
  if (kind === 'unknown') return 'sockets that are in no table and not TCP';
  if (['unix', 'netlink', 'udp', 'udplite', 'raw', 'packet'].includes(kind)) return `${kind} sockets`;
  return kind === 'pipe' ? 'pipes' : `fds of kind ${kind}`;
}
