/**
 * The verdict in one sentence: who owns the count, who owns the memory (they may differ), how sure. It is drawn from
 * the findings; where the facts do not reach it says so rather than guess.
 */
import { formatCount, formatQuantity, formatShare } from '../format.ts';
import type { Confidence, Coverage, Finding, Ledger, Memory, MemoryOwner, NotRun, Subject, Verdict } from './report.ts';
import { describeSubject } from './subject-text.ts';

/** Findings that say which one holds too many sockets, the likeliest cause first. */
const COUNT_RULES: readonly string[] = ['close-wait-leak', 'closed-socket-leak', 'orphan-flood'];
/** Findings that are causes, in the order in which they explain an outage. */
const CAUSES: readonly string[] = [...COUNT_RULES, 'stalled-peer', 'tcp-mem-misconfigured', 'time-wait-flood'];
const OWNER_SHARE = 0.5;
/** So many closed sockets are no leftovers, even where no process has enough of them to be accused. */
const MIN_SPREAD_CLOSED = 100;
const SPREAD_SHARE_OF_ALLOC = 0.1;
/** An acceptor that is merely slow has a few of them. */
const MIN_QUEUED_CLOSED = 100;

export interface VerdictInput {
  readonly findings: readonly Finding[];
  readonly notRun: readonly NotRun[];
  readonly ledger: Ledger;
  readonly memory: Memory;
  readonly coverage: Coverage;
}

export function drawVerdict(input: VerdictInput): Verdict {
  const { findings } = input;
  const serious = findings.filter((finding) => finding.level !== 'note');
  const causes = CAUSES.flatMap((id) => serious.filter((finding) => finding.ruleId === id));
  const cause = worst(causes);
  const gaps = missingFacts(input);
  if (cause !== undefined && (cause.confidence !== 'low' || gaps.length === 0)) return causeVerdict(input, cause);
  const trouble = serious.filter((finding) => finding.ruleId !== 'bundle-incomplete');
  if (cause !== undefined) return possibleVerdict(input, cause, gaps);
  if (trouble.length > 0) return troubleVerdict(input, trouble, gaps);
  if (gaps.length > 0) {
    return {
      status: 'insufficient',
      sentence: `The bundle does not hold enough to judge this node: ${gaps.join(', ')}.`,
      countOwner: null,
      memoryOwner: null,
      confidence: 'low',
      because: `Nothing wrong was found in what is there: ${checked(input)}.`,
      ...nextCapture(input),
    };
  }
  return {
    status: 'healthy',
    sentence: `Nothing wrong was found: ${formatQuantity(input.ledger.alloc?.value ?? 0, 'TCP socket')} on this node, every one accounted for, and TCP memory below its limits.`,
    countOwner: null,
    memoryOwner: null,
    confidence: 'high',
    because: `Checked: ${checked(input)}.`,
  };
}

/** The likeliest of the worst; of several that hold sockets, the one that holds most of them. */
function worst(causes: readonly Finding[]): Finding | undefined {
  const errors = causes.filter((finding) => finding.level === 'error');
  const pool = errors.length > 0 ? errors : causes;
  const counts = pool.filter((finding) => COUNT_RULES.includes(finding.ruleId));
  return [...counts].sort((a, b) => stuckSockets(b) - stuckSockets(a))[0] ?? pool[0];
}

function stuckSockets({ measures }: Finding): number {
  return (measures['closeWaitSockets'] ?? 0) + (measures['closedHeldSockets'] ?? 0) + (measures['orphans'] ?? 0);
}

/** Somebody may be to blame, but what was not captured may as well explain it: nobody is named as the owner. */
function possibleVerdict(input: VerdictInput, cause: Finding, gaps: readonly string[]): Verdict {
  return {
    status: 'insufficient',
    sentence: `Possibly ${sentenceOf(cause, input)}, but the bundle does not hold enough to be sure: ${gaps.join(', ')}.`,
    countOwner: null,
    memoryOwner: topMemoryOwner(input.memory)?.subject ?? null,
    confidence: 'low',
    because: because(input, cause),
    ...(cause.next === undefined ? nextCapture(input) : { next: cause.next }),
  };
}

function causeVerdict(input: VerdictInput, cause: Finding): Verdict {
  const countFinding = worst(
    COUNT_RULES.flatMap((id) => input.findings.filter((finding) => finding.ruleId === id && finding.level !== 'note')),
  );
  const counted = countFinding?.subjects[0];
  const countOwner =
    counted === undefined || counted.kind === 'node' || countFinding?.confidence === 'low' ? null : counted;
  const owner = cause.ruleId === 'tcp-mem-misconfigured' ? null : topMemoryOwner(input.memory);
  const hidden = owner === null ? hiddenMemoryOwner(input, countFinding) : null;
  const memoryOwner = owner?.subject ?? hidden ?? memoryOwnerOf(cause);
  const memoryPart = hidden === null ? memorySentence(input, countOwner, owner) : hiddenSentence(input);
  const sentence = `${sentenceOf(cause, input)}${memoryPart}`;
  return {
    status: 'findings',
    sentence,
    countOwner,
    memoryOwner,
    confidence: cause.confidence,
    because: because(input, cause),
    ...(cause.next === undefined ? {} : { next: cause.next }),
  };
}

/**
 * Closed sockets keep their unread data, and nothing shows it. Where most of mem is in no open socket, beyond the error
 * of the count, whoever holds the closed ones is the best explanation there is.
 */
function hiddenMemoryOwner(input: VerdictInput, leak: Finding | undefined): Subject | null {
  const { memory } = input;
  const mem = memory.memPages?.value ?? 0;
  const unexplained = memory.unexplainedPages ?? 0;
  const subject = leak?.subjects[0];
  if (subject?.kind !== 'process' || leak?.confidence === 'low' || (leak?.measures['closedHeldSockets'] ?? 0) === 0) {
    return null;
  }
  // Without ss only payload is known: ordinary traffic occupies up to four times that.
  const factor = memory.owners.some((owner) => owner.source === 'queues' && owner.pages > 0) ? 4 : 1;
  const hidden = mem - factor * (mem - unexplained);
  return hidden > memory.errorPages && hidden * 2 > mem ? subject : null;
}

function hiddenSentence({ memory }: VerdictInput): string {
  const mem = memory.memPages?.value ?? 0;
  const share = formatShare(memory.unexplainedPages ?? 0, mem);
  const level = memory.status === 'healthy' ? ' itself is below its limits;' : ':';
  return `. TCP memory${level} ${share} of it is in no open socket, so most likely unread data of these.`;
}

/** A finding about send queues names the owner of the memory even where mem itself is low. */
function memoryOwnerOf(cause: Finding): Subject | null {
  return cause.ruleId === 'stalled-peer' ? (cause.subjects[0] ?? null) : null;
}

function sentenceOf(cause: Finding, input: VerdictInput): string {
  const subject = cause.subjects[0];
  const who = subject === undefined ? 'A process' : describeSubject(subject);
  const alloc = input.ledger.alloc?.value ?? 0;
  const held = cause.measures['connectionsHeld'] ?? 0;
  const sockets = held + (cause.measures['listenSockets'] ?? 0);
  const share = alloc > 0 ? `: ${formatShare(Math.min(sockets, alloc), alloc)} of this node's TCP sockets` : '';
  switch (cause.ruleId) {
    case 'close-wait-leak':
      return `${who} holds ${formatQuantity(held, 'TCP connection')} and has not closed the ${formatCount(cause.measures['closeWaitSockets'] ?? 0)} whose peers are gone${alsoClosed(cause)}${share}`;
    case 'closed-socket-leak':
      return `${who} holds ${formatQuantity(cause.measures['closedHeldSockets'] ?? 0, 'socket')} that are closed but were never given back${share}`;
    case 'orphan-flood':
      return `${who} has closed connections whose peers do not acknowledge: ${formatQuantity(cause.measures['orphans'] ?? 0, 'orphan')} on this node against a limit of ${formatCount(cause.measures['maxOrphans'] ?? 0)}`;
    case 'stalled-peer':
      return `${who} has sent data that ${cause.subjects[1] === undefined ? 'its peers do' : `${describeSubject(cause.subjects[1])} does`} not take, on ${formatQuantity(cause.measures['sockets'] ?? 0, 'connection')}`;
    case 'tcp-mem-misconfigured':
      return 'No process leaks: net.ipv4.tcp_mem itself is set far too small for ordinary traffic';
    default:
      return `${who} reached the TIME_WAIT limit of its namespace; that costs ports, not TCP memory`;
  }
}

/** An old leak is a mix: some of its sockets have meanwhile been closed by TCP and are held all the same. */
function alsoClosed(cause: Finding): string {
  const closed = cause.measures['closedHeldSockets'] ?? 0;
  return closed === 0 ? '' : `, nor given back ${formatCount(closed)} that TCP has closed`;
}

function memorySentence(input: VerdictInput, countOwner: Subject | null, owner: MemoryOwner | null): string {
  const { memory } = input;
  if (owner === null) {
    return memory.status === 'healthy' ? '. TCP memory itself is below its limits.' : '.';
  }
  const mem = memory.memPages?.value ?? 0;
  const least = owner.source === 'queues' ? 'at least' : 'about';
  const share = `${least} ${formatShare(Math.min(owner.pages, mem), mem)} of this node's TCP memory`;
  if (countOwner === null) return `: ${share}.`;
  if (countOwner.pid === owner.subject.pid)
    return ` and ${least} ${formatShare(Math.min(owner.pages, mem), mem)} of its TCP memory.`;
  return `. The memory is elsewhere: ${describeSubject(owner.subject)} has ${share}.`;
}

/** Whoever has most of mem, when mem is worth owning: above the low mark and beyond the error of the count. */
function topMemoryOwner(memory: Memory): MemoryOwner | null {
  const mem = memory.memPages?.value ?? 0;
  const top = memory.owners[0];
  if (top === undefined || memory.status === 'healthy' || memory.status === 'unknown') return null;
  return top.pages >= OWNER_SHARE * mem && top.pages > memory.errorPages / 2 ? top : null;
}

function because(input: VerdictInput, cause: Finding): string {
  const { coverage } = input;
  const seen = `${coverage.namespacesSeen} of ${formatQuantity(coverage.namespacesKnown, 'namespace')} and ${coverage.processesReadable} of ${formatQuantity(coverage.processesTotal, 'process', 'processes')} were readable`;
  const doubts = cause.doubts.length > 0 ? ` ${cause.doubts[0]}` : '';
  const residual = input.ledger.residual;
  const rest =
    residual === null
      ? ''
      : residual === 0
        ? ', no socket is left unexplained'
        : `, ${formatQuantity(residual, 'socket')} unexplained`;
  return `${seen}${rest}.${doubts}`;
}

function troubleVerdict(input: VerdictInput, trouble: readonly Finding[], gaps: readonly string[]): Verdict {
  const { memory } = input;
  const owner = topMemoryOwner(memory);
  const what = trouble.some((finding) => finding.ruleId === 'tcp-memory-exhausted')
    ? 'TCP memory is at its limit'
    : 'The kernel dropped connections for lack of TCP memory';
  if (gaps.length > 0) {
    return {
      status: 'insufficient',
      sentence: `${what}, but the bundle does not hold enough to say who is to blame: ${gaps.join(', ')}.`,
      countOwner: null,
      memoryOwner: owner?.subject ?? null,
      confidence: 'low',
      because: `Checked: ${checked(input)}.`,
      ...nextCapture(input),
    };
  }
  const who =
    owner === null
      ? 'no single process owns it'
      : `${describeSubject(owner.subject)} has ${formatShare(owner.pages, memory.memPages?.value ?? 0)} of it`;
  return {
    status: 'findings',
    sentence: `${what}; ${who}.`,
    countOwner: null,
    memoryOwner: owner?.subject ?? null,
    confidence: owner === null ? 'low' : 'medium',
    because: because(input, trouble[0] as Finding),
    ...(trouble[0]?.next === undefined ? {} : { next: trouble[0].next }),
  };
}

/** Facts without which "healthy" or a culprit would be a guess. */
function missingFacts(input: VerdictInput): readonly string[] {
  const { coverage, ledger, memory } = input;
  const gaps: string[] = [];
  if (ledger.alloc === null) gaps.push('sockstat is missing');
  if (memory.maxPages === null) gaps.push('net.ipv4.tcp_mem is missing');
  if (coverage.namespacesSeen === 0) gaps.push('no socket table is there');
  else if (coverage.namespacesSeen < coverage.namespacesKnown) {
    gaps.push(
      `${coverage.namespacesKnown - coverage.namespacesSeen} of ${formatQuantity(coverage.namespacesKnown, 'namespace')} were not captured`,
    );
  }
  if (coverage.processesReadable === 0) gaps.push('no fd links were captured');
  if (coverage.truncated) gaps.push('the archive ends early');
  const alloc = ledger.alloc?.value ?? 0;
  const residual = ledger.residual ?? 0;
  const closed = Math.min(ledger.closedHeld, ledger.unhashed ?? ledger.closedHeld);
  if (closed >= MIN_SPREAD_CLOSED && closed > SPREAD_SHARE_OF_ALLOC * alloc)
    gaps.push(`${formatQuantity(closed, 'socket')} are closed but still held, by no process in particular`);
  if (ledger.acceptQueueClosed >= MIN_QUEUED_CLOSED) {
    gaps.push(
      `${formatQuantity(ledger.acceptQueueClosed, 'connection')} were reset while they waited for accept(), which is not judged yet`,
    );
  }
  if (-(ledger.unhashed ?? 0) > Math.max(50, 0.02 * alloc))
    gaps.push('sockstat and the socket tables contradict each other');
  if (residual > Math.max(50, 0.02 * alloc))
    gaps.push(
      `${formatQuantity(residual, 'socket')} of alloc are in no table that was captured and are not known to be closed`,
    );
  return gaps;
}

function nextCapture(input: VerdictInput): { next?: string } {
  const capture = input.notRun.find((rule) => rule.capture !== '')?.capture;
  if (capture !== undefined) return { next: capture };
  const { coverage } = input;
  if (coverage.namespacesSeen < coverage.namespacesKnown)
    return { next: 'cp /proc/PID/net/tcp /proc/PID/net/tcp6 for one process of each namespace' };
  if (coverage.processesReadable < coverage.processesTotal)
    return { next: 'ls -l /proc/PID/fd of every process, as root' };
  return { next: 'readlink /proc/PID/ns/net of every process, and net/tcp and net/tcp6 of each namespace' };
}

function checked(input: VerdictInput): string {
  const { coverage, memory } = input;
  const parts = [
    `${coverage.namespacesSeen} of ${formatQuantity(coverage.namespacesKnown, 'namespace')}`,
    `the fds of ${coverage.processesReadable} of ${formatQuantity(coverage.processesTotal, 'process', 'processes')}`,
  ];
  if (memory.memPages !== null && memory.maxPages !== null)
    parts.push(`TCP memory (${formatShare(memory.memPages.value, memory.maxPages)} of the maximum)`);
  return parts.join(', ');
}

export function confidenceWord(confidence: Confidence): string {
  return { high: 'high confidence', medium: 'medium confidence', low: 'low confidence' }[confidence];
}
