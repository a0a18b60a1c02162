import assert from 'node:assert/strict';
import test from 'node:test';
import type { Holder } from '../../../src/core/facts/holder.ts';
import {
  halfClosedHeld,
  MIN_HALF_CLOSED,
  MIRROR_SHARE,
  SHARE_OF_CONNECTIONS,
} from '../../../src/core/rules/half-closed-held.ts';
import { LARGE_SHARE_OF_ALLOC, MANY } from '../../../src/core/rules/thresholds.ts';
import { english } from '../support/english.ts';
import { coverage, findings, holder, ledger, verdicts } from '../support/facts.ts';

const REMOTE = { finWait2Remote: '10.0.0.9', finWait2RemotePort: 5432 };
const PEER = { kind: 'process', pid: 9, comm: 'backend' } as const;

/** All its connections are in FIN_WAIT2, with peers outside the node, unless said. */
function held(change: Partial<Holder>): Holder {
  return holder({ connections: change.finWait2 ?? 0, ...REMOTE, ...change });
}

function facts(holders: readonly Holder[], alloc = 1_000_000) {
  return { holders, fdLinks: { processes: 40 }, ledger: ledger(alloc), coverage: coverage() };
}

function check(change: Partial<Holder>, expected: readonly string[], alloc?: number): void {
  assert.deepEqual(verdicts(halfClosedHeld, facts([held(change)], alloc)), expected, JSON.stringify(change));
}

const WARNING = ['warning fin-wait2-held medium'];
const ERROR = ['error fin-wait2-held medium'];

test('fires at the least number of half-closed connections, not one below', () => {
  check({ finWait2: MIN_HALF_CLOSED }, WARNING);
  check({ finWait2: MIN_HALF_CLOSED - 1 }, []);
});

test('fires at their share of all connections, not below', () => {
  const connections = 300 / SHARE_OF_CONNECTIONS;
  check({ finWait2: 300, connections }, WARNING);
  check({ finWait2: 300, connections: connections + 1 }, []);
});

test('quiet on a busy server and on a leak of the other kind', () => {
  check({ established: 100_000, connections: 100_000, finWait2: 500 }, []);
  check({ closeWait: 5000, connections: 5000 }, []);
});

test('is an error from many on, or above a share of alloc', () => {
  check({ finWait2: MANY }, ERROR);
  check({ finWait2: MANY - 1 }, WARNING);
  check({ finWait2: 201 }, ERROR, 200 / LARGE_SHARE_OF_ALLOC);
  check({ finWait2: 200 }, WARNING, 200 / LARGE_SHARE_OF_ALLOC);
});

test('nearly as many in CLOSE_WAIT make it a proxy, within the share both ways', () => {
  const mirrored = ['warning mirrored-pairs medium'];
  const of = (finWait2: number, closeWait: number) => ({ finWait2, closeWait, connections: finWait2 + closeWait });
  check(of(500, 500), mirrored);
  check(of(500, 500 * MIRROR_SHARE), mirrored);
  check(of(500, 500 * MIRROR_SHARE - 1), WARNING);
  check(of(500 * MIRROR_SHARE, 500), mirrored);
  check(of(500 * MIRROR_SHARE - 1, 500), WARNING);
});

test('a process that talks to itself is no proxy: both ends of each connection are its own', () => {
  const self = { kind: 'process', pid: 700, comm: 'leaky' } as const;
  const change = { finWait2: 500, closeWait: 500, connections: 1000, finWait2Peer: self, finWait2Answered: 500 };
  check(change, ['note fin-wait2-held high']);
});

test('is a note when the other ends of half of them are on the node in CLOSE_WAIT: who holds those is the cause', () => {
  const of = (finWait2Answered: number) => ({ finWait2: MANY, finWait2Peer: PEER, finWait2Answered });
  check(of(MANY / 2), ['note fin-wait2-held high']);
  check(of(MANY / 2 - 1), ERROR);
  const [finding] = findings(halfClosedHeld, facts([held(of(MANY))]));
  assert.equal(finding?.measures['answeredSockets'], MANY);
  assert.match(english(finding?.doubts ?? []).join(' '), /1,000/);
});

test('is a guess, and no error, while the other ends may be in what was not captured', () => {
  for (const gap of [{ namespacesSeen: 4 }, { truncated: true }]) {
    const given = { ...facts([held({ finWait2: MANY })]), coverage: coverage(gap) };
    assert.deepEqual(verdicts(halfClosedHeld, given), ['warning fin-wait2-held low']);
    assert.match(english(findings(halfClosedHeld, given)[0]?.doubts ?? []).join(' '), /not captured/);
  }
});

test('names the peer: the process where it is on the node, else the address with a doubt', () => {
  const [outside] = findings(halfClosedHeld, facts([held({ finWait2: 500 })]));
  assert.deepEqual(
    outside?.subjects.map((subject) => subject.pid),
    [700],
  );
  assert.match(english(outside?.message ?? ''), /10\.0\.0\.9:5432/);
  assert.equal(outside?.doubts.length, 1);
  const [inside] = findings(halfClosedHeld, facts([held({ finWait2: 500, finWait2Peer: PEER })]));
  assert.deepEqual(
    inside?.subjects.map((subject) => subject.pid),
    [700, 9],
  );
  assert.match(english(inside?.message ?? ''), /backend \(pid 9\)/);
  assert.deepEqual(inside?.doubts, []);
});

test('runs without alloc, not without fds: FIN_WAIT2 without an fd is an orphan', () => {
  const given = { ...facts([held({ finWait2: 500 })]), ledger: null };
  assert.deepEqual(verdicts(halfClosedHeld, given), WARNING);
  assert.throws(() => verdicts(halfClosedHeld, { ...given, fdLinks: null }), /fd links/);
});

test('tcp_fin_timeout is no cure while the fd is open', () => {
  const [finding] = findings(halfClosedHeld, facts([held({ finWait2: 500 })]));
  assert.doesNotMatch(english(finding?.fixes ?? []).join(' '), /tcp_fin_timeout|tcp_mem/);
  assert.match(english(finding?.nonFixes ?? []).join(' '), /tcp_fin_timeout/);
});
