/** What was read of one node, before anything is joined: texts, tables, columns of fd links. */

import type { LogScan } from '../kernel-log/kernel-log.ts';
import type { CgroupFile, NetText, NodeFile } from '../layouts/route.ts';
import type { CrictlContainer, CrictlPod } from '../parsers/commands/crictl.ts';
import type { SsColumns } from '../parsers/commands/ss-sockets.ts';
import type { InodeTable, SocketInodes } from '../parsers/proc/net-inodes.ts';
import type { TcpTable } from '../parsers/proc/net-tcp.ts';
import type { ConntrackTable } from '../parsers/proc/nf-conntrack.ts';
import type { PidCgroup } from '../parsers/proc/pid-cgroup.ts';
import { FD_KINDS, type FdKind, parseFdTarget } from '../parsers/proc/pid-fd.ts';
import type { TcpColumns } from '../parsers/proc/tcp-columns.ts';
import { release } from '../release.ts';
import type { Problem } from '../report/report.ts';
import type { Parsed, TextFact } from '../text.ts';
import type { ProblemTallies } from './problems.ts';
import { createProcessFiles, type ProcessFiles } from './process-files.ts';
import { createTcpStore, type StoredRows } from './tcp-store.ts';

export interface RawProcess {
  readonly pid: number;
  files: ProcessFiles;
  netns: number | null;
  /** Fds by kind, in the order of FD_KINDS, from links that are members of the archive; null until one was seen. */
  linkedKinds: number[] | null;
  /** The same from a listing. A bundle may hold both of the same fds, so they are not added up. */
  listedKinds: number[] | null;
  fdDenied: boolean;
  /** Entry of the listing that the links came from; empty when they are members of the archive. */
  fdListing: string;
}

export interface RawTcpTable {
  readonly entry: string;
  readonly family: 4 | 6;
  readonly table: TcpTable & { readonly columns: StoredRows };
  readonly complete: boolean;
}

export interface RawNet {
  readonly tcp: Map<4 | 6, RawTcpTable>;
  /** Of the tables in `inodes` without the text itself. */
  readonly texts: Map<NetText, TextFact>;
  /** Of sockets that are not TCP: read as they come, because the tables of a large node are large. */
  readonly inodes: Map<InodeTable, Parsed<SocketInodes>>;
}

/** One row a socket fd: which process, which fd, which inode; line of the listing, or 0 for a link member. */
export interface FdColumns {
  count: number;
  pid: Uint32Array;
  fd: Uint32Array;
  inode: Uint32Array;
  line: Uint32Array;
}

/** A socket fd of a thread; most threads share the table of their process, whose fds say the same. */
interface RawTaskFd {
  readonly pid: number;
  readonly inode: number;
  /** The link, or the line of a listing. */
  readonly entry: string;
  readonly line: number;
}

/** A unix socket with files in flight. */
interface RawInFlight {
  readonly pid: number;
  readonly entry: string;
  readonly line: number;
  readonly files: number;
}

export interface RawLog {
  readonly entry: string;
  readonly rank: number;
  readonly scan: LogScan;
  readonly complete: boolean;
  /** Its last lines, to compare with dmesg-clock.txt. */
  readonly tail: string;
}

export interface RawFacts {
  readonly root: string;
  readonly processes: Map<number, RawProcess>;
  /** What texts of /proc/PID/cgroup say. */
  readonly cgroupTexts: Map<string, Parsed<PidCgroup>>;
  /** By pid; null is proc/net, a negative number the inode of a namespace without a process. */
  readonly net: Map<number | null, RawNet>;
  readonly node: Map<NodeFile, TextFact>;
  readonly sysctl: Map<string, TextFact>;
  readonly logs: RawLog[];
  readonly ss: Map<number, { readonly entry: string; readonly columns: SsColumns; readonly complete: boolean }>;
  readonly conntrack: { readonly entry: string; readonly table: ConntrackTable }[];
  readonly podLogPaths: Set<string>;
  readonly containerLogNames: Set<string>;
  /** Names of the containers that kubelet keeps a folder for, by uid of the pod. */
  readonly kubeletContainers: Map<string, Set<string>>;
  readonly crictlPods: CrictlPod[];
  readonly crictlContainers: CrictlContainer[];
  /** Where the rows of the tables lie. */
  readonly tcpStore: TcpColumns;
  readonly fds: FdColumns;
  readonly taskFds: RawTaskFd[];
  readonly inFlight: RawInFlight[];
  /** `pid fd` → protocol of the socket. */
  readonly socketProtocols: Map<string, string>;
  /** By path below /sys/fs/cgroup. */
  readonly cgroups: Map<string, Map<CgroupFile, TextFact>>;
  /** Where a namespace without a process is pinned, by its inode. */
  readonly netnsPaths: Map<number, TextFact>;
  /** By number; of each what little it repeats: uptime, file-nr, counters and tables below `net`. */
  readonly samples: Map<number, RawFacts>;
  manifest: TextFact | null;
  /** dmesg-clock.txt of the collector. */
  dmesgClock: TextFact | null;
  /** A block file was read to its end that has the fds of every process, also of those that could not be read. */
  allFdsListed: boolean;
  meta: TextFact | null;
  hostname: TextFact | null;
  readonly problems: Problem[];
  /** Of kinds of files that come thousands of times. */
  readonly tallies: ProblemTallies;
  /** The first file by name that was read; empty without one. */
  firstFile: string;
}

export function createRawFacts(root: string, problems: Problem[] = [], tallies: ProblemTallies = new Map()): RawFacts {
  return {
    root,
    processes: new Map(),
    cgroupTexts: new Map(),
    net: new Map(),
    node: new Map(),
    sysctl: new Map(),
    logs: [],
    ss: new Map(),
    conntrack: [],
    podLogPaths: new Set(),
    containerLogNames: new Set(),
    kubeletContainers: new Map(),
    crictlPods: [],
    crictlContainers: [],
    tcpStore: createTcpStore(),
    fds: createFdColumns(256),
    taskFds: [],
    inFlight: [],
    socketProtocols: new Map(),
    cgroups: new Map(),
    netnsPaths: new Map(),
    samples: new Map(),
    manifest: null,
    dmesgClock: null,
    allFdsListed: false,
    meta: null,
    hostname: null,
    problems,
    tallies,
    firstFile: '',
  };
}

export function rawSample(facts: RawFacts, n: number): RawFacts {
  let sample = facts.samples.get(n);
  if (sample === undefined) {
    sample = createRawFacts(facts.root, facts.problems, facts.tallies);
    facts.samples.set(n, sample);
  }
  return sample;
}

export function rawProcess(facts: RawFacts, pid: number): RawProcess {
  let process = facts.processes.get(pid);
  if (process === undefined) {
    process = {
      pid,
      files: createProcessFiles(),
      netns: null,
      linkedKinds: null,
      listedKinds: null,
      fdDenied: false,
      fdListing: '',
    };
    facts.processes.set(pid, process);
  }
  return process;
}

export function rawNet(facts: RawFacts, pid: number | null): RawNet {
  let net = facts.net.get(pid);
  if (net === undefined) {
    net = { tcp: new Map(), texts: new Map(), inodes: new Map() };
    facts.net.set(pid, net);
  }
  return net;
}

/** Counts one fd link, and keeps it as a row when it is a socket; line is 0 for a member of the archive. */
export function addFd(facts: RawFacts, process: RawProcess, fd: number, target: string, line: number): void {
  const { kind, inode } = parseFdTarget(target);
  countFd(process, kind, line > 0);
  if (inode !== null && inode <= 0xffffffff) addSocketFd(facts.fds, process.pid, fd, inode, line);
}

export function countFd(process: RawProcess, kind: FdKind, listed: boolean): void {
  const index = FD_KINDS.indexOf(kind);
  const counts = listed ? (process.listedKinds ??= noKinds()) : (process.linkedKinds ??= noKinds());
  counts[index] = (counts[index] ?? 0) + 1;
}

/** A plain array: a typed one costs three hundred bytes before it holds anything, and there is one for each process. */
export function noKinds(): number[] {
  return FD_KINDS.map(() => 0);
}

export function addSocketFd(columns: FdColumns, pid: number, fd: number, inode: number, line: number): void {
  if (columns.count === columns.pid.length) growFdColumns(columns);
  const row = columns.count++;
  columns.pid[row] = pid;
  columns.fd[row] = fd;
  columns.inode[row] = inode;
  // Of links all are 0: what is never written takes no memory.
  if (line !== 0) columns.line[row] = line;
}

function createFdColumns(capacity: number): FdColumns {
  return {
    count: 0,
    pid: new Uint32Array(capacity),
    fd: new Uint32Array(capacity),
    inode: new Uint32Array(capacity),
    line: new Uint32Array(capacity),
  };
}

function growFdColumns(columns: FdColumns): void {
  for (const key of ['pid', 'fd', 'inode', 'line'] as const) {
    const larger = new Uint32Array(columns[key].length * 2);
    if (key !== 'line' || columns.line.some((line) => line !== 0)) larger.set(columns[key]);
    release(columns[key]);
    columns[key] = larger;
  }
}

/** A collector takes those of odd threads only; a hostile bundle may hold any number. */
const MAX_TASK_FDS = 1_000_000;

export function addTaskFd(facts: RawFacts, fd: RawTaskFd): void {
  if (facts.taskFds.length < MAX_TASK_FDS) facts.taskFds.push(fd);
}

/** From here on, fd numbers stand for those of threads: the rest is the index into taskFds. */
export const TASK_FD_BASE = 2 ** 31;

/**
 * Gives each process the sockets that only a thread of it holds. A thread has fds of its own after
 * unshare(CLONE_FILES), or when the thread that was the process has ended; all others repeat those of the process.
 */
export function adoptTaskFds(facts: RawFacts): void {
  if (facts.taskFds.length === 0) return;
  const held = new Map<number, Set<number>>();
  for (const { pid } of facts.taskFds) held.set(pid, new Set());
  for (let row = 0; row < facts.fds.count; row++) held.get(facts.fds.pid[row] ?? 0)?.add(facts.fds.inode[row] ?? 0);
  facts.taskFds.forEach(({ pid, inode }, index) => {
    const inodes = held.get(pid);
    if (inodes === undefined || inodes.has(inode)) return;
    inodes.add(inode);
    const process = rawProcess(facts, pid);
    countFd(process, 'socket', process.linkedKinds === null && process.listedKinds !== null);
    addSocketFd(facts.fds, pid, TASK_FD_BASE + index, inode, 0);
  });
}
