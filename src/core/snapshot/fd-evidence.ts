import { TASK_FD_BASE } from '../collect/task-fds.ts';
import type { Message } from '../report/message.ts';
import type { Evidence } from '../report/report.ts';
import { NO_FD } from './join.ts';
import type { Process } from './processes.ts';
import type { Snapshot } from './snapshot.ts';

/** Where an fd can be seen: its line in a listing, or the link member itself. */
export function fdEvidence(snapshot: Snapshot, process: Process, fdRow: number, note?: Message): Evidence | null {
  const place = fdPlace(snapshot, process, fdRow);
  return place === null || note === undefined ? place : { ...place, note };
}

function fdPlace(snapshot: Snapshot, process: Process, fdRow: number): Evidence | null {
  const { fds } = snapshot.join;
  const row = fds.process[fdRow] === process.index ? fdRow : (fds.firstRow[process.index] ?? NO_FD);
  if (row === NO_FD) return null;
  const line = fds.line[row] ?? 0;
  if (line > 0 && process.fdListing !== '') return { entry: process.fdListing, startLine: line, endLine: line };
  const fd = fds.fd[row] ?? 0;
  const thread = fd >= TASK_FD_BASE ? snapshot.raw.taskFds[fd - TASK_FD_BASE] : undefined;
  const folder = `${snapshot.raw.root}proc/${process.pid}`;
  const place = thread ?? { entry: `${folder}/fd/${fd}`, line: 1 };
  return { entry: place.entry, startLine: place.line, endLine: place.line };
}
