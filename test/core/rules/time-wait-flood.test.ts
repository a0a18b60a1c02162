import assert from 'node:assert/strict';
import test from 'node:test';
import type { NamespaceFact } from '../../../src/core/facts/facts.ts';
import {
  DEFAULT_PORTS,
  SHARE_OF_LIMIT,
  SHARE_OF_PORTS,
  timeWaitFlood,
} from '../../../src/core/rules/time-wait-flood.ts';
import { english } from '../support/english.ts';
import { counters, findings, limit, namespace, verdicts } from '../support/facts.ts';

const LIMIT = 1000;

function check(change: Partial<NamespaceFact>, overflow: number | null, expected: readonly string[]): void {
  const netstat = overflow === null ? null : [counters({ 'TcpExt.TCPTimeWaitOverflow': overflow })];
  const facts = { namespaces: [namespace(change)], netstat, maxTwBuckets: limit(LIMIT) };
  assert.deepEqual(verdicts(timeWaitFlood, facts), expected);
}

test('fires from the first overflow on, in any namespace', () => {
  check({ timeWait: 5 }, 1, ['warning overflowed high']);
  check({ timeWait: 5 }, 0, []);
});

test('fires in the namespace of the host from its share of the limit on, not below', () => {
  check({ isHost: true, timeWait: SHARE_OF_LIMIT * LIMIT }, 0, ['warning nearly-full medium']);
  check({ isHost: true, timeWait: SHARE_OF_LIMIT * LIMIT - 1 }, 0, []);
});

test('a limit of 0 or an unknown one is no limit', () => {
  const facts = { namespaces: [namespace({ isHost: true, timeWait: 10 })], netstat: [] };
  assert.deepEqual(verdicts(timeWaitFlood, { ...facts, maxTwBuckets: limit(0) }), []);
  assert.deepEqual(verdicts(timeWaitFlood, facts), []);
});

test('quiet in a pod without overflow: the limit of the host is not its limit', () => {
  check({ timeWait: 50 * LIMIT }, 0, []);
  check({ timeWait: 50 * LIMIT }, null, []);
});

test('overflows of another namespace are not booked here', () => {
  const facts = {
    namespaces: [namespace()],
    netstat: [counters({ 'TcpExt.TCPTimeWaitOverflow': 7 }, 4026539999)],
  };
  assert.deepEqual(verdicts(timeWaitFlood, facts), []);
});

test('rows stand in for a missing sockstat', () => {
  const [finding] = findings(timeWaitFlood, {
    namespaces: [namespace({ isHost: true, timeWait: null, minisocks: 900 })],
    maxTwBuckets: limit(LIMIT),
  });
  assert.equal(finding?.measures['timeWait'], 900);
});

test('it is never said to be the cause of TCP memory', () => {
  const [finding] = findings(timeWaitFlood, {
    namespaces: [namespace({ timeWait: 5 })],
    netstat: [counters({ 'TcpExt.TCPTimeWaitOverflow': 1 })],
  });
  assert.match(english(finding?.message ?? ''), /never the cause/);
});

test('fires when one peer has taken most of the local ports, not at the share itself', () => {
  const most = Math.floor(SHARE_OF_PORTS * DEFAULT_PORTS);
  check({ timeWait: 50, topRemote: '10.0.0.9:443', topRemoteMinisocks: most + 1 }, 0, ['warning ports-short medium']);
  check({ timeWait: 50, topRemote: '10.0.0.9:443', topRemoteMinisocks: most }, 0, []);
});

test('the port range of the host counts on the host only', () => {
  const peer = { timeWait: 5, topRemote: '10.0.0.9:443', topRemoteMinisocks: 71 };
  const facts = (isHost: boolean) => ({ namespaces: [namespace({ ...peer, isHost })], localPorts: limit(100) });
  assert.deepEqual(verdicts(timeWaitFlood, facts(true)), ['warning ports-short medium']);
  assert.deepEqual(verdicts(timeWaitFlood, facts(false)), []);
});
