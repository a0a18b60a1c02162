/** What the times of day of a log stand on, and by how much they may be off: for people. */

import type { Message } from '../report/message.ts';
import { defineMessages } from '../wording/define-messages.ts';
import type { LogTimes } from './log-times.ts';

const say = defineMessages('log-clock', {
  inOrder: '{before} {next}',
  noTimes: 'The log has no times.',
  localFromFirstLine:
    'Times count from the first line of the log: its lines have the local time of day, and neither their time zone nor the time of boot is known.',
  fromBoot: 'Times count from the boot; at which time of day that was is not known.',
  ofLines: 'Times of day are those of the lines themselves.',
  ofLinesInZone: 'Times of day are those of the lines themselves, in {zone}.',
  zoneOfBundle: 'Other times of the bundle are in that zone.',
  madeByDmesg: 'dmesg made them of seconds since boot.',
  byBtime: 'Times of day are seconds since boot added to the time of boot (btime of /proc/stat).',
  byCapture: 'Times of day are seconds since boot added to the time of the capture less the uptime.',
  fromFirstLine:
    'Times count from the first line of the log: at how many seconds since boot it was printed is not known.',
  mayBeOff: 'They may be off by {seconds, number, duration}.',
  behind:
    'In the end seconds since boot were behind by {seconds, number, duration}, as {source, select, dmesg {dmesg} other {the time of day in the log}} shows: the node was suspended, which they do not count, or its clock was set.',
  onlySecondsMoved: 'That moves only seconds since boot.',
  earlierLinesTooLate: 'The times of lines from before that are too late by as much.',
  laterLinesTooEarly: 'Lines from after that were printed later by as much.',
  suspendUnknown: 'For how long the node was suspended is not known: the stamps do not count it.',
  suspendSmall: 'The stamps do not count suspending; it moved them by no more than {seconds, number, duration}.',
  suspendAtMost:
    'For how long the node was suspended is not known, because the stamps do not count it: no more than {seconds, number, duration}, the uptime less the last stamp.',
});

/** What nobody would notice needs no doubt. */
const NOTHING_SECONDS = 5;

/** One sentence or several, one after the other. */
export function describeLogClock(log: LogTimes): Message {
  const [first, ...rest] = clockSentences(log);
  return rest.reduce((before, next) => say.inOrder({ before, next }), first);
}

function clockSentences(log: LogTimes): readonly [Message, ...Message[]] {
  const { base, wall } = log;
  if (base === null) return [say.noTimes()];
  const isLocal = base === 'first-line';
  if (wall.source === null) return [isLocal ? say.localFromFirstLine() : say.fromBoot()];
  const byDmesg = log.scan.clock?.wall.byDmesg !== undefined;
  const isRead = wall.source === 'log' && !byDmesg;
  return [
    sourceText(log, wall.source),
    ...(wall.source === 'log' && wall.zoneSource === 'bundle' ? [say.zoneOfBundle()] : []),
    ...(wall.source === 'log' && byDmesg ? [say.madeByDmesg()] : []),
    ...(isLocal ? [say.fromFirstLine()] : []),
    ...(wall.uncertaintySeconds === null ? [] : [say.mayBeOff({ seconds: wall.uncertaintySeconds })]),
    ...suspendText(wall, isRead),
  ];
}

function sourceText({ zoneMinutes }: LogTimes, source: NonNullable<LogTimes['wall']['source']>): Message {
  if (source === 'btime') return say.byBtime();
  if (source === 'capture') return say.byCapture();
  return zoneMinutes === null ? say.ofLines() : say.ofLinesInZone({ zone: zoneName(zoneMinutes) });
}

/** `UTC`, `UTC+02:00`. */
function zoneName(minutes: number): string {
  if (minutes === 0) return 'UTC';
  const size = Math.abs(minutes);
  const two = (value: number) => String(value).padStart(2, '0');
  return `UTC${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** `isRead`: a clock was read when each line was written, so that suspending moves no time of day. */
function suspendText(wall: LogTimes['wall'], isRead: boolean): readonly Message[] {
  const { suspendSeconds, suspendSource, suspendMaxSeconds } = wall;
  if (suspendSeconds !== null)
    return [say.behind({ seconds: suspendSeconds, source: suspendSource ?? 'log' }), movedText(wall, isRead)];
  if (isRead) return [];
  if (suspendMaxSeconds === null) return [say.suspendUnknown()];
  return [
    suspendMaxSeconds <= NOTHING_SECONDS
      ? say.suspendSmall({ seconds: suspendMaxSeconds })
      : say.suspendAtMost({ seconds: suspendMaxSeconds }),
  ];
}

function movedText({ source }: LogTimes['wall'], isRead: boolean): Message {
  if (isRead) return say.onlySecondsMoved();
  return source === 'log' ? say.earlierLinesTooLate() : say.laterLinesTooEarly();
}
