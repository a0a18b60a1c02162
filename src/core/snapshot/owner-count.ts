import type { OwnerCount } from '../report/report.ts';
import { processSubject } from './processes.ts';
import type { Snapshot } from './snapshot.ts';

/** How often each process is in the list, most first. */
export function countByOwner(snapshot: Snapshot, processIndexes: readonly number[]): readonly OwnerCount[] {
  const counts = new Map<number, number>();
  for (const index of processIndexes) counts.set(index, (counts.get(index) ?? 0) + 1);
  return [...counts]
    .map(([index, count]) => ({ process: snapshot.processes[index], count }))
    .filter((owner) => owner.process !== undefined)
    .sort((a, b) => b.count - a.count || (a.process?.pid ?? 0) - (b.process?.pid ?? 0))
    .map(({ process, count }) => ({
      subject: process === undefined ? { kind: 'node' } : processSubject(process),
      count,
    }));
}
