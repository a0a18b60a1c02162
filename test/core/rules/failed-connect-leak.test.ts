import assert from 'node:assert/strict';
import test from 'node:test';
import { failedConnectLeak, MAX_ATTEMPTS_PER_SOCKET } from '../../../src/core/rules/failed-connect-leak.ts';
import {
  LARGE_SHARE_OF_ALLOC,
  MANY,
  MIN_CLOSED,
  SKEW_SHARE,
  SKEW_SOCKETS,
} from '../../../src/core/rules/thresholds.ts';
import { english } from '../support/english.ts';
import { type ClosedCase, closedFacts, counters, findings, holder, verdicts } from '../support/facts.ts';

/** As many failed attempts as sockets, unless said. */
function facts(given: ClosedCase, attemptFails = given.holder.closedHeld ?? 0) {
  return { ...closedFacts('failed-connect', given), netstat: [counters({ 'Tcp.AttemptFails': attemptFails })] };
}

function check(given: ClosedCase, expected: readonly string[], attemptFails?: number): void {
  assert.deepEqual(verdicts(failedConnectLeak, facts(given, attemptFails)), expected, JSON.stringify(given));
}

const WARNING = ['warning failed-connects high'];
const ERROR = ['error failed-connects high'];

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
    'warning failed-connects medium',
  ]);
  check({ holder: { closedHeld: 500 }, ledger: { unhashed: MIN_CLOSED - 1 }, alloc: 10_000 }, []);
});

test('quiet on sockets that were closed in another way', () => {
  for (const route of ['reset', 'shutdown', 'never-connected', 'unknown'] as const)
    assert.deepEqual(verdicts(failedConnectLeak, closedFacts(route, { holder: { closedHeld: 500 } })), [], route);
});

test('is less sure when far more attempts failed than are held, not at the limit', () => {
  const most = MAX_ATTEMPTS_PER_SOCKET * 500;
  check({ holder: { closedHeld: 500 } }, WARNING, most);
  check({ holder: { closedHeld: 500 } }, ['warning failed-connects medium'], most + 1);
  const doubts = (fails: number) =>
    findings(failedConnectLeak, facts({ holder: { closedHeld: 500 } }, fails))[0]?.doubts;
  assert.deepEqual(doubts(most), []);
  assert.match(english(doubts(most + 1) ?? []).join(' '), /1,001/);
});

test('is an error from many on, or above a share of alloc', () => {
  check({ holder: { closedHeld: MANY } }, ERROR);
  check({ holder: { closedHeld: MANY - 1 } }, WARNING);
  check({ holder: { closedHeld: 201 }, alloc: 200 / LARGE_SHARE_OF_ALLOC }, ERROR);
  check({ holder: { closedHeld: 200 }, alloc: 200 / LARGE_SHARE_OF_ALLOC }, WARNING);
});

test('is sure only within the skew of the capture', () => {
  const unsure = ['error failed-connects medium'];
  check({ holder: { closedHeld: 500 }, ledger: { unhashed: 500 + SKEW_SOCKETS }, alloc: 2000 }, ERROR);
  check({ holder: { closedHeld: 500 }, ledger: { unhashed: 501 + SKEW_SOCKETS }, alloc: 2000 }, unsure);
  const alloc = 10_000;
  check({ holder: { closedHeld: 2000 }, ledger: { unhashed: 2000 + SKEW_SHARE * alloc }, alloc }, ERROR);
  check({ holder: { closedHeld: 2000 }, ledger: { unhashed: 2001 + SKEW_SHARE * alloc }, alloc }, unsure);
});

test('is a guess, and no error, while a namespace is missing', () => {
  check({ holder: { closedHeld: 5000 }, coverage: { namespacesSeen: 4 } }, ['warning failed-connects low']);
  check({ holder: { closedHeld: 5000 }, coverage: { namespacesSeen: 4 } }, ['warning failed-connects low'], 50_000);
});

test('a pool of workers leaks as one', () => {
  const subjects = [700, 701].map((pid) => ({ kind: 'process', pid }) as const);
  const closedHeldByOwner = subjects.map((subject) => ({
    subject,
    count: MIN_CLOSED / 2,
    certain: MIN_CLOSED / 2,
    route: 'failed-connect' as const,
  }));
  const given = closedFacts('failed-connect', { holder: { closedHeld: MIN_CLOSED }, ledger: { closedHeldByOwner } });
  const workers = subjects.map((subject) => holder({ subject, pids: [subject.pid], closedHeld: MIN_CLOSED / 2 }));
  const pools = [holder({ pids: [700, 701], closedHeld: MIN_CLOSED })];
  assert.deepEqual(verdicts(failedConnectLeak, { ...given, holders: workers, pools }), WARNING);
  assert.deepEqual(verdicts(failedConnectLeak, { ...given, holders: workers }), []);
});

test('says how many attempts failed, and proves it with the counter', () => {
  const [finding] = findings(failedConnectLeak, facts({ holder: { closedHeld: 500 } }, 640));
  assert.equal(finding?.measures['closedHeldSockets'], 500);
  assert.equal(finding?.measures['attemptFails'], 640);
  assert.match(english(finding?.message ?? ''), /leaky \(pid 700\).*640/);
  assert.equal(finding?.evidence.length, 3);
});

test('the cure is at the connecting side', () => {
  const [finding] = findings(failedConnectLeak, facts({ holder: { closedHeld: 500 } }));
  assert.match(english(finding?.fixes ?? []).join(' '), /connect\(\)/);
  assert.doesNotMatch(english(finding?.fixes ?? []).join(' '), /tcp_mem|backlog|ss -K/);
});

test('so many attempts under way at once are made all the time, beside few connections', () => {
  const trying = (synSent: number, established: number) => ({ holder: { synSent, established } });
  const connecting = ['warning connecting high'];
  check(trying(MIN_CLOSED, 0), connecting);
  check(trying(MIN_CLOSED - 1, 0), []);
  check(trying(5 * 40 + 1, 40), connecting);
  check(trying(5 * 40, 40), []);
});
