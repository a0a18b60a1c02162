/**
 * What a rule is: it names the facts that it needs, sees no other, and turns them into findings. It also declares what
 * part its findings have in the verdict and what they are about, so that nobody else has to know it by name.
 */

import type { AvailableFacts, FactName, Facts } from '../facts/facts.ts';
import type { Leader } from '../report/claim.ts';
import type { Message } from '../report/message.ts';
import type { Confidence, Evidence, Level, Role, Subject } from '../report/report.ts';
import type { Topic } from '../report/topics.ts';

/** A finding without what is the rule's own; level and role default to those of the rule. */
export interface FindingDraft {
  readonly level?: Level;
  readonly role?: Role;
  readonly confidence: Confidence;
  readonly message: Message;
  /** The sentence of the verdict when it stands on this finding; else it says the message. */
  readonly headline?: Message;
  /** For the verdict, 0 if not told: sockets that it is about, those of them that TCP has closed, payload in queues. */
  readonly stuckSockets?: number;
  readonly closedSockets?: number;
  readonly queuedBytes?: number;
  readonly subjects: readonly Subject[];
  readonly measures: Readonly<Record<string, number>>;
  readonly evidence: readonly (Evidence | null)[];
  readonly doubts: readonly Message[];
  readonly fixes: readonly Message[];
  readonly nonFixes: readonly Message[];
  /** The command or capture that would settle what is open. */
  readonly next: Message;
}

/** The part that the findings of a rule have in the verdict. */
interface Part {
  readonly role: Role;
  /** Among the causes of one role the likeliest is 1; who has none comes last. */
  readonly rank?: number;
  readonly about: readonly Topic[];
  /** Its first subject holds the sockets, or the fds, that are too many; so it is with the role `count`. */
  readonly namesHolder?: boolean;
  /** Whose consequence its findings are, where such a cause was found. */
  readonly yieldsTo?: Leader;
  /** Few collectors take its facts, and without them nothing is left open about TCP. */
  readonly isExtra?: boolean;
}

export interface Rule<Id extends string = string> extends Part {
  readonly id: Id;
  readonly level: Level;
  readonly title: Message;
  readonly needs: readonly FactName[];
  /** Of these one is enough. */
  readonly anyOf: readonly FactName[];
  readonly run: (facts: AvailableFacts) => readonly FindingDraft[];
}

type Needed<N extends FactName, O extends FactName> = { readonly [K in N]: Facts[K] } & {
  readonly [K in O]: Facts[K] | null;
};

interface Definition<Id extends string, N extends FactName, O extends FactName> extends Part {
  readonly id: Id;
  readonly level: Level;
  readonly title: Message;
  readonly needs: readonly N[];
  readonly optional?: readonly O[];
  /** Of these, which count as optional too, one must be there. */
  readonly anyOf?: readonly O[];
  readonly check: (facts: Needed<N, O>) => readonly FindingDraft[];
}

/** Declares a rule; touching a fact that is in neither list does not compile. */
export function defineRule<const Id extends string, const N extends FactName, const O extends FactName = never>({
  check,
  optional: _optional,
  anyOf = [],
  ...rule
}: Definition<Id, N, O>): Rule<Id> {
  // The runner has checked that every needed fact is there; the others are null where missing.
  return { ...rule, anyOf, run: (facts) => check(facts as Needed<N, O>) };
}
