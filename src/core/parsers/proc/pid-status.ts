/**
 * /proc/PID/status. Kernel: fs/proc/array.c `proc_pid_status`. `FDSize` is the size of the fd table, never the number
 * of open fds. Kernel threads have no Vm lines.
 */
import { type Parsed, parseCount } from '../../text.ts';

export interface PidStatus {
  readonly name: string;
  readonly state: string;
  readonly parentPid: number | null;
  readonly hasMemory: boolean;
}

export function parsePidStatus(text: string): Parsed<PidStatus> {
  return {
    value: {
      name: valueOfKey(text, 'Name:') ?? '',
      // `S (sleeping)`
      state: valueOfKey(text, 'State:')?.split(' ', 1)[0] ?? '',
      parentPid: parseCount(valueOfKey(text, 'PPid:')),
      hasMemory: valueOfKey(text, 'VmSize:') !== undefined,
    },
    problems: [],
  };
}

/** Looks for the few lines that are needed: splitting all fifty of each process is most of what reading it costs. */
function valueOfKey(text: string, key: string): string | undefined {
  const at = text.startsWith(key) ? 0 : text.indexOf(`\n${key}`) + 1;
  if (at === 0 && !text.startsWith(key)) return undefined;
  const end = text.indexOf('\n', at);
  return text.slice(at + key.length, end < 0 ? text.length : end).trim();
}
