/** Which finding explains the node best: causes before symptoms, the worst before the rest. */
import type { Finding } from '../report/report.ts';

/** Findings that say which one holds too many sockets, the likeliest cause first. */
const COUNT_RULES: readonly string[] = [
  'close-wait-leak',
  'closed-socket-leak',
  'failed-connect-leak',
  'shutdown-without-close',
  'half-closed-held',
  'accept-queue-stalled',
  'orphan-flood',
  'unattributed-sockets',
];
/** Findings that say whose data fills the memory. */
const MEMORY_RULES: readonly string[] = ['stalled-reader', 'stalled-peer', 'small-packet-bloat'];
/** Findings that explain a full tcp_mem without anybody to blame. */
const NODE_RULES: readonly string[] = ['tcp-mem-misconfigured', 'connection-load', 'kernel-memory-fragmented'];
/** Troubles of their own, or consequences of a leak: none of them fills tcp_mem. */
const OTHER_RULES: readonly string[] = [
  'fd-exhaustion',
  'non-tcp-fd-leak',
  'file-table-full',
  'pod-socket-memory',
  'syn-backlog-overflow',
  'conntrack-table-full',
  'neighbour-table-full',
  'time-wait-flood',
  'processless-namespace',
  'oom-kill',
];
const PRIMARY = [...COUNT_RULES, ...MEMORY_RULES, ...NODE_RULES];

export interface Causes {
  readonly cause: Finding | undefined;
  /** The one that names who holds too many sockets; it may be another than the cause. */
  readonly count: Finding | undefined;
  /** The one that names whose data fills the queues. */
  readonly memory: Finding | undefined;
}

/** memoryTrouble: tcp_mem is or was full, so what has no part in that cannot be the cause. */
export function findCauses(findings: readonly Finding[], memoryTrouble: boolean): Causes {
  const serious = findings.filter((finding) => finding.level !== 'note' && isCause(finding));
  const primary = PRIMARY.flatMap((id) => serious.filter((finding) => finding.ruleId === id));
  const other = memoryTrouble ? [] : OTHER_RULES.flatMap((id) => serious.filter((finding) => finding.ruleId === id));
  const count = worst(primary.filter((finding) => COUNT_RULES.includes(finding.ruleId)));
  const memory = primary.filter(isAboutQueues).sort((a, b) => queuedBytes(b) - queuedBytes(a))[0];
  const strongest = worst([...primary, ...other]);
  return { cause: behind(strongest, primary), count, memory };
}

/** Sockets without an explanation are a gap, not a cause, unless it is known where they are. */
function isCause({ ruleId, messageId }: Finding): boolean {
  if (ruleId === 'unattributed-sockets') return messageId === 'in-flight';
  return ruleId !== 'processless-namespace' || messageId !== 'not-captured';
}

/** Less in its queues makes nobody the owner of the memory. */
const MIN_QUEUED_BYTES = 1 << 18;

function isAboutQueues(finding: Finding): boolean {
  return MEMORY_RULES.includes(finding.ruleId) || queuedBytes(finding) >= MIN_QUEUED_BYTES;
}

/** Payload that the finding says lies in queues, read or unread. */
function queuedBytes({ measures }: Finding): number {
  const of = (name: string) => measures[name] ?? 0;
  return Math.max(of('rxQueueBytes'), of('txQueueBytes'), of('waitingRxBytes'), of('payloadBytes'));
}

/** The likeliest of the worst; of several that hold sockets, the one that holds most of them. */
function worst(all: readonly Finding[]): Finding | undefined {
  const free = all.filter((finding) => !isConsequence(finding, all));
  const causes = free.length > 0 ? free : all;
  const errors = causes.filter((finding) => finding.level === 'error');
  const pool = errors.length > 0 ? errors : causes;
  const counts = pool.filter((finding) => COUNT_RULES.includes(finding.ruleId));
  const memory = pool.filter((finding) => MEMORY_RULES.includes(finding.ruleId));
  return (
    [...counts].sort((a, b) => stuckSockets(b) - stuckSockets(a))[0] ??
    [...memory].sort((a, b) => queuedBytes(b) - queuedBytes(a))[0] ??
    pool[0]
  );
}

/** Who has no fd left for its leak accepts nothing any more; who waits for others suffers from them. */
function isConsequence({ ruleId, subjects }: Finding, causes: readonly Finding[]): boolean {
  const pid = subjects[0]?.pid;
  // Who waits for its peers to close is not the cause while somebody on the node does not close.
  if (ruleId === 'half-closed-held') return causes.some((other) => other.ruleId === 'close-wait-leak');
  return (
    ruleId === 'accept-queue-stalled' &&
    pid !== undefined &&
    causes.some(
      (other) => other.ruleId !== ruleId && COUNT_RULES.includes(other.ruleId) && other.subjects[0]?.pid === pid,
    )
  );
}

/** A process that runs out of fds because it leaks: the leak is the cause. */
function behind(finding: Finding | undefined, primary: readonly Finding[]): Finding | undefined {
  if (finding === undefined || primary.includes(finding)) return finding;
  const pid = finding.subjects[0]?.pid;
  const own = primary.filter((candidate) => candidate.subjects[0]?.pid === pid);
  return pid === undefined ? finding : (worst(own) ?? finding);
}

/** How many sockets a finding is about. */
export function stuckSockets({ ruleId, measures }: Finding): number {
  const of = (name: string) => measures[name] ?? 0;
  switch (ruleId) {
    case 'half-closed-held':
      return of('finWait2Sockets');
    case 'accept-queue-stalled':
      return of('acceptQueue');
    case 'unattributed-sockets':
      return of('residualSockets');
    case 'orphan-flood':
      return of('orphans');
    default:
      return of('closeWaitSockets') + of('closedHeldSockets') + of('synSentSockets');
  }
}

/** Findings whose first subject holds the sockets, or the fds, that are too many. */
export function namesHolder({ ruleId }: Finding): boolean {
  return COUNT_RULES.includes(ruleId) || ruleId === 'fd-exhaustion' || ruleId === 'non-tcp-fd-leak';
}
