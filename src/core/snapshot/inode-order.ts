/**
 * Rows in the order of their inodes, without comparing any: a radix sort takes the same time whatever a bundle chose
 * its inodes to be, and a fraction of what sorting by comparison takes.
 */
import { release } from '../release.ts';

export interface InodeOrder {
  readonly count: number;
  /** Ascending. */
  readonly inode: Uint32Array;
  /** The row that has it; rows of one inode are in their own order. */
  readonly row: Uint32Array;
}

const DIGIT_BITS = 11;
const DIGITS = 1 << DIGIT_BITS;
const PASSES = 3; // 33 bits

/** Of the rows whose inode is not 0. The passes are functions of their own: small ones are compiled once, and soon. */
export function orderByInode(inodes: Uint32Array, count: number): InodeOrder {
  let from = listUsed(inodes, count);
  let to: InodeOrder = { count: from.count, inode: new Uint32Array(from.count), row: new Uint32Array(from.count) };
  const starts = new Uint32Array(DIGITS + 1);
  for (let pass = 0; pass < PASSES; pass++) {
    findStarts(from, pass * DIGIT_BITS, starts);
    deal(from, pass * DIGIT_BITS, starts, to);
    const dealt = to;
    to = from;
    from = dealt;
  }
  release(to.inode, to.row);
  return from;
}

function listUsed(inodes: Uint32Array, count: number): InodeOrder {
  let used = 0;
  for (let row = 0; row < count; row++) if (inodes[row] !== 0) used++;
  const inode = new Uint32Array(used);
  const row = new Uint32Array(used);
  let at = 0;
  for (let from = 0; from < count; from++) {
    const value = inodes[from] ?? 0;
    if (value === 0) continue;
    inode[at] = value;
    row[at++] = from;
  }
  return { count: used, inode, row };
}

/** Where the rows with each digit will begin. */
function findStarts({ count, inode }: InodeOrder, shift: number, starts: Uint32Array): void {
  starts.fill(0);
  for (let i = 0; i < count; i++) {
    const next = (((inode[i] ?? 0) >>> shift) & (DIGITS - 1)) + 1;
    starts[next] = (starts[next] ?? 0) + 1;
  }
  for (let digit = 0; digit < DIGITS; digit++) starts[digit + 1] = (starts[digit + 1] ?? 0) + (starts[digit] ?? 0);
}

function deal({ count, inode, row }: InodeOrder, shift: number, starts: Uint32Array, to: InodeOrder): void {
  for (let i = 0; i < count; i++) {
    const value = inode[i] ?? 0;
    const digit = (value >>> shift) & (DIGITS - 1);
    const at = starts[digit] ?? 0;
    starts[digit] = at + 1;
    to.inode[at] = value;
    to.row[at] = row[i] ?? 0;
  }
}
