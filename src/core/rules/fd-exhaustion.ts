import type { ProcessFact } from '../facts/facts.ts';
import { formatCount, formatQuantity, formatShare } from '../wording/format.ts';
import { describeSubject } from '../wording/subject-text.ts';
import { defineRule, type FindingDraft } from './rule.ts';
import { FULL } from './thresholds.ts';

/** With so few left, the next accept() or open() of a busy process fails. */
export const FEW_LEFT = 8;

export const fdExhaustion = defineRule({
  id: 'fd-exhaustion',
  level: 'warning',
  title: 'A process is out of file descriptors',
  role: 'symptom',
  rank: 1,
  about: ['fd-limit'],
  namesHolder: true,
  needs: ['processes'],
  check: ({ processes }) => processes.filter(isFull).map(report),
});

function isFull({ process }: ProcessFact): boolean {
  return process.softLimit !== null && process.softLimit > 0 && process.openFds >= FULL * process.softLimit;
}

function report({ subject, process, kinds, evidence, limitEvidence }: ProcessFact): FindingDraft {
  const soft = process.softLimit ?? 0;
  const left = Math.max(0, soft - process.openFds);
  const [kind, count] = [...kinds].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0] ?? ['fd', 0];
  const raisable = process.hardLimit === null || process.hardLimit > soft;
  return {
    level: left <= FEW_LEFT ? 'error' : 'warning',
    confidence: 'high',
    messageId: left <= FEW_LEFT ? 'at-limit' : 'near-limit',
    message: `${describeSubject(subject)} has ${formatQuantity(process.openFds, 'fd')} open of the ${formatCount(soft)} that it may have (RLIMIT_NOFILE): ${
      left === 0 ? 'accept(), socket() and open() fail' : `${formatCount(left)} are left`
    }. Most are ${kindText(kind)} (${formatCount(count)}, ${formatShare(count, process.openFds)}).`,
    subjects: [subject],
    measures: {
      openFds: process.openFds,
      softLimit: soft,
      ...(process.hardLimit === null ? {} : { hardLimit: process.hardLimit }),
      topKindFds: count,
    },
    evidence: [limitEvidence, evidence],
    doubts: [],
    fixes: [
      `Find what it does not close; the ${kindText(kind)} are the place to look.`,
      raisable
        ? 'If it needs so many, raise its limit: LimitNOFILE of its unit, or the ulimit of its container runtime.'
        : 'If it needs so many, raise its hard limit too: it is as low as the soft one.',
    ],
    nonFixes: [
      'A higher limit only postpones it while something leaks.',
      'fs.file-max is of the whole node and is not what it ran into.',
    ],
    next: 'ls /proc/PID/fd | wc -l, twice: does it still grow?',
  };
}

function kindText(kind: string): string {
  switch (kind) {
    case 'tcp':
      return 'TCP connections';
    case 'listen':
      return 'listening sockets';
    case 'unknown':
    case 'unseen':
      return 'sockets in no table';
    case 'file':
      return 'files';
    case 'device':
      return 'devices';
    case 'pipe':
      return 'pipes';
    case 'unix':
    case 'netlink':
    case 'udp':
    case 'raw':
    case 'packet':
      return `${kind} sockets`;
    default:
      return `fds of kind ${kind}`;
  }
}
