import assert from 'node:assert/strict';
import test from 'node:test';
import type { Coverage } from '../../../src/core/report/report.ts';
import { bundleIncomplete, FEW_PROCESSES, FEW_SHARE } from '../../../src/core/rules/bundle-incomplete.ts';
import { coverage, findings, verdicts } from '../support/facts.ts';

const bundle = { entry: 'meta.json' };

function check(change: Partial<Coverage>, expected: readonly string[]): void {
  assert.deepEqual(verdicts(bundleIncomplete, { bundle, coverage: coverage(change) }), expected);
}

test('fires for a namespace without tables, for unreadable fds and for a cut archive', () => {
  check({ namespacesSeen: 4 }, ['warning gaps high']);
  check({ processesReadable: 10 }, ['warning gaps high']);
  check({ truncated: true }, ['warning gaps high']);
});

test('quiet when everything known was captured', () => {
  check({}, []);
  check({ namespacesSeen: 6 }, []);
});

test('a few processes that ended meanwhile are a note, one more is a warning', () => {
  const few = Math.max(FEW_PROCESSES, FEW_SHARE * 40);
  check({ processesReadable: 40 - few }, ['note gaps high']);
  check({ processesReadable: 40 - few - 1 }, ['warning gaps high']);
  check({ processesTotal: 1000, processesReadable: 1000 - FEW_SHARE * 1000 }, ['note gaps high']);
  check({ processesTotal: 1000, processesReadable: 1000 - FEW_SHARE * 1000 - 1 }, ['warning gaps high']);
});

test('all gaps are in one finding, counted', () => {
  const [finding] = findings(bundleIncomplete, {
    bundle,
    coverage: coverage({ namespacesSeen: 3, processesReadable: 10, truncated: true }),
  });
  assert.deepEqual(finding?.measures, { namespacesMissing: 2, processesUnreadable: 30, truncated: 1 });
});
