import assert from 'node:assert/strict';
import test from 'node:test';
import { bundleIncomplete, FEW_PROCESSES, FEW_SHARE } from '../../../src/core/rules/bundle-incomplete.ts';
import { coverage, finding, findings } from '../support/facts.ts';

test('is quiet when everything known was read', () => {
  assert.deepEqual(findings(bundleIncomplete, { coverage: coverage() }), []);
});

test('only notes a process or two that ended meanwhile', () => {
  const of = (missing: number, processesTotal: number) =>
    finding(bundleIncomplete, { coverage: coverage({ processesTotal, processesReadable: processesTotal - missing }) })
      .level;
  assert.equal(of(FEW_PROCESSES, 10), 'note');
  assert.equal(of(FEW_PROCESSES + 1, 10), 'warning');
  assert.equal(of(FEW_SHARE * 1000, 1000), 'note');
  assert.equal(of(FEW_SHARE * 1000 + 1, 1000), 'warning');
});

test('warns of a namespace without tables and of a cut archive', () => {
  assert.equal(finding(bundleIncomplete, { coverage: coverage({ namespacesSeen: 8 }) }).level, 'warning');
  assert.equal(finding(bundleIncomplete, { coverage: coverage({ truncated: true }) }).level, 'warning');
});
