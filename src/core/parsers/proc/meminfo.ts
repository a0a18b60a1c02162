/**
 * /proc/meminfo: `MemTotal:  3040188 kB`. Kernel: fs/proc/meminfo.c. Returned in bytes (kB are KiB here). Huge pages are
 * counted without a unit.
 */
import { createProblemList, type Parsed, parseCount, splitLines } from '../../text.ts';

const ROW = /^([\w().-]+):\s+(\d+)( kB)?$/;
const MALFORMED = 'The line is not a name and an amount.';

export function parseMeminfo(text: string): Parsed<ReadonlyMap<string, number>> {
  const values = new Map<string, number>();
  const problems = createProblemList();
  splitLines(text).forEach((line, index) => {
    const match = ROW.exec(line.trimEnd());
    const value = parseCount(match?.[2]);
    if (match === null && line.trim() !== '') problems.tell(index + 1, MALFORMED);
    if (match?.[1] !== undefined && value !== null) values.set(match[1], match[3] === undefined ? value : value * 1024);
  });
  return {
    value: values,
    problems: values.has('MemTotal') ? problems.end() : [{ line: 1, message: 'no line "MemTotal"' }, ...problems.end()],
  };
}
