/** The other time of a line of the kernel log: of the day where it tells seconds since boot, and the other way round. */

import { readLogPrefix } from '../../core/kernel-log/log-prefix.ts';
import { formatCount } from '../../core/wording/format.ts';

export interface LogHint {
  /** Where the text of the line begins: the hint stands before it. */
  readonly column: number;
  /** `23:10:54` or `+45.0 s`. */
  readonly label: string;
  /** `2026-11-22 23:10:54 UTC`; null when the label says it all. */
  readonly utc: string | null;
}

/** Second 0 of a log. */
export interface LogZero {
  /** In milliseconds, UTC; null when it is not known. */
  readonly utcMs: number | null;
  /** In the time of day that the log writes; null when it writes none. */
  readonly wallMs: number | null;
}

const BOOT_TEXT = 'Linux version ';

/** What the first lines of a log that is looked at alone tell of its second 0. */
export function zeroOfLog(head: readonly string[]): LogZero {
  for (const line of head) {
    const { wall, seconds, textStart } = readLogPrefix(line);
    if (wall === null) continue;
    const since = seconds ?? (line.startsWith(BOOT_TEXT, textStart) ? 0 : null);
    if (since === null) continue;
    const wallMs = wall.ms - since * 1000;
    return { wallMs, utcMs: wall.offsetMinutes !== null && wall.hasYear ? wallMs : null };
  }
  return { wallMs: null, utcMs: null };
}

/** Null where a line tells no time, or both, or where what is missing is not known. */
export function logHint(line: string, zero: LogZero): LogHint | null {
  const { seconds, wall, textStart } = readLogPrefix(line);
  if (seconds !== null && wall === null && zero.utcMs !== null) {
    const time = new Date(zero.utcMs + seconds * 1000);
    if (Number.isNaN(time.getTime())) return null;
    const [date = '', clock = ''] = time.toISOString().split(/[T.]/);
    return { column: textStart, label: clock, utc: `${date} ${clock} UTC` };
  }
  if (seconds === null && wall !== null && zero.wallMs !== null && wall.ms >= zero.wallMs) {
    const tenths = Math.floor((wall.ms - zero.wallMs) / 100);
    return { column: textStart, label: `+${formatCount(Math.floor(tenths / 10))}.${tenths % 10} s`, utc: null };
  }
  return null;
}
