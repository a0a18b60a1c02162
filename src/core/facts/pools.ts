/**
 * Pools of workers: a pre-forked server leaks a few sockets in each of its processes, and none of them stands out.
 * Processes of one container, or of one service outside pods, are added up.
 */
import type { Process } from '../snapshot/processes.ts';
import type { Tally } from './tally.ts';

interface Pool {
  /** The process to name: the common parent where it is one of the service, else the one with most. */
  readonly spokesman: number;
  readonly members: readonly number[];
}

/** Pools of at least two processes that hold sockets. Tallies are by index of the process. */
export function poolsOf(tallies: ReadonlyMap<number, Tally>, processes: readonly Process[]): readonly Pool[] {
  const indexOfPid = new Map(processes.map((process) => [process.pid, process.index]));
  const groups = new Map<string, number[]>();
  for (const index of tallies.keys()) {
    const key = poolKey(processes[index]);
    if (key === null) continue;
    const members = groups.get(key);
    if (members === undefined) groups.set(key, [index]);
    else members.push(index);
  }
  return [...groups.values()]
    .filter((members) => members.length > 1)
    .map((members) => ({ spokesman: spokesmanOf(members, tallies, processes, indexOfPid), members }));
}

function poolKey(process: Process | undefined): string | null {
  if (process === undefined) return null;
  if (process.podUid !== null) return `${process.podUid} ${process.containerId} ${process.netns}`;
  // Outside pods only the workers of one parent belong together: a unit may hold strangers.
  return process.unit === null ? null : `${process.unit} ${process.comm} ${process.netns}`;
}

function spokesmanOf(
  members: readonly number[],
  tallies: ReadonlyMap<number, Tally>,
  processes: readonly Process[],
  indexOfPid: ReadonlyMap<number, number>,
): number {
  const pool = poolKey(processes[members[0] ?? -1]);
  for (const member of members) {
    const parent = indexOfPid.get(processes[member]?.parentPid ?? -1);
    if (parent !== undefined && poolKey(processes[parent]) === pool) return parent;
  }
  const stuck = (index: number) => tallies.get(index)?.connections ?? 0;
  return [...members].sort((a, b) => stuck(b) - stuck(a) || a - b)[0] ?? 0;
}
