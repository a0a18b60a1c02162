import assert from 'node:assert/strict';
import test from 'node:test';
import type { AvailableFacts } from '../../../src/core/facts/facts.ts';
import {
  MIN_FDS,
  MIN_FDS_NEAR_LIMIT,
  MIN_SHARE,
  NEAR_LIMIT,
  nonTcpFdLeak,
} from '../../../src/core/rules/non-tcp-fd-leak.ts';
import type { Process } from '../../../src/core/snapshot/processes.ts';
import { english } from '../support/english.ts';
import { findings, ledger, processFact, verdicts } from '../support/facts.ts';

function check(
  kinds: Readonly<Record<string, number>>,
  expected: readonly string[],
  limits: Partial<Process> = {},
  facts: Partial<AvailableFacts> = {},
): void {
  assert.deepEqual(verdicts(nonTcpFdLeak, { processes: [processFact(kinds, limits)], ...facts }), expected);
}

test('fires from a thousand fds of one kind on, not one below', () => {
  check({ unix: MIN_FDS }, ['warning hoards-unix medium']);
  check({ unix: MIN_FDS - 1 }, []);
});

test('fires above half of its fds, not at half', () => {
  const others = MIN_FDS / MIN_SHARE - MIN_FDS;
  check({ unix: MIN_FDS, file: others }, []);
  check({ unix: MIN_FDS, file: others - 1 }, ['warning hoards-unix medium']);
});

test('confidence is high near the fd limit, and not one fd before', () => {
  const softLimit = 10_000;
  check({ pipe: NEAR_LIMIT * softLimit }, ['warning hoards-pipe high'], { softLimit });
  check({ pipe: NEAR_LIMIT * softLimit - 1 }, ['warning hoards-pipe medium'], { softLimit });
});

test('near a low limit fewer are enough', () => {
  const softLimit = MIN_FDS_NEAR_LIMIT / NEAR_LIMIT;
  check({ pipe: MIN_FDS_NEAR_LIMIT }, ['warning hoards-pipe high'], { softLimit });
  check({ pipe: MIN_FDS_NEAR_LIMIT }, [], { softLimit: softLimit + 2 });
  check({ pipe: MIN_FDS_NEAR_LIMIT - 1, file: 9 }, [], { softLimit });
});

const LEAKING = ['unix', 'netlink', 'udp', 'raw', 'packet', 'pipe', 'eventfd', 'eventpoll', 'timerfd', 'signalfd'];
for (const kind of [...LEAKING, 'udplite', 'inotify', 'io_uring', 'anon', 'memfd']) {
  test(`${MIN_FDS} fds of kind ${kind} have their own message`, () => {
    check({ [kind]: MIN_FDS }, [`warning hoards-${kind.replace('_', '-')} medium`]);
  });
}

for (const kind of ['tcp', 'listen', 'unseen', 'file', 'device']) {
  test(`quiet about any number of ${kind}, which has rules of its own, is not known or is there on purpose`, () => {
    check({ [kind]: 100 * MIN_FDS }, []);
  });
}

test('sockets in no table count only as far as alloc has no room for them: the rest may be closed TCP', () => {
  const unknown = 1.5 * MIN_FDS;
  const room = unknown - MIN_FDS;
  check({ unknown }, ['warning hoards-unknown medium'], {}, { ledger: ledger(10, { unhashed: room }) });
  check({ unknown }, [], {}, { ledger: ledger(10, { unhashed: room + 1 }) });
  check({ unknown: MIN_FDS }, ['warning hoards-unknown medium'], {}, { ledger: ledger(10, { unhashed: -9 }) });
});

test('quiet about sockets in no table while it is not known how many alloc has room for', () => {
  check({ unknown: 9 * MIN_FDS }, [], {}, { ledger: ledger(10, { unhashed: null }) });
  check({ unknown: 9 * MIN_FDS }, []);
});

test('of two kinds the larger is named', () => {
  check({ unix: 1200, netlink: 5000 }, ['warning hoards-netlink medium']);
});

test('each process is judged by itself, and its numbers are given', () => {
  const leaky = processFact({ eventfd: 4000, tcp: 7 }, { softLimit: 65_536 });
  const found = findings(nonTcpFdLeak, { processes: [processFact({ unix: 20 }), leaky] });
  assert.equal(found.length, 1);
  assert.equal(found[0]?.subjects[0], leaky.subject);
  assert.deepEqual(found[0]?.measures, { fds: 4000, openFds: 4007, softLimit: 65_536 });
  assert.match(english(found[0]?.message ?? ''), /4,000/);
});

test('only far from the limit it may be by design', () => {
  const doubts = (softLimit: number) =>
    findings(nonTcpFdLeak, { processes: [processFact({ pipe: 2000 }, { softLimit })] })[0]?.doubts.length;
  assert.equal(doubts(1_000_000), 1);
  assert.equal(doubts(2048), 0);
});
