import assert from 'node:assert/strict';
import test from 'node:test';
import type { AvailableFacts, NeighboursFact } from '../../../src/core/facts/facts.ts';
import { neighbourTableFull } from '../../../src/core/rules/neighbour-table-full.ts';
import { FULL } from '../../../src/core/rules/thresholds.ts';
import { english } from '../support/english.ts';
import { findings, kernelLog, verdicts } from '../support/facts.ts';

const MAX = 1000;
const LOGGED = kernelLog('neighbour-full', [10, 20]);
const QUIET_LOG = kernelLog('neighbour-full', []);
const ARP = { entry: 'proc/1/net/arp', startLine: 1, endLine: 951 };

function table(entries: number, gcThresh3 = MAX): NeighboursFact {
  return { entries, gcThresh3, evidence: ARP };
}

function check(facts: Partial<AvailableFacts>, expected: readonly string[]): void {
  assert.deepEqual(verdicts(neighbourTableFull, facts), expected);
}

test('fires when this share of gc_thresh3 is in use, not one entry below', () => {
  check({ neighbours: table(FULL * MAX) }, ['warning full-now high']);
  check({ neighbours: table(FULL * MAX - 1) }, []);
});

test('a full table and lines of the log together are an error', () => {
  check({ neighbours: table(MAX), kernelLog: LOGGED }, ['error full-now high']);
  check({ neighbours: table(MAX), kernelLog: QUIET_LOG }, ['warning full-now high']);
});

test('lines alone say that it was full, with or without the table', () => {
  check({ kernelLog: LOGGED }, ['warning was-full medium']);
  check({ neighbours: table(3), kernelLog: LOGGED }, ['warning was-full medium']);
});

test('quiet on a limit of zero and on other lines', () => {
  check({ neighbours: table(0, 0) }, []);
  check({ neighbours: table(5), kernelLog: kernelLog('conntrack-full', [1]) }, []);
});

test('entries and lines are measured, and both are evidence', () => {
  const [finding] = findings(neighbourTableFull, { neighbours: table(1200), kernelLog: LOGGED });
  assert.deepEqual(finding?.measures, { lines: 2, neighbours: 1200, gcThresh3: MAX });
  assert.deepEqual(
    finding?.evidence.map(({ entry, startLine, endLine }) => [entry, startLine, endLine]),
    [
      ['proc/1/net/arp', 1, 951],
      ['dmesg', 10, 11],
    ],
  );
  assert.match(english(finding?.message ?? ''), /1,200 entries.*1,000.*2 lines/);
});

test('a table that is not full at the capture is doubted, and one that is missing is not empty', () => {
  const [finding] = findings(neighbourTableFull, { kernelLog: LOGGED });
  assert.deepEqual(finding?.measures, { lines: 2 });
  assert.equal(finding?.doubts.length, 1);
  assert.equal(findings(neighbourTableFull, { neighbours: table(MAX) })[0]?.doubts.length, 0);
});
