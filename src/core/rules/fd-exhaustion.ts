import type { ProcessFact } from '../facts/facts.ts';
import { defineMessages } from '../wording/define-messages.ts';
import { defineRule, type FindingDraft } from './rule.ts';
import { FULL } from './thresholds.ts';

const FULL_TEXT =
  '{who} has {open, plural, one {# fd} other {# fds}} open of the {limit, number} that it may have (RLIMIT_NOFILE): {left, plural, =0 {accept(), socket() and open() fail} one {# is left} other {# are left}}. {part, select, most {Most of them} other {The largest group of them}} are {kind} ({count, number}, {share, number, share}).';

const say = defineMessages('fd-exhaustion', {
  title: 'A process is out of file descriptors',
  'at-limit': FULL_TEXT,
  'near-limit': FULL_TEXT,
  kind: '{kind, select, tcp {TCP connections} listen {listening sockets} unknown {sockets in no table} unseen {sockets in no table} file {files} device {devices} pipe {pipes} unix {unix sockets} netlink {netlink sockets} udp {udp sockets} raw {raw sockets} packet {packet sockets} other {fds of kind {kind}}}',
  findLeak: 'Find what it does not close. Look at the {kind} first.',
  raiseLimit: 'If it needs so many, raise its limit: LimitNOFILE of its unit, or the ulimit of its container runtime.',
  raiseHardLimit: 'If it needs so many, raise its hard limit too. It is as low as the soft limit.',
  higherLimit: 'A higher limit only postpones the problem while something leaks.',
  fileMax: 'Raising fs.file-max: it limits the whole node, but the process has reached its own limit.',
  countTwice: 'Run ls /proc/{pid}/fd | wc -l twice: does the number still grow?',
});

/** With so few left, the next accept() or open() of a busy process fails. */
export const FEW_LEFT = 8;

export const fdExhaustion = defineRule({
  id: 'fd-exhaustion',
  level: 'warning',
  title: say.title(),
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
  const what = say.kind({ kind });
  const raisable = process.hardLimit === null || process.hardLimit > soft;
  return {
    level: left <= FEW_LEFT ? 'error' : 'warning',
    confidence: 'high',
    message: say[left <= FEW_LEFT ? 'at-limit' : 'near-limit']({
      who: subject,
      open: process.openFds,
      limit: soft,
      left,
      part: count * 2 > process.openFds ? 'most' : 'some',
      kind: what,
      count,
      share: count / process.openFds,
    }),
    subjects: [subject],
    measures: {
      openFds: process.openFds,
      softLimit: soft,
      ...(process.hardLimit === null ? {} : { hardLimit: process.hardLimit }),
      topKindFds: count,
    },
    evidence: [limitEvidence, evidence],
    doubts: [],
    fixes: [say.findLeak({ kind: what }), raisable ? say.raiseLimit() : say.raiseHardLimit()],
    nonFixes: [say.higherLimit(), say.fileMax()],
    next: say.countTwice({ pid: subject.pid ?? 'PID' }),
  };
}
