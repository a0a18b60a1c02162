/**
 * Recognises `…proc/<pid>/fd/<n>` in the raw bytes of a link's name, and `socket:[<inode>]` in those of its target.
 * A large bundle has 800,000 such links; making strings of them would cost more than all the rest of the analysis.
 */
export interface FdLinkName {
  /** Length of what precedes `proc/`. */
  rootLength: number;
  pid: number;
  fd: number;
}

const SLASH = 47;
const PROC = [112, 114, 111, 99]; // "proc"
const SOCKET = [115, 111, 99, 107, 101, 116, 58, 91]; // "socket:["

/** Fills `out` and returns true when the name is that of an fd link. */
export function readFdLinkName(name: Uint8Array, out: FdLinkName): boolean {
  let at = name.length;
  const fdStart = digitsBefore(name, at);
  if (fdStart === at || fdStart < 4) return false;
  out.fd = decimal(name, fdStart, at);
  at = fdStart - 4;
  if (name[at] !== SLASH || name[at + 1] !== 102 || name[at + 2] !== 100 || name[at + 3] !== SLASH) return false;
  const pidStart = digitsBefore(name, at);
  if (pidStart === at || pidStart < 5 || name[pidStart] === 48) return false;
  out.pid = decimal(name, pidStart, at);
  const proc = pidStart - 5;
  for (let i = 0; i < 4; i++) if (name[proc + i] !== PROC[i]) return false;
  if (name[pidStart - 1] !== SLASH || (proc > 0 && name[proc - 1] !== SLASH)) return false;
  out.rootLength = proc;
  return true;
}

/** The inode of `socket:[inode]`; -1 when the target is something else. */
export function readSocketTarget(target: Uint8Array): number {
  const last = target.length - 1;
  if (target[last] !== 93 || last < 9 || last > 18) return -1;
  for (let i = 0; i < 8; i++) if (target[i] !== SOCKET[i]) return -1;
  if (digitsBefore(target, last) !== 8) return -1;
  const inode = decimal(target, 8, last);
  return inode <= 0xffffffff ? inode : -1;
}

function digitsBefore(bytes: Uint8Array, end: number): number {
  let at = end;
  while (at > 0 && end - at < 10) {
    const digit = (bytes[at - 1] ?? 0) - 48;
    if (digit < 0 || digit > 9) break;
    at--;
  }
  return at;
}

function decimal(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let i = start; i < end; i++) value = value * 10 + (bytes[i] ?? 48) - 48;
  return value;
}
