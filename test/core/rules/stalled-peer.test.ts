import assert from 'node:assert/strict';
import test from 'node:test';
import type { SenderFact } from '../../../src/core/facts/facts.ts';
import type { MemoryStatus } from '../../../src/core/report/report.ts';
import { MIN_STUCK, MIN_TX_BYTES, SHARE_OF_MEM, stalledPeer } from '../../../src/core/rules/stalled-peer.ts';
import { findings, memory, sender, verdicts } from '../support/facts.ts';

function check(
  change: Partial<SenderFact>,
  expected: readonly string[],
  status: MemoryStatus = 'exhausted',
  memPages = 1000,
): void {
  const facts = { memory: memory(memPages, { status }), senders: [sender(change)] };
  assert.deepEqual(verdicts(stalledPeer, facts), expected);
}

const BYTES = 1000 * 4096;

test('fires from a megabyte on, not one byte below', () => {
  const few = 256;
  check({ txQueueBytes: MIN_TX_BYTES, zeroWindow: 10 }, ['error zero-window high'], 'exhausted', few);
  check({ txQueueBytes: MIN_TX_BYTES - 1, zeroWindow: 10 }, [], 'exhausted', few);
});

test('fires above its share of mem, not at it', () => {
  const share = Math.ceil(SHARE_OF_MEM * BYTES);
  check({ txQueueBytes: share + 1, zeroWindow: 10 }, ['error zero-window high']);
  check({ txQueueBytes: Math.floor(SHARE_OF_MEM * BYTES), zeroWindow: 10 }, []);
});

test('data in flight on a node whose memory is not short is no fault', () => {
  for (const status of ['healthy', 'elevated', 'unknown'] as const) check({ txQueueBytes: BYTES }, [], status);
  check({ txQueueBytes: BYTES }, ['error unsent medium'], 'pressure');
});

test('before memory is short it fires when more than half of the peers take nothing, not at half', () => {
  const sockets = 30;
  check({ txQueueBytes: BYTES, sockets, zeroWindow: 16 }, ['note zero-window medium'], 'elevated');
  check({ txQueueBytes: BYTES, sockets, retransmitting: 16 }, ['note retransmitting medium'], 'elevated');
  check({ txQueueBytes: BYTES, sockets, zeroWindow: 15 }, [], 'elevated');
  check({ txQueueBytes: BYTES, sockets, retransmitting: 15 }, [], 'elevated');
});

test('on a node whose memory is below every mark it takes ten peers that take nothing', () => {
  check({ txQueueBytes: BYTES, zeroWindow: MIN_STUCK }, ['note zero-window medium'], 'healthy');
  check({ txQueueBytes: BYTES, zeroWindow: MIN_STUCK - 1 }, [], 'healthy');
});

test('closed windows and retransmissions are told apart by which is more', () => {
  check({ txQueueBytes: BYTES, zeroWindow: 4, retransmitting: 3 }, ['error zero-window medium']);
  check({ txQueueBytes: BYTES, zeroWindow: 3, retransmitting: 4 }, ['error retransmitting medium']);
});

test('quiet when mem is zero: nothing can be a share of it', () => {
  check({ txQueueBytes: BYTES, zeroWindow: 10 }, [], 'elevated', 0);
});

test('the peer is named second when it lives on the node', () => {
  const peer = { kind: 'process', pid: 9, comm: 'reader' } as const;
  const [finding] = findings(stalledPeer, {
    memory: memory(1000, { status: 'exhausted' }),
    senders: [sender({ txQueueBytes: BYTES, zeroWindow: 10, topRemoteSubject: peer })],
  });
  assert.deepEqual(
    finding?.subjects.map((subject) => subject.pid),
    [700, 9],
  );
});

test('before memory is short it accuses only when ss shows that most have sent nothing for long', () => {
  const idle = (idleSockets: number) => ({ txQueueBytes: BYTES, zeroWindow: 10, timedSockets: 10, idleSockets });
  check(idle(6), ['warning zero-window high'], 'healthy');
  check(idle(5), ['note zero-window medium'], 'healthy');
  check(idle(0), ['error zero-window high'], 'exhausted');
});
