/** The other time of a line of the kernel log: of the day where it tells seconds since boot, and the other way round. */

import { readLogPrefix } from '../../core/kernel-log/log-prefix.ts';
import { defineMessages } from '../../core/wording/define-messages.ts';
import type { Wording } from '../../core/wording/wording.ts';

const say = defineMessages('log-hint', { sinceBoot: '+{seconds, number} s' });

export interface LogHint {
  /** Where the text of the line begins: the hint stands before it. */
  readonly column: number;
  /** `23:10:54` or `+45.3 s`. */
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
export function logHint(line: string, zero: LogZero, wording: Wording): LogHint | null {
  const { seconds, wall, textStart } = readLogPrefix(line);
  if (seconds !== null && wall === null && zero.utcMs !== null) {
    const ms = zero.utcMs + seconds * 1000;
    const utc = wording.utc(ms / 1000);
    return utc === '' ? null : { column: textStart, label: new Date(ms).toISOString().slice(11, 19), utc };
  }
  if (seconds === null && wall !== null && zero.wallMs !== null && wall.ms >= zero.wallMs) {
    // Full tenths: a line is not before the second that it shows.
    const label = wording.text(say.sinceBoot({ seconds: Math.floor((wall.ms - zero.wallMs) / 100) / 10 }));
    return { column: textStart, label, utc: null };
  }
  return null;
}
