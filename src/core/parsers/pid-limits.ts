/**
 * /proc/PID/limits. Kernel: fs/proc/base.c `proc_pid_limits`.
 *
 *   Limit                     Soft Limit           Hard Limit           Units
 *   Max open files            1024                 1048576              files
 */
import { type Parsed, parseCount, splitLines } from '../text.ts';

export interface PidLimits {
  /** Soft and hard RLIMIT_NOFILE in fds; null when unlimited or not there. */
  readonly openFilesSoft: number | null;
  readonly openFilesHard: number | null;
  /** Line of these two, counted from 1. */
  readonly line: number;
}

export function parsePidLimits(text: string): Parsed<PidLimits> {
  const lines = splitLines(text);
  const index = lines.findIndex((candidate) => candidate.startsWith('Max open files'));
  const match = /^Max open files\s+(\S+)\s+(\S+)/.exec(lines[index] ?? '');
  return {
    value: {
      openFilesSoft: parseCount(match?.[1]),
      openFilesHard: parseCount(match?.[2]),
      line: Math.max(1, index + 1),
    },
    problems: match === null ? [{ line: 1, message: 'no line "Max open files"' }] : [],
  };
}
