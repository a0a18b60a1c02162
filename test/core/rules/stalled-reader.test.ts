import assert from 'node:assert/strict';
import test from 'node:test';
import type { ReaderFact } from '../../../src/core/facts/facts.ts';
import type { MemoryStatus } from '../../../src/core/report/report.ts';
import {
  FULL_SHARE,
  MIN_FULL_QUEUES,
  MIN_RX_BYTES,
  OVERHEAD,
  SHARE_OF_MEM,
  stalledReader,
} from '../../../src/core/rules/stalled-reader.ts';
import { MIN_CLOSE_WAIT, MIN_RATIO_TO_ESTABLISHED } from '../../../src/core/rules/thresholds.ts';
import { english } from '../support/english.ts';
import { counters, findings, memory, reader, verdicts } from '../support/facts.ts';

function check(
  change: Partial<ReaderFact>,
  expected: readonly string[],
  status: MemoryStatus = 'exhausted',
  memPages = 10_000,
): void {
  const facts = { memory: memory(memPages, { status }), readers: [reader(change)] };
  assert.deepEqual(verdicts(stalledReader, facts), expected, JSON.stringify(change));
}

const MEM_BYTES = 10_000 * 4096;
const NOTE = ['note unread medium'];
const SURE = ['warning unread high'];
const PRESSED = ['error unread medium'];

test('fires from a megabyte on, not one byte below', () => {
  check({ rxQueueBytes: MIN_RX_BYTES }, PRESSED, 'exhausted', 256);
  check({ rxQueueBytes: MIN_RX_BYTES - 1 }, [], 'exhausted', 256);
});

test('while memory is short, it fires when the buffers of what is unread are more than their share of mem, not at it', () => {
  const share = (SHARE_OF_MEM * MEM_BYTES) / OVERHEAD;
  check({ rxQueueBytes: Math.floor(share) + 1 }, PRESSED);
  check({ rxQueueBytes: Math.floor(share) }, []);
  check({ rxQueueBytes: Math.floor(share) + 1 }, PRESSED, 'pressure');
});

test('while memory is not short, unread data alone is no fault', () => {
  for (const status of ['healthy', 'elevated', 'unknown'] as const) check({ rxQueueBytes: MEM_BYTES }, [], status);
});

test('while memory is not short, so many long queues are, on more than half of the connections', () => {
  const full = (largeSockets: number, connections: number) => ({
    rxQueueBytes: MIN_RX_BYTES,
    sockets: largeSockets,
    largeSockets,
    connections,
  });
  const connections = MIN_FULL_QUEUES / FULL_SHARE;
  check(full(MIN_FULL_QUEUES, MIN_FULL_QUEUES), NOTE, 'healthy');
  check(full(MIN_FULL_QUEUES - 1, MIN_FULL_QUEUES - 1), [], 'healthy');
  check(full(MIN_FULL_QUEUES + 1, connections), NOTE, 'healthy');
  check(full(MIN_FULL_QUEUES, connections), [], 'healthy');
});

test('connections on which nothing comes any more are proof, when they are more than half of those that ss timed', () => {
  const idle = (idleSockets: number) => ({ rxQueueBytes: MIN_RX_BYTES, sockets: 10, timedSockets: 8, idleSockets });
  check(idle(5), SURE, 'healthy');
  check(idle(4), [], 'healthy');
  check({ ...idle(5), rxQueueBytes: MIN_RX_BYTES - 1 }, [], 'healthy');
  check({ ...idle(5), rxQueueBytes: MEM_BYTES }, ['error unread high']);
  check({ ...idle(4), rxQueueBytes: MEM_BYTES }, PRESSED);
});

test('long queues are proof only while memory is short', () => {
  const full = { rxQueueBytes: MEM_BYTES, sockets: 200, largeSockets: 200, connections: 200 };
  check(full, ['error unread high']);
  check(full, NOTE, 'elevated');
  check({ ...full, processState: 'T' }, ['warning unread-stopped high'], 'elevated');
});

test('leaves unread data of closed connections to the rule about those, when it is most of the data of many', () => {
  const closed = (closeWaitSockets: number, closeWaitRxBytes: number) => ({
    rxQueueBytes: MEM_BYTES,
    closeWaitSockets,
    closeWaitRxBytes,
  });
  check(closed(MIN_CLOSE_WAIT, MEM_BYTES / 2 + 1), []);
  check(closed(MIN_CLOSE_WAIT, MEM_BYTES / 2), PRESSED);
  check(closed(MIN_CLOSE_WAIT - 1, MEM_BYTES), PRESSED);
});

test('a stopped process is another sentence, and certain', () => {
  for (const processState of ['T', 't', 'Z'])
    check({ rxQueueBytes: MEM_BYTES, processState }, ['error unread-stopped high']);
  check({ rxQueueBytes: MEM_BYTES, processState: 'D' }, ['error unread-stopped medium']);
  check({ rxQueueBytes: MEM_BYTES, processState: 'R' }, PRESSED);
  const [finding] = findings(stalledReader, {
    memory: memory(10_000, { status: 'exhausted' }),
    readers: [reader({ rxQueueBytes: MEM_BYTES, processState: 'T', topLocalPort: 9090 })],
  });
  assert.match(english(finding?.message ?? ''), /stopped/);
  assert.equal(finding?.measures['localPort'], 9090);
});

test('quiet when mem is zero or not known: nothing can be a share of it', () => {
  check({ rxQueueBytes: MEM_BYTES }, [], 'pressure', 0);
  const unknown = {
    memory: memory(0, { status: 'pressure', memPages: null }),
    readers: [reader({ rxQueueBytes: MEM_BYTES })],
  };
  assert.deepEqual(verdicts(stalledReader, unknown), []);
});

test('says how much, whose share, and that payload is only the least of it', () => {
  const message = (source: 'skmem' | 'queues') =>
    findings(stalledReader, {
      memory: memory(10_000, { status: 'exhausted' }),
      readers: [reader({ rxQueueBytes: MEM_BYTES, sockets: 321, pages: 5000, source })],
    })[0]?.message ?? '';
  for (const text of ['reader (pid 700)', '39.1 MiB', '321', '50 %'])
    assert.ok(english(message('skmem')).includes(text), text);
  assert.match(english(message('queues')), /at least 50 %/);
  assert.doesNotMatch(english(message('skmem')), /ten seconds|no wonder/);
  assert.doesNotMatch(english(message('skmem')), /at least/);
});

test('takes the closed windows from the namespace of the reader; a doubt stays only while it is not proven', () => {
  const facts = (idleSockets: number) => ({
    memory: memory(10_000, { status: 'exhausted' }),
    readers: [reader({ rxQueueBytes: MEM_BYTES, timedSockets: 10, idleSockets })],
    netstat: [counters({ 'TcpExt.TCPToZeroWindowAdv': 1 }, 1), counters({ 'TcpExt.TCPToZeroWindowAdv': 44 })],
  });
  const [unsure] = findings(stalledReader, facts(0));
  assert.equal(unsure?.measures['zeroWindowsSent'], 44);
  assert.equal(unsure?.evidence.length, 2);
  assert.equal(unsure?.doubts.length, 1);
  assert.deepEqual(findings(stalledReader, facts(10))[0]?.doubts, []);
});

test('each reader is a finding of its own, and the cure is no larger buffer', () => {
  const found = findings(stalledReader, {
    memory: memory(10_000, { status: 'exhausted' }),
    readers: [reader({ rxQueueBytes: MEM_BYTES }), reader({ rxQueueBytes: MEM_BYTES / 2 }), reader()],
  });
  assert.deepEqual(
    found.map((finding) => finding.measures['rxQueueBytes']),
    [MEM_BYTES, MEM_BYTES / 2],
  );
  assert.doesNotMatch(english(found[0]?.fixes ?? []).join(' '), /rmem|tcp_mem/);
});

test('unread data of closed connections is left to the rule about CLOSE_WAIT only where that rule has it', () => {
  const closed = { rxQueueBytes: MEM_BYTES, closeWaitRxBytes: MEM_BYTES, closeWaitSockets: MIN_CLOSE_WAIT };
  const open = MIN_CLOSE_WAIT / MIN_RATIO_TO_ESTABLISHED;
  check({ ...closed, connections: MIN_CLOSE_WAIT + open - 1 }, []);
  check({ ...closed, connections: MIN_CLOSE_WAIT + open }, PRESSED);
});
