/** What the times of day of a log stand on, and by how much they may be off: for people. */
import { formatDuration } from '../wording/format.ts';
import type { LogTimes } from './log-times.ts';

/** What nobody would notice needs no doubt. */
const NOTHING_SECONDS = 5;

export function describeLogClock({ base, zoneMinutes, wall, scan }: LogTimes): string {
  if (base === null) return 'The log has no times.';
  const isLocal = base === 'first-line';
  if (wall.source === null)
    return isLocal
      ? 'Times count from the first line of the log: its lines have the local time of day, and neither their time zone nor the time of boot is known.'
      : 'Times count from the boot; at which time of day that was is not known.';
  const byDmesg = scan.clock?.wall.byDmesg !== undefined;
  const from = {
    log: `Times of day are those of the lines themselves${zoneText(zoneMinutes)}${wall.zoneSource === 'bundle' ? ' as other times of the bundle' : ''}${byDmesg ? ', which dmesg made of seconds since boot' : ''}.`,
    btime: 'Times of day are seconds since boot added to the time of boot (btime of /proc/stat).',
    capture: 'Times of day are seconds since boot added to the time of the capture less the uptime.',
  }[wall.source];
  const start = isLocal
    ? 'Times count from the first line of the log: at how many seconds since boot it was printed is not known.'
    : '';
  const off = wall.uncertaintySeconds === null ? '' : `They may be off by ${formatDuration(wall.uncertaintySeconds)}.`;
  const isRead = wall.source === 'log' && !byDmesg;
  return [from, start, off, suspendText(wall, isRead)].filter((sentence) => sentence !== '').join(' ');
}

function zoneText(minutes: number | null): string {
  if (minutes === null) return '';
  if (minutes === 0) return ', in UTC';
  const size = Math.abs(minutes);
  const two = (value: number) => String(value).padStart(2, '0');
  return `, in UTC${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** `isRead`: a clock was read when each line was written, so that suspending moves no time of day. */
function suspendText({ source, suspendSeconds, suspendSource, suspendMaxSeconds }: LogTimes['wall'], isRead: boolean) {
  if (suspendSeconds !== null) {
    const seen = suspendSource === 'dmesg' ? 'dmesg' : 'the time of day in the log';
    const moved = isRead
      ? 'only seconds since boot are moved by it'
      : source === 'log'
        ? 'lines from before that are given too late by as much'
        : 'lines from after that were printed later by as much';
    return `Seconds since boot were behind by ${formatDuration(suspendSeconds)} in the end, as ${seen} shows: the node was suspended, which they do not count, or its clock was set; ${moved}.`;
  }
  if (isRead) return '';
  if (suspendMaxSeconds === null)
    return 'For how long the node was suspended, which the stamps do not count, is unknown.';
  if (suspendMaxSeconds <= NOTHING_SECONDS)
    return `Suspending, which the stamps do not count, moved them by no more than ${formatDuration(suspendMaxSeconds)}.`;
  return `For how long the node was suspended, which the stamps do not count, is unknown: no more than ${formatDuration(suspendMaxSeconds)}, the uptime less the last stamp.`;
}
