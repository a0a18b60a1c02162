/**
 * What a rule is: it names the facts that it needs, sees no other, and turns them into findings. A rule whose facts
 * are missing does not run and is listed with what to capture; a rule that throws is reported and the others run.
 */

import type { AvailableFacts, FactName, Facts } from '../facts/facts.ts';
import { isMessage, type Text } from '../report/message.ts';
import type { Confidence, Evidence, Finding, Level, NotRun, Subject } from '../report/report.ts';
import { formatQuantity } from '../wording/format.ts';
import { CAPTURE } from './capture.ts';

/** A finding without what is the rule's own; level defaults to that of the rule. */
export interface FindingDraft {
  readonly level?: Level;
  readonly confidence: Confidence;
  /** Only beside a message that is a string still. */
  readonly messageId?: string;
  readonly message: Text;
  readonly subjects: readonly Subject[];
  readonly measures: Readonly<Record<string, number>>;
  readonly evidence: readonly (Evidence | null)[];
  readonly doubts: readonly Text[];
  readonly fixes: readonly Text[];
  readonly nonFixes: readonly Text[];
  /** The command or capture that would settle what is open; PID stands for the process. */
  readonly next: Text;
}

export interface Rule {
  readonly id: string;
  readonly level: Level;
  readonly title: Text;
  readonly needs: readonly FactName[];
  /** Of these one is enough. */
  readonly anyOf: readonly FactName[];
  readonly run: (facts: AvailableFacts) => readonly FindingDraft[];
}

type Needed<N extends FactName, O extends FactName> = { readonly [K in N]: Facts[K] } & {
  readonly [K in O]: Facts[K] | null;
};

/** Declares a rule; touching a fact that is in neither list does not compile. */
export function defineRule<const N extends FactName, const O extends FactName = never>(rule: {
  readonly id: string;
  readonly level: Level;
  readonly title: Text;
  readonly needs: readonly N[];
  readonly optional?: readonly O[];
  /** Of these, which count as optional too, one must be there. */
  readonly anyOf?: readonly O[];
  readonly check: (facts: Needed<N, O>) => readonly FindingDraft[];
}): Rule {
  return {
    id: rule.id,
    level: rule.level,
    title: rule.title,
    needs: rule.needs,
    anyOf: rule.anyOf ?? [],
    // The runner has checked that every needed fact is there; the others are null where missing.
    run: (facts) => rule.check(facts as Needed<N, O>),
  };
}

export interface RuleResults {
  readonly findings: readonly Finding[];
  readonly notRun: readonly NotRun[];
}

const ORDER: Readonly<Record<Level, number>> = { error: 0, warning: 1, note: 2 };
const SURE: Readonly<Record<Confidence, number>> = { high: 0, medium: 1, low: 2 };

/** Runs every rule that has its facts. Findings come sorted: worst first, then surest, then by rule. */
export function runRules(rules: readonly Rule[], facts: AvailableFacts): RuleResults {
  const findings: Finding[] = [];
  const notRun: NotRun[] = [];
  for (const rule of rules) {
    const missing = missingOf(rule, facts).map((name) => CAPTURE[name]);
    if (missing.length > 0) {
      notRun.push({
        ruleId: rule.id,
        reason: `needs ${[...new Set(missing.map((fact) => fact.missing))].join(' and ')}`,
        capture: [...new Set(missing.map((fact) => fact.capture))].join('; '),
      });
      continue;
    }
    try {
      findings.push(...fewest(rule.run(facts)).map((draft) => toFinding(rule, draft)));
    } catch (error) {
      notRun.push({
        ruleId: rule.id,
        reason: `failed: ${error instanceof Error ? error.message : 'unknown error'}`,
        capture: '',
      });
    }
  }
  findings.sort(
    (a, b) =>
      ORDER[a.level] - ORDER[b.level] || SURE[a.confidence] - SURE[b.confidence] || (a.ruleId < b.ruleId ? -1 : 1),
  );
  return { findings, notRun };
}

/** Nobody reads more of one kind; a bundle may be made to have a hundred thousand. */
const MAX_FINDINGS = 100;

/** Rules put the largest first. What is left out is said. */
function fewest(drafts: readonly FindingDraft[]): readonly FindingDraft[] {
  const more = drafts.length - MAX_FINDINGS;
  if (more <= 0) return drafts;
  const note = `${formatQuantity(more, 'more finding')} of this rule, about lesser ones, were left out.`;
  return drafts.slice(0, MAX_FINDINGS).map((draft) => ({ ...draft, doubts: [...draft.doubts, note] }));
}

function missingOf(rule: Rule, facts: AvailableFacts): readonly FactName[] {
  const isMissing = (name: FactName) => facts[name] === null;
  const needed = rule.needs.filter(isMissing);
  return rule.anyOf.length > 0 && rule.anyOf.every(isMissing) ? [...needed, ...rule.anyOf] : needed;
}

/** Commands are written with PID; where the process is known they can be run as they stand. */
function withPid({ next, subjects }: FindingDraft): Text {
  if (typeof next !== 'string') return next;
  const pid = subjects[0]?.pid;
  return pid === undefined ? next : next.replace(/\bPID\b/g, String(pid));
}

/** The name of its template within the rule: the scope of the messages of a rule is the id of the rule. */
function messageIdOf(rule: Rule, { message, messageId = '' }: FindingDraft): string {
  return isMessage(message) ? message.id.slice(rule.id.length + 1) : messageId;
}

function toFinding(rule: Rule, draft: FindingDraft): Finding {
  const evidence = draft.evidence.filter((item) => item !== null);
  if (evidence.length === 0) throw new Error('a finding without evidence');
  return {
    ruleId: rule.id,
    level: draft.level ?? rule.level,
    confidence: draft.confidence,
    messageId: messageIdOf(rule, draft),
    title: rule.title,
    message: draft.message,
    subjects: draft.subjects,
    measures: draft.measures,
    evidence,
    doubts: draft.doubts,
    fixes: draft.fixes,
    nonFixes: draft.nonFixes,
    next: withPid(draft),
  };
}
