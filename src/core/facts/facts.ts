/** The facts that rules may ask for: what they see of the model. */

import type { LogScan } from '../kernel-log/kernel-log.ts';
import type { PodMemoryFact } from '../ledger/pod-memory.ts';
import type { BuddyZone } from '../parsers/proc/buddyinfo.ts';
import type { Coverage, Evidence, Ledger, Memory, Subject } from '../report/report.ts';
import type { Listener } from '../snapshot/listeners.ts';
import type { Process } from '../snapshot/processes.ts';
import type { Holder } from './holder.ts';

export interface KernelLogFact {
  readonly entry: string;
  readonly scan: LogScan;
  readonly complete: boolean;
}

interface SockstatFact {
  readonly entry: string;
  readonly tcpLine: number;
}

export interface TcpMemFact {
  readonly entry: string;
  readonly minPages: number;
  readonly pressurePages: number;
  readonly maxPages: number;
}

/** Counters of one namespace that a rule asked for by name; a counter the kernel does not have is absent. */
export interface CounterFact {
  readonly subject: Subject;
  readonly netns: number;
  readonly isHost: boolean;
  /** Where the values of each group are: `TcpExt` in net/netstat, `Tcp` in net/snmp. */
  readonly places: ReadonlyMap<string, { readonly entry: string; readonly line: number }>;
  readonly values: ReadonlyMap<string, number>;
}

interface NodeFact {
  readonly hostname: string;
  readonly pageSizeBytes: number;
  readonly uptimeSeconds: number | null;
  readonly memTotalBytes: number | null;
  readonly meminfoEntry: string;
}

/** Orphans and minisocks of one namespace. */
export interface NamespaceFact {
  readonly subject: Subject;
  readonly isHost: boolean;
  readonly orphans: number;
  readonly orphanTxBytes: number;
  readonly orphanEvidence: Evidence | null;
  readonly minisocks: number;
  readonly minisockEvidence: Evidence | null;
  /** The peer address and port that most minisocks are to, and how many; empty where there are few. */
  readonly topRemote: string;
  readonly topRemoteMinisocks: number;
  readonly timeWait: number | null;
}

/** Sending sockets of one holder. */
export interface SenderFact {
  readonly subject: Subject;
  readonly txQueueBytes: number;
  readonly sockets: number;
  readonly zeroWindow: number;
  readonly retransmitting: number;
  /** Sockets that sent nothing for IDLE_MS, and those of which ss told when they last did. */
  readonly idleSockets: number;
  readonly timedSockets: number;
  readonly pages: number;
  readonly topRemote: string;
  readonly topRemoteSockets: number;
  /** The process behind topRemote when it lives on this node. */
  readonly topRemoteSubject: Subject | null;
  readonly evidence: Evidence | null;
}

/** All listeners of one port of a namespace, with what waits at them. */
export interface ListenerFact {
  /** The process that accepts, or the namespace where it is not known. */
  readonly subject: Subject;
  /** As in /proc/PID/stat: T is stopped, D sleeps uninterruptibly; empty when not known. */
  readonly processState: string;
  readonly listener: Listener;
  readonly evidence: Evidence;
  readonly requestEvidence: Evidence | null;
  /** Of the namespace, since its creation; null when not captured. */
  readonly counters: CounterFact | null;
}

/** Receive queues of one holder: data that arrived and was not read. */
export interface ReaderFact {
  readonly subject: Subject;
  readonly processState: string;
  readonly rxQueueBytes: number;
  /** The part of it on connections that the peer has closed. */
  readonly closeWaitRxBytes: number;
  readonly sockets: number;
  /** All its connections, those without unread data too. */
  readonly connections: number;
  readonly closeWaitSockets: number;
  /** With at least LARGE_RX_BYTES each. */
  readonly largeSockets: number;
  /** Sockets with unread data that ss saw receive nothing for IDLE_MS, and those of which ss told anything. */
  readonly idleSockets: number;
  readonly timedSockets: number;
  /** All its memory, from ss where captured. */
  readonly pages: number;
  readonly source: 'skmem' | 'queues';
  readonly topLocalPort: number;
  readonly evidence: Evidence | null;
}

/** How many fds there are of each kind; a map will do. */
export interface KindCounts extends Iterable<[string, number]> {
  get(kind: string): number | undefined;
}

export interface ProcessFact {
  readonly subject: Subject;
  readonly process: Process;
  /** Its fds by kind, sockets by family; `unknown` ones are in no table, `unseen` ones may be in a missing one. */
  readonly kinds: KindCounts;
  readonly evidence: Evidence | null;
  /** Line of the fd limit. */
  readonly limitEvidence: Evidence | null;
}

export interface VisitorFact {
  readonly subject: Subject;
  readonly sockets: number;
  readonly connections: number;
  readonly namespaces: number;
  readonly topNamespace: Subject;
  readonly topSockets: number;
  readonly evidence: Evidence | null;
}

export interface EmptyNamespaceFact {
  readonly subject: Subject;
  /** Where it is pinned, when known. */
  readonly pin: string;
  /** Sockets in its tables, minisocks not among them. */
  readonly sockets: number;
  readonly used: number | null;
  /** The process that holds most of its sockets. */
  readonly holder: Subject | null;
  readonly heldSockets: number;
  readonly evidence: Evidence;
}

export interface UnheldFact {
  readonly sockets: number;
  /** The remote or local port that most of them share: 2049 is NFS. */
  readonly topPort: number;
  readonly topPortSockets: number;
  readonly evidence: Evidence | null;
}

export interface NeighboursFact {
  readonly entries: number;
  readonly gcThresh3: number;
  readonly evidence: Evidence;
}

export interface CollectorFact {
  /** What shows that the collector saw the namespace of a pod, or only one; null when nothing does. */
  readonly pod: {
    readonly reason: 'no-tcp-mem' | 'not-of-pid-1' | 'copies' | 'own-pids';
    readonly evidence: Evidence;
  } | null;
}

export interface Facts {
  readonly kernelLog: KernelLogFact;
  readonly sockstat: SockstatFact;
  readonly tcpMem: TcpMemFact;
  /** Only with sockstat. */
  readonly ledger: Ledger;
  /** Only with sockstat. */
  readonly memory: Memory;
  /** Only with socket tables. */
  readonly holders: readonly Holder[];
  /** Processes of one container added up; where no single one stands out. */
  readonly pools: readonly Holder[];
  readonly listeners: readonly ListenerFact[];
  readonly readers: readonly ReaderFact[];
  /** Processes that hold sockets of other namespaces than their own. */
  readonly visitors: readonly VisitorFact[];
  /** Namespaces that no process is in. */
  readonly emptyNamespaces: readonly EmptyNamespaceFact[];
  /** Open sockets with an inode that no fd was seen to hold. */
  readonly unheld: UnheldFact;
  readonly namespaces: readonly NamespaceFact[];
  readonly senders: readonly SenderFact[];
  /** Only when fd links of at least one process are there. */
  readonly fdLinks: { readonly processes: number };
  /** Only processes whose fds were readable. */
  readonly processes: readonly ProcessFact[];
  /** Files on their way through unix sockets, which no fd holds. */
  readonly inFlight: {
    readonly files: number;
    /** The process that would receive most of them. */
    readonly subject: Subject;
    readonly evidence: readonly Evidence[];
  };
  readonly netstat: readonly CounterFact[];
  readonly maxOrphans: { readonly entry: string; readonly value: number };
  /** Ports of net.ipv4.ip_local_port_range; of the host. */
  readonly localPorts: { readonly entry: string; readonly value: number };
  readonly maxTwBuckets: { readonly entry: string; readonly value: number };
  /** Memory of the sockets of pods, from their cgroups. */
  readonly podMemory: readonly PodMemoryFact[];
  readonly conntrack: { readonly entry: string; readonly count: number; readonly max: number };
  readonly neighbours: NeighboursFact;
  readonly files: { readonly entry: string; readonly allocated: number; readonly max: number };
  readonly buddy: { readonly entry: string; readonly zones: readonly BuddyZone[] };
  readonly collector: CollectorFact;
  /** Processes that the OOM killer chose, with their pod where the log tells; only with a kernel log. */
  readonly oomVictims: readonly Subject[];
  readonly node: NodeFact;
  readonly coverage: Coverage;
  /** Entry that stands for the bundle as a whole. */
  readonly bundle: { readonly entry: string };
}

export type FactName = keyof Facts;
export type AvailableFacts = { readonly [N in FactName]: Facts[N] | null };
