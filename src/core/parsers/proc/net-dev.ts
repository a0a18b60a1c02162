/**
 * /proc/net/dev: the interfaces of a namespace. Kernel: net/core/net-procfs.c `dev_seq_printf_stats`.
 *
 *     lo:    4242      42    0    0    0     0          0         0     4242      42    0    0    0     0       0          0
 *
 * Two lines of headings precede them. Linux before 2.6.29 writes `No statistics available.` behind the colon for a
 * driver that has none.
 */
import { createProblemList, isDigits, type Parsed, parseCount, splitFields, splitLines } from '../../text.ts';

/** A count is null when it is too large to be exact. */
export interface NetDevice {
  readonly name: string;
  readonly rxBytes: number | null;
  readonly rxDropped: number | null;
  readonly txBytes: number | null;
  readonly txDropped: number | null;
}

const MALFORMED = 'The line is not an interface with its sixteen counts.';
const HEADER = /^(?:Inter-\|| face \|)/;
const WITHOUT_COUNTS = /^\s*No statistics available\.\s*$/;
const COUNTS = 16;

export function parseNetDev(text: string): Parsed<readonly NetDevice[]> {
  const devices: NetDevice[] = [];
  const problems = createProblemList();
  splitLines(text).forEach((line, index) => {
    if (line.trim() === '' || HEADER.test(line)) return;
    const colon = line.lastIndexOf(':');
    const name = line.slice(0, Math.max(0, colon)).trim();
    const rest = line.slice(colon + 1);
    const fields = splitFields(rest);
    if (name !== '' && WITHOUT_COUNTS.test(rest)) return;
    if (name === '' || fields.length < COUNTS || !fields.every(isDigits)) {
      problems.tell(index + 1, MALFORMED);
      return;
    }
    devices.push({
      name,
      rxBytes: parseCount(fields[0]),
      rxDropped: parseCount(fields[3]),
      txBytes: parseCount(fields[8]),
      txDropped: parseCount(fields[11]),
    });
  });
  return { value: devices, problems: problems.end() };
}
