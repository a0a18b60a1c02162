import assert from 'node:assert/strict';
import test from 'node:test';
import { orphanFlood, SHARE_OF_LIMIT } from '../../../src/core/rules/orphan-flood.ts';
import { english } from '../support/english.ts';
import { findings, kernelLog, ledger, limit, namespace, SOCKSTAT, verdicts } from '../support/facts.ts';

const LIMIT = 16384;

function facts(orphans: number, lines = 0, owned = 0) {
  return {
    ledger: ledger(50_000, { orphans }),
    maxOrphans: limit(LIMIT),
    sockstat: SOCKSTAT,
    kernelLog: kernelLog(
      'tcp-too-many-orphans',
      Array.from({ length: lines }, () => 5),
    ),
    namespaces: [namespace(), namespace({ orphans: owned, orphanTxBytes: owned * 100 })],
  };
}

test('fires above a quarter of the limit, not at it', () => {
  assert.deepEqual(verdicts(orphanFlood, facts(SHARE_OF_LIMIT * LIMIT + 1)), ['warning orphans-now high']);
  assert.deepEqual(verdicts(orphanFlood, facts(SHARE_OF_LIMIT * LIMIT)), []);
});

test('a line in the log alone is enough, with less confidence; both together are an error', () => {
  assert.deepEqual(verdicts(orphanFlood, facts(3, 1)), ['warning orphans-logged medium']);
  assert.deepEqual(verdicts(orphanFlood, facts(10_000, 1)), ['error orphans-now high']);
});

test('quiet on a few orphans, and on other lines of the log', () => {
  assert.deepEqual(verdicts(orphanFlood, facts(100)), []);
  assert.deepEqual(verdicts(orphanFlood, { ...facts(100), kernelLog: kernelLog('tcp-out-of-memory', [1, 2, 3]) }), []);
});

test('names a namespace that has more than half of them, not one with half', () => {
  const subject = (owned: number) => findings(orphanFlood, facts(10_000, 0, owned))[0]?.subjects[0];
  assert.equal(subject(5001)?.pid, 700);
  assert.deepEqual(subject(5000), { kind: 'node' });
  assert.deepEqual(subject(0), { kind: 'node' });
});

test('runs without the log and without tables', () => {
  const given = { ...facts(10_000), kernelLog: null, namespaces: null };
  assert.deepEqual(verdicts(orphanFlood, given), ['warning orphans-now high']);
});

test('does not advise to restart a process: none holds an orphan', () => {
  const [finding] = findings(orphanFlood, facts(10_000));
  assert.doesNotMatch(english(finding?.fixes ?? []).join(' '), /restart/i);
});
