/**
 * Runs the rules. One whose facts are missing does not run and is listed with what to capture; one that throws is
 * reported and the others run.
 */

import type { AvailableFacts, FactName } from '../facts/facts.ts';
import type { Claim } from '../report/claim.ts';
import type { Message } from '../report/message.ts';
import type { Confidence, Finding, Level, NotRun } from '../report/report.ts';
import { defineMessages } from '../wording/define-messages.ts';
import { CAPTURE, sayCapture } from './capture.ts';
import type { FindingDraft, Rule } from './rule.ts';

const say = defineMessages('run-rules', {
  needs: 'needs {facts}',
  failed: 'failed: {error}',
  failedSomehow: 'failed: unknown error',
  leftOut:
    '{findings, plural, one {# more finding} other {# more findings}} of this rule, about lesser cases, {findings, plural, one {was} other {were}} left out.',
});

interface RuleResults {
  readonly findings: readonly Finding[];
  /** One for each finding, in the same order. */
  readonly claims: readonly Claim[];
  readonly notRun: readonly NotRun[];
  /** The first capture without which something about TCP is left open; empty when there is none. */
  readonly essentialCapture: Message | '';
}

/** The rank of a rule that declares none. */
const LAST = 1000;

const ORDER: Readonly<Record<Level, number>> = { error: 0, warning: 1, note: 2 };
const SURE: Readonly<Record<Confidence, number>> = { high: 0, medium: 1, low: 2 };

/** Runs every rule that has its facts. Findings come sorted: worst first, then surest, then by rule. */
export function runRules(rules: readonly Rule[], facts: AvailableFacts): RuleResults {
  const claims: Claim[] = [];
  const notRun: NotRun[] = [];
  let essentialCapture: Message | '' = '';
  for (const rule of rules) {
    const missing = [...new Set(missingOf(rule, facts).map((name) => CAPTURE[name]))];
    if (missing.length > 0) {
      const capture = sayCapture(missing);
      notRun.push({ ruleId: rule.id, reason: say.needs({ facts: missing.map((fact) => fact.missing) }), capture });
      if (essentialCapture === '' && rule.isExtra !== true) essentialCapture = capture;
      continue;
    }
    try {
      claims.push(...fewest(rule.run(facts)).map((draft) => toClaim(rule, draft)));
    } catch (error) {
      const reason = error instanceof Error ? say.failed({ error: error.message }) : say.failedSomehow();
      notRun.push({ ruleId: rule.id, reason, capture: '' });
    }
  }
  claims.sort(
    ({ finding: a }, { finding: b }) =>
      ORDER[a.level] - ORDER[b.level] || SURE[a.confidence] - SURE[b.confidence] || (a.ruleId < b.ruleId ? -1 : 1),
  );
  return { findings: claims.map(({ finding }) => finding), claims, notRun, essentialCapture };
}

/** Nobody reads more of one kind; a bundle may be made to have a hundred thousand. */
const MAX_FINDINGS = 100;

/** Rules put the largest first. What is left out is said. */
function fewest(drafts: readonly FindingDraft[]): readonly FindingDraft[] {
  const more = drafts.length - MAX_FINDINGS;
  if (more <= 0) return drafts;
  const note = say.leftOut({ findings: more });
  return drafts.slice(0, MAX_FINDINGS).map((draft) => ({ ...draft, doubts: [...draft.doubts, note] }));
}

function missingOf(rule: Rule, facts: AvailableFacts): readonly FactName[] {
  const isMissing = (name: FactName) => facts[name] === null;
  const needed = rule.needs.filter(isMissing);
  return rule.anyOf.length > 0 && rule.anyOf.every(isMissing) ? [...needed, ...rule.anyOf] : needed;
}

function toClaim(rule: Rule, draft: FindingDraft): Claim {
  const finding = toFinding(rule, draft);
  return {
    finding,
    rank: rule.rank ?? LAST,
    headline: draft.headline ?? draft.message,
    namesHolder: rule.namesHolder ?? finding.role === 'count',
    yieldsTo: rule.yieldsTo ?? null,
    stuckSockets: draft.stuckSockets ?? 0,
    closedSockets: draft.closedSockets ?? 0,
    queuedBytes: draft.queuedBytes ?? 0,
  };
}

function toFinding(rule: Rule, draft: FindingDraft): Finding {
  const evidence = draft.evidence.filter((item) => item !== null);
  if (evidence.length === 0) throw new Error('a finding without evidence');
  return {
    ruleId: rule.id,
    role: draft.role ?? rule.role,
    about: rule.about,
    level: draft.level ?? rule.level,
    confidence: draft.confidence,
    // The scope of the messages of a rule is its id.
    messageId: draft.message.id.slice(rule.id.length + 1),
    title: rule.title,
    message: draft.message,
    subjects: draft.subjects,
    measures: draft.measures,
    evidence,
    doubts: draft.doubts,
    fixes: draft.fixes,
    nonFixes: draft.nonFixes,
    next: draft.next,
  };
}
