/**
 * /proc/PID/status. Kernel: fs/proc/array.c `proc_pid_status`. `FDSize` is the size of the fd table, never the number
 * of open fds. Kernel threads have no Vm lines. Of its fifty lines four are read, and only these are judged.
 */
import { lineAt, NO_PROBLEMS, type Parsed, type ParseProblem, parseCount } from '../../text.ts';
import { defineMessages } from '../../wording/define-messages.ts';

const say = defineMessages('pid-status', {
  noState: 'The state of the process is not a letter.',
  noParent: 'The parent of the process is not a pid.',
  noSize: 'The size of the process (VmSize) is not a number of kB.',
  noName: 'The line "Name" is missing.',
});

export interface PidStatus {
  readonly name: string;
  readonly state: string;
  readonly parentPid: number | null;
  readonly hasMemory: boolean;
}

/** `S (sleeping)` */
const STATE = /^[A-Za-z](?: |$)/;
const SIZE = /^\d+ kB$/;

export function parsePidStatus(text: string): Parsed<PidStatus> {
  const name = valueOfKey(text, 'Name:');
  const state = valueOfKey(text, 'State:');
  const parent = valueOfKey(text, 'PPid:');
  const size = valueOfKey(text, 'VmSize:');
  const parentPid = parseCount(parent);
  const hasState = state === undefined || STATE.test(state);
  const hasParent = parent === undefined || parentPid !== null;
  const hasSize = size === undefined || SIZE.test(size);
  const problems: ParseProblem[] = [];
  if (name === undefined) problems.push({ line: 1, message: say.noName() });
  if (!hasState) problems.push({ line: lineOfKey(text, 'State:'), message: say.noState() });
  if (!hasParent) problems.push({ line: lineOfKey(text, 'PPid:'), message: say.noParent() });
  if (!hasSize) problems.push({ line: lineOfKey(text, 'VmSize:'), message: say.noSize() });
  return {
    value: {
      name: name ?? '',
      state: hasState ? (state?.slice(0, 1) ?? '') : '',
      parentPid,
      hasMemory: size !== undefined,
    },
    problems: problems.length === 0 ? NO_PROBLEMS : problems,
  };
}

/** Looks for the few lines that are needed: splitting all fifty of each process is most of what reading it costs. */
function valueOfKey(text: string, key: string): string | undefined {
  const at = placeOfKey(text, key);
  if (at < 0) return undefined;
  const end = text.indexOf('\n', at);
  return text.slice(at + key.length, end < 0 ? text.length : end).trim();
}

/** Where the line of the key begins; -1 when there is none. */
function placeOfKey(text: string, key: string): number {
  if (text.startsWith(key)) return 0;
  const before = text.indexOf(`\n${key}`);
  return before < 0 ? -1 : before + 1;
}

function lineOfKey(text: string, key: string): number {
  return lineAt(text, placeOfKey(text, key));
}
