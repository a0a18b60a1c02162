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
