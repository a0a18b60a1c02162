/**
 * The join: socket → fd → process, over the union of all namespaces, because an fd may belong to a namespace other
 * than that of its process. Both sides are sorted by inode and merged; a hash would let a bundle choose its collisions.
 */

import type { FdColumns } from '../collect/fd-columns.ts';
import type { RawFacts } from '../collect/raw-facts.ts';
import { isTcpProtocol } from '../parsers/commands/socket-protocols.ts';
import { INODE_TABLES } from '../parsers/proc/net-inodes.ts';
import { release } from '../release.ts';
import { type InodeOrder, orderByInode } from './inode-order.ts';
import type { Namespace } from './namespaces.ts';
import type { Process } from './processes.ts';
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
  /** Of NOT_TCP: the place in INODE_TABLES of the table that lists it. */
  readonly table: Uint8Array;
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
  const others = orderOthers(namespaces);
  const held = orderByInode(fds.inode, fds.count);
  const complete = new Set(namespaces.filter((each) => each.isComplete).map((each) => each.netns));
  const unmatched: Unmatched[] = [];
  const repeatedlyHeld = new Set<number>();
  let distinctInodes = 0;
  let sharedInodes = 0;
  let at = 0;
  let other = 0;
  for (let start = 0; start < held.count; ) {
    const inode = held.inode[start] ?? 0;
    let end = start + 1;
    while (end < held.count && held.inode[end] === inode) end++;
    let owner = fds.process[held.row[start] ?? 0] ?? 0;
    let owners = 1;
    // Nearly always there is one fd.
    if (end - start > 1) {
      repeatedlyHeld.add(inode);
      const holders = holdersOf(held.row, start, end, fds.process);
      owners = holders.length;
      owner = responsible(holders, processes);
    }
    distinctInodes++;
    if (owners > 1) sharedInodes++;
    while (at < known.count && (known.inode[at] ?? 0) < inode) at++;
    const socket = at < known.count && known.inode[at] === inode ? (known.row[at] ?? 0) : -1;
    while (other < others.order.count && (others.order.inode[other] ?? 0) < inode) other++;
    const isOther = other < others.order.count && others.order.inode[other] === inode;
    const found = socket >= 0 ? socket : isOther ? NOT_TCP : UNMATCHED;
    for (let i = start; i < end; i++) fds.socket[held.row[i] ?? 0] = found;
    if (found === NOT_TCP) {
      const table = others.table[lastOf(others.order, other)] ?? 0;
      for (let i = start; i < end; i++) fds.table[held.row[i] ?? 0] = table;
    } else if (socket >= 0) {
      sockets.owner[socket] = owner;
      sockets.owners[socket] = Math.min(65535, owners);
    } else if (found === UNMATCHED && complete.has(processes[owner]?.netns ?? -1)) {
      const fdRow = fdRowOf(held.row.subarray(start, end), fds, owner);
      const protocol = raw.socketProtocols.get(`${processes[owner]?.pid} ${fds.fd[fdRow]}`)?.value;
      if (protocol === undefined || isTcpProtocol(protocol))
        unmatched.push({ inode, process: owner, fdRow, isTcp: protocol !== undefined });
    }
    start = end;
  }
  const repeatedInodes = countRepeated(known);
  for (const { inode, row } of [known, held, others.order]) release(inode, row);
  return { fds, distinctInodes, unmatched, repeatedlyHeld, sharedInodes, repeatedInodes };
}

interface Others {
  readonly order: InodeOrder;
  /** By row of the order: place in INODE_TABLES. */
  readonly table: Uint8Array;
}

/** The sockets that are not TCP, of all namespaces. */
function orderOthers(namespaces: readonly Namespace[]): Others {
  let count = 0;
  for (const { otherInodes } of namespaces) for (const inodes of otherInodes.values()) count += inodes.length;
  const inode = new Uint32Array(count);
  const table = new Uint8Array(count);
  let first = 0;
  for (const { otherInodes } of namespaces) {
    for (const [name, inodes] of otherInodes) {
      inode.set(inodes, first);
      table.fill(INODE_TABLES.indexOf(name), first, first + inodes.length);
      first += inodes.length;
    }
  }
  return { order: orderByInode(inode, count), table };
}

/** Of all rows with the inode of this place, the last one. */
function lastOf({ inode, row, count }: InodeOrder, place: number): number {
  let last = place;
  while (last + 1 < count && inode[last + 1] === inode[place]) last++;
  return row[last] ?? 0;
}

/** The processes of these fds, each once: fds are in the order of their processes, so equal ones follow each other. */
function holdersOf(rows: Uint32Array, start: number, end: number, process: Uint32Array): readonly number[] {
  const holders: number[] = [];
  for (let i = start; i < end; i++) {
    const holder = process[rows[i] ?? 0] ?? 0;
    if (holders.at(-1) !== holder) holders.push(holder);
  }
  return holders;
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
  // Those that came in order are used as they are; the pids become indexes in their own column, which nobody reads again.
  const pick = (column: Uint32Array) =>
    rows === null ? column.subarray(0, count) : rows.map((row) => column[row] ?? 0);
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
    table: new Uint8Array(count),
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
function responsible(holders: readonly number[], processes: readonly Process[]): number {
  const [only = 0] = holders;
  if (holders.length <= 1) return only;
  // Socket activation: init keeps the listener that it made, and the service uses it.
  const withoutInit = processes[only]?.pid === 1 ? holders.slice(1) : holders;
  const parents = new Set(withoutInit.map((holder) => processes[holder]?.parentPid));
  let best: Process | undefined;
  let bestIsParent = false;
  for (const holder of withoutInit) {
    const process = processes[holder];
    if (process === undefined) continue;
    const isParent = parents.has(process.pid);
    const isBetter = best === undefined || (isParent === bestIsParent ? startOf(process) < startOf(best) : isParent);
    if (!isBetter) continue;
    best = process;
    bestIsParent = isParent;
  }
  return best?.index ?? only;
}

function startOf(process: Process): number {
  return process.startTicks ?? Number.POSITIVE_INFINITY;
}
