/**
 * Recognises `…proc/<pid>/fd/<n>` in the raw bytes of a link's name, and `socket:[<inode>]` in those of its target.
 * A large bundle has 800,000 such links; making strings of them would cost more than all the rest of the analysis.
 */
import type { ByteRange } from '../bundle.ts';
import type { FdKind } from '../parsers/proc/pid-fd.ts';

export interface FdLinkName {
  /** Length of what precedes `proc/`. */
  rootLength: number;
  pid: number;
  fd: number;
  /** Where the number of the fd begins in the name. */
  fdStart: number;
}

const SLASH = 47;
/** PIDs end at 4,194,304 (include/linux/threads.h). */
const PID_DIGITS = 7;
const PROC = [112, 114, 111, 99]; // "proc"
const SOCKET = [115, 111, 99, 107, 101, 116, 58, 91]; // "socket:["

/** Fills `out` and returns true when the name is that of an fd link. */
export function readFdLinkName(bytes: Uint8Array, { start, end }: ByteRange, out: FdLinkName): boolean {
  const fdStart = digitsBefore(bytes, start, end);
  if (fdStart === end || fdStart - start < 4) return false;
  let at = fdStart - 4;
  if (bytes[at] !== SLASH || bytes[at + 1] !== 102 || bytes[at + 2] !== 100 || bytes[at + 3] !== SLASH) return false;
  out.fd = decimal(bytes, fdStart, end);
  out.fdStart = fdStart - start;
  const pidStart = digitsBefore(bytes, start, at);
  if (pidStart === at || pidStart - start < 5 || bytes[pidStart] === 48 || at - pidStart > PID_DIGITS) return false;
  out.pid = decimal(bytes, pidStart, at);
  at = pidStart - 5;
  for (let i = 0; i < 4; i++) if (bytes[at + i] !== PROC[i]) return false;
  if (bytes[pidStart - 1] !== SLASH || (at > start && bytes[at - 1] !== SLASH)) return false;
  out.rootLength = at - start;
  return true;
}

/** The number of an fd, or -1 when these bytes are none. */
export function readFdNumber(bytes: Uint8Array, start: number, end: number): number {
  return start < end && digitsBefore(bytes, start, end) === start ? decimal(bytes, start, end) : -1;
}

/** The inode of `socket:[inode]`; -1 when the target is something else. */
export function readSocketTarget(bytes: Uint8Array, { start, end }: ByteRange): number {
  const last = end - 1;
  const length = last - start;
  if (bytes[last] !== 93 || length < 9 || length > 18) return -1;
  for (let i = 0; i < 8; i++) if (bytes[start + i] !== SOCKET[i]) return -1;
  if (digitsBefore(bytes, start, last) !== start + 8) return -1;
  const inode = decimal(bytes, start + 8, last);
  return inode <= 0xffffffff ? inode : -1;
}

function digitsBefore(bytes: Uint8Array, start: number, end: number): number {
  let at = end;
  while (at > start && end - at < 10) {
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

const PIPE = [112, 105, 112, 101, 58]; // "pipe:"
const DEV = [47, 100, 101, 118, 47]; // "/dev/"
/** As the kernel writes them today; what is written otherwise is looked at as a text. */
const ANON = (['eventpoll', 'eventfd', 'timerfd', 'signalfd', 'io_uring'] as const).map((kind) => ({
  kind,
  bytes: Array.from(`anon_inode:[${kind}]`, (character) => character.charCodeAt(0)),
}));
const MEMFD = [47, 109, 101, 109, 102, 100, 58]; // "/memfd:"

/** The kind of what is neither socket nor anonymous inode; null when the text has to be looked at. */
export function readFdKind(bytes: Uint8Array, { start, end }: ByteRange): FdKind | null {
  if (bytes[start] === SLASH) {
    if (startsAt(bytes, start, end, DEV)) return 'device';
    return startsAt(bytes, start, end, MEMFD) ? 'memfd' : 'file';
  }
  if (startsAt(bytes, start, end, PIPE)) return 'pipe';
  for (const { kind, bytes: expected } of ANON) {
    if (end - start === expected.length && startsAt(bytes, start, end, expected)) return kind;
  }
  return null;
}

function startsAt(bytes: Uint8Array, start: number, end: number, expected: readonly number[]): boolean {
  if (end - start < expected.length) return false;
  for (let i = 0; i < expected.length; i++) if (bytes[start + i] !== expected[i]) return false;
  return true;
}
