/**
 * /proc/PID/stat. Kernel: fs/proc/array.c `do_task_stat`. The name is in round brackets and may itself hold
 * brackets and blanks, so the fields are counted from the last bracket. Field 22 is the start in clock ticks since
 * boot, field 23 the virtual size in bytes: zero for kernel threads.
 */
import { type Parsed, parseCount, splitFields } from '../../text.ts';

export interface PidStat {
  readonly state: string;
  readonly parentPid: number | null;
  readonly startTicks: number | null;
  readonly virtualBytes: number | null;
}

export function parsePidStat(text: string): Parsed<PidStat> {
  const fields = splitFields(text.slice(text.lastIndexOf(')') + 1));
  return {
    value: {
      state: fields[0] ?? '',
      parentPid: parseCount(fields[1]),
      startTicks: parseCount(fields[19]),
      virtualBytes: parseCount(fields[20]),
    },
    problems: fields.length < 21 ? [{ line: 1, message: 'fewer fields than /proc/PID/stat has' }] : [],
  };
}
