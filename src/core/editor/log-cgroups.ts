/** Cgroups that captured processes are in, for those that lines of the kernel log name (log-cgroup-names.ts). */
import { parsePidCgroup } from '../parsers/proc/pid-cgroup.ts';
import type { Subject } from '../report/report.ts';
import { type Process, processSubject } from '../snapshot/processes.ts';

/** A cgroup with at least one captured process in it, or in a cgroup below it. */
export interface CgroupPlace {
  /** As the kernel writes it, from the root of the hierarchy: `/kubepods/burstable/pod<uid>/<container id>`. */
  readonly path: string;
  /** Where the bundle has the path, of the process with the smallest pid; the line is counted from 1. */
  readonly entry: string;
  readonly line: number;
  readonly subject: Subject;
  /** How many captured processes are in it. */
  readonly processes: number;
}

/** A node has some hundreds; more are of somebody who wants to fill memory. */
const MAX_PLACES = 10_000;
/** A folder that names the pod itself, its containers being below. */
const MAX_DEPTH = 4;

/** One for each path, and for each folder above it that still names the pod. Processes are those of the snapshot, by pid. */
export function cgroupPlaces(processes: readonly Process[]): readonly CgroupPlace[] {
  const places = new Map<string, CgroupPlace>();
  // Processes of one container have the same path.
  const folders = new Map<string, readonly string[]>();
  for (const process of processes) {
    if (process.cgroupEntry === '' || process.cgroupPath === '/' || process.cgroupPath === '') continue;
    const paths = folders.get(process.cgroupPath) ?? [process.cgroupPath, ...podFolders(process)];
    folders.set(process.cgroupPath, paths);
    for (const path of paths) {
      const known = places.get(path);
      if (known !== undefined) places.set(path, { ...known, processes: known.processes + 1 });
      else if (places.size < MAX_PLACES)
        places.set(path, {
          path,
          entry: process.cgroupEntry,
          line: process.cgroupLine,
          subject: processSubject(process),
          processes: 1,
        });
    }
  }
  return [...places.values()];
}

function podFolders({ cgroupPath, podUid }: Process): readonly string[] {
  const folders: string[] = [];
  let path = cgroupPath;
  while (podUid !== null && folders.length < MAX_DEPTH) {
    path = path.slice(0, Math.max(0, path.lastIndexOf('/')));
    if (parsePidCgroup(`0::${path}`).value.podUid !== podUid) break;
    folders.push(path);
  }
  return folders;
}
