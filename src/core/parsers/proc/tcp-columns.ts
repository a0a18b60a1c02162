/** Rows of a socket table in columns of typed arrays, which grow. */
import { release } from '../../release.ts';

/** Rows of one table; row i of every column belongs together. */
export interface TcpRows {
  readonly count: number;
  readonly state: Uint8Array;
  readonly timer: Uint8Array;
  readonly retransmits: Uint8Array;
  readonly localPort: Uint16Array;
  readonly remotePort: Uint16Array;
  readonly local: Uint32Array;
  readonly remote: Uint32Array;
  readonly txQueueBytes: Uint32Array;
  readonly rxQueueBytes: Uint32Array;
  readonly inode: Uint32Array;
  readonly line: Uint32Array;
  readonly words6: Uint32Array;
}

/** The same while they grow. */
export interface TcpColumns extends TcpRows {
  count: number;
  state: Uint8Array;
  timer: Uint8Array;
  retransmits: Uint8Array;
  localPort: Uint16Array;
  remotePort: Uint16Array;
  /** IPv4: the word as printed. IPv6: index of the first of four words in `words6`. */
  local: Uint32Array;
  remote: Uint32Array;
  txQueueBytes: Uint32Array;
  rxQueueBytes: Uint32Array;
  inode: Uint32Array;
  /** Line in the file, counted from 1 (the header is line 1). */
  line: Uint32Array;
  words6: Uint32Array;
  words6Count: number;
}

/** Empty columns with room for the given number of rows. */
export function createColumns(capacity: number): TcpColumns {
  return {
    count: 0,
    state: new Uint8Array(capacity),
    timer: new Uint8Array(capacity),
    retransmits: new Uint8Array(capacity),
    localPort: new Uint16Array(capacity),
    remotePort: new Uint16Array(capacity),
    local: new Uint32Array(capacity),
    remote: new Uint32Array(capacity),
    txQueueBytes: new Uint32Array(capacity),
    rxQueueBytes: new Uint32Array(capacity),
    inode: new Uint32Array(capacity),
    line: new Uint32Array(capacity),
    words6: new Uint32Array(0),
    words6Count: 0,
  };
}

export function reserveRow(columns: TcpColumns): number {
  if (columns.count === columns.state.length) reserve(columns, columns.count * 2);
  return columns.count;
}

/** Makes room for so many rows in all. */
export function reserve(columns: TcpColumns, capacity: number): void {
  columns.state = grow(columns.state, capacity);
  columns.timer = grow(columns.timer, capacity);
  columns.retransmits = grow(columns.retransmits, capacity);
  columns.localPort = grow(columns.localPort, capacity);
  columns.remotePort = grow(columns.remotePort, capacity);
  columns.local = grow(columns.local, capacity);
  columns.remote = grow(columns.remote, capacity);
  columns.txQueueBytes = grow(columns.txQueueBytes, capacity);
  columns.rxQueueBytes = grow(columns.rxQueueBytes, capacity);
  columns.inode = grow(columns.inode, capacity);
  columns.line = grow(columns.line, capacity);
}

export function grow<T extends Uint8Array | Uint16Array | Uint32Array>(column: T, atLeast: number): T {
  const larger = new (column.constructor as new (length: number) => T)(Math.max(atLeast, column.length * 2, 16));
  larger.set(column);
  release(column);
  return larger;
}
