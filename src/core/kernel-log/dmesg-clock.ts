/**
 * dmesg-clock.txt of the collector (docs/bundle-format.md): the last lines of the ring buffer once more, with the time of
 * day that `dmesg --time-format iso` or `-T` makes of their stamps. Beside the lines of the log it tells the time of day
 * of second 0 as dmesg reckons it: now less CLOCK_BOOTTIME, and in newer util-linux plus what the node was suspended
 * (sys-utils/dmesg.c `record_time`).
 *
 *     2026-11-22T18:55:58,351998+00:00 TCP: Hash tables configured
 *
 * dmesg indents the further lines of a message that has several.
 */

import { createProblemList, type Parsed } from '../text.ts';
import { defineMessages } from '../wording/define-messages.ts';
import { readLogPrefix } from './log-prefix.ts';
import type { WallTime } from './log-wall-time.ts';

export interface DmesgClockLine {
  readonly text: string;
  readonly wall: WallTime;
}

/** The collector writes five. */
const MAX_LINES = 50;

const say = defineMessages('dmesg-clock', { withoutTime: 'The line does not begin with a time of day.' });
const FURTHER = /^(?:\s|$)/;

/** The lines that have a time of day; others are left out. */
export function parseDmesgClock(text: string): Parsed<readonly DmesgClockLine[]> {
  const value: DmesgClockLine[] = [];
  const problems = createProblemList();
  text.split(/\r?\n/, MAX_LINES).forEach((line, index) => {
    const { textStart, wall } = readLogPrefix(line);
    if (wall !== null) value.push({ text: line.slice(textStart), wall });
    else if (!FURTHER.test(line)) problems.tell(index + 1, say.withoutTime());
  });
  return { value, problems: problems.end() };
}

/**
 * The time of day of second 0 in milliseconds, by the last text that is once in both; `offsetMinutes` is that of the
 * line. `logTail` are the last lines of the log, with seconds since boot. Null where no line is in both.
 */
export function matchDmesgClock(clock: readonly DmesgClockLine[], logTail: string): WallTime | null {
  const tail = logTail.split(/\r?\n/).map((line) => ({ line, ...readLogPrefix(line) }));
  for (const { text, wall } of clock.toReversed()) {
    const same = tail.filter(({ line, textStart, seconds }) => seconds !== null && line.slice(textStart) === text);
    const [only, another] = same;
    const isOnce = clock.filter((each) => each.text === text).length === 1;
    if (only?.seconds == null || another !== undefined || !isOnce || text === '') continue;
    return { ...wall, ms: wall.ms - only.seconds * 1000 };
  }
  return null;
}
