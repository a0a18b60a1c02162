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
  uid: Uint32Array;
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
const SPACE = 32;
const COLON = 58;
/** A row has 150 to 200 bytes. What a line has beyond this is dropped: nothing in it is read. */
const MAX_LINE_BYTES = 4096;
const MAX_PROBLEMS = 5;
const MAX_UINT32 = 0xffffffff;

const HEX = new Uint8Array(256).fill(255);
for (let i = 0; i < 10; i++) HEX[48 + i] = i;
for (let i = 0; i < 6; i++) {
  HEX[65 + i] = 10 + i;
  HEX[97 + i] = 10 + i;
}

/** Of a row of net/tcp with its newline; those of tcp6 are longer. What a header of the archive says may be a lie. */
const ROW_BYTES = 150;
const MAX_EXPECTED_ROWS = 2 ** 14;

/** Parses a table of about sizeBytes in chunks of any size; rows beyond maxRows are counted as problems, not stored. */
export function createTcpTableParser(family: Family, sizeBytes = 0, maxRows = MAX_ROWS): TcpTableParser {
  const columns = createColumns(Math.max(64, Math.min(MAX_EXPECTED_ROWS, Math.ceil(sizeBytes / ROW_BYTES))));
  const problems: ParseProblem[] = [];
  const scan: RowScan = { at: 0, end: 0, ok: true };
  const carry = new Uint8Array(MAX_LINE_BYTES);
  let carried = 0;
  let line = 0;
  let malformed = 0;
  let hasHeader = false;

  const fail = (message: string) => {
    malformed++;
    if (problems.length < MAX_PROBLEMS) problems.push({ line, message });
  };
  const takeLine = (bytes: Uint8Array, start: number, end: number) => {
    line++;
    if (line === 1) {
      hasHeader = looksLikeHeader(bytes, start, end);
      if (hasHeader) return;
    }
    if (end - start <= 1) return;
    if (columns.count >= maxRows) return fail(`more than ${maxRows} rows: the rest was not read`);
    scan.at = start;
    scan.end = Math.min(end, start + MAX_LINE_BYTES);
    scan.ok = true;
    readRow(bytes, scan, family, columns, line);
    if (!scan.ok) fail('not a row of a socket table');
  };
  const keep = (bytes: Uint8Array) => {
    const kept = bytes.subarray(0, carry.length - carried);
    carry.set(kept, carried);
    carried += kept.length;
  };
  return {
    write(chunk) {
      let start = 0;
      if (carried > 0) {
        const newline = chunk.indexOf(LF);
        keep(newline < 0 ? chunk : chunk.subarray(0, newline));
        if (newline < 0) return;
        takeLine(carry, 0, carried);
        carried = 0;
        start = newline + 1;
      }
      for (;;) {
        const newline = chunk.indexOf(LF, start);
        if (newline < 0) break;
        takeLine(chunk, start, newline);
        start = newline + 1;
      }
      if (start < chunk.length) keep(chunk.subarray(start));
    },
    end(complete) {
      if (carried > 0 && complete) takeLine(carry, 0, carried);
      carried = 0;
      return { columns, problems, malformedRows: malformed, hasHeader };
    },
  };
}

/** A row number and an inode share one exact 53-bit sort key in the join, which leaves 21 bits for the row. */
const MAX_ROWS = 2 ** 21 - 1;

interface RowScan {
  at: number;
  end: number;
  ok: boolean;
}

function looksLikeHeader(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const byte = bytes[i];
    if (byte === SPACE) continue;
    return byte === 115 && bytes[i + 1] === 108; // "sl"
  }
  return false;
}

function readRow(bytes: Uint8Array, scan: RowScan, family: Family, columns: TcpColumns, line: number): void {
  const colon = bytes.indexOf(COLON, scan.at);
  if (colon < 0 || colon >= scan.end) {
    scan.ok = false;
    return;
  }
  scan.at = colon + 1;
  const words6 = columns.words6Count;
  const row = reserveRow(columns);
  columns.local[row] = readAddress(bytes, scan, family, columns);
  columns.localPort[row] = readHexAfter(bytes, scan, COLON, 4);
  columns.remote[row] = readAddress(bytes, scan, family, columns);
  columns.remotePort[row] = readHexAfter(bytes, scan, COLON, 4);
  columns.state[row] = readHexAfter(bytes, scan, SPACE, 2);
  columns.txQueueBytes[row] = readHexAfter(bytes, scan, SPACE, 8);
  columns.rxQueueBytes[row] = readHexAfter(bytes, scan, COLON, 8);
  columns.timer[row] = readHexAfter(bytes, scan, SPACE, 2);
  readHexAfter(bytes, scan, COLON, 8);
  columns.retransmits[row] = Math.min(255, readHexAfter(bytes, scan, SPACE, 8));
  columns.uid[row] = readDecimal(bytes, scan);
  readDecimal(bytes, scan);
  columns.inode[row] = readDecimal(bytes, scan);
  columns.line[row] = line;
  if (scan.ok) columns.count++;
  else columns.words6Count = words6;
}

function readAddress(bytes: Uint8Array, scan: RowScan, family: Family, columns: TcpColumns): number {
  if (family === 4) return readHexAfter(bytes, scan, SPACE, 8);
  const first = columns.words6Count;
  if (first + 4 > columns.words6.length) columns.words6 = grow(columns.words6, first + 4);
  columns.words6[first] = readHexAfter(bytes, scan, SPACE, 8);
  for (let i = 1; i < 4; i++) columns.words6[first + i] = readHex(bytes, scan, 8);
  columns.words6Count = first + 4;
  return first;
}

function readHexAfter(bytes: Uint8Array, scan: RowScan, separator: number, digits: number): number {
  if (bytes[scan.at] !== separator) scan.ok = false;
  scan.at++;
  return readHex(bytes, scan, digits);
}

function readHex(bytes: Uint8Array, scan: RowScan, digits: number): number {
  let value = 0;
  const stop = scan.at + digits;
  if (stop > scan.end) scan.ok = false;
  for (let i = scan.at; i < stop; i++) {
    const digit = HEX[bytes[i] ?? 0] ?? 255;
    if (digit === 255) scan.ok = false;
    value = value * 16 + digit;
  }
  scan.at = stop;
  return value;
}

function readDecimal(bytes: Uint8Array, scan: RowScan): number {
  let at = scan.at;
  while (at < scan.end && bytes[at] === SPACE) at++;
  const first = at;
  let value = 0;
  while (at < scan.end) {
    const digit = (bytes[at] ?? 0) - 48;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
    at++;
  }
  // sockfs inodes come from a 32-bit counter (fs/inode.c get_next_ino); anything else is not the kernel's.
  if (at === first || first === scan.at || value > MAX_UINT32) scan.ok = false;
  const next = bytes[at];
  if (at < scan.end && next !== SPACE && next !== 13) scan.ok = false;
  scan.at = at;
  return value;
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
    uid: new Uint32Array(capacity),
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
  columns.uid = grow(columns.uid, capacity);
  columns.inode = grow(columns.inode, capacity);
  columns.line = grow(columns.line, capacity);
  return row;
}

function grow<T extends Uint8Array | Uint16Array | Uint32Array>(column: T, atLeast: number): T {
  const larger = new (column.constructor as new (length: number) => T)(Math.max(atLeast, column.length * 2, 16));
  larger.set(column);
  return larger;
}
