/**
 * /proc/PID/stat. Kernel: fs/proc/array.c `do_task_stat`. The name is in round brackets and may itself hold
 * brackets and blanks, so the fields are counted from the last bracket. Field 22 is the start in clock ticks since
 * boot, field 23 the virtual size in bytes: zero for kernel threads.
 */

import type { Message } from '../../report/message.ts';
import { isDigits, NO_PROBLEMS, type Parsed, type ParseProblem, parseCount, splitFields } from '../../text.ts';
import { defineMessages } from '../../wording/define-messages.ts';

const say = defineMessages('pid-stat', {
  noName: 'The name of the process in brackets is missing.',
  noState: 'The state of the process is not a letter.',
  noCount: 'The parent, the start or the size of the process is not a count.',
  fewFields: 'The line has fewer fields than /proc/PID/stat.',
});

export interface PidStat {
  readonly state: string;
  readonly parentPid: number | null;
  readonly startTicks: number | null;
  readonly virtualBytes: number | null;
}

const STATE = /^[A-Za-z]$/;

export function parsePidStat(text: string): Parsed<PidStat> {
  const bracket = text.lastIndexOf(')');
  // Without the name no field is where it should be.
  const fields = bracket < 0 ? [] : splitFields(text.slice(bracket + 1));
  const state = STATE.test(fields[0] ?? '') ? (fields[0] ?? '') : '';
  const value = {
    state,
    parentPid: parseCount(fields[1]),
    startTicks: parseCount(fields[19]),
    virtualBytes: parseCount(fields[20]),
  };
  const isWhole = state !== '' && value.parentPid !== null && value.startTicks !== null && value.virtualBytes !== null;
  return { value, problems: isWhole ? NO_PROBLEMS : malformed(fields, bracket >= 0) };
}

function malformed(fields: readonly string[], hasName: boolean): readonly ParseProblem[] {
  const problem = (message: Message): ParseProblem => ({ line: 1, message });
  if (fields.length < 21) return [problem(hasName ? say.fewFields() : say.noName())];
  return [
    ...(STATE.test(fields[0] ?? '') ? [] : [problem(say.noState())]),
    ...([1, 19, 20].every((field) => isDigits(fields[field])) ? [] : [problem(say.noCount())]),
  ];
}
