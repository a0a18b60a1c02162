import assert from 'node:assert/strict';
import test from 'node:test';
import type { Finding, Level, Verdict } from '../../../src/core/report/report.ts';
import { severityOf } from '../../../src/core/verdict/severity.ts';

type State = Parameters<typeof severityOf>[0];

function state(status: Verdict['status'], level: Level | null, change: Partial<Verdict> = {}): State {
  const findings = level === null ? [] : [{ level } as Finding];
  const finding = level === null ? null : 0;
  const verdict = { status, finding, countOwner: null, memoryOwner: null, ...change } as Verdict;
  return { findings, verdict };
}

const CULPRIT = { countOwner: { kind: 'process', pid: 1 } } as const;

test('the states of nodes from the worst to the best', () => {
  const states: readonly (readonly [State, evidence: number])[] = [
    [state('findings', 'error', CULPRIT), 1],
    [state('findings', 'error'), 100],
    [state('findings', 'warning', CULPRIT), 1],
    [state('findings', 'warning'), 100],
    [state('findings', 'note'), 100],
    [state('insufficient', 'error'), 1],
    [state('insufficient', null), 10],
    [state('healthy', null), 100],
    [state('insufficient', null), 9],
  ];
  const severities = states.map(([each, evidence]) => severityOf(each, evidence, 100));
  assert.deepEqual(
    [...new Set(severities)],
    severities.toSorted((a, b) => a - b),
  );
  assert.equal(new Set(severities).size, states.length);
});
