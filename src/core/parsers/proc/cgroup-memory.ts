/**
 * Memory of a cgroup. v2: `memory.stat` (`sock 4096`, bytes of socket buffers), `memory.max` (bytes, or `max`),
 * `memory.current`. v1: `memory.limit_in_bytes`, and `memory.kmem.tcp.usage_in_bytes` where a limit was ever set.
 * Kernel: mm/memcontrol.c `memory_stat_format`, net/core/sock.c `mem_cgroup_charge_skmem` callers.
 */
import {
  createProblemList,
  isDigits,
  NO_PROBLEMS,
  type Parsed,
  parseCount,
  splitFields,
  splitLines,
} from '../../text.ts';
import { defineMessages } from '../../wording/define-messages.ts';

const say = defineMessages('cgroup-memory', {
  notACount: 'The line is not a name and a count.',
  notBytes: 'The value is neither a number of bytes nor max.',
  noSock: 'The line "sock" is missing.',
});

export interface CgroupStat {
  /** Bytes in buffers of its sockets, the closed ones that are still held among them; null when not told. */
  readonly sockBytes: number | null;
  /** Line of `sock`, counted from 1. */
  readonly sockLine: number;
}

/** Lines that memory.stat has in v1, which tells nothing of sockets. */
const V1 = /^(?:cache|rss) /m;

export function parseCgroupStat(text: string): Parsed<CgroupStat> {
  const problems = createProblemList();
  let sockBytes: number | null = null;
  let sockLine = 0;
  splitLines(text).forEach((line, index) => {
    const [name, count, more] = splitFields(line);
    if (name === undefined) return;
    const isSock = name === 'sock' && sockLine === 0;
    if (isSock) {
      sockLine = index + 1;
      sockBytes = parseCount(count);
    }
    if (!isDigits(count) || more !== undefined || (isSock && sockBytes === null))
      problems.tell(index + 1, say.notACount());
  });
  if (sockLine === 0 && !V1.test(text))
    return { value: { sockBytes, sockLine }, problems: [{ line: 1, message: say.noSock() }, ...problems.end()] };
  return { value: { sockBytes, sockLine }, problems: problems.end() };
}

/** A v1 limit that was never set reads as the largest multiple of a page below 2^63. */
const UNLIMITED_BYTES = 2 ** 62;

/** Bytes; null for `max`, for what is no number, and for a v1 limit that was never set. */
export function parseCgroupBytes(text: string): Parsed<number | null> {
  const field = text.trim();
  if (field === 'max') return { value: null, problems: NO_PROBLEMS };
  if (!/^\d{1,20}$/.test(field)) return { value: null, problems: [{ line: 1, message: say.notBytes() }] };
  const value = Number(field);
  return { value: value >= UNLIMITED_BYTES ? null : value, problems: NO_PROBLEMS };
}
