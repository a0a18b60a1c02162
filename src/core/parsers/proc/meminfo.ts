/**
 * /proc/meminfo: `MemTotal:  3040188 kB`. Kernel: fs/proc/meminfo.c. Returned in bytes (kB are KiB here). Huge pages are
 * counted without a unit.
 */
import { createProblemList, type Parsed, parseCount, splitLines } from '../../text.ts';
import { defineMessages } from '../../wording/define-messages.ts';

const say = defineMessages('meminfo', {
  malformed: 'The line is not a name and an amount.',
  noTotal: 'The line "MemTotal" is missing.',
});

const ROW = /^([\w().-]+):\s+(\d+)( kB)?$/;

export function parseMeminfo(text: string): Parsed<ReadonlyMap<string, number>> {
  const values = new Map<string, number>();
  const problems = createProblemList();
  splitLines(text).forEach((line, index) => {
    const match = ROW.exec(line.trimEnd());
    const value = parseCount(match?.[2]);
    if (match === null && line.trim() !== '') problems.tell(index + 1, say.malformed());
    if (match?.[1] !== undefined && value !== null) values.set(match[1], match[3] === undefined ? value : value * 1024);
  });
  return {
    value: values,
    problems: values.has('MemTotal') ? problems.end() : [{ line: 1, message: say.noTotal() }, ...problems.end()],
  };
}
