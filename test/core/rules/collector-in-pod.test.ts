import assert from 'node:assert/strict';
import test from 'node:test';
import type { CollectorFact } from '../../../src/core/facts/facts.ts';
import { collectorInPod } from '../../../src/core/rules/collector-in-pod.ts';
import { english } from '../support/english.ts';
import { findings, PLACE, verdicts } from '../support/facts.ts';

type Reason = NonNullable<CollectorFact['pod']>['reason'];

function seen(reason: Reason): CollectorFact {
  return { pod: { reason, evidence: PLACE } };
}

const CASES: readonly (readonly [Reason, string])[] = [
  ['no-tcp-mem', 'warning no-tcp-mem medium'],
  ['not-of-pid-1', 'warning not-of-pid-1 high'],
  ['copies', 'warning copies high'],
  ['own-pids', 'warning own-pids high'],
];
for (const [reason, expected] of CASES) {
  test(`what ${reason} shows is told by that id`, () => {
    assert.deepEqual(verdicts(collectorInPod, { collector: seen(reason) }), [expected]);
  });
}

test('quiet when nothing shows it', () => {
  assert.deepEqual(verdicts(collectorInPod, { collector: { pod: null } }), []);
});

test('each reason is explained in words of its own, with its place', () => {
  const found = CASES.flatMap(([reason]) => findings(collectorInPod, { collector: seen(reason) }));
  assert.equal(new Set(found.map((finding) => english(finding.message))).size, CASES.length);
  for (const finding of found) {
    assert.deepEqual(finding.evidence, [PLACE]);
    assert.deepEqual(finding.subjects, [{ kind: 'node' }]);
    assert.deepEqual(finding.measures, {});
  }
});
