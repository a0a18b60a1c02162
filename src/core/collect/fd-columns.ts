/** The socket fds of a node in columns: a large node has half a million of them. */
import { release } from '../release.ts';

/** One row a socket fd: which process, which fd, which inode; line of the listing, or 0 for a link member. */
export interface FdColumns {
  count: number;
  pid: Uint32Array;
  fd: Uint32Array;
  inode: Uint32Array;
  line: Uint32Array;
}

const NAMES = ['pid', 'fd', 'inode', 'line'] as const;
const FIRST_ROWS = 256;

export function createFdColumns(): FdColumns {
  return {
    count: 0,
    pid: new Uint32Array(FIRST_ROWS),
    fd: new Uint32Array(FIRST_ROWS),
    inode: new Uint32Array(FIRST_ROWS),
    line: new Uint32Array(FIRST_ROWS),
  };
}

export function addSocketFd(columns: FdColumns, pid: number, fd: number, inode: number, line: number): void {
  if (columns.count === columns.pid.length) growFdColumns(columns);
  const row = columns.count++;
  columns.pid[row] = pid;
  columns.fd[row] = fd;
  columns.inode[row] = inode;
  // Of links all are 0: what is never written takes no memory.
  if (line !== 0) columns.line[row] = line;
}

function growFdColumns(columns: FdColumns): void {
  for (const key of NAMES) {
    const larger = new Uint32Array(columns[key].length * 2);
    if (key !== 'line' || columns.line.some((line) => line !== 0)) larger.set(columns[key]);
    release(columns[key]);
    columns[key] = larger;
  }
}

/** The rows from the first on are forgotten. */
export function cutFdRows(columns: FdColumns, first: number): void {
  // The line of a link is never written, so none may be left there.
  columns.line.fill(0, first, columns.count);
  columns.count = first;
}

export interface RowRange {
  readonly first: number;
  readonly end: number;
}

/** Takes the rows of some ranges out; the others keep their order. */
export function removeFdRows(columns: FdColumns, ranges: readonly RowRange[]): void {
  if (ranges.length === 0) return;
  const sorted = [...ranges].sort((a, b) => a.first - b.first);
  let kept = sorted[0]?.first ?? 0;
  for (const [index, { end }] of sorted.entries()) {
    const next = sorted[index + 1]?.first ?? columns.count;
    for (const name of NAMES) columns[name].copyWithin(kept, end, next);
    kept += next - end;
  }
  cutFdRows(columns, kept);
}
