/**
 * Reports of many lines in the kernel log, each as one record: what the OOM killer prints (mm/oom_kill.c dump_header,
 * oom_kill_process) and a failed allocation of pages (mm/page_alloc.c warn_alloc, mm/show_mem.c).
 */

import { readLogPrefix } from '../parsers/log-prefix.ts';
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

/** A report of a node with thousands of processes has a line for each. */
const MAX_LINES = 20_000;
const OOM_START = /^(.{1,64}?) invoked oom-killer: /;
const OOM_VICTIM = /Kill(?:ed)? process (\d{1,10})(?:, UID \d{1,10})?,? \(([^)]{1,64})\)/;
const OOM_GROUP = /^oom-kill:.*\btask_memcg=([^,\s]+)/;
const OOM_AFTER = /^oom_reaper: /;
const PAGES_START = /^(.{1,64}?): page allocation failure: order:/;
/** What a failed allocation is followed by: the caller, its registers and stack, the state of memory. */
const PAGES_PART =
  /^(?:CPU: |Hardware name|Tainted|Workqueue: |Call Trace|Code: |Modules linked in|Mem-Info|Node \d|Total swap|Free swap|Unreclaimable slab|[A-Z0-9]{2,6}: 0|RIP: |RSP: |lowmem_reserve|active_anon:|\d+ (?:pages|total pagecache)| |<|\[<|\? |[a-z_]\w*(?:\.\w+)*\+0x)/;
const PID = /\bPID: (\d{1,10}) Comm: (\S{1,64})/;

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
  const limit = Math.min(count, first + MAX_LINES);
  let cgroup: string | null = null;
  for (let line = first + 1; line < limit; line++) {
    const text = textOf(lineAt(line));
    if (OOM_START.test(text)) return null;
    cgroup = OOM_GROUP.exec(text)?.[1] ?? cgroup;
    const victim = OOM_VICTIM.exec(text);
    if (victim === null) continue;
    const last = line + 1 < count && OOM_AFTER.test(textOf(lineAt(line + 1))) ? line + 1 : line;
    const podUid = cgroup === null ? null : parsePidCgroup(`0::${cgroup}`).value.podUid;
    return { kind: 'oom-kill', first, last, pid: Number(victim[1]), comm: victim[2] ?? null, cgroup, podUid };
  }
  return null;
}

function readPageFailure(first: number, count: number, lineAt: (line: number) => string): LogReport | null {
  const [, comm] = PAGES_START.exec(textOf(lineAt(first))) ?? [];
  if (comm === undefined) return null;
  let last = first;
  let pid: number | null = null;
  for (let line = first + 1; line < Math.min(count, first + MAX_LINES); line++) {
    const text = textOf(lineAt(line));
    if (!PAGES_PART.test(text)) break;
    pid ??= Number(PID.exec(text)?.[1] ?? Number.NaN);
    last = line;
  }
  const known = pid === null || Number.isNaN(pid) ? null : pid;
  return { kind: 'page-allocation-failure', first, last, pid: known, comm, cgroup: null, podUid: null };
}
