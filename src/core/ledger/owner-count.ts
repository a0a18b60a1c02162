import type { OwnerCount } from '../report/report.ts';
import { processSubject } from '../snapshot/processes.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

/** Processes by what was counted of each, most first; `counts` is by index of the process. */
export function rankOwners({ processes }: Snapshot, counts: Uint32Array): readonly OwnerCount[] {
  const owners: OwnerCount[] = [];
  for (const process of processes) {
    const count = counts[process.index] ?? 0;
    if (count > 0) owners.push({ subject: processSubject(process), count });
  }
  // Processes are in the order of their pids, which sorting keeps.
  return owners.sort((a, b) => b.count - a.count);
}
