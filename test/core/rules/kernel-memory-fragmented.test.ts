import assert from 'node:assert/strict';
import test from 'node:test';
import type { AvailableFacts } from '../../../src/core/facts/facts.ts';
import type { MemoryStatus } from '../../../src/core/report/report.ts';
import { kernelMemoryFragmented, LARGE_ORDER } from '../../../src/core/rules/kernel-memory-fragmented.ts';
import { english } from '../support/english.ts';
import { counters, findings, kernelLog, memory, PLACE, verdicts } from '../support/facts.ts';

const EMPTY_LOG = kernelLog('tcp-out-of-memory', []);
const FAILED = kernelLog('page-allocation-failure', [10, 20]);

type Zones = Readonly<Record<string, readonly number[]>>;

function buddy(zones: Zones): NonNullable<AvailableFacts['buddy']> {
  return {
    entry: 'proc/buddyinfo',
    zones: Object.entries(zones).map(([zone, freeBlocks]) => ({ node: 0, zone, freeBlocks })),
  };
}

/** Free blocks up to the given order only. */
function upTo(order: number): readonly number[] {
  return Array.from({ length: 11 }, (_, i) => (i <= order ? 50 : 0));
}

const IN_PIECES = buddy({ DMA: upTo(10), DMA32: upTo(LARGE_ORDER - 1), Normal: upTo(LARGE_ORDER - 1) });
const WHOLE = buddy({ DMA: upTo(0), DMA32: upTo(LARGE_ORDER - 1), Normal: upTo(10) });
const WHOLE_AND_FREE = buddy({ DMA: upTo(0), Normal: upTo(10) });
const PRESSURES = [counters({ 'TcpExt.TCPMemoryPressures': 7 }), counters({ 'TcpExt.TCPMemoryPressures': 0 }, 2)];
const DROPS = [counters({ 'TcpExt.PFMemallocDrop': 3, 'TcpExt.TCPMemoryPressures': 0 })];

function check(facts: Partial<AvailableFacts>, expected: readonly string[]): void {
  assert.deepEqual(verdicts(kernelMemoryFragmented, { kernelLog: EMPTY_LOG, ...facts }), expected);
}

test('fires on one line of a failed allocation, of pages or of an object', () => {
  check({ kernelLog: kernelLog('page-allocation-failure', [10]) }, ['warning allocation-failed high']);
  check({ kernelLog: kernelLog('slub-failure', [10]) }, ['warning allocation-failed high']);
});

test('quiet on a log without one, and on TCP: out of memory', () => {
  check({}, []);
  check({ kernelLog: kernelLog('tcp-out-of-memory', [10]), netstat: PRESSURES, buddy: IN_PIECES }, []);
});

function checkSilent(
  facts: Partial<AvailableFacts>,
  expected: readonly string[],
  status: MemoryStatus = 'healthy',
): void {
  check({ netstat: PRESSURES, buddy: IN_PIECES, memory: memory(1, { status }), ...facts }, expected);
}

test('without a line it fires on pressure that mem does not explain, where no large block is free', () => {
  checkSilent({}, ['warning no-large-blocks medium']);
  checkSilent({ netstat: [counters({ 'TcpExt.TCPMemoryPressures': 0 })] }, []);
  checkSilent({ netstat: null }, []);
  checkSilent({ buddy: null }, []);
  checkSilent({ memory: null }, []);
});

test('pressure of a node whose memory is or was above a mark is explained', () => {
  for (const status of ['elevated', 'pressure', 'exhausted', 'unknown'] as const) checkSilent({}, [], status);
  checkSilent({ kernelLog: kernelLog('tcp-out-of-memory', [10]) }, []);
});

test('one free block of eight pages in any ordinary zone is enough, of four pages not', () => {
  const other = { DMA32: upTo(0) };
  checkSilent({ buddy: buddy({ ...other, Normal: upTo(LARGE_ORDER) }) }, []);
  checkSilent({ buddy: buddy({ ...other, Normal: upTo(LARGE_ORDER - 1) }) }, ['warning no-large-blocks medium']);
});

test('zones that packets never come from do not count, for or against', () => {
  for (const zone of ['DMA', 'Device', 'Movable']) {
    checkSilent({ buddy: buddy({ Normal: upTo(2), [zone]: upTo(10) }) }, ['warning no-large-blocks medium']);
    checkSilent({ buddy: buddy({ [zone]: upTo(0) }) }, []);
  }
});

test('packets dropped from the emergency reserves count where no large block is free, whatever mem reads', () => {
  checkSilent({ netstat: DROPS }, ['warning no-large-blocks medium'], 'exhausted');
  checkSilent({ netstat: DROPS, buddy: WHOLE }, [], 'exhausted');
  const [finding] = findings(kernelMemoryFragmented, { kernelLog: EMPTY_LOG, netstat: DROPS, buddy: IN_PIECES });
  assert.match(english(finding?.message ?? ''), /^3 packets /);
  assert.match(english(finding?.evidence.at(-1)?.note ?? ''), /PFMemallocDrop 3/);
});

test('lines, zones and counters of all namespaces are measured, and each is evidence', () => {
  const facts = { kernelLog: FAILED, buddy: IN_PIECES, netstat: [...PRESSURES, ...DROPS] };
  const [finding] = findings(kernelMemoryFragmented, { ...facts, memory: memory(1) });
  assert.deepEqual(finding?.measures, {
    failureLines: 2,
    zonesWithoutLargeBlocks: 2,
    memoryPressures: 7,
    emergencyDrops: 3,
  });
  assert.deepEqual(
    finding?.evidence.map(({ entry, startLine, endLine }) => [entry, startLine, endLine]),
    [
      ['dmesg', 10, 11],
      ['proc/buddyinfo', 1, 3],
      ['proc/700/net/netstat', 2, 2],
    ],
  );
  assert.equal(finding?.subjects[0]?.kind, 'node');
});

test('counters that were not captured are not zero', () => {
  const [finding] = findings(kernelMemoryFragmented, { kernelLog: FAILED });
  assert.deepEqual(finding?.measures, { failureLines: 2, zonesWithoutLargeBlocks: 0 });
});

test('a log line is doubted where large blocks are free at the capture, and only there', () => {
  const doubts = (blocks: AvailableFacts['buddy']) =>
    findings(kernelMemoryFragmented, { kernelLog: FAILED, buddy: blocks })[0]?.doubts.length;
  assert.equal(doubts(WHOLE), 1);
  assert.equal(doubts(IN_PIECES), 0);
  assert.equal(doubts(null), 0);
});

test('the counter that counts is evidence, of a namespace where it is not zero', () => {
  const note = (netstat: AvailableFacts['netstat'], status: MemoryStatus = 'healthy') => {
    const facts = { kernelLog: FAILED, buddy: IN_PIECES, memory: memory(1, { status }), netstat };
    return english(findings(kernelMemoryFragmented, facts)[0]?.evidence.at(-1) ?? PLACE);
  };
  const both = [counters({ 'TcpExt.TCPMemoryPressures': 7, 'TcpExt.PFMemallocDrop': 3 })];
  assert.equal(note(both)?.note, 'TcpExt.TCPMemoryPressures 7');
  assert.equal(note(both, 'exhausted')?.note, 'TcpExt.PFMemallocDrop 3');
  assert.equal(note([...PRESSURES].reverse(), 'exhausted')?.note, 'TcpExt.TCPMemoryPressures 7');
  assert.equal(note([counters({ 'TcpExt.TCPMemoryPressures': 0 })])?.entry, 'proc/buddyinfo');
});

test('free blocks are evidence only where they are missing', () => {
  const [finding] = findings(kernelMemoryFragmented, { kernelLog: FAILED, buddy: WHOLE_AND_FREE });
  assert.deepEqual(
    finding?.evidence.map(({ entry }) => entry),
    ['dmesg'],
  );
});
