/**
 * Reports of many lines in the kernel log, while it is read: what the OOM killer prints (mm/oom_kill.c dump_header,
 * oom_kill_process) and a failed allocation of pages (mm/page_alloc.c warn_alloc, mm/show_mem.c).
 *
 *     python3 invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0
 *     oom-kill:constraint=CONSTRAINT_MEMCG,…,task_memcg=/kubepods/burstable/pod…/…,task=python3,pid=23829,uid=0
 *     Memory cgroup out of memory: Killed process 23829 (python3) total-vm:39180kB, …
 *     swapper/3: page allocation failure: order:3, mode:0x40a20(GFP_ATOMIC|__GFP_COMP), nodemask=(null)
 *     CPU: 3 PID: 77 Comm: kworker/3:1 Not tainted 6.1.0 #1
 */

/** Lines are counted from 1. */
export interface LogReportRecord {
  readonly kind: 'oom-kill' | 'page-allocation-failure';
  readonly line: number;
  readonly endLine: number;
  /** Whom it is about: who was killed, or whose allocation failed. Null where the log does not say. */
  readonly pid: number | null;
  readonly comm: string | null;
  /** Path of the victim, which kernels since about 4.19 print. */
  readonly cgroup: string | null;
}

export interface LogReports {
  readonly records: readonly LogReportRecord[];
  /** Those beyond the limit. */
  readonly more: number;
}

export interface LogReportReader {
  /** A catalogued line. */
  takeHit(id: string, text: string, line: number): void;
  /** Whether the next line may be one of the report that is read. */
  readonly wantsNext: boolean;
  /** The next line, where it is wanted. */
  takeNext(text: string, line: number): void;
  end(): LogReports;
}

/** Of each kind: failed allocations must not take the room of kills. */
const MAX_RECORDS = 1000;
/** A report of a node with thousands of processes has a line for each. */
const MAX_REPORT_LINES = 20_000;
const MAX_PATH = 1000;
/** Old kernels print whom they will kill, and then whom they killed. */
const SECOND_LINE = 3;
/** Linux 2.6.32 writes the UID between the two; the name may have brackets of its own, as `(sd-pam)`. */
const OOM_VICTIM = /Kill(?:ed)? process (\d{1,10})(?:, UID \d{1,10})?,? \((.{1,64}?)\)(?=[ ,]|$)/i;
/** The name of the task stands before its pid, and may hold anything. */
const OOM_GROUP = /^oom-kill:.*?\btask_memcg=([^,\s]+)(?:.*,pid=(\d{1,10}))?/;
const OOM_AFTER = /^oom_reaper: /;
const PAGES_START = /^(.{1,64}?): page allocation failure: order:/;
/** What a failed allocation is followed by: the caller, its registers and stack, the state of memory. */
const PAGES_PART =
  /^(?:CPU: |Hardware name|Tainted|Workqueue: |Call Trace|Code: |Modules linked in|Mem-Info|Node \d|Total swap|Free swap|Unreclaimable slab|[A-Z0-9]{2,6}: 0|RIP: |RSP: |lowmem_reserve|active_anon:|\d+ (?:pages|total pagecache)| |<|\[<|\? |[a-z_]\w*(?:\.\w+)*\+0x)/;
const PID = /\bPID: (\d{1,10}) Comm: (\S{1,64})/;

function killedProcess(text: string): { readonly pid: number; readonly comm: string } | null {
  const [, pid, comm] = OOM_VICTIM.exec(text) ?? [];
  return pid === undefined || comm === undefined ? null : { pid: Number(pid), comm };
}

/** The cgroup of the victim, and whose it is where the line is whole. */
function killedCgroup(text: string): Pick<Search, 'cgroup' | 'pid'> {
  const [, cgroup, pid] = OOM_GROUP.exec(text) ?? [];
  return { cgroup: cgroup?.slice(0, MAX_PATH) ?? null, pid: pid === undefined ? null : Number(pid) };
}

/** Whether a line that follows that of the kill belongs to it. */
function isReaperLine(text: string): boolean {
  return OOM_AFTER.test(text);
}

/** Whose allocation failed, where a report of that begins; else null. */
function failedAllocation(text: string): string | null {
  return PAGES_START.exec(text)?.[1] ?? null;
}

function isAllocationPart(text: string): boolean {
  return PAGES_PART.test(text);
}

/** From the line `CPU: 3 PID: 77 Comm: …`. */
function callerPid(text: string): number | null {
  const pid = PID.exec(text)?.[1];
  return pid === undefined ? null : Number(pid);
}

interface Search {
  /** It has begun in this line. */
  readonly line: number;
  readonly cgroup: string | null;
  readonly pid: number | null;
}

type Open = { -readonly [Key in keyof LogReportRecord]: LogReportRecord[Key] };

export function createLogReportReader(maxRecords = MAX_RECORDS): LogReportReader {
  const records: Open[] = [];
  let more = 0;
  const kept = { 'oom-kill': 0, 'page-allocation-failure': 0 };
  /** The search for a victim. */
  let search: Search | null = null;
  /** Takes the lines behind it. */
  let open: Open | null = null;

  const add = (record: Open): Open => {
    if (kept[record.kind]++ < maxRecords) records.push(record);
    else more++;
    return record;
  };
  const takeKill = (text: string, line: number) => {
    const victim = killedProcess(text);
    if (victim === null) return;
    // The second line of an old kernel: it was taken with the first.
    if (open?.kind === 'oom-kill' && open.endLine === line) return;
    const begun = search !== null && line - search.line < MAX_REPORT_LINES ? search : null;
    search = null;
    // The end of another report is lost, and the begin of this one.
    const isIts = begun !== null && (begun.pid === null || begun.pid === victim.pid);
    const { line: first, cgroup } = isIts ? begun : { line, cgroup: null };
    open = add({ kind: 'oom-kill', line: first, endLine: line, ...victim, cgroup });
  };
  return {
    takeHit(id, text, line) {
      if (id === 'oom-killer-invoked') search = { line, cgroup: null, pid: null };
      else if (id === 'oom-kill-cgroup') search = { line: search?.line ?? line, ...killedCgroup(text) };
      else if (id === 'oom-kill') takeKill(text, line);
      else if (id === 'page-allocation-failure') {
        const comm = failedAllocation(text);
        if (comm === null) return;
        open = add({ kind: 'page-allocation-failure', line, endLine: line, pid: null, comm, cgroup: null });
      }
    },
    get wantsNext() {
      return open !== null;
    },
    takeNext(text, line) {
      if (open === null || line <= open.endLine) return;
      if (open.kind === 'oom-kill') {
        const victim = killedProcess(text);
        const isSecond = victim !== null && victim.pid === open.pid && victim.comm === open.comm;
        if (isSecond || (line === open.endLine + 1 && isReaperLine(text))) open.endLine = line;
        else if (line - open.endLine >= SECOND_LINE) open = null;
        return;
      }
      if (!isAllocationPart(text) || line - open.line >= MAX_REPORT_LINES) {
        open = null;
        return;
      }
      open.endLine = line;
      open.pid ??= callerPid(text);
    },
    end: () => ({ records: records.map((record) => ({ ...record })), more }),
  };
}
