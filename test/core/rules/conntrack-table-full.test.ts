import assert from 'node:assert/strict';
import test from 'node:test';
import type { AvailableFacts } from '../../../src/core/facts/facts.ts';
import { conntrackTableFull } from '../../../src/core/rules/conntrack-table-full.ts';
import { FULL } from '../../../src/core/rules/thresholds.ts';
import { english } from '../support/english.ts';
import { findings, kernelLog, verdicts } from '../support/facts.ts';

const MAX = 1000;
const LOGGED = kernelLog('conntrack-full', [10, 20, 30]);
const QUIET_LOG = kernelLog('conntrack-full', []);

function table(count: number, max = MAX): NonNullable<AvailableFacts['conntrack']> {
  return { entry: 'proc/sys/net/netfilter/nf_conntrack_count', count, max };
}

function check(facts: Partial<AvailableFacts>, expected: readonly string[]): void {
  assert.deepEqual(verdicts(conntrackTableFull, facts), expected);
}

test('fires when this share of the table is in use, not one entry below', () => {
  check({ conntrack: table(FULL * MAX) }, ['warning full-now high']);
  check({ conntrack: table(FULL * MAX - 1) }, []);
});

test('a full table and lines of the log together are an error', () => {
  check({ conntrack: table(MAX), kernelLog: LOGGED }, ['error full-now high']);
  check({ conntrack: table(MAX), kernelLog: QUIET_LOG }, ['warning full-now high']);
});

test('lines alone say that it was full, with or without the counts', () => {
  check({ kernelLog: LOGGED }, ['warning was-full medium']);
  check({ conntrack: table(3), kernelLog: LOGGED }, ['warning was-full medium']);
});

test('quiet on an empty table, a maximum of zero and other lines', () => {
  check({ conntrack: table(0, 0) }, []);
  check({ conntrack: table(0), kernelLog: kernelLog('neighbour-full', [1]) }, []);
});

test('counts and lines are measured, and both are evidence', () => {
  const [finding] = findings(conntrackTableFull, { conntrack: table(990), kernelLog: LOGGED });
  assert.deepEqual(finding?.measures, { lines: 3, conntrackCount: 990, conntrackMax: MAX });
  assert.deepEqual(
    finding?.evidence.map(({ entry, startLine, endLine }) => [entry, startLine, endLine]),
    [
      ['proc/sys/net/netfilter/nf_conntrack_count', 1, 1],
      ['dmesg', 10, 12],
    ],
  );
  assert.match(english(finding?.message ?? ''), /990 of 1,000.*3 lines/);
  assert.equal(finding?.subjects[0]?.kind, 'node');
});

test('a table that is not full at the capture is doubted, and counts that are missing are not zero', () => {
  const [finding] = findings(conntrackTableFull, { kernelLog: LOGGED });
  assert.deepEqual(finding?.measures, { lines: 3 });
  assert.equal(finding?.doubts.length, 1);
  assert.equal(findings(conntrackTableFull, { conntrack: table(MAX) })[0]?.doubts.length, 0);
});
