/**
 * What the bundle page shows, ready to draw: numbers stay numbers (the page formats them), sentences are whole.
 * Everything that can be opened is an {@link EvidenceLink}: the page sends its id back and the host finds the
 * entry and the line, so no path that came from a bundle travels from the page to the host.
 */
import type { Confidence, Level, MemoryStatus, ToCollect } from '../report/report.ts';
import type { StateId } from '../report/state-ids.ts';
import type { Worded } from '../wording/worded.ts';
import type { EvidenceLink, Tone } from './evidence-link.ts';
import type { FilterVocabulary, SocketCount } from './filter-vocabulary.ts';
import type { PeersView } from './peers-model.ts';
import type { NamespaceGapsView, PodMemoryView, PodsView, ShortcutRow, SumTerm } from './table-model.ts';

/** One of several nodes of the archive, to choose from. */
export interface NodeChoice {
  readonly name: string;
  /** The sentence of its verdict. */
  readonly verdict: string;
  readonly tone: VerdictView['tone'];
  /** The page is of this one. */
  readonly isShown: boolean;
}

export interface HeaderView {
  readonly title: string;
  /** The worst first; empty where the archive holds one. */
  readonly nodes: readonly NodeChoice[];
  readonly facts: readonly string[];
  /** The one of the facts that tells the time of the capture; empty when it is not known. */
  readonly captured: string;
  readonly coverageTone: 'good' | 'warn';
  readonly coverage: string;
}

export interface VerdictView {
  readonly tone: 'bad' | 'warn' | 'good';
  readonly sentence: string;
  readonly confidence: Confidence;
  readonly because: string;
  readonly next: string;
  readonly evidence: readonly EvidenceLink[];
  readonly fixes: readonly string[];
  readonly nonFixes: readonly string[];
  /** What would make a verdict possible, instead of cures; empty where there is one. */
  readonly collect: readonly Worded<ToCollect>[];
}

export interface MemoryPart {
  readonly label: string;
  readonly pages: number;
  readonly tone: Tone;
  /** queued: holds data. reserved: kept by the sockets, not in use. unexplained: nobody's. */
  readonly kind: 'queued' | 'reserved' | 'other' | 'unexplained';
  readonly source: string;
}

export interface MemoryView {
  readonly status: MemoryStatus;
  readonly summary: string;
  readonly pageSizeBytes: number;
  readonly memPages: number | null;
  readonly errorPages: number;
  readonly minPages: number | null;
  readonly pressurePages: number | null;
  readonly maxPages: number | null;
  readonly parts: readonly MemoryPart[];
  /** Null when no cgroup of a pod was captured. */
  readonly pods: PodMemoryView | null;
  readonly evidence: readonly EvidenceLink[];
}

export interface SocketPart {
  readonly label: string;
  readonly detail: string;
  readonly count: number;
  readonly tone: Tone;
}

export interface SocketsView {
  /** Null when no sockstat is in the bundle. */
  readonly alloc: number | null;
  readonly unexplained: number | null;
  readonly parts: readonly SocketPart[];
  /** Minisocks and request sockets: never part of alloc, counted per namespace. */
  readonly outside: readonly SocketPart[];
  /** alloc term by term; empty when nothing was counted. */
  readonly sum: readonly SumTerm[];
  readonly gaps: NamespaceGapsView | null;
  readonly shortcuts: readonly ShortcutRow[];
  /** Where copies of a count disagree, and what that means. */
  readonly notes: readonly string[];
  readonly evidence: readonly EvidenceLink[];
}

export interface RankedRow {
  readonly label: string;
  readonly detail: string;
  readonly count: number;
  /** Null: nothing to open. */
  readonly evidence: EvidenceLink | null;
  /** Term of the filter language that picks it; empty when none does. */
  readonly filter: string;
}

export interface HistogramBin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** Sockets of one state at two moments, in the namespaces whose tables were read at both. */
export interface StateChange {
  readonly before: number;
  readonly after: number;
  /** Between the two, above 0. */
  readonly seconds: number;
  /** With the same inode in the same state at both; null where sockets have no inode. */
  readonly survived: number | null;
  readonly namespaces: number;
}

export interface StateView {
  readonly id: StateId;
  readonly count: number;
  /** Null when the bundle has no second moment, or no row of it in this state at either. */
  readonly change: StateChange | null;
  /** Of those, IPv6-family sockets. */
  readonly v6: number;
  readonly tone: Tone;
  readonly unreadBytes: number;
  readonly unsentBytes: number;
  /** Short third line of the box: `unread 23.6 MiB`, `accept queue 0`. */
  readonly hint: string;
  readonly holders: readonly RankedRow[];
  readonly ports: readonly RankedRow[];
  readonly peers: readonly RankedRow[];
  /** Unread bytes per socket; empty when all are zero. */
  readonly unread: readonly HistogramBin[];
  readonly reading: readonly { readonly tone: Tone; readonly text: string }[];
  /** Picks its sockets; empty when they cannot be picked. */
  readonly filter: string;
  readonly evidence: readonly EvidenceLink[];
}

export interface StatesView {
  /** All TCP sockets in alloc that the bundle shows. */
  readonly total: number;
  readonly namespaces: number;
  readonly states: readonly StateView[];
  /** The state that a finding points at, and the sentence that explains it; null when nothing is stuck. */
  readonly stuck: { readonly id: StateId; readonly text: string } | null;
}

export interface FdKindCount {
  readonly label: string;
  readonly count: number;
  readonly tone: Tone;
}

export interface ProcessRow {
  readonly pid: number;
  readonly comm: string;
  readonly fds: number;
  readonly tcp: number;
  readonly kinds: readonly FdKindCount[];
  /** Soft RLIMIT_NOFILE; null when limits was not captured or is unlimited. */
  readonly softLimit: number | null;
  /** Sockets that other processes hold too. */
  readonly sharedSockets: number;
  readonly tone: Tone;
  readonly evidence: EvidenceLink | null;
}

export interface ProcessGroup {
  readonly label: string;
  readonly fds: number;
  readonly processes: readonly ProcessRow[];
  /** Processes left out of the list, with their sums. */
  readonly more: { readonly processes: number; readonly fds: number; readonly tcp: number } | null;
}

export interface IcicleNode {
  readonly label: string;
  readonly detail: string;
  readonly value: number;
  readonly tone: Tone;
  readonly evidence: EvidenceLink | null;
  /** Picks it, together with those of the nodes above it; empty when nothing does. */
  readonly filter: string;
  readonly children: readonly IcicleNode[];
}

export interface ProcessesView {
  readonly openFds: number;
  readonly processes: number;
  readonly sharedSockets: number;
  readonly groups: readonly ProcessGroup[];
  readonly moreGroups: { readonly groups: number; readonly fds: number } | null;
  /** all → pod → process → kind of fd → state → peer; children are sorted, small ones merged into "N more". */
  readonly tree: IcicleNode;
  /** Null when no pod was seen. */
  readonly pods: PodsView | null;
  /** Why the numbers are partial; empty when every process was readable. */
  readonly caveat: string;
}

export interface LogLane {
  readonly id: string;
  readonly label: string;
  readonly detail: string;
  readonly tone: Tone;
  readonly bins: readonly {
    readonly seconds: number;
    readonly lines: number;
    readonly evidence: EvidenceLink | null;
  }[];
}

export interface LogView {
  readonly summary: string;
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly binSeconds: number;
  readonly captureSeconds: number | null;
  /** Seconds are counted from the boot, or else from the first line of the log. */
  readonly sinceBoot: boolean;
  /** Wall time of second 0 as Unix seconds, UTC; null when it cannot be derived. */
  readonly zeroUnixSeconds: number | null;
  /** What times of day stand on, and by how much they may be off. */
  readonly clockNote: string;
  readonly lanes: readonly LogLane[];
  readonly evidence: readonly EvidenceLink[];
}

export interface FindingView {
  readonly ruleId: string;
  readonly level: Level;
  readonly confidence: Confidence;
  readonly title: string;
  readonly subject: string;
  readonly message: string;
  readonly measures: readonly string[];
  readonly doubts: readonly string[];
  readonly fixes: readonly string[];
  readonly nonFixes: readonly string[];
  /** What would settle what is open; empty when nothing is. */
  readonly next: string;
  readonly evidence: readonly EvidenceLink[];
}

export interface NotRunView {
  readonly ruleId: string;
  readonly reason: string;
  readonly capture: string;
}

export interface FactView {
  readonly label: string;
  readonly detail: string;
  readonly present: boolean;
}

export interface PageModel {
  readonly header: HeaderView;
  readonly verdict: VerdictView;
  readonly memory: MemoryView;
  readonly sockets: SocketsView;
  readonly states: StatesView;
  readonly processes: ProcessesView;
  /** Null when no socket table was captured. */
  readonly peers: PeersView | null;
  /** Null when the bundle has no kernel log. */
  readonly log: LogView | null;
  readonly findings: readonly FindingView[];
  readonly notRun: readonly NotRunView[];
  readonly facts: readonly FactView[];
  readonly problems: readonly string[];
  /** What a filter can pick. */
  readonly pickable: SocketCount;
  readonly vocabulary: FilterVocabulary;
}
