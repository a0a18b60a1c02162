import assert from 'node:assert/strict';
import test from 'node:test';
import { FEW_LEFT, fdExhaustion } from '../../../src/core/rules/fd-exhaustion.ts';
import { FULL } from '../../../src/core/rules/thresholds.ts';
import type { Process } from '../../../src/core/snapshot/processes.ts';
import { english } from '../support/english.ts';
import { findings, processFact, verdicts } from '../support/facts.ts';

const LIMIT = 1000;

function check(openFds: number, expected: readonly string[], limits: Partial<Process> = { softLimit: LIMIT }): void {
  assert.deepEqual(verdicts(fdExhaustion, { processes: [processFact({ tcp: openFds }, limits)] }), expected);
}

test('fires when this share of the soft limit is open, not one fd below', () => {
  check(FULL * LIMIT, ['warning near-limit high']);
  check(FULL * LIMIT - 1, []);
});

test('it is an error when only a few are left, not with one more', () => {
  check(LIMIT - FEW_LEFT, ['error at-limit high']);
  check(LIMIT - FEW_LEFT - 1, ['warning near-limit high']);
  check(LIMIT, ['error at-limit high']);
});

test('more fds than the limit, which was lowered afterwards, leave none', () => {
  check(LIMIT + 5, ['error at-limit high']);
});

test('quiet when the limit is not known, or is none', () => {
  check(1_000_000, [], {});
  check(1_000_000, [], { softLimit: null });
  check(1, [], { softLimit: 0 });
});

test('each process that is full is named, with its numbers and its largest kind', () => {
  const full = processFact({ file: 20, tcp: 945, unix: 30 }, { softLimit: LIMIT, hardLimit: 4096 });
  const found = findings(fdExhaustion, { processes: [processFact({ tcp: 3 }, { softLimit: LIMIT }), full] });
  assert.equal(found.length, 1);
  assert.deepEqual(found[0]?.measures, { openFds: 995, softLimit: LIMIT, hardLimit: 4096, topKindFds: 945 });
  assert.equal(found[0]?.subjects[0], full.subject);
  assert.match(english(found[0]?.message ?? ''), /995 fds.*1,000.*5 are left.*TCP connections \(945/);
});

test('kinds of the same number are named in one order', () => {
  const message = (kinds: Readonly<Record<string, number>>) =>
    findings(fdExhaustion, { processes: [processFact(kinds, { softLimit: 10 })] })[0]?.message;
  assert.deepEqual(message({ unix: 5, pipe: 5 }), message({ pipe: 5, unix: 5 }));
});

test('the advice to raise the soft limit is not given where the hard one is as low', () => {
  const fixes = (hardLimit: number | null) =>
    findings(fdExhaustion, { processes: [processFact({ tcp: LIMIT }, { softLimit: LIMIT, hardLimit })] })[0]?.fixes;
  assert.deepEqual(fixes(LIMIT + 1), fixes(null));
  assert.notDeepEqual(fixes(LIMIT), fixes(null));
});

test('both the limit and the fds are evidence', () => {
  const limitEvidence = { entry: 'proc/700/limits', startLine: 9, endLine: 9 };
  const evidence = { entry: 'proc/700/fd/3', startLine: 1, endLine: 1 };
  const full = { ...processFact({ tcp: LIMIT }, { softLimit: LIMIT }), limitEvidence, evidence };
  assert.deepEqual(findings(fdExhaustion, { processes: [full] })[0]?.evidence, [limitEvidence, evidence]);
});
