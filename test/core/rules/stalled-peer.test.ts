import assert from 'node:assert/strict';
import test from 'node:test';
import { MIN_TX_BYTES, SHARE_OF_MEM, stalledPeer } from '../../../src/core/rules/stalled-peer.ts';
import { CULPRIT, finding, findings, memory, sender } from '../support/facts.ts';

const MEM_PAGES = 400_000;
const limit = SHARE_OF_MEM * MEM_PAGES * 4096;
const exhausted = memory(MEM_PAGES);

test('fires when one process has more than thirty per cent of mem in its send queues', () => {
  assert.deepEqual(findings(stalledPeer, { memory: exhausted, senders: [sender({ txQueueBytes: limit })] }), []);
  assert.equal(
    finding(stalledPeer, { memory: exhausted, senders: [sender({ txQueueBytes: limit + 1 })] }).level,
    'error',
  );
});

test('is quiet below a megabyte, whatever share of mem that is', () => {
  const small = memory(1, { status: 'pressure' });
  assert.deepEqual(findings(stalledPeer, { memory: small, senders: [sender({ txQueueBytes: MIN_TX_BYTES - 1 })] }), []);
  assert.equal(findings(stalledPeer, { memory: small, senders: [sender({ txQueueBytes: MIN_TX_BYTES })] }).length, 1);
});

test('is quiet on a node with healthy memory, where any upload is a large share of little', () => {
  assert.deepEqual(
    findings(stalledPeer, { memory: memory(1000), senders: [sender({ txQueueBytes: 100 * 2 ** 20 })] }),
    [],
  );
});

test('tells a closed window from a lost peer', () => {
  const of = (zeroWindow: number, retransmitting: number) =>
    finding(stalledPeer, {
      memory: exhausted,
      senders: [sender({ txQueueBytes: limit * 2, zeroWindow, retransmitting })],
    });
  assert.deepEqual([of(10, 0).messageId, of(10, 0).confidence], ['zero-window', 'high']);
  assert.equal(of(0, 10).messageId, 'retransmitting');
  assert.deepEqual([of(0, 0).messageId, of(0, 0).confidence], ['unsent', 'medium']);
});

test('names the process at the other end when it lives on the node', () => {
  const peer = { ...CULPRIT, pid: 999, comm: 'reader' };
  const draft = finding(stalledPeer, {
    memory: exhausted,
    senders: [sender({ txQueueBytes: limit * 2, topRemoteSubject: peer })],
  });
  assert.deepEqual(draft.subjects, [CULPRIT, peer]);
  assert.match(draft.message, /reader \(pid 999\)/);
});
