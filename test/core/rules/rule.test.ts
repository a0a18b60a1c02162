import assert from 'node:assert/strict';
import test from 'node:test';
import { CAPTURE } from '../../../src/core/rules/capture.ts';
import { RULES } from '../../../src/core/rules/index.ts';
import { defineRule } from '../../../src/core/rules/rule.ts';
import { runRules } from '../../../src/core/rules/run-rules.ts';
import { textOf } from '../support/claims.ts';
import { english } from '../support/english.ts';
import { coverage, NOTHING, PLACE } from '../support/facts.ts';

const PART = { role: 'symptom', about: ['load'] } as const;
const TEXTS = { doubts: [], fixes: [], nonFixes: [], next: textOf('ls /proc/PID/fd') };

function draft(id: string, level: 'error' | 'warning' | 'note', confidence: 'high' | 'medium' | 'low') {
  return defineRule({
    ...PART,
    id,
    level,
    title: textOf(id),
    needs: [],
    check: () => [{ ...TEXTS, confidence, message: textOf('x'), subjects: [], measures: {}, evidence: [null, PLACE] }],
  });
}

/** They need nothing but a bundle, which is always there. */
const OF_ANY_BUNDLE = ['bundle-incomplete', 'collector-in-pod'];

test('without any fact no rule runs, and each says what to capture', () => {
  const { findings, notRun } = runRules(RULES, NOTHING);
  assert.deepEqual(findings, []);
  assert.deepEqual(
    notRun.map((rule) => rule.ruleId),
    RULES.map((rule) => rule.id),
  );
  for (const { ruleId, reason, capture } of notRun) {
    assert.match(english(reason), /^needs /);
    if (!OF_ANY_BUNDLE.includes(ruleId)) assert.notEqual(capture, '', ruleId);
  }
});

test('one missing fact is enough, and is named once', () => {
  const rule = RULES.find((candidate) => candidate.id === 'closed-socket-leak');
  assert.ok(rule !== undefined);
  const { notRun } = runRules([rule], { ...NOTHING, coverage: coverage() });
  assert.match(english(notRun[0]?.reason ?? ''), /sockstat.*socket tables.*fd links/);
});

const EITHER = defineRule({
  ...PART,
  id: 'either',
  level: 'note',
  title: textOf('either'),
  needs: ['coverage'],
  anyOf: ['files', 'buddy'],
  optional: ['netstat'],
  check: ({ files, buddy, netstat }) => [
    {
      confidence: 'high',
      message: {
        id: `either.${files === null ? '-' : 'files'}.${buddy === null ? '-' : 'buddy'}.${netstat === null ? '-' : 'netstat'}`,
        args: {},
      },
      subjects: [],
      measures: {},
      evidence: [PLACE],
      doubts: [],
      fixes: [],
      nonFixes: [],
      next: textOf(''),
    },
  ],
});
const FILES = { entry: 'proc/sys/fs/file-nr', allocated: 1, max: 2 };
const BUDDY = { entry: 'proc/buddyinfo', zones: [] };

test('of the facts in anyOf one is enough, whichever it is; the others are null', () => {
  const seen = { ...NOTHING, coverage: coverage() };
  for (const [facts, messageId] of [
    [{ ...seen, files: FILES }, 'files.-.-'],
    [{ ...seen, buddy: BUDDY }, '-.buddy.-'],
    [{ ...seen, files: FILES, buddy: BUDDY, netstat: [] }, 'files.buddy.netstat'],
  ] as const) {
    const { findings, notRun } = runRules([EITHER], facts);
    assert.deepEqual(notRun, []);
    assert.deepEqual(
      findings.map((finding) => finding.messageId),
      [messageId],
    );
  }
});

test('when all facts of anyOf are missing the rule does not run, and each is named with its capture', () => {
  const { findings, notRun } = runRules([EITHER], { ...NOTHING, coverage: coverage(), netstat: [] });
  assert.deepEqual(findings, []);
  assert.equal(notRun[0]?.ruleId, 'either');
  for (const name of ['files', 'buddy'] as const) {
    assert.ok(english(notRun[0]?.reason ?? '').includes(english(CAPTURE[name].missing)), name);
    assert.ok(english(notRun[0]?.capture ?? '').includes(english(CAPTURE[name].capture)), name);
  }
  assert.equal(english(notRun[0]?.reason ?? '').includes(english(CAPTURE.netstat.missing)), false);
});

test('a fact of anyOf does not stand in for one that is needed', () => {
  const { notRun } = runRules([EITHER], { ...NOTHING, files: FILES });
  assert.equal(english(notRun[0]?.reason ?? ''), `needs ${english(CAPTURE.coverage.missing)}`);
});

test('a rule that throws is reported, and the others run', () => {
  const broken = defineRule({
    ...PART,
    id: 'broken',
    level: 'error',
    title: textOf('broken'),
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
  assert.deepEqual(english(notRun), [{ ruleId: 'broken', reason: 'failed: a bug', capture: '' }]);
});

test('a finding without evidence does not exist', () => {
  const rule = defineRule({
    ...PART,
    id: 'bare',
    level: 'error',
    title: textOf('bare'),
    needs: [],
    check: () => [{ ...TEXTS, confidence: 'high', message: textOf('x'), subjects: [], measures: {}, evidence: [null] }],
  });
  const { findings, notRun } = runRules([rule], NOTHING);
  assert.deepEqual(findings, []);
  assert.match(english(notRun[0]?.reason ?? ''), /evidence/);
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
});

test('of very many findings of one rule the first are kept, and how many are left out is said', () => {
  const one = { ...TEXTS, confidence: 'high', message: textOf('x'), subjects: [], measures: {} } as const;
  const rule = (count: number) =>
    defineRule({
      ...PART,
      id: 'a',
      level: 'note',
      title: textOf('a'),
      needs: [],
      check: () => Array.from({ length: count }, (_, i) => ({ ...one, measures: { i }, evidence: [PLACE] })),
    });
  const found = (count: number) => runRules([rule(count)], NOTHING).findings;
  assert.equal(found(100).length, 100);
  assert.deepEqual(found(100)[0]?.doubts, []);
  assert.equal(found(5000).length, 100);
  assert.equal(found(5000)[99]?.measures['i'], 99);
  assert.match(english(found(5000)[0]?.doubts ?? []).join(' '), /4,900/);
});
