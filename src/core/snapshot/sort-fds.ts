/**
 * The order of fds by process and number. Archives of /proc come in it, listings in that of `ls`: 1, 10, 100, 2. Half a
 * million rows sorted by a comparison would cost a second, so rows are dealt to their processes and sorted as numbers.
 */
import type { FdColumns } from '../collect/fd-columns.ts';

export function isSorted(raw: FdColumns): boolean {
  for (let row = 1; row < raw.count; row++) {
    const pids = (raw.pid[row] ?? 0) - (raw.pid[row - 1] ?? 0);
    if (pids < 0 || (pids === 0 && (raw.fd[row] ?? 0) <= (raw.fd[row - 1] ?? 0))) return false;
  }
  return true;
}

/** Rows in order, each fd once. `indexOf` gives the place of a row's process, which are in the order of their pids. */
export function sortedFdRows(raw: FdColumns, indexOf: (row: number) => number, processes: number): Uint32Array {
  const { dealt, starts } = deal(raw.count, indexOf, processes);
  const sorted = new Uint32Array(raw.count);
  let count = 0;
  for (let index = 0; index < processes; index++) {
    const rows = byFd(dealt.subarray(starts[index], starts[index + 1]), raw.fd);
    for (let i = 0; i < rows.length; ) {
      let row = rows[i++] ?? 0;
      for (; i < rows.length && raw.fd[rows[i] ?? 0] === raw.fd[row]; i++) {
        const other = rows[i] ?? 0;
        // A listing before a link; of a member that comes twice the last one, as tar would unpack it.
        if ((raw.line[other] ?? 0) >= (raw.line[row] ?? 0)) row = other;
      }
      sorted[count++] = row;
    }
  }
  return sorted.subarray(0, count);
}

/** The rows of each process, in the order in which they came. */
function deal(
  count: number,
  indexOf: (row: number) => number,
  processes: number,
): { readonly dealt: Uint32Array; readonly starts: Uint32Array } {
  const starts = new Uint32Array(processes + 1);
  for (let row = 0; row < count; row++) bump(starts, indexOf(row) + 1);
  for (let index = 0; index < processes; index++) starts[index + 1] = (starts[index + 1] ?? 0) + (starts[index] ?? 0);
  const next = starts.slice();
  const dealt = new Uint32Array(count);
  for (let row = 0; row < count; row++) dealt[bump(next, indexOf(row))] = row;
  return { dealt, starts };
}

function bump(counts: Uint32Array, index: number): number {
  const before = counts[index] ?? 0;
  counts[index] = before + 1;
  return before;
}

// 32 bits of fd and 21 of place fit the 53 exact bits of a number.
const PLACE_BITS = 2 ** 21;

/** Equal fds stay in the order in which they came. */
function byFd(rows: Uint32Array, fd: Uint32Array): Uint32Array {
  if (rows.length > PLACE_BITS) return rows.slice().sort((a, b) => (fd[a] ?? 0) - (fd[b] ?? 0) || a - b);
  const keys = Float64Array.from(rows, (row, place) => (fd[row] ?? 0) * PLACE_BITS + place).sort();
  return Uint32Array.from(keys, (key) => rows[key % PLACE_BITS] ?? 0);
}
