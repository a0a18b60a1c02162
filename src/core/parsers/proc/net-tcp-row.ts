/** One row of net/tcp or net/tcp6, as net-tcp.ts describes it, from bytes into columns. */
import { grow, reserveRow, type TcpColumns } from './tcp-columns.ts';

export type Family = 4 | 6;

export const LF = 10;
const CR = 13;
const SPACE = 32;
const ZERO = 48;
const COLON = 58;
const MAX_UINT32 = 0xffffffff;
const HEX_DIGITS = '0123456789ABCDEFabcdef';

/** Of two characters the byte that they write in hexadecimal; -1, which stays negative when shifted, if they are none. */
const HEX_PAIRS = new Int16Array(1 << 16).fill(-1);
for (const high of HEX_DIGITS) {
  for (const low of HEX_DIGITS) {
    HEX_PAIRS[(low.charCodeAt(0) << 8) | high.charCodeAt(0)] = Number.parseInt(high + low, 16);
  }
}

/** A row has 150 to 200 bytes. Of a longer line nothing behind this is read. */
export const MAX_ROW_BYTES = 4096;
const FOUR_LINE_ENDS = 0x0a0a0a0a;
const FOUR_BLANKS = 0x20202020;
/** With the four blanks before it, a timeout of zero, `%8d`. */
const ZERO_TIMEOUT_END = 0x30202020;

/**
 * Writes the row at start behind the last one: where its line ends, or -1 when there is no row that ends before `end`.
 * From the first colon to the uid its fields have fixed widths. What is no digit makes a part negative, which is noticed
 * last. All in one function, for it is the one that half a million rows go through: the compiler puts each smaller one
 * into its callers too, and to compile a row twice takes longer than to read ten thousand. Until it is compiled, each
 * call costs as much as ten lookups.
 */
export function readRow(
  bytes: Uint8Array,
  view: DataView,
  start: number,
  end: number,
  family: Family,
  columns: TcpColumns,
): number {
  const limit = Math.min(end, start + MAX_ROW_BYTES);
  let at = start;
  while (at < limit && bytes[at] !== COLON && bytes[at] !== LF) at++;
  const words = family === 4 ? 1 : 4;
  const addressDigits = words * 8;
  const local = at + 2;
  const localPort = local + addressDigits + 1;
  const remote = localPort + 5;
  const remotePort = remote + addressDigits + 1;
  const state = remotePort + 5;
  const uid = state + 41;
  if (
    uid > limit ||
    bytes[at] !== COLON ||
    bytes[local - 1] !== SPACE ||
    bytes[localPort - 1] !== COLON ||
    bytes[remote - 1] !== SPACE ||
    bytes[remotePort - 1] !== COLON ||
    bytes[state - 1] !== SPACE ||
    bytes[state + 2] !== SPACE ||
    bytes[state + 11] !== COLON ||
    bytes[state + 20] !== SPACE ||
    bytes[state + 23] !== COLON ||
    bytes[state + 32] !== SPACE
  )
    return -1;

  const row = reserveRow(columns);
  const words6 = columns.words6Count;
  const from =
    ((HEX_PAIRS[view.getUint16(localPort, true)] ?? -1) << 8) | (HEX_PAIRS[view.getUint16(localPort + 2, true)] ?? -1);
  const to =
    ((HEX_PAIRS[view.getUint16(remotePort, true)] ?? -1) << 8) |
    (HEX_PAIRS[view.getUint16(remotePort + 2, true)] ?? -1);
  const stateValue = HEX_PAIRS[view.getUint16(state, true)] ?? -1;
  const tx = hex8(view, state + 3);
  const rx = hex8(view, state + 12);
  const timer = HEX_PAIRS[view.getUint16(state + 21, true)] ?? -1;
  const retransmits = hex8(view, state + 33);
  if (family === 6) reserveWords(columns, row, words6);
  const addresses =
    readWords(view, local, family === 4 ? columns.local : columns.words6, family === 4 ? row : words6, words) |
    readWords(view, remote, family === 4 ? columns.remote : columns.words6, family === 4 ? row : words6 + 4, words);
  at = (addresses | from | to | stateValue | timer) >= 0 && tx >= 0 && rx >= 0 && retransmits >= 0 ? uid : -1;

  // Behind the uid and the timeout, the inode. sockfs inodes come from a counter of 32 bits (fs/inode.c get_next_ino),
  // uids have as many.
  let value = 0;
  for (let field = 0; field < 3 && at >= 0; field++) {
    const before = at;
    while (at < limit && bytes[at] === SPACE) at++;
    const first = at;
    value = 0;
    for (; at < limit; at++) {
      const digit = (bytes[at] ?? 0) ^ ZERO;
      if (digit > 9) break;
      value = value * 10 + digit;
    }
    if (first === before || at === first || value > MAX_UINT32) at = -1;
    // The timeout is zero on all rows but a few.
    else if (
      field === 0 &&
      at + 10 < limit &&
      bytes[at] === SPACE &&
      view.getInt32(at + 1, true) === FOUR_BLANKS &&
      view.getInt32(at + 5, true) === ZERO_TIMEOUT_END &&
      bytes[at + 9] === SPACE
    ) {
      at += 9;
      field++;
    }
  }
  const isRow = at >= 0 && (at === limit || bytes[at] === SPACE || bytes[at] === CR || bytes[at] === LF);

  // Four bytes at once: one of them is zero behind the xor. For what is left of a row no call of indexOf() would pay.
  for (; isRow && at + 16 <= end; at += 16) {
    const a = view.getInt32(at, true) ^ FOUR_LINE_ENDS;
    const b = view.getInt32(at + 4, true) ^ FOUR_LINE_ENDS;
    const c = view.getInt32(at + 8, true) ^ FOUR_LINE_ENDS;
    const d = view.getInt32(at + 12, true) ^ FOUR_LINE_ENDS;
    const found = ((a - 0x01010101) & ~a) | ((b - 0x01010101) & ~b) | ((c - 0x01010101) & ~c) | ((d - 0x01010101) & ~d);
    if ((found & 0x80808080) !== 0) break;
  }
  while (isRow && at < end && bytes[at] !== LF) at++;
  if (!isRow || at === end) return -1;
  // What is written of a row that is none is written again by the next one.
  columns.words6Count = words6 + (family === 4 ? 0 : 8);
  columns.inode[row] = value;
  columns.localPort[row] = from;
  columns.remotePort[row] = to;
  columns.state[row] = stateValue;
  columns.txQueueBytes[row] = tx;
  columns.rxQueueBytes[row] = rx;
  columns.timer[row] = timer;
  columns.retransmits[row] = Math.min(255, retransmits);
  return at;
}

function hex4(view: DataView, at: number): number {
  return ((HEX_PAIRS[view.getUint16(at, true)] ?? -1) << 8) | (HEX_PAIRS[view.getUint16(at + 2, true)] ?? -1);
}

const FOUR_ZEROS = 0x30303030;

/** -1 when it is no word of eight digits. Queues are empty on most rows. */
function hex8(view: DataView, at: number): number {
  if (view.getInt32(at, true) === FOUR_ZEROS && view.getInt32(at + 4, true) === FOUR_ZEROS) return 0;
  const high = hex4(view, at);
  const low = hex4(view, at + 4);
  return (high | low) < 0 ? -1 : high * 65536 + low;
}

/** Negative when one is no word of eight digits. */
function readWords(view: DataView, start: number, column: Uint32Array, first: number, count: number): number {
  let parts = 0;
  for (let i = 0; i < count; i++) {
    const at = start + 8 * i;
    const high = ((HEX_PAIRS[view.getUint16(at, true)] ?? -1) << 8) | (HEX_PAIRS[view.getUint16(at + 2, true)] ?? -1);
    const low =
      ((HEX_PAIRS[view.getUint16(at + 4, true)] ?? -1) << 8) | (HEX_PAIRS[view.getUint16(at + 6, true)] ?? -1);
    column[first + i] = high * 65536 + low;
    parts |= high | low;
  }
  return parts;
}

/** Makes room for the words of both addresses, which the row then refers to. */
function reserveWords(columns: TcpColumns, row: number, first: number): void {
  if (first + 8 > columns.words6.length) columns.words6 = grow(columns.words6, first + 8);
  columns.local[row] = first;
  columns.remote[row] = first + 4;
}
