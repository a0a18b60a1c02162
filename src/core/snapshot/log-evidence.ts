/** What a bundle tells of its kernel log beside the log itself, and what the log tells of what it lacks. */

import type { RawLog } from '../collect/log-sink.ts';
import type { RawFacts } from '../collect/raw-facts.ts';
import { type DmesgClockLine, matchDmesgClock, parseDmesgClock } from '../kernel-log/dmesg-clock.ts';
import type { ClockEvidence } from '../kernel-log/log-clock.ts';
import type { Problem } from '../report/report.ts';
import { defineMessages } from '../wording/define-messages.ts';

const say = defineMessages('log-evidence', {
  gap: 'at least {records, plural, one {# record is} other {# records are}} missing between line {after} and {before}: counts of the log are lower bounds',
  moreGaps:
    '{gaps, plural, one {# more gap} other {# more gaps}}, at least {records, plural, one {# record} other {# records}} missing in all',
});

interface NodeClock {
  readonly bootUnixSeconds: number | null;
  readonly uptimeSeconds: number | null;
  /** ISO 8601; empty when unknown. */
  readonly capturedAt: string;
}

/** Nobody looks at more of them. */
const MAX_GAPS = 10;

/** What the numbers of its lines say is missing, for the list of what was wrong with the input. */
export function logProblems({ entry, scan: { missing } }: RawLog): readonly Problem[] {
  if (missing === null || missing.records === 0) return [];
  const { records, gaps, moreGaps } = missing;
  const more = gaps.length - MAX_GAPS + moreGaps;
  const listed = gaps.slice(0, MAX_GAPS).map((gap) => ({
    entry,
    line: gap.beforeLine,
    message: say.gap({ records: gap.records, after: gap.afterLine, before: gap.beforeLine }),
  }));
  if (more <= 0) return listed;
  return [...listed, { entry, message: say.moreGaps({ gaps: more, records }) }];
}

/** For the log that is looked at. */
export function clockEvidence(raw: RawFacts, node: NodeClock, log: RawLog): ClockEvidence {
  const captured = Date.parse(node.capturedAt);
  const lines = raw.dmesgClock === null ? [] : parseDmesgClock(raw.dmesgClock.text).value;
  return {
    bootUnixSeconds: node.bootUnixSeconds,
    uptimeSeconds: node.uptimeSeconds,
    capturedUnixSeconds: Number.isNaN(captured) ? null : captured / 1000,
    dmesgZero: matchDmesgClock(lines, log.tail),
    zoneMinutes: zoneOfBundle(raw, log, lines),
  };
}

/**
 * Minutes east of UTC that dmesg on the node, or else another log, writes. Of other logs not 0: a journal is in UTC
 * wherever the node is.
 */
function zoneOfBundle(raw: RawFacts, log: RawLog, lines: readonly DmesgClockLine[]): number | null {
  const own = lines.at(-1)?.wall.offsetMinutes ?? null;
  if (own !== null) return own;
  const zones = raw.logs
    .filter((other) => other !== log)
    .map(({ scan }) => scan.clock?.wall.offsetMinutes ?? 0)
    .filter((minutes) => minutes !== 0);
  const [first, ...rest] = zones;
  return first !== undefined && rest.every((minutes) => minutes === first) ? first : null;
}
