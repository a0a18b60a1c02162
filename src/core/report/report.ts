/**
 * The report: everything that the analysis can say of one bundle, as plain data.
 * `media/report.schema.json` describes the JSON form. Counts are sockets unless the name says otherwise;
 * names that end in Pages, Bytes or Seconds carry that unit.
 */

import type { BundleFacts } from './bundle-facts.ts';
import type { KernelLog } from './log-report.ts';
import type { Message, Text } from './message.ts';
import type { Subject } from './subject.ts';
import type { Topic } from './topics.ts';

export type { Subject };

export type Level = 'error' | 'warning' | 'note';
export type Confidence = 'high' | 'medium' | 'low';
/**
 * The part that a finding has in the verdict. `count`: who holds too many sockets; `memory`: whose data fills TCP memory;
 * `limit`: the limit of TCP memory is itself at fault; `node`: memory is short and nobody is to blame; `symptom`: a trouble
 * of its own, or what follows from another; `hint`: it accuses nobody and says where to look.
 */
export type Role = 'count' | 'memory' | 'limit' | 'node' | 'symptom' | 'hint';

/** Where a claim can be checked: an entry of the archive and lines of it, counted from 1. */
export interface Evidence {
  readonly entry: string;
  readonly startLine: number;
  readonly endLine: number;
  /** What the lines show, in a few words. */
  readonly note?: Text;
}

export interface Finding {
  readonly ruleId: string;
  readonly role: Role;
  readonly about: readonly Topic[];
  readonly level: Level;
  readonly confidence: Confidence;
  /** The id of its message within the rule; tests compare it, never the wording. */
  readonly messageId: string;
  readonly title: Message;
  readonly message: Message;
  readonly subjects: readonly Subject[];
  readonly measures: Readonly<Record<string, number>>;
  readonly evidence: readonly Evidence[];
  /** What speaks against the finding or limits it. */
  readonly doubts: readonly Message[];
  readonly fixes: readonly Message[];
  readonly nonFixes: readonly Message[];
  /** The one command or capture that would settle what is open. */
  readonly next: Message;
}

export interface NotRun {
  readonly ruleId: string;
  readonly reason: Message;
  /** What to capture so that the rule can run; empty where nothing would help. */
  readonly capture: Message | '';
}

/** One thing that the bundle lacks, and the command that gets it. Run on the node, as root, in an empty folder. */
export interface ToCollect {
  readonly what: Message;
  /** In words where no command does it. */
  readonly command: Text;
  /** What it would tell. */
  readonly gain: Message;
}

/** Something that was wrong with the input; the rest was still analysed. */
export interface Problem {
  readonly entry: string;
  readonly line?: number;
  readonly message: Message;
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
  readonly fact: Message;
  readonly present: boolean;
  readonly detail: Message;
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

/** How a held socket lost its row, as far as the counters of its namespace tell. */
export type ClosedRoute = 'reset' | 'failed-connect' | 'shutdown' | 'never-connected' | 'unknown';

export interface ClosedHeldCount extends OwnerCount {
  readonly route: ClosedRoute;
  /** How many of them are surely closed TCP, as far as the own counts of the namespaces have room for them. */
  readonly certain: number;
}

/** A common formula with its result on this bundle, and what it should have been. */
export interface Shortcut {
  readonly id: 'alloc-minus-sockstat' | 'ss-closed';
  readonly formula: Message;
  readonly value: number;
  /** What it claims to count: sockets that are closed and still in alloc. */
  readonly truth: number;
  readonly explanation: Message;
}

/** Fds of one pod. */
export interface PodCount {
  readonly subject: Subject;
  readonly processes: number;
  /** Summed over processes: a socket that several share counts for each. */
  readonly openFds: number;
  readonly socketFds: number;
  /** Each socket once, of every family. */
  readonly distinctSockets: number;
  readonly tcpSockets: number;
  readonly closedHeld: number;
  /** In the network namespace of the host: per-namespace counters say nothing about this pod. */
  readonly hostNetwork: boolean;
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
  /**
   * used less every socket that a table or net/protocols of the namespace lists: an upper bound of its closed ones.
   * Sockets of families that no table lists are in it; null without sockstat.
   */
  readonly gap: number | null;
  /** Rows of net/tcp and net/tcp6 by state; a FIN_WAIT2 minisock is counted apart. */
  readonly states: Readonly<Record<string, number>>;
  readonly tcpRows: number;
  /** The tables of both families are there to their ends. */
  readonly complete: boolean;
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
  readonly closedHeldByOwner: readonly ClosedHeldCount[];
  /** Of closedHeld: made and never connected, as far as the counters tell. */
  readonly neverConnected: number;
  /** Sum of gap over the namespaces; null when one of them lacks it. closedHeld cannot be more, unless it is elsewhere. */
  readonly gap: number | null;
  /** Sockets that fds hold, that alloc has room for and no captured namespace: they are of one that was not captured. */
  readonly elsewhere: number;
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
  /** Most open fds first. */
  readonly pods: readonly PodCount[];
  readonly shortcuts: readonly Shortcut[];
  readonly namespaces: readonly NamespaceLedger[];
  /** What copies of the node-wide count in other namespaces say, when they disagree beyond the skew of the capture. */
  readonly notes: readonly Text[];
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

export interface PodSocketMemory {
  readonly subject: Subject;
  readonly sockBytes: number;
  readonly limitBytes: number | null;
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
  /** Socket memory of pods as their cgroups count it, the closed sockets that they still hold included; bytes. */
  readonly pods: readonly PodSocketMemory[];
  /** mem less what the owners explain; within the error it means nothing. */
  readonly unexplainedPages: number | null;
  readonly rxQueueBytes: number;
  readonly txQueueBytes: number;
}

export interface Verdict {
  readonly status: 'healthy' | 'findings' | 'insufficient';
  readonly sentence: Message;
  /** The sentence with its reasons, the fix, what will not help and what to do next: to send on as it is. */
  readonly paragraph: Message;
  /** Place in the findings of the one that it stands on; null when it stands on none. */
  readonly finding: number | null;
  readonly countOwner: Subject | null;
  readonly memoryOwner: Subject | null;
  readonly confidence: Confidence;
  readonly because: Message;
  readonly next?: Message;
}

/** One of the nodes that the archive holds. */
export interface NodeReport {
  /** Its host name, or else its folder; with the root behind it where several nodes have one name. */
  readonly name: string;
  /** As `bundle.root` has it: the node with that root is the one that the rest of the report is about. */
  readonly root: string;
  /** The worst among its findings; null when it has none. */
  readonly level: Level | null;
  /** Of the others `finding` is null: their findings are not here. */
  readonly verdict: Verdict;
}

export interface Report {
  readonly schema: 'sockscope-report';
  readonly version: 1;
  readonly bundle: BundleFacts;
  /** The worst first; the only one in most archives. */
  readonly nodes: readonly NodeReport[];
  readonly coverage: Coverage;
  readonly ledger: Ledger;
  readonly memory: Memory;
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
  readonly notRun: readonly NotRun[];
  /** What to capture next, what settles most first; empty when nothing would change the verdict. */
  readonly toCollect: readonly ToCollect[];
  readonly problems: readonly Problem[];
  readonly log: KernelLog | null;
}
