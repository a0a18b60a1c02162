/**
 * The verdict: who owns the count, who owns the memory (they may differ), how sure. It is drawn from the findings;
 * where the facts do not reach it says so rather than guess.
 */

import type { Claim } from '../report/claim.ts';
import type { Confidence, Coverage, Ledger, Memory, MemoryOwner, NotRun, Subject, Verdict } from '../report/report.ts';
import { formatQuantity, formatShare } from '../wording/format.ts';
import { ENGLISH } from '../wording/languages.ts';
import { describeSubject } from '../wording/subject-text.ts';
import { type Causes, findCauses } from './verdict-cause.ts';
import { missingFacts, nextCapture } from './verdict-gaps.ts';
import { say } from './verdict-texts.ts';

const OWNER_SHARE = 0.5;
/** Of all closed sockets: only then their unread data is most likely that of one holder. */
const MOST = 0.9;

export interface VerdictInput {
  readonly claims: readonly Claim[];
  readonly notRun: readonly NotRun[];
  /** The first capture without which something about TCP is left open; empty when there is none. */
  readonly essentialCapture: string;
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

function judge(input: VerdictInput, causes: Causes, gaps: readonly string[]): Draft {
  const { cause, trouble, hints } = causes;
  const isSure = cause !== undefined && cause.finding.confidence !== 'low' && !isDwarfed(input, cause);
  if (cause !== undefined && (isSure || gaps.length === 0)) return causeVerdict(input, causes, cause);
  if (cause !== undefined) return possibleVerdict(input, cause, gaps);
  if (trouble.length > 0) return troubleVerdict(input, trouble, gaps);
  const nobody = { countOwner: null, memoryOwner: null };
  if (gaps.length > 0 || hints.length > 0) {
    return {
      ...nobody,
      status: 'insufficient',
      sentence: say('insufficient', { gaps: gaps.length > 0 ? gaps.join(', ') : say('gap-hint') }),
      confidence: 'low',
      because: hintToSay(hints, gaps)?.finding.message ?? say('because-nothing', { checked: checked(input) }),
      ...nextCapture(input),
    };
  }
  return {
    ...nobody,
    status: 'healthy',
    sentence: say('healthy', { alloc: formatQuantity(input.ledger.alloc?.value ?? 0, 'TCP socket') }),
    confidence: 'high',
    because: say('because-checked', { checked: checked(input) }),
  };
}

/** What the bundle lacks is said by the gaps already. */
function hintToSay(hints: readonly Claim[], gaps: readonly string[]): Claim | undefined {
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
function possibleVerdict(input: VerdictInput, cause: Claim, gaps: readonly string[]): Draft {
  return {
    status: 'insufficient',
    sentence: say('possibly', { text: ENGLISH.text(cause.headline), gaps: gaps.join(', ') }),
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
  const hidden = owner === null ? hiddenMemoryOwner(input, count) : null;
  const shown = owner ?? (isLimit ? null : ownerOf(input.memory, memory));
  const of = countOwner ?? cause.finding.subjects[0] ?? null;
  const memoryPart = hidden === null ? memorySentence(input, of, countOwner !== null, shown) : hiddenSentence(input);
  return {
    status: 'findings',
    sentence: `${cause.headline}${memoryPart}`,
    countOwner,
    memoryOwner: shown?.subject ?? hidden ?? null,
    confidence: cause.finding.confidence,
    because: because(input, cause),
    next: cause.finding.next,
  };
}

/** Less is the queue of a request or two: 256 KiB with pages of 4 KiB. */
const MIN_OWNER_PAGES = 64;

/** A finding about full queues names the owner of the memory even where mem is below its limits. */
function ownerOf(memory: Memory, claim: Claim | undefined): MemoryOwner | null {
  const subject = claim?.finding.subjects[0];
  const [top] = memory.owners;
  if (subject === undefined || top === undefined || !isSame(top.subject, subject)) return null;
  const all = memory.owners.reduce((sum, owner) => sum + owner.pages, 0);
  return top.pages >= MIN_OWNER_PAGES && top.pages >= OWNER_SHARE * all ? top : null;
}

/**
 * Closed sockets keep their unread data, and nothing shows it. Where most of mem is in no open socket, beyond the error
 * of the count, whoever holds the closed ones is the best explanation there is.
 */
function hiddenMemoryOwner({ memory, ledger }: VerdictInput, leak: Claim | undefined): Subject | null {
  const mem = memory.memPages?.value ?? 0;
  const unexplained = memory.unexplainedPages ?? 0;
  const subject = leak?.finding.subjects[0];
  const closed = leak?.closedSockets ?? 0;
  if (subject?.kind !== 'process' || leak?.finding.confidence === 'low' || closed === 0) return null;
  // Where others hold closed sockets too, the data may be theirs.
  if (closed < MOST * (ledger.closedHeld + ledger.acceptQueueClosed)) return null;
  // Without ss only payload is known: ordinary traffic occupies up to four times that.
  const factor = memory.owners.some((owner) => owner.source === 'queues' && owner.pages > 0) ? 4 : 1;
  const hidden = mem - factor * (mem - unexplained);
  return hidden > memory.errorPages && hidden * 2 > mem ? subject : null;
}

function hiddenSentence({ memory }: VerdictInput): string {
  return say('memory-hidden', {
    share: formatShare(memory.unexplainedPages ?? 0, memory.memPages?.value ?? 0),
    level: say(memory.status === 'healthy' ? 'memory-hidden-healthy' : 'memory-hidden-short'),
  });
}

/** `of`: whom the sentence so far is about, and whether it has spoken of a share already. */
function memorySentence(
  { memory }: VerdictInput,
  of: Subject | null,
  hasShare: boolean,
  owner: MemoryOwner | null,
): string {
  if (owner === null) return memory.status === 'healthy' ? say('memory-fine') : say('end', { text: '' });
  const mem = memory.memPages?.value ?? 0;
  const args = {
    who: describeSubject(owner.subject),
    least: say(owner.source === 'queues' ? 'at-least' : 'about'),
    share: formatShare(Math.min(owner.pages, mem), mem),
  };
  if (of === null || !isSame(of, owner.subject)) return say('memory-elsewhere', args);
  return say(hasShare ? 'memory-too' : 'memory-of-cause', args);
}

/** The same process; where no process is known, the same namespace. */
function isSame(a: Subject, b: Subject): boolean {
  return a.pid === undefined || b.pid === undefined ? a.pid === b.pid && a.netns === b.netns : a.pid === b.pid;
}

/** Whoever has most of mem, when mem is worth owning: above the low mark and beyond the error of the count. */
function topMemoryOwner(memory: Memory): MemoryOwner | null {
  const mem = memory.memPages?.value ?? 0;
  const top = memory.owners[0];
  if (top === undefined || memory.status === 'healthy' || memory.status === 'unknown') return null;
  return top.pages >= OWNER_SHARE * mem && top.pages > memory.errorPages / 2 ? top : null;
}

function because(input: VerdictInput, { finding: { doubts } }: Claim): string {
  const { residual } = input.ledger;
  return say('because-cause', {
    namespaces: namespacesSeen(input),
    processes: processesSeen(input),
    rest:
      residual === null
        ? ''
        : residual === 0
          ? say('rest-none')
          : say('rest-some', { sockets: formatQuantity(residual, 'socket') }),
    doubt: doubts.length > 0 ? ` ${doubts[0]}` : '',
  });
}

function troubleVerdict(input: VerdictInput, trouble: readonly Claim[], gaps: readonly string[]): Draft {
  const { memory } = input;
  const owner = topMemoryOwner(memory);
  const what = ENGLISH.text([...trouble].sort((a, b) => a.rank - b.rank)[0]?.headline ?? '');
  if (gaps.length > 0) {
    return {
      status: 'insufficient',
      sentence: say('trouble-unknown', { what, gaps: gaps.join(', ') }),
      countOwner: null,
      memoryOwner: owner?.subject ?? null,
      confidence: 'low',
      because: say('because-checked', { checked: checked(input) }),
      ...nextCapture(input),
    };
  }
  const [first] = trouble;
  return {
    status: 'findings',
    sentence:
      owner === null
        ? say('trouble-nobody', { what })
        : say('trouble-owner', {
            what,
            who: describeSubject(owner.subject),
            share: formatShare(Math.min(owner.pages, memory.memPages?.value ?? 0), memory.memPages?.value ?? 0),
          }),
    countOwner: null,
    memoryOwner: owner?.subject ?? null,
    confidence: owner === null ? 'low' : 'medium',
    because: first === undefined ? '' : because(input, first),
    ...(first === undefined ? {} : { next: first.finding.next }),
  };
}

/** One paragraph to send on: what it is, how sure and why, what to do, what will not help, what would settle the rest. */
function paragraph(draft: Draft, stand: Claim | undefined): string {
  const parts = [
    ENGLISH.text(draft.sentence),
    draft.status === 'findings'
      ? say('paragraph-sure', {
          confidence: say(`confidence-${draft.confidence}`),
          because: ENGLISH.text(draft.because),
        })
      : ENGLISH.text(draft.because),
  ];
  if (draft.status === 'findings' && stand !== undefined) {
    const { fixes, nonFixes } = stand.finding;
    if (fixes.length > 0) parts.push(say('paragraph-fix', { fixes: fixes.join(' ') }));
    if (nonFixes.length > 0) parts.push(say('paragraph-non-fix', { nonFixes: nonFixes.join(' ') }));
  }
  if (draft.next !== undefined) parts.push(say('paragraph-next', { next: ENGLISH.text(draft.next) }));
  return parts.join(' ');
}

function namespacesSeen({ coverage }: VerdictInput): string {
  return say('of-namespaces', {
    seen: String(coverage.namespacesSeen),
    known: formatQuantity(coverage.namespacesKnown, 'namespace'),
  });
}

function processesSeen({ coverage }: VerdictInput): string {
  return say('of-processes', {
    readable: String(coverage.processesReadable),
    total: formatQuantity(coverage.processesTotal, 'process', 'processes'),
  });
}

function checked(input: VerdictInput): string {
  const { memory } = input;
  const parts = [namespacesSeen(input), say('checked-fds', { processes: processesSeen(input) })];
  if (memory.memPages !== null && memory.maxPages !== null)
    parts.push(say('checked-memory', { share: formatShare(memory.memPages.value, memory.maxPages) }));
  return parts.join(', ');
}

export function confidenceWord(confidence: Confidence): string {
  return { high: 'high confidence', medium: 'medium confidence', low: 'low confidence' }[confidence];
}
