/** No error and no warning of any rule, of today or of tomorrow, ends in "healthy: nothing wrong was found". */

import assert from 'node:assert/strict';
import test from 'node:test';
import type { Claim } from '../../../src/core/report/claim.ts';
import type { Confidence, Level, Role } from '../../../src/core/report/report.ts';
import { RULES } from '../../../src/core/rules/index.ts';
import { defineRule, type Rule } from '../../../src/core/rules/rule.ts';
import { drawVerdict } from '../../../src/core/verdict/verdict.ts';
import { claimOf, processSubject, ruleOf, textOf } from '../support/claims.ts';
import { english } from '../support/english.ts';
import { coverage, ledger, memory } from '../support/facts.ts';

const ROLES: readonly Role[] = ['count', 'memory', 'limit', 'node', 'symptom', 'hint'];
const LEVELS: readonly Level[] = ['error', 'warning', 'note'];
const CONFIDENCES: readonly Confidence[] = ['high', 'medium', 'low'];
const INVENTED = defineRule({
  id: 'invented',
  level: 'error',
  title: textOf('A rule that nothing was written for'),
  role: 'symptom',
  about: ['load'],
  needs: [],
  check: () => [],
});
const TROUBLE = claimOf(ruleOf('tcp-memory-exhausted'), 9);

interface Node {
  readonly what: string;
  readonly complete: boolean;
  readonly trouble: boolean;
}

const NODES: readonly Node[] = [true, false].flatMap((complete) =>
  [true, false].map((trouble) => ({
    what: `in a bundle that is ${complete ? 'whole' : 'partial'}, TCP memory ${trouble ? 'exhausted' : 'free'}`,
    complete,
    trouble,
  })),
);

function draw(claims: readonly Claim[], { complete, trouble }: Node) {
  return drawVerdict({
    claims: trouble ? [...claims, TROUBLE] : claims,
    notRun: [],
    essentialCapture: '',
    ledger: ledger(1000),
    memory: trouble ? memory(1000, { status: 'exhausted' }) : memory(10),
    coverage: coverage(complete ? {} : { namespacesSeen: 3 }),
  });
}

const rules: readonly Rule[] = [...RULES, INVENTED];
for (const rule of rules) {
  test(`no error and no warning of ${rule.id} ends as healthy, whatever its role, confidence and subject`, () => {
    for (const node of NODES)
      for (const role of ROLES)
        for (const level of LEVELS)
          for (const confidence of CONFIDENCES)
            for (const subject of [processSubject(1), { kind: 'node' } as const]) {
              const claim = claimOf(rule, 1, {
                role,
                level,
                confidence,
                subjects: [subject],
                message: textOf('It is so.'),
              });
              const verdict = draw([claim], node);
              const what = `${level} of ${confidence} confidence as ${role} ${node.what}: ${english(verdict.sentence)}`;
              if (level === 'note') {
                assert.equal(verdict.status === 'healthy', node.complete && !node.trouble, what);
                continue;
              }
              assert.notEqual(verdict.status, 'healthy', what);
              assert.doesNotMatch(english(verdict.sentence), /nothing wrong/i, what);
              if (node.complete) assert.doesNotMatch(english(verdict.paragraph), /nothing wrong/i, what);
            }
  });
}

test('what an unknown rule has found is the verdict, in its own words', () => {
  const verdict = draw([claimOf(INVENTED, 1)], { what: '', complete: true, trouble: false });
  assert.equal(verdict.status, 'findings');
  assert.equal(english(verdict.sentence), 'p1 has invented. TCP memory itself is below its limits.');
  assert.deepEqual([verdict.finding, verdict.confidence, verdict.countOwner], [0, 'high', null]);
});

test('a hint that accuses nobody is quoted, and the node is not judged', () => {
  const hint = claimOf(INVENTED, 1, { role: 'hint', message: textOf('Look there.') });
  const verdict = draw([hint], { what: '', complete: true, trouble: false });
  assert.deepEqual(
    [verdict.status, verdict.because, verdict.countOwner],
    ['insufficient', textOf('Look there.'), null],
  );
});

test('causes come before symptoms, and a symptom has no part in a full tcp_mem', () => {
  const free = { what: '', complete: true, trouble: false };
  for (const role of ['count', 'memory', 'limit', 'node'] as const) {
    const cause = claimOf(INVENTED, 2, { role });
    const symptom = claimOf(ruleOf('fd-exhaustion'), 2);
    for (const node of [free, { ...free, trouble: true }])
      assert.equal(draw([symptom, cause], node).finding, 1, `${role}, trouble ${node.trouble}`);
  }
  assert.equal(draw([claimOf(INVENTED, 2)], { ...free, trouble: true }).finding, 1);
});

test('rules of one role have ranks of their own, so that the order of causes does not depend on chance', () => {
  const ranks = rules.flatMap(({ role, rank }) => (rank === undefined ? [] : [`${role} ${rank}`]));
  assert.deepEqual(
    ranks.filter((rank, at) => ranks.indexOf(rank) !== at),
    [],
  );
  const unranked = rules.filter(({ role, rank }) => role !== 'hint' && rank === undefined);
  assert.deepEqual(
    unranked.map(({ id }) => id),
    [INVENTED.id],
  );
});
