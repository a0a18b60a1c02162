/** The first and the last line of each kind in the log, with the time of day of both. */

import type { LogKind } from '../report/log-report.ts';
import type { LogHit } from './kernel-log.ts';
import type { LogTimes } from './log-times.ts';

/** `secondsOf` gives them as the time base of the report says. */
export function listLogKinds(log: LogTimes, secondsOf: (hit: LogHit) => number | null): readonly LogKind[] {
  const kinds = new Map<string, { first: LogHit; last: LogHit; lines: number }>();
  for (const hit of log.scan.hits) {
    const lines = hit.times ?? 1;
    const kind = kinds.get(hit.id);
    if (kind === undefined) kinds.set(hit.id, { first: hit, last: hit, lines });
    else {
      kind.last = hit;
      kind.lines += lines;
    }
  }
  const unixOf = createUnixOf(log, secondsOf);
  return [...kinds].map(([id, { first, last, lines }]) => ({
    id,
    lines,
    firstLine: first.line,
    lastLine: last.line,
    firstSeconds: secondsOf(first),
    lastSeconds: secondsOf(last),
    firstUnixSeconds: unixOf(first),
    lastUnixSeconds: unixOf(last),
  }));
}

/** Of what the line itself tells, where it tells it in a zone that is known; else of its seconds. */
export function createUnixOf({ wall, zoneMinutes, scan }: LogTimes, secondsOf: (hit: LogHit) => number | null) {
  const localMs = scan.clock?.wall.offsetMinutes === null ? (zoneMinutes ?? 0) * 60_000 : 0;
  return (hit: LogHit): number | null => {
    if (wall.source === 'log' && hit.wallMs !== undefined) return Math.max(0, (hit.wallMs - localMs) / 1000);
    const seconds = secondsOf(hit);
    if (seconds === null || wall.zeroUnixSeconds === null) return null;
    return Math.round((wall.zeroUnixSeconds + seconds) * 1e6) / 1e6;
  };
}
