/**
 * /proc/PID/status. Kernel: fs/proc/array.c `proc_pid_status`. `FDSize` is the size of the fd table, never the number
 * of open fds. Kernel threads have no Vm lines.
 */
import { type Parsed, parseCount, splitFields, splitLines } from '../text.ts';

export interface PidStatus {
  readonly name: string;
  readonly state: string;
  readonly parentPid: number | null;
  readonly uid: number | null;
  readonly threads: number | null;
  readonly hasMemory: boolean;
}

export function parsePidStatus(text: string): Parsed<PidStatus> {
  const values = new Map<string, string>();
  for (const line of splitLines(text)) {
    const colon = line.indexOf(':');
    if (colon > 0) values.set(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  const first = (key: string) => splitFields(values.get(key) ?? '')[0];
  return {
    value: {
      name: values.get('Name') ?? '',
      state: first('State') ?? '',
      parentPid: parseCount(first('PPid')),
      uid: parseCount(first('Uid')),
      threads: parseCount(first('Threads')),
      hasMemory: values.has('VmSize'),
    },
    problems: [],
  };
}
