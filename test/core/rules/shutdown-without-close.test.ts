import assert from 'node:assert/strict';
import test from 'node:test';
import { SHARE_IN_FLIGHT, shutdownWithoutClose } from '../../../src/core/rules/shutdown-without-close.ts';
import {
  LARGE_SHARE_OF_ALLOC,
  MANY,
  MIN_CLOSED,
  SKEW_SHARE,
  SKEW_SOCKETS,
} from '../../../src/core/rules/thresholds.ts';
import { english } from '../support/english.ts';
import { type ClosedCase, closedFacts, counters, findings, holder, PLACE, verdicts } from '../support/facts.ts';

function check(given: ClosedCase, expected: readonly string[]): void {
  assert.deepEqual(verdicts(shutdownWithoutClose, closedFacts('shutdown', given)), expected, JSON.stringify(given));
}

const WARNING = ['warning shut-down-but-held high'];
const ERROR = ['error shut-down-but-held high'];
const IN_FLIGHT = { files: 501, subject: { kind: 'process', pid: 9 }, evidence: [PLACE] } as const;

test('fires at the least number of closed sockets, not one below', () => {
  check({ holder: { closedHeld: MIN_CLOSED } }, WARNING);
  check({ holder: { closedHeld: MIN_CLOSED - 1 } }, []);
});

test('fires for each of several holders, however small its share is, while alloc has room for all', () => {
  const total = 10 * MIN_CLOSED;
  check({ holder: { closedHeld: MIN_CLOSED }, ledger: { closedHeld: total, unhashed: total } }, WARNING);
  check({ holder: { closedHeld: MIN_CLOSED }, ledger: { closedHeld: total, unhashed: total - 1 } }, []);
});

test('fires only for as many as alloc proves to be TCP', () => {
  check({ holder: { closedHeld: 500 }, ledger: { unhashed: MIN_CLOSED }, alloc: 10_000 }, [
    'warning shut-down-but-held medium',
  ]);
  check({ holder: { closedHeld: 500 }, ledger: { unhashed: MIN_CLOSED - 1 }, alloc: 10_000 }, []);
});

test('quiet on sockets that were closed in another way', () => {
  for (const route of ['reset', 'failed-connect', 'never-connected', 'unknown'] as const)
    assert.deepEqual(verdicts(shutdownWithoutClose, closedFacts(route, { holder: { closedHeld: 500 } })), [], route);
});

test('is an error from many on, or above a share of alloc', () => {
  check({ holder: { closedHeld: MANY } }, ERROR);
  check({ holder: { closedHeld: MANY - 1 } }, WARNING);
  check({ holder: { closedHeld: 201 }, alloc: 200 / LARGE_SHARE_OF_ALLOC }, ERROR);
  check({ holder: { closedHeld: 200 }, alloc: 200 / LARGE_SHARE_OF_ALLOC }, WARNING);
});

test('is sure only within the skew of the capture', () => {
  const unsure = ['error shut-down-but-held medium'];
  check({ holder: { closedHeld: 500 }, ledger: { unhashed: 500 + SKEW_SOCKETS }, alloc: 2000 }, ERROR);
  check({ holder: { closedHeld: 500 }, ledger: { unhashed: 501 + SKEW_SOCKETS }, alloc: 2000 }, unsure);
  const alloc = 10_000;
  check({ holder: { closedHeld: 2000 }, ledger: { unhashed: 2000 + SKEW_SHARE * alloc }, alloc }, ERROR);
  check({ holder: { closedHeld: 2000 }, ledger: { unhashed: 2001 + SKEW_SHARE * alloc }, alloc }, unsure);
});

test('is a guess, and no error, while a namespace is missing', () => {
  check({ holder: { closedHeld: 5000 }, coverage: { namespacesSeen: 4 } }, ['warning shut-down-but-held low']);
});

test('files on their way through unix sockets make it less sure, never more', () => {
  const found = (given: ClosedCase) =>
    findings(shutdownWithoutClose, { ...closedFacts('shutdown', given), inFlight: IN_FLIGHT })[0];
  const sure = found({ holder: { closedHeld: 5000 } });
  assert.equal(`${sure?.level} ${sure?.confidence}`, 'error medium');
  assert.match(english(sure?.doubts ?? []).join(' '), /unix/);
  assert.equal(found({ holder: { closedHeld: 5000 }, coverage: { truncated: true } })?.confidence, 'low');
  const held = Math.ceil(IN_FLIGHT.files / SHARE_IN_FLIGHT);
  assert.equal(found({ holder: { closedHeld: held - 1 } })?.confidence, 'medium');
  assert.equal(found({ holder: { closedHeld: held } })?.confidence, 'high');
});

test('a pool of workers leaks as one', () => {
  const subjects = [700, 701].map((pid) => ({ kind: 'process', pid }) as const);
  const closedHeldByOwner = subjects.map((subject) => ({
    subject,
    count: MIN_CLOSED / 2,
    certain: MIN_CLOSED / 2,
    route: 'shutdown' as const,
  }));
  const given = closedFacts('shutdown', { holder: { closedHeld: MIN_CLOSED }, ledger: { closedHeldByOwner } });
  const workers = subjects.map((subject) => holder({ subject, pids: [subject.pid], closedHeld: MIN_CLOSED / 2 }));
  const pools = [holder({ pids: [700, 701], closedHeld: MIN_CLOSED })];
  assert.deepEqual(verdicts(shutdownWithoutClose, { ...given, holders: workers, pools }), WARNING);
  assert.deepEqual(verdicts(shutdownWithoutClose, { ...given, holders: workers }), []);
});

test('names the process, and shows the counter that did not move', () => {
  const [finding] = findings(shutdownWithoutClose, {
    ...closedFacts('shutdown', { holder: { closedHeld: 500 } }),
    netstat: [counters({ 'Tcp.EstabResets': 2 })],
  });
  assert.equal(finding?.measures['closedHeldSockets'], 500);
  assert.equal(finding?.measures['estabResets'], 2);
  assert.deepEqual(
    finding?.subjects.map((subject) => subject.pid),
    [700],
  );
  assert.equal(finding?.evidence.length, 3);
});

test('the cure is close(), not a sysctl', () => {
  const [finding] = findings(shutdownWithoutClose, closedFacts('shutdown', { holder: { closedHeld: 500 } }));
  assert.match(english(finding?.fixes ?? []).join(' '), /close\(\)/);
  assert.doesNotMatch(english(finding?.fixes ?? []).join(' '), /tcp_/);
});
