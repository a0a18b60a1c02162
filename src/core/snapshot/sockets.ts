/** TCP sockets of all namespaces, in columns: row i of every column is one row of one net/tcp or net/tcp6. */

import type { StoredRows } from '../collect/tcp-store.ts';
import type { TcpRows } from '../parsers/proc/tcp-columns.ts';
import { release } from '../release.ts';
import type { Namespace } from './namespaces.ts';
import {
  isMinisockRow,
  isOrphanRow,
  isRequestRow,
  isWaitingRow,
  nameOfState,
  type RowKind,
  rowKind,
} from './tcp-states.ts';

export interface SocketTableSource {
  readonly entry: string;
  readonly family: 4 | 6;
  readonly namespace: number;
  readonly firstRow: number;
  readonly rows: number;
  /** The table is there to its end. */
  readonly complete: boolean;
  readonly words6: Uint32Array;
}

export interface Sockets extends Omit<TcpRows, 'words6'> {
  readonly sources: readonly SocketTableSource[];
  /** The sources of each namespace, by its index. */
  readonly sourcesOfNamespace: readonly (readonly SocketTableSource[])[];
  /** Index into sources; which also gives family and namespace. */
  readonly source: Uint16Array | Uint32Array;
  /** Index of the process that answers for it, -1 when no fd holds it. Filled by the join. */
  readonly owner: Int32Array;
  /** Of a connection that waits for accept(): index of the process whose listener it waits at, else -1. */
  readonly acceptor: Int32Array;
  /** How many processes hold it. */
  readonly owners: Uint16Array;
  /** From ss, -1 where unknown; all of them are empty when no ss output was captured. */
  readonly queuedBytes: Float64Array;
  readonly reservedBytes: Float64Array;
  readonly idleMs: Float64Array;
  readonly sentMs: Float64Array;
  /** Of CLOSE_WAIT: for how long at least, by the tables of samples; -1 where unknown, empty without samples. */
  readonly survivedMs: Float64Array;
  /** Of listeners, from ss: the limit of the accept queue. */
  readonly backlog: Float64Array;
  /** Words of addresses are in the byte order of the node. */
  readonly littleEndian: boolean;
}

/** Columns for what ss and what samples tell are empty without them, and every value of them is unknown. */
export function buildSockets(namespaces: readonly Namespace[], withSs: boolean, withSamples: boolean): Sockets {
  let count = 0;
  const sourcesOfNamespace = namespaces.map((namespace, index) =>
    namespace.tables.map(({ entry, family, table, complete }): SocketTableSource => {
      const firstRow = count;
      count += table.columns.count;
      return {
        entry,
        family,
        namespace: index,
        firstRow,
        rows: table.columns.count,
        complete,
        words6: table.columns.words6,
      };
    }),
  );
  const sources = sourcesOfNamespace.flat();
  const tables = namespaces.flatMap((namespace) => namespace.tables.map(({ table }) => table.columns));
  const all = <T extends RowColumn>(pick: (table: StoredRows) => T, merged: T) => merge(tables.map(pick), merged);
  const column = (isKnown: boolean) => new Float64Array(isKnown ? count : 0).fill(-1);
  const source = sources.length <= 0xffff ? new Uint16Array(count) : new Uint32Array(count);
  sources.forEach(({ firstRow, rows }, index) => {
    source.fill(index, firstRow, firstRow + rows);
  });
  const local = all((table) => table.local, new Uint32Array(count));
  const sockets: Sockets = {
    count,
    sources,
    sourcesOfNamespace,
    source,
    state: all((table) => table.state, new Uint8Array(count)),
    timer: all((table) => table.timer, new Uint8Array(count)),
    retransmits: all((table) => table.retransmits, new Uint8Array(count)),
    localPort: all((table) => table.localPort, new Uint16Array(count)),
    remotePort: all((table) => table.remotePort, new Uint16Array(count)),
    local,
    remote: all((table) => table.remote, new Uint32Array(count)),
    txQueueBytes: all((table) => table.txQueueBytes, new Uint32Array(count)),
    rxQueueBytes: all((table) => table.rxQueueBytes, new Uint32Array(count)),
    inode: all((table) => table.inode, new Uint32Array(count)),
    line: all((table) => table.line, new Uint32Array(count)),
    owner: new Int32Array(count).fill(-1),
    acceptor: new Int32Array(count).fill(-1),
    owners: new Uint16Array(count),
    queuedBytes: column(withSs),
    reservedBytes: column(withSs),
    idleMs: column(withSs),
    sentMs: column(withSs),
    survivedMs: column(withSamples),
    backlog: column(withSs),
    littleEndian: !isBigEndian(sources, local),
  };
  tables.forEach((table, index) => {
    table.move(sockets, sources[index]?.firstRow ?? 0);
  });
  return sockets;
}

type RowColumn = Uint8Array | Uint16Array | Uint32Array;

/** One column of all tables. What they had of it is given up: kept, it would double the memory of the sockets. */
function merge<T extends RowColumn>(columns: readonly T[], merged: T): T {
  let first = 0;
  for (const column of columns) {
    merged.set(column, first);
    first += column.length;
  }
  // Tables share the memory of a column.
  const owners = new Map(columns.map((column) => [column.buffer, column]));
  release(...owners.values());
  return merged;
}

/** 127.0.0.1 reads 7F000001 only where words are not reversed. */
function isBigEndian(sources: readonly SocketTableSource[], local: Uint32Array): boolean {
  let big = false;
  for (const { family, firstRow, rows } of sources) {
    if (family !== 4) continue;
    const words = local.subarray(firstRow, firstRow + rows);
    if (words.includes(0x0100007f)) return false;
    big ||= words.includes(0x7f000001);
  }
  return big;
}

/** What tells of which kind a row is (tcp-states.ts); a table as it was read has these columns too. */
export type StateColumns = Pick<Sockets, 'state' | 'timer' | 'inode'>;

export function isMinisock({ state, timer }: StateColumns, row: number): boolean {
  return isMinisockRow(state[row] ?? 0, timer[row] ?? 0);
}

export function isRequest({ state, timer, inode }: StateColumns, row: number): boolean {
  return isRequestRow(state[row] ?? 0, timer[row] ?? 0, inode[row] ?? 0);
}

/** In `alloc` and, since it has a row, in `inuse`. */
export function isSocket(sockets: StateColumns, row: number): boolean {
  return !isMinisock(sockets, row) && !isRequest(sockets, row);
}

export function isOrphan({ state, timer, inode }: StateColumns, row: number): boolean {
  return isOrphanRow(state[row] ?? 0, timer[row] ?? 0, inode[row] ?? 0);
}

/** Of those that wait for accept() the acceptor answers. */
export function isWaiting({ state, timer, inode }: StateColumns, row: number): boolean {
  return isWaitingRow(state[row] ?? 0, timer[row] ?? 0, inode[row] ?? 0);
}

export function kindOf({ state, timer, inode }: StateColumns, row: number): RowKind {
  return rowKind(state[row] ?? 0, timer[row] ?? 0, inode[row] ?? 0);
}

/** Index of the process that answers for it: who holds it, or at whose listener it waits; -1 when nobody is known. */
export function responsibleFor(sockets: Sockets, row: number): number {
  const owner = sockets.owner[row] ?? -1;
  return owner >= 0 ? owner : (sockets.acceptor[row] ?? -1);
}

export function stateName({ state }: StateColumns, row: number): string {
  return nameOfState(state[row] ?? 0) ?? 'UNKNOWN';
}

export function sourceOf(sockets: Sockets, row: number): SocketTableSource | undefined {
  return sockets.sources[sockets.source[row] ?? 0];
}

/** An address to compare and to count by without making text of it: a v4 one, mapped or not, is a number. */
export type AddressKey = number | string;

export function remoteKey(sockets: Sockets, row: number): AddressKey {
  return addressKey(sockets, row, sockets.remote[row] ?? 0);
}

export function localKey(sockets: Sockets, row: number): AddressKey {
  return addressKey(sockets, row, sockets.local[row] ?? 0);
}

/** `10.244.49.15`, `::1`, or the v4 address of a mapped one. */
export function formatKey(key: AddressKey): string {
  return typeof key === 'number' ? formatV4(key) : key;
}

export function isLoopback(key: AddressKey): boolean {
  return typeof key === 'number' ? key >>> 24 === 127 : key === '::1';
}

/** As many as there are. */
export const PORTS = 65536;

/** Address and port, to compare and to count by: a number where 48 bits tell them. */
export function endKey(address: AddressKey, port: number): AddressKey {
  return typeof address === 'number' ? address * PORTS + port : `${address}:${port}`;
}

export function formatEnd(end: AddressKey): string {
  return typeof end === 'number' ? `${formatV4(Math.floor(end / PORTS))}:${end % PORTS}` : end;
}

export function remoteAddress(sockets: Sockets, row: number): string {
  return formatKey(remoteKey(sockets, row));
}

export function localAddress(sockets: Sockets, row: number): string {
  return formatKey(localKey(sockets, row));
}

function addressKey(sockets: Sockets, row: number, word: number): AddressKey {
  const source = sourceOf(sockets, row);
  const { littleEndian } = sockets;
  if (source?.family !== 6) return toHostOrder(word, littleEndian);
  const { words6 } = source;
  const a = toHostOrder(words6[word] ?? 0, littleEndian);
  const b = toHostOrder(words6[word + 1] ?? 0, littleEndian);
  const c = toHostOrder(words6[word + 2] ?? 0, littleEndian);
  const d = toHostOrder(words6[word + 3] ?? 0, littleEndian);
  return a === 0 && b === 0 && c === 0xffff ? d : formatV6([a, b, c, d]);
}

export function toHostOrder(word: number, littleEndian: boolean): number {
  if (!littleEndian) return word;
  return (((word & 0xff) << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24)) >>> 0;
}

function formatV4(address: number): string {
  return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`;
}

/** RFC 5952: the longest run of two or more zero groups is written `::`. */
export function formatV6(words: readonly number[]): string {
  const groups = words.flatMap((word) => [(word >>> 16) & 0xffff, word & 0xffff]);
  let best = { start: -1, length: 1 };
  for (let start = 0; start < 8; start++) {
    let length = 0;
    while (start + length < 8 && groups[start + length] === 0) length++;
    if (length > best.length) best = { start, length };
  }
  const hex = (part: readonly number[]) => part.map((group) => group.toString(16)).join(':');
  if (best.start < 0) return hex(groups);
  return `${hex(groups.slice(0, best.start))}::${hex(groups.slice(best.start + best.length))}`;
}
