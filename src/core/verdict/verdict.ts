/**
 * The verdict: who owns the count, who owns the memory (they may differ), how sure. It is drawn from the findings;
 * where the facts do not reach it says so rather than guess.
 */

import type { Claim } from '../report/claim.ts';
import type { Message } from '../report/message.ts';
import type { Coverage, Ledger, Memory, NotRun, Verdict } from '../report/report.ts';
import { defineMessages } from '../wording/define-messages.ts';
import { inTurn } from './in-turn.ts';
import { type Causes, findCauses } from './verdict-cause.ts';
import { missingFacts, nextCapture, sayDoesNotAddUp } from './verdict-gaps.ts';
import {
  hiddenMemoryOwner,
  isSame,
  OWNER_SHARE,
  ownerOf,
  sayHidden,
  sayMemory,
  shareOf,
  topMemoryOwner,
} from './verdict-memory.ts';

const say = defineMessages('verdict', {
  healthy:
    'Nothing wrong was found: this node has {sockets, plural, one {# TCP socket} other {# TCP sockets}}, every one is accounted for, and TCP memory is below its limits.',
  insufficient: 'The bundle does not hold enough to judge this node: {gaps}.',
  possibly: 'Possibly: {headline} The bundle does not hold enough to be sure: {gaps}.',
  troubleOwner: '{headline} {who} has {share, number, share} of it.',
  troubleNobody: '{headline} No single process owns it.',
  troubleUnknown: '{headline} The bundle does not hold enough to say who is to blame: {gaps}.',
  nothingInChecked: 'Nothing wrong was found in what is there: {checked}.',
  checked: 'Checked: {checked}.',
  namespaces: '{seen, number} of {known, plural, one {# namespace} other {# namespaces}}',
  processes: 'the fds of {readable, number} of {total, plural, one {# process} other {# processes}}',
  memory: 'TCP memory ({share, number, share} of the maximum)',
  readable:
    '{seen, number} of {known, plural, one {# namespace} other {# namespaces}} and {readable, number} of {total, plural, one {# process} other {# processes}} were readable.',
  explained: 'No socket is left unexplained.',
  unexplained: '{sockets, plural, one {# socket is} other {# sockets are}} left unexplained.',
  sure: 'We are {confidence, select, high {certain} medium {fairly sure} other {not sure}} about this: {because}',
  fixes: 'What to do: {fixes}',
  nonFixes: 'What will not help: {nonFixes}',
  next: 'What would settle the rest: {next}',
});

export interface VerdictInput {
  readonly claims: readonly Claim[];
  readonly notRun: readonly NotRun[];
  /** The first capture without which something about TCP is left open; empty when there is none. */
  readonly essentialCapture: Message | '';
  readonly ledger: Ledger;
  readonly memory: Memory;
  readonly coverage: Coverage;
}

type Draft = Omit<Verdict, 'paragraph' | 'finding'>;

export function drawVerdict(input: VerdictInput): Verdict {
  const causes = findCauses(input.claims);
  const gaps = missingFacts(input);
  const draft = judge(input, causes, gaps);
  const stand = causes.cause ?? causes.trouble[0];
  const finding = stand === undefined ? -1 : input.claims.indexOf(stand);
  return { ...draft, finding: finding < 0 ? null : finding, paragraph: paragraph(draft, stand) };
}

function judge(input: VerdictInput, causes: Causes, gaps: readonly Message[]): Draft {
  const { cause, trouble, hints } = causes;
  const [first] = trouble;
  const isSure = cause !== undefined && cause.finding.confidence !== 'low' && !isDwarfed(input, cause);
  if (cause !== undefined && (isSure || gaps.length === 0)) return causeVerdict(input, causes, cause);
  if (cause !== undefined) return possibleVerdict(input, cause, gaps);
  if (first !== undefined) return troubleVerdict(input, first, trouble, gaps);
  const nobody = { countOwner: null, memoryOwner: null };
  if (gaps.length > 0 || hints.length > 0) {
    return {
      ...nobody,
      status: 'insufficient',
      sentence: say.insufficient({ gaps: gaps.length > 0 ? gaps : [sayDoesNotAddUp()] }),
      confidence: 'low',
      because: hintToSay(hints, gaps)?.finding.message ?? say.nothingInChecked({ checked: checked(input) }),
      ...nextCapture(input),
    };
  }
  return {
    ...nobody,
    status: 'healthy',
    sentence: say.healthy({ sockets: input.ledger.alloc?.value ?? 0 }),
    confidence: 'high',
    because: say.checked({ checked: checked(input) }),
  };
}

/** What the bundle lacks is said by the gaps already. */
function hintToSay(hints: readonly Claim[], gaps: readonly Message[]): Claim | undefined {
  return hints.find(({ finding }) => !finding.about.includes('coverage')) ?? (gaps.length > 0 ? undefined : hints[0]);
}

/** Most of the node's sockets were not seen, more than the cause is about, and its holder has not most of the memory. */
function isDwarfed({ ledger, memory }: VerdictInput, { finding, namesHolder, stuckSockets }: Claim): boolean {
  const residual = ledger.residual ?? 0;
  const subject = finding.subjects[0];
  if (!namesHolder || subject?.kind === 'node') return false;
  if (residual <= OWNER_SHARE * (ledger.alloc?.value ?? 0) || stuckSockets >= residual) return false;
  const owner = topMemoryOwner(memory)?.subject;
  return owner === undefined || subject === undefined || !isSame(owner, subject);
}

/** Somebody may be to blame, but what was not captured may as well explain it: nobody is named as the owner. */
function possibleVerdict(input: VerdictInput, cause: Claim, gaps: readonly Message[]): Draft {
  return {
    status: 'insufficient',
    sentence: say.possibly({ headline: cause.headline, gaps }),
    countOwner: null,
    memoryOwner: topMemoryOwner(input.memory)?.subject ?? null,
    confidence: 'low',
    because: because(input, cause),
    next: cause.finding.next,
  };
}

function causeVerdict(input: VerdictInput, { count, memory }: Causes, cause: Claim): Draft {
  const holder = (count ?? (cause.namesHolder ? cause : undefined))?.finding;
  const counted = holder?.subjects[0];
  const countOwner = counted === undefined || counted.kind === 'node' || holder?.confidence === 'low' ? null : counted;
  // Where the limit itself is at fault nobody is to blame for reaching it.
  const isLimit = cause.finding.role === 'limit';
  const owner = isLimit ? null : topMemoryOwner(input.memory);
  const hidden = owner === null ? hiddenMemoryOwner(input.memory, input.ledger, count) : null;
  const shown = owner ?? (isLimit ? null : ownerOf(input.memory, memory));
  const of = countOwner ?? cause.finding.subjects[0] ?? null;
  const about = hidden === null ? sayMemory(input.memory, of, countOwner !== null, shown) : sayHidden(input.memory);
  return {
    status: 'findings',
    sentence: about === null ? cause.headline : inTurn(cause.headline, about),
    countOwner,
    memoryOwner: shown?.subject ?? hidden ?? null,
    confidence: cause.finding.confidence,
    because: because(input, cause),
    next: cause.finding.next,
  };
}

function because({ coverage, ledger: { residual } }: VerdictInput, { finding: { doubts } }: Claim): Message {
  const rest = residual === null ? [] : [residual <= 0 ? say.explained() : say.unexplained({ sockets: residual })];
  const readable = say.readable({
    seen: coverage.namespacesSeen,
    known: coverage.namespacesKnown,
    readable: coverage.processesReadable,
    total: coverage.processesTotal,
  });
  return inTurn(readable, ...rest, ...doubts.slice(0, 1));
}

/** `first` stands for the trouble; of all of it the likeliest is said. */
function troubleVerdict(input: VerdictInput, first: Claim, trouble: readonly Claim[], gaps: readonly Message[]): Draft {
  const { memory } = input;
  const owner = topMemoryOwner(memory);
  const { headline } = trouble.reduce((best, claim) => (claim.rank < best.rank ? claim : best), first);
  if (gaps.length > 0) {
    return {
      status: 'insufficient',
      sentence: say.troubleUnknown({ headline, gaps }),
      countOwner: null,
      memoryOwner: owner?.subject ?? null,
      confidence: 'low',
      because: say.checked({ checked: checked(input) }),
      ...nextCapture(input),
    };
  }
  return {
    status: 'findings',
    sentence:
      owner === null
        ? say.troubleNobody({ headline })
        : say.troubleOwner({ headline, who: owner.subject, share: shareOf(memory, owner) }),
    countOwner: null,
    memoryOwner: owner?.subject ?? null,
    confidence: owner === null ? 'low' : 'medium',
    because: because(input, first),
    next: first.finding.next,
  };
}

/** One paragraph to send on: what it is, how sure and why, what to do, what will not help, what would settle the rest. */
function paragraph({ status, sentence, confidence, because, next }: Draft, stand: Claim | undefined): Message {
  const parts = [status === 'findings' ? say.sure({ confidence, because }) : because];
  if (status === 'findings' && stand !== undefined) {
    const [fix, ...moreFixes] = stand.finding.fixes;
    const [nonFix, ...moreNonFixes] = stand.finding.nonFixes;
    if (fix !== undefined) parts.push(say.fixes({ fixes: inTurn(fix, ...moreFixes) }));
    if (nonFix !== undefined) parts.push(say.nonFixes({ nonFixes: inTurn(nonFix, ...moreNonFixes) }));
  }
  if (next !== undefined) parts.push(say.next({ next }));
  return inTurn(sentence, ...parts);
}

function checked({ coverage, memory: { memPages, maxPages } }: VerdictInput): readonly Message[] {
  const parts = [
    say.namespaces({ seen: coverage.namespacesSeen, known: coverage.namespacesKnown }),
    say.processes({ readable: coverage.processesReadable, total: coverage.processesTotal }),
  ];
  if (memPages !== null && maxPages !== null) parts.push(say.memory({ share: memPages.value / Math.max(1, maxPages) }));
  return parts;
}
