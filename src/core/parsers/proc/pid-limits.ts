/**
 * /proc/PID/limits. Kernel: fs/proc/base.c `proc_pid_limits`.
 *
 *   Limit                     Soft Limit           Hard Limit           Units
 *   Max open files            1024                 1048576              files
 */
import { type Parsed, parseCount } from '../../text.ts';

export interface PidLimits {
  /** Soft and hard RLIMIT_NOFILE in fds; null when unlimited or not there. */
  readonly openFilesSoft: number | null;
  readonly openFilesHard: number | null;
  /** Line of these two, counted from 1. */
  readonly line: number;
}

const OPEN_FILES = 'Max open files';
const ROW = /^Max open files\s+(\S+)\s+(\S+)/;

export function parsePidLimits(text: string): Parsed<PidLimits> {
  const start = text.startsWith(OPEN_FILES) ? 0 : text.indexOf(`\n${OPEN_FILES}`) + 1;
  const end = text.indexOf('\n', start);
  const match = ROW.exec(text.slice(start, end < 0 ? text.length : end));
  return {
    value: {
      openFilesSoft: parseCount(match?.[1]),
      openFilesHard: parseCount(match?.[2]),
      line: match === null ? 1 : lineAt(text, start),
    },
    problems: match === null ? [{ line: 1, message: 'no line "Max open files"' }] : [],
  };
}

/** The line that this place is in. */
function lineAt(text: string, place: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < place; at = text.indexOf('\n', at + 1)) line++;
  return line;
}
