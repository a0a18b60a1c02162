/**
 * The report: everything that the analysis can say of one bundle, as plain data.
 * `media/report.schema.json` describes the JSON form. Counts are sockets unless the name says otherwise;
 * names that end in Pages, Bytes or Seconds carry that unit.
 */

export type Level = 'error' | 'warning' | 'note';
export type Confidence = 'high' | 'medium' | 'low';
export type Scope = 'node' | 'namespace' | 'pod' | 'process';

/** Where a claim can be checked: an entry of the archive and lines of it, counted from 1. */
export interface Evidence {
  readonly entry: string;
  readonly startLine: number;
  readonly endLine: number;
  /** What the lines show, in a few words. */
  readonly note?: string;
}

/** Who a finding is about. `netns` is the inode number of the network namespace, as in `net:[4026531840]`. */
export interface Subject {
  readonly kind: 'node' | 'namespace' | 'pod' | 'process';
  readonly pid?: number;
  readonly comm?: string;
  readonly netns?: number;
  readonly pod?: string;
  readonly podNamespace?: string;
  readonly podUid?: string;
  readonly container?: string;
  readonly containerId?: string;
}

export interface Finding {
  readonly ruleId: string;
  readonly level: Level;
  readonly confidence: Confidence;
  /** The sentence to show, made from messageId and args; tests compare the id, never the wording. */
  readonly messageId: string;
  readonly title: string;
  readonly message: string;
  readonly subjects: readonly Subject[];
  readonly measures: Readonly<Record<string, number>>;
  readonly evidence: readonly Evidence[];
  /** What speaks against the finding or limits it. */
  readonly doubts: readonly string[];
  readonly fixes: readonly string[];
  readonly nonFixes: readonly string[];
  /** The one command or capture that would settle what is open. */
  readonly next?: string;
}

export interface NotRun {
  readonly ruleId: string;
  readonly reason: string;
  /** What to capture so that the rule can run. */
  readonly capture: string;
}

/** Something that was wrong with the input; the rest was still analysed. */
export interface Problem {
  readonly entry: string;
  readonly line?: number;
  readonly message: string;
}

export interface Coverage {
  /** Network namespaces whose tables of both families are in the bundle, and those that are known of. */
  readonly namespacesSeen: number;
  readonly namespacesKnown: number;
  /** User processes whose fd links are in the bundle, and all user processes (kernel threads and zombies have none). */
  readonly processesReadable: number;
  readonly processesTotal: number;
  readonly processesAll: number;
  /** The archive ended early: whatever came after is unknown. */
  readonly truncated: boolean;
  readonly facts: readonly FactCoverage[];
}

export interface FactCoverage {
  readonly fact: string;
  readonly present: boolean;
  readonly detail: string;
}

/** One count with the smallest and the largest value that the copies in the bundle show (the skew of the capture). */
export interface Range {
  readonly value: number;
  readonly min: number;
  readonly max: number;
}

export interface OwnerCount {
  readonly subject: Subject;
  readonly count: number;
}

export interface NamespaceLedger {
  readonly netns: number;
  readonly isHost: boolean;
  readonly representativePid?: number;
  readonly pod?: string;
  readonly podNamespace?: string;
  readonly inuse4: number | null;
  readonly inuse6: number | null;
  readonly timeWait: number | null;
  /** `sockets: used`: every family, not only TCP. */
  readonly used: number | null;
  /** Rows of net/tcp and net/tcp6 by state; a FIN_WAIT2 minisock is counted apart. */
  readonly states: Readonly<Record<string, number>>;
  readonly tcpRows: number;
}

/** Sockets of the node: `alloc = inuse + unhashed`; TIME_WAIT and request sockets are outside of it. */
export interface Ledger {
  readonly scope: 'node';
  readonly unit: 'sockets';
  readonly alloc: Range | null;
  readonly inuse: number | null;
  /** alloc - inuse: closed but still referenced, or never connected. Null without full input. */
  readonly unhashed: number | null;
  /**
   * Distinct socket inodes that fds hold and no table lists, of processes whose own namespace was captured in full: an
   * upper bound of closed-but-held TCP. Those of other processes may be open; they are left in residual.
   */
  readonly closedHeld: number;
  readonly closedHeldByOwner: readonly OwnerCount[];
  /** Connections that were reset while they waited for accept(). */
  readonly acceptQueueClosed: number;
  readonly residual: number | null;
  readonly orphans: number | null;
  readonly timeWait: number;
  readonly requestSockets: number;
  /** States over all seen namespaces; sockets, each inode once. */
  readonly states: Readonly<Record<string, number>>;
  readonly tcpSockets: number;
  readonly distinctSocketInodes: number;
  readonly socketFds: number;
  readonly openFds: number;
  readonly byOwner: readonly OwnerCount[];
  readonly namespaces: readonly NamespaceLedger[];
  /** What copies of the node-wide count in other namespaces say, when they disagree beyond the skew of the capture. */
  readonly notes: readonly string[];
}

export type MemoryStatus = 'healthy' | 'elevated' | 'pressure' | 'exhausted' | 'unknown';

export interface MemoryOwner {
  readonly subject: Subject;
  readonly pages: number;
  /** Payload in the receive and the send queues, from net/tcp. */
  readonly rxQueueBytes: number;
  readonly txQueueBytes: number;
  readonly sockets: number;
  /** skmem: true memory of the sockets from `ss -m`; rx-queue: a lower bound from the payload alone. */
  readonly source: 'skmem' | 'queues';
  /** Pages that hold queued data (skmem r+w+o+bl), and pages reserved by the sockets beyond that (skmem f). */
  readonly queuedPages: number;
  readonly reservedPages: number;
}

/** TCP memory of the node, in pages of pageSizeBytes. */
export interface Memory {
  readonly scope: 'node';
  readonly unit: 'pages';
  readonly pageSizeBytes: number;
  readonly status: MemoryStatus;
  readonly memPages: Range | null;
  /** The kernel counts per CPU and folds late: mem may be off by this much, either way. */
  readonly errorPages: number;
  readonly minPages: number | null;
  readonly pressurePages: number | null;
  readonly maxPages: number | null;
  readonly memTotalBytes: number | null;
  readonly pressureFlag: boolean | null;
  readonly owners: readonly MemoryOwner[];
  /** mem less what the owners explain; within the error it means nothing. */
  readonly unexplainedPages: number | null;
  readonly rxQueueBytes: number;
  readonly txQueueBytes: number;
}

export interface LogEvent {
  readonly id: string;
  readonly line: number;
  readonly endLine: number;
  /** Seconds since boot of the first and the last line of the run; null when the log has no times. */
  readonly startSeconds: number | null;
  readonly endSeconds: number | null;
  readonly lines: number;
}

export interface KernelLog {
  readonly entry: string;
  readonly lines: number;
  readonly firstSeconds: number | null;
  readonly lastSeconds: number | null;
  /** Catalogued lines, neighbours of one kind within five seconds joined into one run. */
  readonly events: readonly LogEvent[];
  readonly counts: Readonly<Record<string, number>>;
  /** Lines per second-bin by kind for the timeline: [kind, bin start in seconds, lines]. */
  readonly bins: readonly (readonly [string, number, number])[];
  readonly binSeconds: number;
}

export interface Verdict {
  readonly status: 'healthy' | 'findings' | 'insufficient';
  readonly sentence: string;
  readonly countOwner: Subject | null;
  readonly memoryOwner: Subject | null;
  readonly confidence: Confidence;
  readonly because: string;
  readonly next?: string;
}

export interface BundleFacts {
  readonly name: string;
  readonly root: string;
  readonly hostname: string;
  readonly kernel: string;
  readonly capturedAt: string;
  readonly uptimeSeconds: number | null;
  readonly cpus: number | null;
  readonly pageSizeBytes: number;
  readonly entries: number;
  readonly bytes: number;
}

export interface Report {
  readonly schema: 'sockscope-report';
  readonly version: 1;
  readonly bundle: BundleFacts;
  readonly coverage: Coverage;
  readonly ledger: Ledger;
  readonly memory: Memory;
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
  readonly notRun: readonly NotRun[];
  readonly problems: readonly Problem[];
  readonly log: KernelLog | null;
}
