/**
 * Cgroups that lines of the kernel log name. In a file of its own, since the extension reads lines and the worker has the
 * processes (log-cgroups.ts).
 */

export interface NamedCgroup {
  readonly path: string;
  /** Columns of the line. */
  readonly start: number;
  readonly end: number;
}

/** The kernel writes at most 1 KiB of text a line. */
const MAX_LINE_LENGTH = 4096;
const MAX_NAMED = 8;
/**
 * mm/oom_kill.c dump_oom_victim (`oom_memcg=`, `task_memcg=`), oom_kill_process (`Tasks in … are going to be killed`);
 * mm/memcontrol.c mem_cgroup_print_oom_info of Linux 2.6.30 to 4.18 (`Task in … killed as a result of limit of …`),
 * mem_cgroup_print_oom_meminfo (`Memory cgroup stats for …:`).
 */
const NAMED = /(?:_memcg=|\bTasks? in |\blimit of |\bMemory cgroup stats for )(\/[^\s,]+)/g;

/** The root names nothing. */
export function findCgroups(text: string): readonly NamedCgroup[] {
  const found: NamedCgroup[] = [];
  for (const match of text.slice(0, MAX_LINE_LENGTH).matchAll(NAMED)) {
    const path = (match[1] ?? '').replace(/:$/, '');
    const start = match.index + match[0].length - (match[1]?.length ?? 0);
    if (path !== '/' && found.length < MAX_NAMED) found.push({ path, start, end: start + path.length });
  }
  return found;
}
