import type { ProcessFact } from '../facts/facts.ts';
import type { Ledger } from '../report/report.ts';
import { defineMessages } from '../wording/define-messages.ts';
import { andThen, restartAdvice } from './advice.ts';
import { defineRule, type FindingDraft } from './rule.ts';

const HOARDS =
  '{who} has {count, number} {kind} open, {share, number, share} of its fds.{limit} They are not TCP: they are neither in alloc nor in TCP memory.';

const say = defineMessages('non-tcp-fd-leak', {
  title: 'A process hoards fds that are not TCP',
  'hoards-unix': HOARDS,
  'hoards-netlink': HOARDS,
  'hoards-udp': HOARDS,
  'hoards-udplite': HOARDS,
  'hoards-raw': HOARDS,
  'hoards-packet': HOARDS,
  'hoards-unknown': HOARDS,
  'hoards-pipe': HOARDS,
  'hoards-eventfd': HOARDS,
  'hoards-eventpoll': HOARDS,
  'hoards-timerfd': HOARDS,
  'hoards-signalfd': HOARDS,
  'hoards-inotify': HOARDS,
  'hoards-io-uring': HOARDS,
  'hoards-anon': HOARDS,
  'hoards-memfd': HOARDS,
  limit: 'Its limit is {limit, number}.',
  kind: '{kind, select, unknown {sockets that are in no table and not TCP} pipe {pipes} unix {unix sockets} netlink {netlink sockets} udp {udp sockets} udplite {udplite sockets} raw {raw sockets} packet {packet sockets} other {fds of kind {kind}}}',
  oneCapture:
    'One capture cannot tell a leak from a program that needs so many. A second one shows whether the number grows.',
  findMaker: 'Find where it makes {kind} and does not close them.',
  settings: 'tcp_mem and all other settings of TCP have no effect on them.',
  higherLimit: 'A higher fd limit only postpones the problem while something leaks.',
  countKinds: 'Run {command} twice: which kind grows?',
});

/** Busy daemons have hundreds of unix sockets or pipes; thousands of one kind are few programs' purpose. */
export const MIN_FDS = 1000;
/** A process with a low limit runs out long before. */
export const MIN_FDS_NEAR_LIMIT = 200;
/** Of its open fds. */
export const MIN_SHARE = 0.5;
/** So near its limit it is not by design. */
export const NEAR_LIMIT = 0.8;

/** Files and devices are left out: databases keep thousands of them open on purpose. */
const KINDS = {
  unix: 'hoards-unix',
  netlink: 'hoards-netlink',
  udp: 'hoards-udp',
  udplite: 'hoards-udplite',
  raw: 'hoards-raw',
  packet: 'hoards-packet',
  unknown: 'hoards-unknown',
  pipe: 'hoards-pipe',
  eventfd: 'hoards-eventfd',
  eventpoll: 'hoards-eventpoll',
  timerfd: 'hoards-timerfd',
  signalfd: 'hoards-signalfd',
  inotify: 'hoards-inotify',
  io_uring: 'hoards-io-uring',
  anon: 'hoards-anon',
  memfd: 'hoards-memfd',
} as const;

type Kind = keyof typeof KINDS;

export const nonTcpFdLeak = defineRule({
  id: 'non-tcp-fd-leak',
  level: 'warning',
  title: say.title(),
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

function largestKind(fact: ProcessFact, ledger: Ledger | null): { kind: Kind; count: number } | null {
  let top: Kind = 'unix';
  let most = -1;
  for (const kind of Object.keys(KINDS) as Kind[]) {
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
function certain(kind: Kind, { kinds }: ProcessFact, ledger: Ledger | null): number {
  const count = kinds.get(kind) ?? 0;
  if (kind !== 'unknown') return count;
  const room = ledger === null || ledger.unhashed === null ? count : Math.max(0, ledger.unhashed);
  return Math.max(0, count - room);
}

function report(fact: ProcessFact, kind: Kind, count: number): FindingDraft {
  const { subject, process, evidence, limitEvidence } = fact;
  const limit = process.softLimit;
  const near = isNearLimit(fact);
  const what = say.kind({ kind });
  return {
    level: 'warning',
    confidence: near ? 'high' : 'medium',
    message: say[KINDS[kind]]({
      who: subject,
      count,
      kind: what,
      share: count / process.openFds,
      limit: andThen(limit === null ? null : say.limit({ limit })),
    }),
    subjects: [subject],
    measures: { fds: count, openFds: process.openFds, ...(limit === null ? {} : { softLimit: limit }) },
    evidence: [evidence, limitEvidence],
    doubts: near ? [] : [say.oneCapture()],
    fixes: [say.findMaker({ kind: what }), restartAdvice(subject)],
    nonFixes: [say.settings(), say.higherLimit()],
    next: say.countKinds({
      command: `ls -l /proc/${subject.pid ?? 'PID'}/fd | awk '{print $NF}' | sed "s/[0-9]*//g" | sort | uniq -c`,
    }),
  };
}
