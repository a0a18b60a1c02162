/** /proc/meminfo: `MemTotal:  3040188 kB`. Kernel: fs/proc/meminfo.c. Returned in bytes (kB are KiB here). */
import { type Parsed, parseCount, splitLines } from '../../text.ts';

export function parseMeminfo(text: string): Parsed<ReadonlyMap<string, number>> {
  const values = new Map<string, number>();
  for (const line of splitLines(text)) {
    const match = /^([\w()]+):\s+(\d+)( kB)?$/.exec(line.trimEnd());
    const value = parseCount(match?.[2]);
    if (match?.[1] !== undefined && value !== null) values.set(match[1], match[3] === undefined ? value : value * 1024);
  }
  return {
    value: values,
    problems: values.has('MemTotal') ? [] : [{ line: 1, message: 'no line "MemTotal"' }],
  };
}
