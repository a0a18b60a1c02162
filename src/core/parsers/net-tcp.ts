/**
 * /proc/net/tcp and /proc/net/tcp6 of one network namespace.
 * Kernel: net/ipv4/tcp_ipv4.c `get_tcp4_sock`, `get_timewait4_sock`, `get_openreq4`; net/ipv6/tcp_ipv6.c likewise.
 *
 *    0: 0100007F:1F95 00000000:0000 0A 00000000:00000004 00:00000000 00000000     0        0 122894 5 0000… 100 0 0 10 0
 *    1: 0100007F:EC3C 0100007F:1F90 05 00000000:00000000 03:0000175C 00000000     0        0 0 3 0000…
 *
 * Rows of TIME_WAIT and of request sockets end after the pointer. Addresses are 32-bit words in the byte order of
 * the node, ports are in human order. tcp rows are padded with blanks, tcp6 rows are not. The queues are bytes of
 * payload, except rx_queue of a LISTEN row: connections waiting for accept().
 * The table is scanned as bytes into columns: half a million rows would not survive as objects.
 */
import type { ParseProblem } from '../text.ts';

export type Family = 4 | 6;

/** Growing columns of one table; row i of every column belongs together. */
interface TcpColumns {
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

export interface TcpTable {
  readonly columns: TcpColumns;
  readonly problems: readonly ParseProblem[];
  readonly malformedRows: number;
  /** The first line is the kernel's header, so this is a socket table at all. */
  readonly hasHeader: boolean;
}

export interface TcpTableParser {
  write(chunk: Uint8Array): void;
  /** `complete` is false when the archive ended inside the table: half a row would be another row, and is left out. */
  end(complete: boolean): TcpTable;
}

const LF = 10;
const CR = 13;
const SPACE = 32;
const COLON = 58;
/** A row has 150 to 200 bytes. What a line has beyond this is dropped: nothing in it is read. */
const MAX_LINE_BYTES = 4096;
const MAX_PROBLEMS = 5;
const MAX_UINT32 = 0xffffffff;
const HEX_DIGITS = '0123456789ABCDEFabcdef';

/** Of two characters the byte that they write in hexadecimal; -1, which stays negative when shifted, if they are none. */
const HEX_PAIRS = new Int16Array(1 << 16).fill(-1);
for (const high of HEX_DIGITS) {
  for (const low of HEX_DIGITS) {
    HEX_PAIRS[(high.charCodeAt(0) << 8) | low.charCodeAt(0)] = Number.parseInt(high + low, 16);
  }
}

const ADDRESS_DIGITS: Readonly<Record<Family, number>> = { 4: 8, 6: 32 };
/** Characters from the state to the blanks before the uid. */
const STATE_TO_UID = 41;

/** Of a row of net/tcp with its newline; those of tcp6 are longer. What a header of the archive says may be a lie. */
const ROW_BYTES = 150;
const MAX_EXPECTED_ROWS = 2 ** 14;

/** Parses a table of about sizeBytes in chunks of any size; rows beyond maxRows are counted as problems, not stored. */
export function createTcpTableParser(family: Family, sizeBytes = 0, maxRows = MAX_ROWS): TcpTableParser {
  const columns = createColumns(Math.max(64, Math.min(MAX_EXPECTED_ROWS, Math.ceil(sizeBytes / ROW_BYTES))));
  const problems: ParseProblem[] = [];
  const carry = new Uint8Array(MAX_LINE_BYTES + 1);
  const carryView = new DataView(carry.buffer);
  let carried = 0;
  let line = 0;
  let malformed = 0;
  let hasHeader = false;

  const fail = (message: string) => {
    malformed++;
    if (problems.length < MAX_PROBLEMS) problems.push({ line, message });
  };
  /** Takes the line at start; where the next one begins, or -1 when this one does not end before `end`. */
  const takeLine = (bytes: Uint8Array, view: DataView, start: number, end: number): number => {
    const limit = Math.min(end, start + MAX_LINE_BYTES);
    const rowEnd = columns.count < maxRows ? readRow(bytes, view, start, limit, family, columns) : -1;
    const newline = indexOfLineEnd(view, rowEnd < 0 ? start : rowEnd, end);
    if (newline < 0) return -1;
    line++;
    if (rowEnd >= 0) {
      columns.line[columns.count] = line;
      columns.count++;
    } else if (line === 1 && looksLikeHeader(bytes, start, newline)) hasHeader = true;
    else if (newline - start > 1) {
      fail(
        columns.count < maxRows ? 'not a row of a socket table' : `more than ${maxRows} rows: the rest was not read`,
      );
    }
    return newline + 1;
  };
  const keep = (bytes: Uint8Array) => {
    const kept = bytes.subarray(0, carry.length - 1 - carried);
    carry.set(kept, carried);
    carried += kept.length;
  };
  const endCarried = () => {
    carry[carried] = LF;
    takeLine(carry, carryView, 0, carried + 1);
    carried = 0;
  };
  return {
    write(chunk) {
      const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.length);
      let start = 0;
      if (carried > 0) {
        const newline = chunk.indexOf(LF);
        keep(newline < 0 ? chunk : chunk.subarray(0, newline));
        if (newline < 0) return;
        endCarried();
        start = newline + 1;
      }
      while (start < chunk.length) {
        const next = takeLine(chunk, view, start, chunk.length);
        if (next < 0) return keep(chunk.subarray(start));
        start = next;
      }
    },
    end(complete) {
      if (carried > 0 && complete) endCarried();
      return { columns, problems, malformedRows: malformed, hasHeader };
    },
  };
}

/** A row number and an inode share one exact 53-bit sort key in the join, which leaves 21 bits for the row. */
const MAX_ROWS = 2 ** 21 - 1;

function looksLikeHeader(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const byte = bytes[i];
    if (byte === SPACE) continue;
    return byte === 115 && bytes[i + 1] === 108; // "sl"
  }
  return false;
}

/**
 * Writes the row at start behind the last one: where its inode ends, or -1 when there is none before `end`. From the
 * first colon to the uid its fields have fixed widths. What is no digit makes a part negative, which is noticed last.
 */
function readRow(
  bytes: Uint8Array,
  view: DataView,
  start: number,
  end: number,
  family: Family,
  columns: TcpColumns,
): number {
  let colon = start;
  while (colon < end && bytes[colon] !== COLON && bytes[colon] !== LF) colon++;
  const addressDigits = ADDRESS_DIGITS[family];
  const local = colon + 2;
  const localPort = local + addressDigits + 1;
  const remote = localPort + 5;
  const remotePort = remote + addressDigits + 1;
  const state = remotePort + 5;
  const rest = state + STATE_TO_UID;
  if (rest > end || !hasSeparators(bytes, local, localPort, remote, remotePort, state)) return -1;

  const row = reserveRow(columns);
  const words6 = columns.words6Count;
  const from = hex4(view, localPort);
  const to = hex4(view, remotePort);
  const stateValue = hex2(view, state);
  const txHigh = hex4(view, state + 3);
  const txLow = hex4(view, state + 7);
  const rxHigh = hex4(view, state + 12);
  const rxLow = hex4(view, state + 16);
  const timer = hex2(view, state + 21);
  const retransmitsHigh = hex4(view, state + 33);
  const retransmitsLow = hex4(view, state + 37);
  const addresses =
    family === 4
      ? readWord(view, local, columns.local, row) | readWord(view, remote, columns.remote, row)
      : readWords(view, local, columns, columns.local, row) | readWords(view, remote, columns, columns.remote, row);
  const queues = txHigh | txLow | rxHigh | rxLow;
  const sign = addresses | from | to | stateValue | queues | timer | retransmitsHigh | retransmitsLow;
  const rowEnd = sign < 0 ? -1 : readInode(bytes, rest, end, columns.inode, row);
  if (rowEnd < 0) {
    columns.words6Count = words6;
    return -1;
  }
  columns.localPort[row] = from;
  columns.remotePort[row] = to;
  columns.state[row] = stateValue;
  columns.txQueueBytes[row] = txHigh * 65536 + txLow;
  columns.rxQueueBytes[row] = rxHigh * 65536 + rxLow;
  columns.timer[row] = timer;
  columns.retransmits[row] = Math.min(255, retransmitsHigh * 65536 + retransmitsLow);
  return rowEnd;
}

/** Rows are too short for a call of indexOf() to pay; four bytes at once do: one of them is zero behind the xor. */
function indexOfLineEnd(view: DataView, start: number, end: number): number {
  let at = start;
  for (; at + 4 <= end; at += 4) {
    const rest = view.getInt32(at) ^ 0x0a0a0a0a;
    if (((rest - 0x01010101) & ~rest & 0x80808080) !== 0) break;
  }
  for (; at < end; at++) if (view.getUint8(at) === LF) return at;
  return -1;
}

function hasSeparators(
  bytes: Uint8Array,
  local: number,
  localPort: number,
  remote: number,
  remotePort: number,
  state: number,
): boolean {
  return (
    bytes[local - 1] === SPACE &&
    bytes[localPort - 1] === COLON &&
    bytes[remote - 1] === SPACE &&
    bytes[remotePort - 1] === COLON &&
    bytes[state - 1] === SPACE &&
    bytes[state + 2] === SPACE &&
    bytes[state + 11] === COLON &&
    bytes[state + 20] === SPACE &&
    bytes[state + 23] === COLON &&
    bytes[state + 32] === SPACE
  );
}

function hex2(view: DataView, at: number): number {
  return HEX_PAIRS[view.getUint16(at)] ?? -1;
}

function hex4(view: DataView, at: number): number {
  return (hex2(view, at) << 8) | hex2(view, at + 2);
}

/** Negative when it is no word of eight digits. */
function readWord(view: DataView, at: number, words: Uint32Array, index: number): number {
  const high = hex4(view, at);
  const low = hex4(view, at + 4);
  words[index] = high * 65536 + low;
  return high | low;
}

function readWords(view: DataView, at: number, columns: TcpColumns, column: Uint32Array, row: number): number {
  const first = columns.words6Count;
  if (first + 4 > columns.words6.length) columns.words6 = grow(columns.words6, first + 4);
  column[row] = first;
  columns.words6Count = first + 4;
  const { words6 } = columns;
  return (
    readWord(view, at, words6, first) |
    readWord(view, at + 8, words6, first + 1) |
    readWord(view, at + 16, words6, first + 2) |
    readWord(view, at + 24, words6, first + 3)
  );
}

/** The third number from here, behind uid and timeout, becomes inodes[row]: where it ends, -1 when one is none. */
function readInode(bytes: Uint8Array, start: number, end: number, inodes: Uint32Array, row: number): number {
  let at = start;
  let value = 0;
  for (let field = 0; field < 3; field++) {
    if (bytes[at] !== SPACE) return -1;
    while (at < end && bytes[at] === SPACE) at++;
    const first = at;
    value = 0;
    for (; at < end; at++) {
      const next = (bytes[at] ?? 0) - 48;
      if (next < 0 || next > 9) break;
      value = value * 10 + next;
    }
    // sockfs inodes come from a 32-bit counter (fs/inode.c get_next_ino); anything else is not the kernel's.
    if (at === first || value > MAX_UINT32) return -1;
  }
  inodes[row] = value;
  return at === end || bytes[at] === SPACE || bytes[at] === CR || bytes[at] === LF ? at : -1;
}

/** Empty columns with room for the given number of rows. */
function createColumns(capacity: number): TcpColumns {
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

function reserveRow(columns: TcpColumns): number {
  const row = columns.count;
  if (row < columns.state.length) return row;
  const capacity = row * 2;
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
  return row;
}

function grow<T extends Uint8Array | Uint16Array | Uint32Array>(column: T, atLeast: number): T {
  const larger = new (column.constructor as new (length: number) => T)(Math.max(atLeast, column.length * 2, 16));
  larger.set(column);
  return larger;
}
