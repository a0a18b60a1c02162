import assert from 'node:assert/strict';
import test from 'node:test';
import { RULES } from '../../../src/core/rules/index.ts';
import { defineRule, runRules } from '../../../src/core/rules/rule.ts';
import { coverage, NOTHING, PLACE } from '../support/facts.ts';

function draft(id: string, level: 'error' | 'warning' | 'note', confidence: 'high' | 'medium' | 'low') {
  return defineRule({
    id,
    level,
    title: id,
    needs: [],
    check: () => [
      { confidence, messageId: 'x', message: 'x', subjects: [], measures: {}, evidence: [null, PLACE], fixes: [] },
    ],
  });
}

test('without any fact no rule runs, and each says what to capture', () => {
  const { findings, notRun } = runRules(RULES, NOTHING);
  assert.deepEqual(findings, []);
  assert.deepEqual(
    notRun.map((rule) => rule.ruleId),
    RULES.map((rule) => rule.id),
  );
  for (const { ruleId, reason, capture } of notRun) {
    assert.match(reason, /^needs /);
    if (ruleId !== 'bundle-incomplete') assert.notEqual(capture, '', ruleId);
  }
});

test('one missing fact is enough, and is named once', () => {
  const rule = RULES.find((candidate) => candidate.id === 'closed-socket-leak');
  assert.ok(rule !== undefined);
  const { notRun } = runRules([rule], { ...NOTHING, coverage: coverage() });
  assert.match(notRun[0]?.reason ?? '', /sockstat.*socket tables.*fd links/);
});

test('a rule that throws is reported, and the others run', () => {
  const broken = defineRule({
    id: 'broken',
    level: 'error',
    title: 'broken',
    needs: [],
    check: () => {
      throw new Error('a bug');
    },
  });
  const { findings, notRun } = runRules([broken, draft('good', 'note', 'low')], NOTHING);
  assert.deepEqual(
    findings.map((finding) => finding.ruleId),
    ['good'],
  );
  assert.deepEqual(notRun, [{ ruleId: 'broken', reason: 'failed: a bug', capture: '' }]);
});

test('a finding without evidence does not exist', () => {
  const rule = defineRule({
    id: 'bare',
    level: 'error',
    title: 'bare',
    needs: [],
    check: () => [
      { confidence: 'high', messageId: 'x', message: 'x', subjects: [], measures: {}, evidence: [null], fixes: [] },
    ],
  });
  const { findings, notRun } = runRules([rule], NOTHING);
  assert.deepEqual(findings, []);
  assert.match(notRun[0]?.reason ?? '', /evidence/);
});

test('findings come worst first, then surest, then by rule', () => {
  const rules = [
    draft('a', 'note', 'high'),
    draft('b', 'warning', 'low'),
    draft('c', 'error', 'medium'),
    draft('d', 'warning', 'high'),
    draft('e', 'error', 'high'),
    draft('f', 'error', 'high'),
  ];
  for (const order of [rules, [...rules].reverse()]) {
    assert.deepEqual(
      runRules(order, NOTHING).findings.map((finding) => finding.ruleId),
      ['e', 'f', 'c', 'd', 'b', 'a'],
    );
  }
});

test('missing places are left out of the evidence, levels default to that of the rule', () => {
  const [finding] = runRules([draft('a', 'warning', 'high')], NOTHING).findings;
  assert.deepEqual(finding?.evidence, [PLACE]);
  assert.equal(finding?.level, 'warning');
  assert.deepEqual([finding?.doubts, finding?.nonFixes, finding?.next], [[], [], undefined]);
});
