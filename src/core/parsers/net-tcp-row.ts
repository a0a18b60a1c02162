/** One row of net/tcp or net/tcp6, as net-tcp.ts describes it, from bytes into columns. */
import { grow, reserveRow, type TcpColumns } from './tcp-columns.ts';

export type Family = 4 | 6;

export const LF = 10;
const CR = 13;
const SPACE = 32;
const COLON = 58;
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

/**
 * Writes the row at start behind the last one: where its inode ends, or -1 when there is none before `end`. From the
 * first colon to the uid its fields have fixed widths. What is no digit makes a part negative, which is noticed last.
 */
export function readRow(
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
  if (rest > end || bytes[colon] !== COLON || !hasSeparators(bytes, local, localPort, remote, remotePort, state))
    return -1;

  const row = reserveRow(columns);
  const words6 = columns.words6Count;
  const from = hex4(view, localPort);
  const to = hex4(view, remotePort);
  const stateValue = hex2(view, state);
  const tx = hex8(view, state + 3);
  const rx = hex8(view, state + 12);
  const timer = hex2(view, state + 21);
  const retransmits = hex8(view, state + 33);
  const addresses =
    family === 4
      ? readWord(view, local, columns.local, row) | readWord(view, remote, columns.remote, row)
      : readWords(view, local, columns, columns.local, row) | readWords(view, remote, columns, columns.remote, row);
  const isRow = (addresses | from | to | stateValue | timer) >= 0 && tx >= 0 && rx >= 0 && retransmits >= 0;
  const rowEnd = isRow ? readInode(bytes, view, rest, end, columns.inode, row) : -1;
  if (rowEnd < 0) {
    columns.words6Count = words6;
    return -1;
  }
  columns.localPort[row] = from;
  columns.remotePort[row] = to;
  columns.state[row] = stateValue;
  columns.txQueueBytes[row] = tx;
  columns.rxQueueBytes[row] = rx;
  columns.timer[row] = timer;
  columns.retransmits[row] = Math.min(255, retransmits);
  return rowEnd;
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

const FOUR_ZEROS = 0x30303030;

/** -1 when it is no word of eight digits. Queues are empty on most rows. */
function hex8(view: DataView, at: number): number {
  if (view.getInt32(at) === FOUR_ZEROS && view.getInt32(at + 4) === FOUR_ZEROS) return 0;
  const high = hex4(view, at);
  const low = hex4(view, at + 4);
  return (high | low) < 0 ? -1 : high * 65536 + low;
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

const FOUR_BLANKS = 0x20202020;
/** Of `%8d`. */
const ZERO_TIMEOUT_END = 0x20202030;

/** The third number from here, behind uid and timeout, becomes inodes[row]: where it ends, -1 when one is none. */
function readInode(
  bytes: Uint8Array,
  view: DataView,
  start: number,
  end: number,
  inodes: Uint32Array,
  row: number,
): number {
  let at = readNumber(bytes, start, end, inodes, row);
  // The timeout is zero on all rows but a few.
  const isZero =
    at >= 0 &&
    at + 10 < end &&
    bytes[at] === SPACE &&
    view.getInt32(at + 1) === FOUR_BLANKS &&
    view.getInt32(at + 5) === ZERO_TIMEOUT_END &&
    bytes[at + 9] === SPACE;
  if (isZero) at += 9;
  else if (at >= 0) at = readNumber(bytes, at, end, inodes, row);
  if (at >= 0) at = readNumber(bytes, at, end, inodes, row);
  if (at < 0) return -1;
  return at === end || bytes[at] === SPACE || bytes[at] === CR || bytes[at] === LF ? at : -1;
}

/**
 * The number behind the blanks from here becomes numbers[row]: where it ends; -1 when there is none, or one above 32
 * bits. sockfs inodes come from a counter of 32 bits (fs/inode.c get_next_ino), uids have as many.
 */
function readNumber(bytes: Uint8Array, start: number, end: number, numbers: Uint32Array, row: number): number {
  let at = start;
  if (at >= end || bytes[at] !== SPACE) return -1;
  while (at < end && bytes[at] === SPACE) at++;
  const first = at;
  let value = 0;
  for (; at < end; at++) {
    const next = (bytes[at] ?? 0) - 48;
    if (next < 0 || next > 9) break;
    value = value * 10 + next;
  }
  if (at === first || value > MAX_UINT32) return -1;
  numbers[row] = value;
  return at;
}
