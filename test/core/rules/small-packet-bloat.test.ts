import assert from 'node:assert/strict';
import test from 'node:test';
import type { Memory, MemoryOwner } from '../../../src/core/report/report.ts';
import {
  MAX_CLOSED_SHARE,
  MIN_PAGES,
  MIN_RATIO,
  smallPacketBloat,
} from '../../../src/core/rules/small-packet-bloat.ts';
import { english } from '../support/english.ts';
import {
  counters,
  findings,
  ledger,
  memory,
  memoryOwner,
  PLACE,
  reader,
  SOCKSTAT,
  sender,
  verdicts,
} from '../support/facts.ts';

/** What ss says of one owner, whose queues occupy 10,000 pages. */
function ofOwner(change: Partial<MemoryOwner>, more: Partial<Memory> = {}) {
  const owner = memoryOwner({ source: 'skmem', queuedPages: 10_000, rxQueueBytes: 1000, ...change });
  return { memory: memory(50_000, { owners: [owner], ...more }), sockstat: SOCKSTAT };
}

/** What sockstat and the queues say of a node without ss. */
function ofNode(memPages: number, rxQueueBytes: number, more: Partial<Memory> = {}) {
  return { memory: memory(memPages, { status: 'elevated', rxQueueBytes, ...more }), sockstat: SOCKSTAT };
}

const OWNER = ['warning owner-bloated medium'];
const NODE = ['warning node-bloated low'];
const PAYLOAD = (10_000 * 4096) / MIN_RATIO;

test('an owner: fires above the ratio of memory to data, not at it', () => {
  assert.deepEqual(verdicts(smallPacketBloat, ofOwner({ rxQueueBytes: PAYLOAD - 1 })), OWNER);
  assert.deepEqual(verdicts(smallPacketBloat, ofOwner({ rxQueueBytes: PAYLOAD })), []);
  assert.deepEqual(verdicts(smallPacketBloat, ofOwner({ rxQueueBytes: 0, txQueueBytes: PAYLOAD - 1 })), OWNER);
  assert.deepEqual(verdicts(smallPacketBloat, ofOwner({ rxQueueBytes: PAYLOAD - 1, txQueueBytes: 1 })), []);
});

test('an owner: fires at the least number of pages, not one below', () => {
  assert.deepEqual(verdicts(smallPacketBloat, ofOwner({ queuedPages: MIN_PAGES })), OWNER);
  assert.deepEqual(verdicts(smallPacketBloat, ofOwner({ queuedPages: MIN_PAGES - 1 })), []);
});

test('an owner: quiet without data, on reserved pages, and on pages that are only guessed', () => {
  assert.deepEqual(verdicts(smallPacketBloat, ofOwner({ rxQueueBytes: 0 })), []);
  assert.deepEqual(verdicts(smallPacketBloat, ofOwner({ queuedPages: 0, pages: 10_000, reservedPages: 10_000 })), []);
  assert.deepEqual(verdicts(smallPacketBloat, ofOwner({ source: 'queues' })), []);
});

test('an owner: is an error while memory is short', () => {
  for (const status of ['exhausted', 'pressure'] as const)
    assert.deepEqual(verdicts(smallPacketBloat, ofOwner({}, { status })), ['error owner-bloated medium'], status);
  for (const status of ['healthy', 'elevated', 'unknown'] as const)
    assert.deepEqual(verdicts(smallPacketBloat, ofOwner({}, { status })), OWNER, status);
});

test('an owner: says how much for how little, with its rows, and doubts what came out of order', () => {
  const facts = ofOwner({ rxQueueBytes: 4000, txQueueBytes: 96 });
  const place = { ...PLACE, entry: 'proc/700/net/tcp' };
  const others = [1, 4026532000].map((netns, pid) => reader({ subject: { kind: 'process', pid: 700 - pid, netns } }));
  const [finding] = findings(smallPacketBloat, { ...facts, readers: [...others, reader({ evidence: place })] });
  assert.deepEqual(finding?.measures, { queuedPages: 10_000, payloadBytes: 4096, ratio: 10_000 });
  assert.match(english(finding?.message ?? ''), /owner \(pid 700\).*10,000 pages/);
  assert.deepEqual(
    finding?.evidence.map((each) => each.entry),
    ['proc/700/net/tcp', SOCKSTAT.entry],
  );
  assert.match(english(finding?.doubts ?? []).join(' '), /out of order/);
  const sent = findings(smallPacketBloat, { ...facts, senders: [sender({ evidence: place })] })[0];
  assert.equal(sent?.evidence[0]?.entry, 'proc/700/net/tcp');
});

test('each bloated owner is a finding of its own, and the node is none beside them', () => {
  const owners = [700, 701, 702].map((pid) =>
    memoryOwner({
      subject: { kind: 'process', pid },
      source: 'skmem',
      queuedPages: 9000,
      rxQueueBytes: pid === 702 ? 40_000_000 : 9,
    }),
  );
  const found = findings(smallPacketBloat, ofNode(50_000, 1000, { owners }));
  assert.deepEqual(
    found.map((finding) => finding.subjects[0]?.pid),
    [700, 701],
  );
});

test('the node: fires above the ratio of mem to all data, not at it', () => {
  assert.deepEqual(verdicts(smallPacketBloat, ofNode(10_000, PAYLOAD - 1)), NODE);
  assert.deepEqual(verdicts(smallPacketBloat, ofNode(10_000, PAYLOAD)), []);
  assert.deepEqual(verdicts(smallPacketBloat, ofNode(10_000, 0, { txQueueBytes: PAYLOAD - 1 })), NODE);
});

test('the node: fires at the least number of pages that are certain, not one below', () => {
  assert.deepEqual(verdicts(smallPacketBloat, ofNode(MIN_PAGES, 100)), NODE);
  assert.deepEqual(verdicts(smallPacketBloat, ofNode(MIN_PAGES - 1, 100)), []);
  assert.deepEqual(verdicts(smallPacketBloat, ofNode(MIN_PAGES + 512, 100, { errorPages: 512 })), NODE);
  assert.deepEqual(verdicts(smallPacketBloat, ofNode(MIN_PAGES + 511, 100, { errorPages: 512 })), []);
});

test('the node: what mem may be off is no memory of anybody', () => {
  assert.deepEqual(verdicts(smallPacketBloat, ofNode(10_512, PAYLOAD - 1, { errorPages: 512 })), NODE);
  assert.deepEqual(verdicts(smallPacketBloat, ofNode(10_512, PAYLOAD, { errorPages: 512 })), []);
});

test('the node: quiet while its memory is below every mark, and where ss tells of each socket', () => {
  for (const status of ['exhausted', 'pressure', 'elevated'] as const)
    assert.deepEqual(verdicts(smallPacketBloat, ofNode(10_000, 100, { status })), NODE, status);
  for (const status of ['healthy', 'unknown'] as const)
    assert.deepEqual(verdicts(smallPacketBloat, ofNode(10_000, 100, { status })), [], status);
  const owners = [memoryOwner({ source: 'skmem', pages: 1 })];
  assert.deepEqual(verdicts(smallPacketBloat, ofNode(10_000, 100, { owners })), []);
  assert.deepEqual(verdicts(smallPacketBloat, ofNode(10_000, 0)), []);
});

test('the node: quiet when closed sockets are more than their share of alloc: their data explains mem as well', () => {
  const closed = (unhashed: number) => ({ ...ofNode(10_000, 100), ledger: ledger(5000, { unhashed }) });
  assert.deepEqual(verdicts(smallPacketBloat, closed(MAX_CLOSED_SHARE * 5000)), NODE);
  assert.deepEqual(verdicts(smallPacketBloat, closed(MAX_CLOSED_SHARE * 5000 + 1)), []);
});

test('the node: adds up how often packets were merged, and names nobody', () => {
  const netstat = [counters({ 'TcpExt.TCPRcvCollapsed': 30 }), counters({ 'TcpExt.TCPRcvCollapsed': 12 }, 5)];
  const [finding] = findings(smallPacketBloat, { ...ofNode(10_000, 4000, { txQueueBytes: 96 }), netstat });
  assert.deepEqual(finding?.measures, { memPages: 10_000, payloadBytes: 4096, ratio: 10_000, receiveCollapsed: 42 });
  assert.deepEqual(finding?.subjects, [{ kind: 'node' }]);
  assert.equal(finding?.doubts.length, 1);
  assert.equal(findings(smallPacketBloat, ofNode(10_000, 4096))[0]?.measures['receiveCollapsed'], undefined);
});

test('the cure is no larger buffer', () => {
  const [finding] = findings(smallPacketBloat, ofOwner({}));
  assert.doesNotMatch(english(finding?.fixes ?? []).join(' '), /tcp_mem|tcp_rmem|tcp_wmem/);
  assert.match(english(finding?.nonFixes ?? []).join(' '), /tcp_mem/);
});
