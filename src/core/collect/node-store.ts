/**
 * What of a node is kept together, whichever members tell of it: its processes with their fds, its network namespaces
 * with their tables. The other facts are kept where the table of facts (fact-table.ts) says.
 */
import type { ByteSink } from '../bundle.ts';
import type { LogHit } from '../kernel-log/kernel-log.ts';
import type { AnyFact } from '../layouts/layout.ts';
import type { InodeTable, SocketInodes } from '../parsers/proc/net-inodes.ts';
import type { TcpTable } from '../parsers/proc/net-tcp.ts';
import type { PidCgroup } from '../parsers/proc/pid-cgroup.ts';
import { FD_KINDS, type FdKind } from '../parsers/proc/pid-fd.ts';
import type { TcpColumns } from '../parsers/proc/tcp-columns.ts';
import type { Problem } from '../report/report.ts';
import type { Parsed, TextFact } from '../text.ts';
import type { FdColumns, RowRange } from './fd-columns.ts';
import type { ProblemTallies } from './problems.ts';
import type { StoredRows } from './tcp-store.ts';

/** What tells which of several members counts that give the same fact. */
export interface Source {
  readonly entry: string;
  readonly rank: number;
  /** Collectors leave an empty file where a command failed. */
  readonly isEmpty: boolean;
}

/** The best is not empty, of those with the lowest rank, of those the first by name; of one name the later, as tar does. */
export function isBetter(found: Source, kept: Source | null | undefined): boolean {
  if (kept === null || kept === undefined) return true;
  if (found.isEmpty !== kept.isEmpty) return kept.isEmpty;
  return found.rank === kept.rank ? found.entry <= kept.entry : found.rank < kept.rank;
}

export interface KeptText extends TextFact, Source {}

/** What was read of a file, without its text. */
export interface Read<T> extends Source {
  /** Lines of the entry before the text. */
  readonly lineOffset: number;
  readonly value: T;
}

/** The fds of a process as one member lists them. */
interface FdListing extends Source, RowRange {
  /** Fds by kind, in the order of FD_KINDS. */
  readonly kinds: number[];
}

export interface RawProcess<Files = Readonly<Record<string, Read<unknown> | null>>> {
  readonly pid: number;
  files: Files;
  netns: number | null;
  /** Where that was read. */
  netnsRank: number;
  netnsEntry: string;
  /** Fds by kind, in the order of FD_KINDS, from links that are members of the archive; null until one was seen. */
  linkedKinds: number[] | null;
  /** The best listing. A bundle may hold both of the same fds, so they are not added up. */
  listing: FdListing | null;
  fdDenied: boolean;
}

export interface RawTcpTable extends Source {
  readonly family: 4 | 6;
  readonly table: TcpTable & { readonly columns: StoredRows };
  readonly complete: boolean;
}

export interface RawNet<File extends string = string> {
  readonly tcp: Map<4 | 6, RawTcpTable>;
  /** Of the tables in `inodes` without the text itself. */
  readonly texts: Map<File, KeptText>;
  /** Of sockets that are not TCP: read as they come, because the tables of a large node are large. */
  readonly inodes: Map<InodeTable, Parsed<SocketInodes>>;
}

/** A socket fd of a thread; most threads share the table of their process, whose fds say the same. */
export interface RawTaskFd {
  readonly pid: number;
  readonly tid: number;
  readonly fd: number;
  readonly inode: number;
  /** The link, or the line of a listing. */
  readonly entry: string;
  readonly line: number;
}

/** Where in the archive a fact was found, and how much it counts. */
export interface Place {
  readonly entry: string;
  readonly rank: number;
  /** Lines of the entry before the fact: 0 but for a block of a block file. */
  readonly lineOffset: number;
  /** As the archive says; 0 when that is not known. */
  readonly sizeBytes: number;
}

export interface NodeStore {
  readonly root: string;
  readonly problems: Problem[];
  /** Of kinds of files that come thousands of times. */
  readonly tallies: ProblemTallies;
  /** The first file by name that was read; empty without one. */
  firstFile: string;
  readonly processes: Map<number, RawProcess>;
  /** By pid; null is proc/net, a negative number the inode of a namespace without a process. */
  readonly net: Map<number | null, RawNet>;
  /** Where the rows of the tables lie. */
  readonly tcpStore: TcpColumns;
  readonly fds: FdColumns;
  /** Rows of listings that were given up for better ones. */
  readonly staleFds: RowRange[];
  readonly taskFds: RawTaskFd[];
  /** What texts of /proc/PID/cgroup say. */
  readonly cgroupTexts: Map<string, Parsed<PidCgroup>>;
  /** The files of a process of which nothing was read yet. */
  readonly noFiles: RawProcess['files'];
  /** Who takes the bytes of a member, or of a block of one; undefined when nobody does. */
  sinkFor(fact: AnyFact, place: Place): ByteSink | undefined;
  /** Told of what a kernel log has so far: as soon as there is something, and when the log has ended. */
  onLogHits(hits: readonly LogHit[]): void;
  /** What sample n repeats of the node. */
  sample(n: number): NodeStore;
}

export function rawProcess(facts: NodeStore, pid: number): RawProcess {
  let process = facts.processes.get(pid);
  if (process === undefined) {
    process = {
      pid,
      files: { ...facts.noFiles },
      netns: null,
      netnsRank: 0,
      netnsEntry: '',
      linkedKinds: null,
      listing: null,
      fdDenied: false,
    };
    facts.processes.set(pid, process);
  }
  return process;
}

export function rawNet(facts: NodeStore, pid: number | null): RawNet {
  let net = facts.net.get(pid);
  if (net === undefined) {
    net = { tcp: new Map(), texts: new Map(), inodes: new Map() };
    facts.net.set(pid, net);
  }
  return net;
}

export function countFd(counts: number[], kind: FdKind): void {
  const index = FD_KINDS.indexOf(kind);
  counts[index] = (counts[index] ?? 0) + 1;
}

/** A plain array: a typed one costs three hundred bytes before it holds anything, and there is one for each process. */
export function noKinds(): number[] {
  return FD_KINDS.map(() => 0);
}
