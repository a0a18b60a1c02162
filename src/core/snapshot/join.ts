/**
 * The join: socket → fd → process, over the union of all namespaces, because an fd may belong to a namespace other
 * than that of its process. Both sides are sorted by inode and merged; a hash would let a bundle choose its collisions.
 */
import type { InodeTable } from '../parsers/net-inodes.ts';
import { isTcpProtocol } from '../parsers/socket-protocols.ts';
import { type InodeOrder, orderByInode } from './inode-order.ts';
import type { Namespace } from './namespaces.ts';
import type { Process } from './processes.ts';
import type { FdColumns, RawFacts } from './raw-facts.ts';
import type { Sockets } from './sockets.ts';
import { isSorted, sortedFdRows } from './sort-fds.ts';

/** Row: a socket fd. `socket` is its TCP row, NOT_TCP, or UNMATCHED when no captured table has its inode. */
interface SocketFds {
  readonly count: number;
  /** Index into processes. */
  readonly process: Uint32Array;
  readonly fd: Uint32Array;
  readonly inode: Uint32Array;
  readonly line: Uint32Array;
  readonly socket: Int32Array;
  /** First row of each process, NO_FD when it has no socket fd. */
  readonly firstRow: Uint32Array;
}

export const NO_FD = 0xffffffff;

export const NOT_TCP = -1;
export const UNMATCHED = -2;

interface Unmatched {
  readonly inode: number;
  readonly process: number;
  readonly fdRow: number;
  /** Its protocol was captured, and it is TCP. */
  readonly isTcp: boolean;
}

export interface Join {
  readonly fds: SocketFds;
  readonly distinctInodes: number;
  /**
   * One row for each distinct inode that is in no table although that of its process was captured in full: who answers
   * for it, and an fd of that process. What a process of another namespace holds may as well be open. Those that are
   * known to be of another protocol are left out.
   */
  readonly unmatched: readonly Unmatched[];
  /** Which table lists a socket that is not TCP. */
  readonly otherFamilies: ReadonlyMap<number, InodeTable>;
  /** Inodes that more than one fd refers to, of one process or of several. */
  readonly repeatedlyHeld: ReadonlySet<number>;
  /** Inodes held by more than one process. */
  readonly sharedInodes: number;
  /** Inodes that tables of two namespaces list: one of them is a copy. */
  readonly repeatedInodes: number;
}

export function joinSockets(
  raw: RawFacts,
  processes: readonly Process[],
  namespaces: readonly Namespace[],
  sockets: Sockets,
): Join {
  const fds = sortFds(raw.fds, processes);
  const known = orderByInode(sockets.inode, sockets.count);
  const others = otherFamilies(namespaces);
  const held = orderByInode(fds.inode, fds.count);
  const complete = new Set(namespaces.filter((each) => each.isComplete).map((each) => each.netns));
  const unmatched: Unmatched[] = [];
  const repeatedlyHeld = new Set<number>();
  let distinctInodes = 0;
  let sharedInodes = 0;
  let at = 0;
  for (let start = 0; start < held.count; ) {
    const inode = held.inode[start] ?? 0;
    let end = start + 1;
    while (end < held.count && held.inode[end] === inode) end++;
    // Nearly always there is one fd.
    const several = end - start > 1 ? ownersOf(held.row.subarray(start, end), fds, processes) : null;
    const owner = several?.owner ?? fds.process[held.row[start] ?? 0] ?? 0;
    const owners = several?.owners ?? 1;
    distinctInodes++;
    if (owners > 1) sharedInodes++;
    if (end - start > 1) repeatedlyHeld.add(inode);
    while (at < known.count && (known.inode[at] ?? 0) < inode) at++;
    const socket = at < known.count && known.inode[at] === inode ? (known.row[at] ?? 0) : -1;
    const found = socket >= 0 ? socket : others.has(inode) ? NOT_TCP : UNMATCHED;
    for (let i = start; i < end; i++) fds.socket[held.row[i] ?? 0] = found;
    if (socket >= 0) {
      sockets.owner[socket] = owner;
      sockets.owners[socket] = Math.min(65535, owners);
    } else if (found === UNMATCHED && complete.has(processes[owner]?.netns ?? -1)) {
      const fdRow = fdRowOf(held.row.subarray(start, end), fds, owner);
      const protocol = raw.socketProtocols.get(`${processes[owner]?.pid} ${fds.fd[fdRow]}`);
      if (protocol === undefined || isTcpProtocol(protocol))
        unmatched.push({ inode, process: owner, fdRow, isTcp: protocol !== undefined });
    }
    start = end;
  }
  return {
    fds,
    distinctInodes,
    unmatched,
    otherFamilies: others,
    repeatedlyHeld,
    sharedInodes,
    repeatedInodes: countRepeated(known),
  };
}

function otherFamilies(namespaces: readonly Namespace[]): ReadonlyMap<number, InodeTable> {
  const families = new Map<number, InodeTable>();
  for (const namespace of namespaces) {
    for (const [table, inodes] of namespace.otherInodes) for (const inode of inodes) families.set(inode, table);
  }
  return families;
}

/** Who answers for an inode, and how many processes hold it. */
function ownersOf(rows: Uint32Array, fds: SocketFds, processes: readonly Process[]): { owner: number; owners: number } {
  const owners = new Set(Array.from(rows, (row) => fds.process[row] ?? 0));
  return { owner: responsible([...owners], processes), owners: owners.size };
}

function fdRowOf(rows: Uint32Array, fds: SocketFds, process: number): number {
  return rows.find((row) => fds.process[row] === process) ?? 0;
}

/** By process and fd, each fd once: a bundle may hold the links and a listing of them. */
function sortFds(raw: FdColumns, processes: readonly Process[]): SocketFds {
  const indexOfPid = new Map(processes.map((process, index) => [process.pid, index]));
  const indexOf = (row: number) => indexOfPid.get(raw.pid[row] ?? 0) ?? 0;
  const rows = isSorted(raw) ? null : sortedFdRows(raw, indexOf, processes.length);
  const count = rows?.length ?? raw.count;
  const pick = (column: Uint32Array) => (rows === null ? column.slice(0, count) : rows.map((row) => column[row] ?? 0));
  const process = pick(raw.pid);
  const firstRow = new Uint32Array(processes.length).fill(NO_FD);
  for (let row = count - 1; row >= 0; row--) {
    const index = indexOfPid.get(process[row] ?? 0) ?? 0;
    process[row] = index;
    firstRow[index] = row;
  }
  return {
    count,
    process,
    fd: pick(raw.fd),
    inode: pick(raw.inode),
    line: pick(raw.line),
    socket: new Int32Array(count).fill(UNMATCHED),
    firstRow,
  };
}

function countRepeated({ inode, count }: InodeOrder): number {
  let repeated = 0;
  for (let i = 1; i < count; i++) if (inode[i] === inode[i - 1]) repeated++;
  return repeated;
}

/**
 * Who answers for a socket that several processes hold, init aside: the one that is the parent of others (a pre-fork server),
 * else the one that started first, else the lowest pid.
 */
function responsible(owners: readonly number[], processes: readonly Process[]): number {
  const [only = 0] = owners;
  if (owners.length <= 1) return only;
  // Socket activation: init keeps the listener that it made, and the service uses it.
  const withoutInit = owners.filter((owner) => processes[owner]?.pid !== 1);
  const others = withoutInit.length > 0 ? withoutInit : owners;
  const parents = new Set(others.map((owner) => processes[owner]?.parentPid));
  const candidates = others.filter((owner) => parents.has(processes[owner]?.pid ?? -1));
  const pool = candidates.length > 0 ? candidates : others;
  const start = (owner: number) => processes[owner]?.startTicks ?? Number.POSITIVE_INFINITY;
  const pid = (owner: number) => processes[owner]?.pid ?? 0;
  return [...pool].sort((a, b) => start(a) - start(b) || pid(a) - pid(b))[0] ?? only;
}
