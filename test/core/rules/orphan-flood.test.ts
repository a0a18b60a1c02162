import assert from 'node:assert/strict';
import test from 'node:test';
import { orphanFlood, SHARE_OF_LIMIT } from '../../../src/core/rules/orphan-flood.ts';
import { CULPRIT, finding, findings, kernelLog, ledger, namespace } from '../support/facts.ts';

const LIMIT = 1000;

test('fires above a quarter of the limit, since a slow orphan counts up to four times', () => {
  assert.deepEqual(findings(orphanFlood, { ledger: ledger({ orphans: SHARE_OF_LIMIT * LIMIT }) }), []);
  assert.equal(
    finding(orphanFlood, { ledger: ledger({ orphans: SHARE_OF_LIMIT * LIMIT + 1 }) }).messageId,
    'orphans-now',
  );
});

test('fires on the line of the log alone, with less confidence', () => {
  const draft = finding(orphanFlood, { kernelLog: kernelLog([['tcp-too-many-orphans', 10]]) });
  assert.deepEqual([draft.messageId, draft.confidence], ['orphans-logged', 'medium']);
});

test('is an error when both speak', () => {
  const log = kernelLog([['tcp-too-many-orphans', 10]]);
  assert.equal(finding(orphanFlood, { ledger: ledger({ orphans: 900 }), kernelLog: log }).level, 'error');
  assert.equal(finding(orphanFlood, { ledger: ledger({ orphans: 900 }) }).level, 'warning');
});

test('names the namespace that has more than half of them', () => {
  const of = (orphans: number) =>
    finding(orphanFlood, { ledger: ledger({ orphans: 900 }), namespaces: [namespace({ orphans })] }).subjects;
  assert.deepEqual(of(451), [CULPRIT]);
  assert.deepEqual(of(450), [{ kind: 'node' }]);
});
