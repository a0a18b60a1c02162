/**
 * Memory of a cgroup. v2: `memory.stat` (`sock 4096`, bytes of socket buffers), `memory.max` (bytes, or `max`),
 * `memory.current`. v1: `memory.limit_in_bytes`, and `memory.kmem.tcp.usage_in_bytes` where a limit was ever set.
 * Kernel: mm/memcontrol.c `memory_stat_format`, net/core/sock.c `mem_cgroup_charge_skmem` callers.
 */
import { type Parsed, parseCount, splitFields, splitLines } from '../../text.ts';

export interface CgroupStat {
  /** Bytes in buffers of its sockets, the closed ones that are still held among them; null when not told. */
  readonly sockBytes: number | null;
  /** Line of `sock`, counted from 1. */
  readonly sockLine: number;
}

export function parseCgroupStat(text: string): Parsed<CgroupStat> {
  const lines = splitLines(text);
  const index = lines.findIndex((line) => line.startsWith('sock '));
  const value = parseCount(splitFields(lines[index] ?? '')[1]);
  return {
    value: { sockBytes: value, sockLine: index + 1 },
    problems: value === null ? [{ line: 1, message: 'no line "sock"' }] : [],
  };
}

/** A v1 limit that was never set reads as the largest multiple of a page below 2^63. */
const UNLIMITED_BYTES = 2 ** 62;

/** Bytes; null for `max`, for what is no number, and for a v1 limit that was never set. */
export function parseCgroupBytes(text: string): number | null {
  const field = text.trim();
  if (!/^\d{1,20}$/.test(field)) return null;
  const value = Number(field);
  return value >= UNLIMITED_BYTES ? null : value;
}
