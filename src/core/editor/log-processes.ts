/** Processes that lines of the kernel log name, and where the bundle has them. */
import { fdEvidence } from '../snapshot/fd-evidence.ts';
import { NO_FD } from '../snapshot/join.ts';
import type { Process } from '../snapshot/processes.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

export interface ProcessPlace {
  readonly pid: number;
  readonly entry: string;
  /** Counted from 1: where the file of the process begins in a file that holds many. */
  readonly line: number;
}

/** Of those that were captured: who was killed is seldom there any more. By pid. */
export function processPlaces(snapshot: Snapshot, pids: readonly number[]): readonly ProcessPlace[] {
  const named = new Set(pids);
  return snapshot.processes.flatMap((process) => (named.has(process.pid) ? (placeOf(snapshot, process) ?? []) : []));
}

/** One of its files, or else one of its sockets; null where neither was captured. */
function placeOf(snapshot: Snapshot, process: Process): ProcessPlace | null {
  const { pid, fileEntry, fileLine } = process;
  if (fileEntry !== '') return { pid, entry: fileEntry, line: fileLine };
  const fd = fdEvidence(snapshot, process, NO_FD);
  return fd === null ? null : { pid, entry: fd.entry, line: fd.startLine };
}
