/**
 * When the lines of the kernel log were printed, in seconds since boot, whatever the lines themselves tell. A log that
 * has only the time of day tells them from its own line of the boot, or from btime of /proc/stat. Lines of an earlier
 * boot have none: they say nothing of the state that was captured.
 */
import type { LogClock, LogHit, LogScan } from './kernel-log.ts';
import { buildWallClock, type ClockEvidence, type LogWallClock, type LogZone } from './log-clock.ts';
import { YEAR_WITHOUT } from './log-wall-time.ts';
import { inCalendar, yearsOf } from './log-years.ts';

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

export function resolveLogTimes(read: LogScan, evidence: ClockEvidence): LogTimes {
  const scan = inYears(read, evidence);
  const { clock, hits } = scan;
  const { bootUnixSeconds } = evidence;
  const last = scan.boots - 1;
  const zoned = findZone(scan, evidence);
  const zone = zoned.minutes;
  const zero = clock === null ? null : (zeroOf(clock) ?? zeroFromBtime(clock, zone, bootUnixSeconds));
  const atWall = (ms: number | null | undefined): number | null =>
    ms === null || ms === undefined || zero === null ? null : Math.round(ms - zero) / 1000;
  const currentHits: LogHit[] = [];
  /** Lines in which a report of an earlier boot begins. */
  const earlier = new Set<number>();
  const begins = new Set(scan.reports.records.map((record) => record.line));
  const resolved = hits.map((hit): LogHit => {
    const isEarlier = (hit.boot ?? 0) < last;
    const seconds = isEarlier ? null : (hit.seconds ?? atWall(hit.wallMs));
    const isBefore = isEarlier || (seconds !== null && seconds < -CLOCK_SLACK_SECONDS);
    const placed = { ...hit, seconds: isBefore || seconds === null ? null : Math.max(0, seconds) };
    if (!isBefore) currentHits.push(placed);
    else if (begins.has(hit.line)) earlier.add(hit.line);
    return placed;
  });
  const currentReports = scan.reports.records.filter(({ line }) => !earlier.has(line));
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
    current: { ...timed, hits: currentHits, reports: { ...scan.reports, records: currentReports } },
    base: first !== null ? 'boot' : clock === null ? null : 'first-line',
    zoneMinutes: zone,
    earlierBoots: resolved.length - currentHits.length,
    wall: buildWallClock(timed, zoned, zeroInUtc(timed, zone, zero), evidence),
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

/** As the log says, or its clock beside btime, or else other times of the bundle where they may be right. */
function findZone({ clock, lastWallMs }: LogScan, evidence: ClockEvidence): LogZone {
  if (clock === null) return { minutes: null, source: null };
  const { offsetMinutes, hasYear } = clock.wall;
  if (offsetMinutes !== null) return { minutes: offsetMinutes, source: 'log' };
  const byBoot = zoneByBoot(clock, evidence.bootUnixSeconds);
  if (byBoot !== null) return { minutes: byBoot, source: 'btime' };
  const { zoneMinutes, capturedUnixSeconds } = evidence;
  if (zoneMinutes === null || !hasYear || lastWallMs === null) return { minutes: null, source: null };
  // A log that ends after the capture is in another zone.
  const isLate =
    capturedUnixSeconds !== null && lastWallMs - zoneMinutes * 60_000 > capturedUnixSeconds * 1000 + MAX_DRIFT_MS;
  return isLate ? { minutes: null, source: null } : { minutes: zoneMinutes, source: 'bundle' };
}

/** By how far its clock is from btime at a moment that both know. */
function zoneByBoot({ wall, seconds }: LogClock, bootUnixSeconds: number | null): number | null {
  if (seconds === null || bootUnixSeconds === null) return null;
  const ahead = wall.ms - (bootUnixSeconds + seconds) * 1000;
  // Adding 0 makes a zero of a negative one.
  const quarters = Math.round(ahead / QUARTER_MS) + 0;
  const isNear = Math.abs(ahead - quarters * QUARTER_MS) <= MAX_DRIFT_MS;
  return isNear && Math.abs(quarters * 15) <= MAX_ZONE_MINUTES ? quarters * 15 : null;
}

/** The scan with dates where its lines tell no year; of which year they are tells the rest of the bundle. */
function inYears(scan: LogScan, evidence: ClockEvidence): LogScan {
  const { clock, lastClock, firstWallMs, lastWallMs } = scan;
  if (clock === null || clock.wall.hasYear || lastWallMs === null) return scan;
  const lastYear = yearOfLastLine(lastWallMs, evidence);
  const firstYear = (lastYear ?? YEAR_WITHOUT) - yearsOf(lastWallMs);
  const dated = (ms: number) => inCalendar(ms, firstYear);
  const at = ({ wall, seconds }: LogClock): LogClock => ({
    wall: { ...wall, ms: dated(wall.ms), hasYear: lastYear !== null },
    seconds,
  });
  return {
    ...scan,
    clock: at(clock),
    lastClock: lastClock === null ? null : at(lastClock),
    firstWallMs: firstWallMs === null ? null : dated(firstWallMs),
    lastWallMs: dated(lastWallMs),
    hits: scan.hits.map((hit) => (hit.wallMs === undefined ? hit : { ...hit, wallMs: dated(hit.wallMs) })),
  };
}

/** The last line was printed before the capture, or else after the boot. Null where neither is known. */
function yearOfLastLine(ms: number, { bootUnixSeconds, uptimeSeconds, capturedUnixSeconds }: ClockEvidence) {
  const inYear = (year: number) => inCalendar(ms, year - yearsOf(ms));
  const booted = bootUnixSeconds === null ? null : bootUnixSeconds * 1000 - DAY_MS;
  const byUptime = bootUnixSeconds === null || uptimeSeconds === null ? null : bootUnixSeconds + uptimeSeconds;
  const captured = capturedUnixSeconds ?? byUptime;
  // A day for the zone, which is not known here.
  const latest = captured === null ? null : captured * 1000 + DAY_MS;
  if (latest !== null && isDate(latest) && (booted === null || latest >= booted)) {
    const year = yearOf(latest);
    return inYear(year) <= latest ? year : year - 1;
  }
  if (booted === null || !isDate(booted)) return null;
  const year = yearOf(booted);
  return inYear(year) >= booted ? year : year + 1;
}

/** From 1970 to 9999: a bundle may tell any number. */
function isDate(ms: number): boolean {
  return ms >= 0 && ms < Date.UTC(10_000, 0, 1);
}

function yearOf(ms: number): number {
  let year = 1970 + Math.floor(ms / (366 * DAY_MS));
  while (Date.UTC(year + 1, 0, 1) <= ms) year++;
  return year;
}
