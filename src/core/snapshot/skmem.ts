/** The memory and the ages of sockets, as ss tells them, joined by inode. */

import type { RawFacts } from '../collect/raw-facts.ts';
import type { SsColumns } from '../parsers/commands/ss-sockets.ts';
import type { Namespace } from './namespaces.ts';
import type { Sockets } from './sockets.ts';

/** Writes the memory that ss told into the rows, by inode; false when no ss output belongs to these namespaces. */
export function applySkmem(sockets: Sockets, namespaces: readonly Namespace[], ss: RawFacts['ss']): void {
  namespaces.forEach((namespace, index) => {
    const found = ss.get(namespace.netns);
    if (found === undefined) return;
    const byInode = rowByInode(found.columns);
    for (const source of sockets.sourcesOfNamespace[index] ?? []) {
      for (let row = source.firstRow; row < source.firstRow + source.rows; row++) {
        const inode = sockets.inode[row] ?? 0;
        const at = inode === 0 ? undefined : byInode.get(inode);
        if (at === undefined) continue;
        sockets.queuedBytes[row] = found.columns.queuedBytes[at] ?? -1;
        sockets.reservedBytes[row] = found.columns.reservedBytes[at] ?? -1;
        sockets.idleMs[row] = found.columns.idleMs[at] ?? -1;
        sockets.sentMs[row] = found.columns.sentMs[at] ?? -1;
        sockets.backlog[row] = found.columns.backlog[at] ?? -1;
      }
    }
  });
}

function rowByInode(columns: SsColumns): Map<number, number> {
  const rows = new Map<number, number>();
  for (let i = 0; i < columns.count; i++) {
    const inode = columns.inode[i] ?? 0;
    if (inode > 0 && !rows.has(inode)) rows.set(inode, i);
  }
  return rows;
}
