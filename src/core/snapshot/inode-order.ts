/**
 * Rows in the order of their inodes, without comparing any: a radix sort takes the same time whatever a bundle chose
 * its inodes to be, and a fraction of what sorting by comparison takes.
 */
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

/** Of the rows whose inode is not 0. */
export function orderByInode(inodes: Uint32Array, count: number): InodeOrder {
  let used = 0;
  for (let row = 0; row < count; row++) if (inodes[row] !== 0) used++;
  let inode = new Uint32Array(used);
  let row = new Uint32Array(used);
  used = 0;
  for (let from = 0; from < count; from++) {
    const value = inodes[from] ?? 0;
    if (value === 0) continue;
    inode[used] = value;
    row[used++] = from;
  }
  let nextInode = new Uint32Array(used);
  let nextRow = new Uint32Array(used);
  const starts = new Uint32Array(DIGITS + 1);
  for (let pass = 0; pass < PASSES; pass++) {
    const shift = pass * DIGIT_BITS;
    starts.fill(0);
    for (let i = 0; i < used; i++) {
      const digit = ((inode[i] ?? 0) >>> shift) & (DIGITS - 1);
      starts[digit + 1] = (starts[digit + 1] ?? 0) + 1;
    }
    for (let digit = 0; digit < DIGITS; digit++) starts[digit + 1] = (starts[digit + 1] ?? 0) + (starts[digit] ?? 0);
    for (let i = 0; i < used; i++) {
      const value = inode[i] ?? 0;
      const digit = (value >>> shift) & (DIGITS - 1);
      const to = starts[digit] ?? 0;
      starts[digit] = to + 1;
      nextInode[to] = value;
      nextRow[to] = row[i] ?? 0;
    }
    [inode, nextInode] = [nextInode, inode];
    [row, nextRow] = [nextRow, row];
  }
  return { count: used, inode, row };
}
