/** Which finding explains the node best: causes before symptoms, the worst before the rest. By role, never by rule. */
import type { Claim } from '../report/claim.ts';
import type { Role } from '../report/report.ts';
import type { Topic } from '../report/topics.ts';

/** What can fill the table of sockets or tcp_mem, the likeliest first. */
const CAUSES: readonly Role[] = ['count', 'memory', 'limit', 'node'];
/** A symptom about these says that tcp_mem is or was full. */
const TROUBLE: readonly Topic[] = ['tcp-memory', 'tcp-oom'];

export interface Causes {
  readonly cause: Claim | undefined;
  /** The one that names who holds too many sockets; it may be another than the cause. */
  readonly count: Claim | undefined;
  /** The one that names whose data fills the queues. */
  readonly memory: Claim | undefined;
  /** tcp_mem is or was full. */
  readonly trouble: readonly Claim[];
  /** Every other error or warning: it accuses nobody, and still the node is not healthy. */
  readonly hints: readonly Claim[];
}

export function findCauses(claims: readonly Claim[]): Causes {
  const serious = claims.filter(({ finding }) => finding.level !== 'note');
  const trouble = serious.filter(isTrouble);
  const primary = CAUSES.flatMap((role) => likeliestFirst(serious, role));
  const symptoms = likeliestFirst(serious, 'symptom').filter((claim) => !isTrouble(claim));
  // What has no part in a full tcp_mem cannot be its cause.
  const strongest = worst(trouble.length > 0 ? primary : [...primary, ...symptoms]);
  const known = new Set([...primary, ...symptoms, ...trouble]);
  return {
    cause: behind(strongest, primary),
    count: worst(primary.filter(isCount)),
    memory: primary.filter(isAboutQueues).sort((a, b) => b.queuedBytes - a.queuedBytes)[0],
    trouble,
    hints: serious.filter((claim) => !known.has(claim)),
  };
}

function isTrouble({ finding }: Claim): boolean {
  return finding.role === 'symptom' && finding.about.some((topic) => TROUBLE.includes(topic));
}

function likeliestFirst(claims: readonly Claim[], role: Role): readonly Claim[] {
  return claims.filter(({ finding }) => finding.role === role).sort((a, b) => a.rank - b.rank);
}

function isCount({ finding }: Claim): boolean {
  return finding.role === 'count';
}

function isMemory({ finding }: Claim): boolean {
  return finding.role === 'memory';
}

/** Less in its queues makes nobody the owner of the memory. */
const MIN_QUEUED_BYTES = 1 << 18;

function isAboutQueues(claim: Claim): boolean {
  return isMemory(claim) || claim.queuedBytes >= MIN_QUEUED_BYTES;
}

/** The likeliest of the worst; of several that hold sockets, the one that holds most of them. */
function worst(all: readonly Claim[]): Claim | undefined {
  const free = all.filter((claim) => !isConsequence(claim, all));
  const causes = free.length > 0 ? free : all;
  const errors = causes.filter(({ finding }) => finding.level === 'error');
  const pool = errors.length > 0 ? errors : causes;
  return (
    pool.filter(isCount).sort((a, b) => b.stuckSockets - a.stuckSockets)[0] ??
    pool.filter(isMemory).sort((a, b) => b.queuedBytes - a.queuedBytes)[0] ??
    pool[0]
  );
}

/** Its rule says what it yields to; one of the same rule is no cause of it. */
function isConsequence({ yieldsTo, finding }: Claim, causes: readonly Claim[]): boolean {
  if (yieldsTo === null) return false;
  const pid = finding.subjects[0]?.pid;
  return causes.some((other) => {
    if (!isCount(other) || other.finding.ruleId === finding.ruleId) return false;
    if (yieldsTo !== 'same-process') return other.finding.about.includes(yieldsTo);
    return pid !== undefined && other.finding.subjects[0]?.pid === pid;
  });
}

/** A process that runs out of fds because it leaks: the leak is the cause. */
function behind(claim: Claim | undefined, primary: readonly Claim[]): Claim | undefined {
  if (claim === undefined || primary.includes(claim)) return claim;
  const pid = claim.finding.subjects[0]?.pid;
  const own = primary.filter(({ finding }) => finding.subjects[0]?.pid === pid);
  return pid === undefined ? claim : (worst(own) ?? claim);
}
