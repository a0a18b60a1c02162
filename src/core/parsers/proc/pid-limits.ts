/**
 * /proc/PID/limits. Kernel: fs/proc/base.c `proc_pid_limits`.
 *
 *   Limit                     Soft Limit           Hard Limit           Units
 *   Max open files            1024                 1048576              files
 *
 * One of its rows is read, and only that one is judged.
 */
import { isDigits, lineAt, NO_PROBLEMS, type Parsed, type ParseProblem, parseCount } from '../../text.ts';
import { defineMessages } from '../../wording/define-messages.ts';

const say = defineMessages('pid-limits', {
  malformed: 'The limits of open files are neither counts nor unlimited.',
  noLine: 'The line "Max open files" is missing.',
});

export interface PidLimits {
  /** Soft and hard RLIMIT_NOFILE in fds; null when unlimited or not there. */
  readonly openFilesSoft: number | null;
  readonly openFilesHard: number | null;
  /** Line of these two, counted from 1. */
  readonly line: number;
}

const OPEN_FILES = 'Max open files';
const ROW = /^Max open files\s+(\S+)\s+(\S+)/;
const UNLIMITED = 'unlimited';

export function parsePidLimits(text: string): Parsed<PidLimits> {
  const start = text.startsWith(OPEN_FILES) ? 0 : text.indexOf(`\n${OPEN_FILES}`) + 1;
  const end = text.indexOf('\n', start);
  const match = ROW.exec(text.slice(start, end < 0 ? text.length : end));
  const [, soft, hard] = match ?? [];
  return {
    value: {
      openFilesSoft: parseCount(soft),
      openFilesHard: parseCount(hard),
      line: match === null ? 1 : lineAt(text, start),
    },
    problems: isLimit(soft) && isLimit(hard) ? NO_PROBLEMS : malformed(text, start),
  };
}

function isLimit(text: string | undefined): boolean {
  return text === UNLIMITED || isDigits(text);
}

function malformed(text: string, start: number): readonly ParseProblem[] {
  if (!text.startsWith(OPEN_FILES, start)) return [{ line: 1, message: say.noLine() }];
  return [{ line: lineAt(text, start), message: say.malformed() }];
}
