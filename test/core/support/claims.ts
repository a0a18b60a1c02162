/** What a rule would claim of a node: its declaration is the real one, what it finds is given. */
import type { Claim } from '../../../src/core/report/claim.ts';
import type { Message } from '../../../src/core/report/message.ts';
import type { Subject } from '../../../src/core/report/report.ts';
import { RULES, type RuleId } from '../../../src/core/rules/index.ts';
import type { FindingDraft, Rule } from '../../../src/core/rules/rule.ts';
import { runRules } from '../../../src/core/rules/run-rules.ts';
import { defineMessages } from '../../../src/core/wording/define-messages.ts';
import { defined } from './defined.ts';
import { NOTHING, PLACE } from './facts.ts';

const say = defineMessages('claims', { has: '{who} has {rule}.', text: '{text}' });

/** A message that is this text. */
export function textOf(text: string): Message {
  return say.text({ text });
}

export function processSubject(pid: number): Subject {
  return { kind: 'process', pid, comm: `p${pid}` };
}

export function ruleOf(id: RuleId): Rule {
  return defined(RULES.find((rule) => rule.id === id));
}

/** An error of high confidence about one process, unless told otherwise; its headline is `PROCESS has RULE.`. */
export function claimOf(rule: Rule, pid: number, change: Partial<FindingDraft> = {}): Claim {
  const draft: FindingDraft = {
    level: 'error',
    confidence: 'high',
    message: textOf('x'),
    headline: say.has({ who: `p${pid}`, rule: rule.id }),
    subjects: [processSubject(pid)],
    measures: {},
    evidence: [PLACE],
    doubts: [],
    fixes: [],
    nonFixes: [],
    next: textOf(''),
    ...change,
  };
  return defined(runRules([{ ...rule, needs: [], anyOf: [], run: () => [draft] }], NOTHING).claims[0]);
}
