/**
 * The rows of each holder together: what is summed up for one needs no map for each of thousands, only columns that
 * are used again for the next. A holder is a process, or where nobody is known, a namespace.
 */
import { onceFor } from './once-for.ts';
import type { Snapshot } from './snapshot.ts';
import { isSocket, responsibleFor } from './sockets.ts';

export interface HolderRows {
  /** Index of a process, or -1 less the index of a namespace; in the order of their first rows. */
  readonly keys: readonly number[];
  /** Ascending; sockets only, neither minisocks nor handshakes. */
  rowsOf(key: number): Uint32Array;
}

export const holderRows = onceFor(({ sockets, processes, namespaces }: Snapshot): HolderRows => {
  const holderOf = new Int32Array(sockets.count).fill(-1);
  const starts = new Uint32Array(processes.length + namespaces.length + 1);
  const keys: number[] = [];
  for (const { firstRow, rows, namespace } of sockets.sources) {
    for (let row = firstRow; row < firstRow + rows; row++) {
      if (!isSocket(sockets, row)) continue;
      const owner = responsibleFor(sockets, row);
      const holder = owner >= 0 ? owner : processes.length + namespace;
      holderOf[row] = holder;
      const before = starts[holder + 1] ?? 0;
      starts[holder + 1] = before + 1;
      if (before === 0) keys.push(owner >= 0 ? owner : -1 - namespace);
    }
  }
  for (let i = 1; i < starts.length; i++) starts[i] = (starts[i] ?? 0) + (starts[i - 1] ?? 0);
  const next = starts.slice();
  const grouped = new Uint32Array(starts.at(-1) ?? 0);
  for (let row = 0; row < sockets.count; row++) {
    const holder = holderOf[row] ?? -1;
    if (holder < 0) continue;
    const at = next[holder] ?? 0;
    next[holder] = at + 1;
    grouped[at] = row;
  }
  return {
    keys,
    rowsOf(key) {
      const holder = key >= 0 ? key : processes.length - 1 - key;
      return grouped.subarray(starts[holder], starts[holder + 1]);
    },
  };
});
