/** What a rule would claim of a node: its declaration is the real one, what it finds is given. */
import type { Claim } from '../../../src/core/report/claim.ts';
import type { Subject } from '../../../src/core/report/report.ts';
import { RULES, type RuleId } from '../../../src/core/rules/index.ts';
import type { FindingDraft, Rule } from '../../../src/core/rules/rule.ts';
import { runRules } from '../../../src/core/rules/run-rules.ts';
import { defined } from './defined.ts';
import { NOTHING, PLACE } from './facts.ts';

export function processSubject(pid: number): Subject {
  return { kind: 'process', pid, comm: `p${pid}` };
}

export function ruleOf(id: RuleId): Rule {
  return defined(RULES.find((rule) => rule.id === id));
}

/** An error of high confidence about one process, unless told otherwise; its headline is `PROCESS has RULE`. */
export function claimOf(rule: Rule, pid: number, change: Partial<FindingDraft> = {}): Claim {
  const draft: FindingDraft = {
    level: 'error',
    confidence: 'high',
    messageId: 'x',
    message: 'x',
    headline: `p${pid} has ${rule.id}`,
    subjects: [processSubject(pid)],
    measures: {},
    evidence: [PLACE],
    doubts: [],
    fixes: [],
    nonFixes: [],
    next: '',
    ...change,
  };
  return defined(runRules([{ ...rule, needs: [], anyOf: [], run: () => [draft] }], NOTHING).claims[0]);
}
