/**
 * When the lines of the kernel log were printed, in seconds since boot, whatever the lines themselves tell. A log that
 * has only the time of day tells them from its own line of the boot, or from btime of /proc/stat. Lines of an earlier
 * boot have none: they say nothing of the state that was captured.
 */
import type { LogClock, LogHit, LogScan } from '../parsers/kernel-log.ts';
import { YEAR_WITHOUT } from '../parsers/log-wall-time.ts';
import { buildWallClock, type ClockEvidence, type LogWallClock } from './log-clock.ts';

/** What the seconds of a log are counted from; null when it has no times at all. */
type LogTimeBase = 'boot' | 'first-line' | null;

export interface LogTimes {
  /** With the seconds of all lines that have one; of those of earlier boots they are null. */
  readonly scan: LogScan;
  /** Without the lines of earlier boots: what may be concluded from, for what was captured is of this one. */
  readonly current: LogScan;
  readonly base: LogTimeBase;
  /** Minutes that the times of the log are east of UTC; null when the log has none, or does not tell. */
  readonly zoneMinutes: number | null;
  /** How many catalogued lines are of earlier boots. */
  readonly earlierBoots: number;
  readonly wall: LogWallClock;
}

/** No zone is farther from UTC, and all are multiples of a quarter of an hour. */
const MAX_ZONE_MINUTES = 14 * 60;
const QUARTER_MS = 15 * 60_000;
const DAY_MS = 24 * 3600_000;
/** What suspending, setting the clock and the delay of a log daemon may add. */
const MAX_DRIFT_MS = 5 * 60_000;
/** btime is in whole seconds, and so are most times of day. */
const CLOCK_SLACK_SECONDS = 5;

export function resolveLogTimes(scan: LogScan, evidence: ClockEvidence): LogTimes {
  const { clock, hits } = scan;
  const { bootUnixSeconds } = evidence;
  const last = scan.boots - 1;
  const zone = clock === null ? null : zoneOf(clock, bootUnixSeconds);
  const zero = clock === null ? null : (zeroOf(clock) ?? zeroFromBtime(clock, zone, bootUnixSeconds));
  const atWall = (ms: number | null | undefined): number | null =>
    ms === null || ms === undefined || zero === null ? null : Math.round(ms - zero) / 1000;
  const currentHits: LogHit[] = [];
  const resolved = hits.map((hit): LogHit => {
    const isEarlier = (hit.boot ?? 0) < last;
    const seconds = isEarlier ? null : (hit.seconds ?? atWall(hit.wallMs));
    const isBefore = isEarlier || (seconds !== null && seconds < -CLOCK_SLACK_SECONDS);
    const placed = { ...hit, seconds: isBefore || seconds === null ? null : Math.max(0, seconds) };
    if (!isBefore) currentHits.push(placed);
    return placed;
  });
  const first = scan.firstSeconds ?? atWall(scan.firstWallMs);
  const end = scan.lastSeconds ?? atWall(scan.lastWallMs);
  const timed: LogScan = {
    ...scan,
    hits: resolved,
    firstSeconds: first === null ? null : Math.max(0, first),
    lastSeconds: end === null ? null : Math.max(0, end),
  };
  return {
    scan: timed,
    current: { ...timed, hits: currentHits },
    base: first !== null ? 'boot' : clock === null ? null : 'first-line',
    zoneMinutes: zone,
    earlierBoots: resolved.length - currentHits.length,
    wall: buildWallClock(timed, zone, zeroInUtc(timed, zone, zero), evidence),
  };
}

/** Second 0 in the time of day that the log writes. */
function zeroOf({ wall, seconds }: LogClock): number | null {
  return seconds === null ? null : wall.ms - seconds * 1000;
}

/** Second 0 of the log as it tells it by itself, or of its first line; null where the year or the zone is not known. */
function zeroInUtc({ clock, firstSeconds, firstWallMs }: LogScan, zone: number | null, zero: number | null) {
  if (clock === null || zone === null || !clock.wall.hasYear) return null;
  const ms = firstSeconds === null ? firstWallMs : zero;
  return ms === null ? null : (ms - (clock.wall.offsetMinutes === null ? zone * 60_000 : 0)) / 1000;
}

function zeroFromBtime({ wall }: LogClock, zone: number | null, bootUnixSeconds: number | null): number | null {
  if (bootUnixSeconds === null || zone === null || !wall.hasYear) return null;
  // With an offset of its own the time was brought to UTC when it was read.
  return bootUnixSeconds * 1000 + (wall.offsetMinutes === null ? zone * 60_000 : 0);
}

/** As the log says, or by how far its clock is from btime at a moment that both know. */
function zoneOf({ wall, seconds }: LogClock, bootUnixSeconds: number | null): number | null {
  if (wall.offsetMinutes !== null) return wall.offsetMinutes;
  if (seconds === null || bootUnixSeconds === null) return null;
  const utc = (bootUnixSeconds + seconds) * 1000;
  const year = yearOf(utc);
  for (const candidate of wall.hasYear ? [null] : [year, year - 1, year + 1]) {
    const ms = candidate === null ? wall.ms : inYear(wall.ms, candidate);
    // Adding 0 makes a zero of a negative one.
    const quarters = Math.round((ms - utc) / QUARTER_MS) + 0;
    const isNear = Math.abs(ms - utc - quarters * QUARTER_MS) <= MAX_DRIFT_MS;
    if (isNear && Math.abs(quarters * 15) <= MAX_ZONE_MINUTES) return quarters * 15;
  }
  return null;
}

function yearOf(ms: number): number {
  let year = 1970 + Math.floor(ms / (366 * DAY_MS));
  while (Date.UTC(year + 1, 0, 1) <= ms) year++;
  return year;
}

/** The same day and time of another year than the leap year that stands for none. */
function inYear(ms: number, year: number): number {
  const since = ms - Date.UTC(YEAR_WITHOUT, 0, 1);
  const isLeap = Date.UTC(year, 1, 29) < Date.UTC(year, 2, 1);
  const afterFebruary = since >= 60 * DAY_MS;
  return Date.UTC(year, 0, 1) + since - (afterFebruary && !isLeap ? DAY_MS : 0);
}
