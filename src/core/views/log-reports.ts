/**
 * Reports of many lines in the kernel log, each as one record: what the OOM killer prints (mm/oom_kill.c dump_header,
 * oom_kill_process) and a failed allocation of pages (mm/page_alloc.c warn_alloc, mm/show_mem.c).
 */

import { readLogPrefix } from '../parsers/log-prefix.ts';
import {
  callerPid,
  failedAllocation,
  isAllocationPart,
  isReaperLine,
  killedCgroup,
  killedProcess,
  MAX_REPORT_LINES,
} from '../parsers/log-report-reader.ts';
import { parsePidCgroup } from '../parsers/pid-cgroup.ts';

export interface LogReport {
  readonly kind: 'oom-kill' | 'page-allocation-failure';
  /** Counted from 0. */
  readonly first: number;
  readonly last: number;
  /** Whom it is about: who was killed, or whose allocation failed. Null where the log does not say. */
  readonly pid: number | null;
  readonly comm: string | null;
  /** Of the victim, and the pod that its path names. */
  readonly cgroup: string | null;
  readonly podUid: string | null;
}

const OOM_START = /^(.{1,64}?) invoked oom-killer: /;

/** Messages of the catalogue whose line may be the first of a report. */
export const REPORT_STARTS: ReadonlySet<string> = new Set(['oom-killer-invoked', 'page-allocation-failure']);

/**
 * `starts` are the lines that may begin a report, in their order; `lineAt` gives a line by its number, counted from 0.
 * Only these lines, and those in a report, are read: looking at every line of a large log would take half a second.
 */
export function findLogReports(
  count: number,
  lineAt: (line: number) => string,
  starts: readonly number[],
): readonly LogReport[] {
  const reports: LogReport[] = [];
  let last = -1;
  for (const line of starts) {
    if (line <= last || line >= count) continue;
    const report = readOomKill(line, count, lineAt) ?? readPageFailure(line, count, lineAt);
    if (report === null) continue;
    reports.push(report);
    last = report.last;
  }
  return reports;
}

const textOf = (line: string) => line.slice(readLogPrefix(line).textStart);

function readOomKill(first: number, count: number, lineAt: (line: number) => string): LogReport | null {
  if (!OOM_START.test(textOf(lineAt(first)))) return null;
  const limit = Math.min(count, first + MAX_REPORT_LINES);
  let cgroup: string | null = null;
  for (let line = first + 1; line < limit; line++) {
    const text = textOf(lineAt(line));
    if (OOM_START.test(text)) return null;
    cgroup = killedCgroup(text) ?? cgroup;
    const victim = killedProcess(text);
    if (victim === null) continue;
    const last = line + 1 < count && isReaperLine(textOf(lineAt(line + 1))) ? line + 1 : line;
    const podUid = cgroup === null ? null : parsePidCgroup(`0::${cgroup}`).value.podUid;
    return { kind: 'oom-kill', first, last, ...victim, cgroup, podUid };
  }
  return null;
}

function readPageFailure(first: number, count: number, lineAt: (line: number) => string): LogReport | null {
  const comm = failedAllocation(textOf(lineAt(first)));
  if (comm === null) return null;
  let last = first;
  let pid: number | null = null;
  for (let line = first + 1; line < Math.min(count, first + MAX_REPORT_LINES); line++) {
    const text = textOf(lineAt(line));
    if (!isAllocationPart(text)) break;
    pid ??= callerPid(text);
    last = line;
  }
  return { kind: 'page-allocation-failure', first, last, pid, comm, cgroup: null, podUid: null };
}
