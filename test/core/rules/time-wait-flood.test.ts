import assert from 'node:assert/strict';
import test from 'node:test';
import { SHARE_OF_LIMIT, timeWaitFlood } from '../../../src/core/rules/time-wait-flood.ts';
import { counters, finding, findings, namespace } from '../support/facts.ts';

const LIMIT = 1000;

test('fires when the kernel counted an overflow in the namespace', () => {
  const draft = finding(timeWaitFlood, {
    namespaces: [namespace({ timeWait: 2040 })],
    netstat: [counters({ 'TcpExt.TCPTimeWaitOverflow': 1 })],
  });
  assert.deepEqual([draft.messageId, draft.confidence], ['overflowed', 'high']);
  assert.match(draft.message, /never the cause/);
});

test('is quiet without an overflow in a pod, whose limit is not that of the host', () => {
  assert.deepEqual(findings(timeWaitFlood, { namespaces: [namespace({ timeWait: 5000 })] }), []);
});

test('fires on the host from four fifths of its limit on', () => {
  const at = (timeWait: number) => findings(timeWaitFlood, { namespaces: [namespace({ isHost: true, timeWait })] });
  assert.deepEqual(at(SHARE_OF_LIMIT * LIMIT - 1), []);
  assert.equal(at(SHARE_OF_LIMIT * LIMIT)[0]?.messageId, 'nearly-full');
});
