/**
 * The time of day of what the kernel logged, and by how much it may be off. printk stamps lines with local_clock()
 * (kernel/printk/printk.c), which stands still while the node is suspended and is not steered by NTP; btime of /proc/stat
 * is now less CLOCK_BOOTTIME in whole seconds (fs/proc/stat.c), which counts suspending and moves with the clock.
 */

import type { LogClock, SuspendSource, WallSource, ZoneSource } from '../report/log-report.ts';
import type { LogScan } from './kernel-log.ts';
import type { WallTime } from './log-wall-time.ts';

/** What a bundle tells of the clocks of its node; null where it does not. */
export interface ClockEvidence {
  /** btime of /proc/stat. */
  readonly bootUnixSeconds: number | null;
  /** /proc/uptime, which counts suspending. */
  readonly uptimeSeconds: number | null;
  readonly capturedUnixSeconds: number | null;
  /** Second 0 as dmesg-clock.txt tells it (dmesg-clock.ts). */
  readonly dmesgZero: WallTime | null;
  /** Minutes east of UTC that other times of the bundle have: for a log that does not tell. */
  readonly zoneMinutes: number | null;
}

/** What the report tells of it, but for the words. */
export type LogWallClock = Omit<LogClock, 'note'>;

/** The zone that the stamps of the log are in, as far as it is known. */
export interface LogZone {
  readonly minutes: number | null;
  readonly source: ZoneSource | null;
}

/** Of a quartz that nothing steers. */
const DRIFT = 50e-6;
const WHOLE_SECOND = 1;
const MINUTE = 60;
/** Between reading the uptime and noting the time of the capture the tables of a large node are read. */
const CAPTURE_SECONDS = 60;
/** btime and most stamps are in whole seconds: nearer than this two clocks are the same. */
const SAME_SECONDS = 2;
/** A log daemon that starts late stamps the lines of the boot by as much too late. */
const DAEMON_SECONDS = 60;

/** `zeroWallSeconds` is second 0 as the log tells it by itself, in UTC; `timed` has seconds of this boot. */
export function buildWallClock(
  timed: LogScan,
  { minutes: zone, source: zoneSource }: LogZone,
  zeroWallSeconds: number | null,
  evidence: ClockEvidence,
): LogWallClock {
  const { bootUnixSeconds, uptimeSeconds, capturedUnixSeconds } = evidence;
  const last = timed.lastSeconds;
  const isStamped = timed.clock?.wall.hasYear === true && zone !== null;
  const captured = capturedUnixSeconds === null || uptimeSeconds === null ? null : capturedUnixSeconds - uptimeSeconds;
  const zero = last === null ? zeroWallSeconds : (bootUnixSeconds ?? zeroWallSeconds ?? captured);
  const source =
    zero === null || (last === null && !isStamped)
      ? null
      : isStamped
        ? 'log'
        : bootUnixSeconds !== null
          ? 'btime'
          : 'capture';
  return {
    source,
    zoneSource,
    zeroUnixSeconds: source === null || zero === null || zero < 0 ? null : zero,
    uncertaintySeconds: source === null ? null : uncertainty(source, timed),
    ...suspend(timed, zone, zeroWallSeconds, evidence),
  };
}

function uncertainty(source: WallSource, { clock, lastSeconds }: LogScan): number {
  const drift = Math.ceil((lastSeconds ?? 0) * DRIFT);
  if (source === 'capture') return CAPTURE_SECONDS + drift;
  if (source === 'btime') return WHOLE_SECOND + drift;
  const { byDmesg } = clock?.wall ?? {};
  return byDmesg === 'minute' ? MINUTE + drift : byDmesg === 'second' ? WHOLE_SECOND + drift : WHOLE_SECOND;
}

/** Whether the stamps fell behind: by dmesg's own reckoning, by the two clocks of the log, or at most by the uptime. */
function suspend(
  timed: LogScan,
  zone: number | null,
  zeroWallSeconds: number | null,
  { bootUnixSeconds, uptimeSeconds, dmesgZero }: ClockEvidence,
): Pick<LogWallClock, 'suspendSeconds' | 'suspendSource' | 'suspendMaxSeconds'> {
  const last = timed.lastSeconds;
  const max = uptimeSeconds === null || last === null ? null : Math.max(0, Math.ceil(uptimeSeconds - last));
  const measured = (seconds: number, source: SuspendSource) => ({
    suspendSeconds: Math.round(seconds),
    suspendSource: source,
    suspendMaxSeconds: max,
  });
  const dmesg = dmesgZero === null ? zeroByDmesg(timed, zone, zeroWallSeconds) : utcOf(dmesgZero);
  // What no silence at the end of the log has room for was no suspending, but another clock.
  const isPossible = (seconds: number) => max === null || seconds <= max + SAME_SECONDS;
  if (dmesg !== null && bootUnixSeconds !== null) {
    const behind = dmesg - bootUnixSeconds;
    if (behind >= SAME_SECONDS && isPossible(behind)) return measured(behind, 'dmesg');
  }
  const apart = clocksApart(timed);
  if (apart !== null && apart >= DAEMON_SECONDS && isPossible(apart)) return measured(apart, 'log');
  return { suspendSeconds: null, suspendSource: null, suspendMaxSeconds: max };
}

const utcOf = ({ ms, offsetMinutes }: WallTime): number | null => (offsetMinutes === null ? null : ms / 1000);

/** Of a log that dmesg itself has written with times of day. */
function zeroByDmesg({ clock }: LogScan, zone: number | null, zeroWallSeconds: number | null): number | null {
  return clock?.wall.byDmesg === 'second' && zone !== null ? zeroWallSeconds : null;
}

/** By how many seconds the time of day went on for longer than the stamps, between two lines that tell both. */
function clocksApart({ clock, lastClock }: LogScan): number | null {
  if (clock === null || lastClock === null || clock.seconds === null || lastClock.seconds === null) return null;
  if (clock.wall.byDmesg !== undefined || lastClock.seconds < clock.seconds) return null;
  return (lastClock.wall.ms - clock.wall.ms) / 1000 - (lastClock.seconds - clock.seconds);
}
