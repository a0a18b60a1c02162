/** What runs in this PID namespace. Nobody else is in it, so what is there after a test and was not before was left over. */
import { readdirSync, readFileSync } from 'node:fs';

export interface Running {
  readonly pid: number;
  readonly comm: string;
}

/** State and name of a process; the name may have anything in it, so the state is what follows the last bracket. */
function statOf(pid: number): { readonly comm: string; readonly state: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const end = stat.lastIndexOf(')');
    return { comm: stat.slice(stat.indexOf('(') + 1, end), state: stat.charAt(end + 2) };
  } catch {
    return undefined;
  }
}

/** All processes but those that have exited and wait for their parent. */
export function runningProcesses(): readonly Running[] {
  return readdirSync('/proc').flatMap((name) => {
    const pid = Number(name);
    const stat = Number.isInteger(pid) ? statOf(pid) : undefined;
    return stat === undefined || stat.state === 'Z' ? [] : [{ pid, comm: stat.comm }];
  });
}

/** Those that run now and did not run then. */
export function newSince(before: readonly Running[]): readonly Running[] {
  const known = new Set(before.map(({ pid }) => pid));
  return runningProcesses().filter(({ pid }) => !known.has(pid));
}
