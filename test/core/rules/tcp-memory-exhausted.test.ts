import assert from 'node:assert/strict';
import test from 'node:test';
import type { Memory, MemoryOwner } from '../../../src/core/report/report.ts';
import { OWNER_SHARE, RECENT_SECONDS, tcpMemoryExhausted } from '../../../src/core/rules/tcp-memory-exhausted.ts';
import { english } from '../support/english.ts';
import { findings, kernelLog, memory, node, SOCKSTAT, tcpMem, verdicts } from '../support/facts.ts';

function facts(memPages: number, change: Partial<Memory> = {}) {
  return { memory: memory(memPages, change), tcpMem: tcpMem(100, 200, 300), sockstat: SOCKSTAT, node: node() };
}

function check(memPages: number, expected: readonly string[], change: Partial<Memory> = {}): void {
  assert.deepEqual(verdicts(tcpMemoryExhausted, facts(memPages, change)), expected);
}

test('quiet up to the low mark, a note above it', () => {
  check(0, []);
  check(100, []);
  check(101, ['note elevated high']);
});

test('a warning above the pressure mark, not at it', () => {
  check(200, ['note elevated high']);
  check(201, ['warning pressure high']);
});

test('an error above the maximum, not at it', () => {
  check(300, ['warning pressure high']);
  check(301, ['error exhausted high']);
});

test('within the error of the kernel it is less sure', () => {
  check(310, ['error exhausted medium'], { errorPages: 10 });
  check(311, ['error exhausted high'], { errorPages: 10 });
});

test('the pressure flag is pressure, whatever mem reads', () => {
  check(5, ['warning pressure high'], { pressureFlag: true });
  check(5, [], { pressureFlag: false });
});

test('an OOM line of the last minute means exhausted although mem has come down, an older one does not', () => {
  const logged = (seconds: number | null) =>
    verdicts(tcpMemoryExhausted, { ...facts(5), kernelLog: kernelLog('tcp-out-of-memory', [10, seconds]) });
  assert.deepEqual(logged(1000 - RECENT_SECONDS), ['error exhausted-recently medium']);
  assert.deepEqual(logged(1000 - RECENT_SECONDS - 0.01), []);
  assert.deepEqual(logged(null), []);
});

test('quiet without mem', () => {
  assert.deepEqual(verdicts(tcpMemoryExhausted, facts(0, { memPages: null })), []);
});

function owner(pages: number, change: Partial<MemoryOwner> = {}): MemoryOwner {
  return {
    subject: { kind: 'process', pid: 700, comm: 'hoarder' },
    pages,
    rxQueueBytes: 10,
    txQueueBytes: 0,
    sockets: 5,
    source: 'skmem',
    queuedPages: pages,
    reservedPages: 0,
    ...change,
  };
}

test('names the largest owner from its share on, not below', () => {
  const named = (pages: number) =>
    findings(
      tcpMemoryExhausted,
      facts(1000, { owners: [owner(pages)], unexplainedPages: 1000 - pages }),
    )[0]?.subjects.map((subject) => subject.pid);
  assert.deepEqual(named(OWNER_SHARE * 1000), [undefined, 700]);
  assert.deepEqual(named(OWNER_SHARE * 1000 - 1), [undefined]);
});

test('without ss the share is a lower bound, and ss is what to run', () => {
  const [finding] = findings(tcpMemoryExhausted, facts(1000, { owners: [owner(400, { source: 'queues' })] }));
  assert.match(english(finding?.next ?? ''), /ss -/);
  assert.match(english(finding?.message ?? ''), /at least/);
});

test('unread data of closed sockets is a doubt while less than half of mem is seen', () => {
  const doubts = (unexplained: number) =>
    english(findings(tcpMemoryExhausted, facts(1000, { unexplainedPages: unexplained }))[0]?.doubts ?? []).join(' ');
  assert.match(doubts(501), /closed but held/);
  assert.doesNotMatch(doubts(500), /closed but held/);
});
