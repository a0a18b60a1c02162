/**
 * What stands before the text of a line of the kernel log, in every form that tools write it: dmesg of util-linux in
 * all its modes (sys-utils/dmesg.c), /dev/kmsg (Documentation/ABI/testing/dev-kmsg), journalctl (systemd,
 * src/shared/logs-show.c), rsyslog, RFC 5424, netconsole (Documentation/networking/netconsole.rst). Prefixes may be
 * stacked: that of a log daemon, a level `<6>`, a stamp in brackets, a caller. Of a line with none all is text.
 */
import { isoTimeOf, type WallTime, wallTimeOf, zoneOf } from './log-wall-time.ts';

export interface LogPrefix {
  /** Where the text begins in the line. */
  readonly textStart: number;
  /** Since boot, in seconds. */
  readonly seconds: number | null;
  readonly wall: WallTime | null;
  /** 0 (emergency) to 7 (debug). */
  readonly level: number | null;
  /** `T1234`: the task, `C3`: the CPU (kernel/printk/printk.c `print_caller`). */
  readonly caller: string | null;
  readonly host: string | null;
  /** What wrote it; null where the form does not say. */
  readonly tag: string | null;
  /** Seconds since the line before, where that is all that is said. */
  readonly delta: number | null;
}

interface Reading {
  at: number;
  seconds: number | null;
  wall: WallTime | null;
  level: number | null;
  caller: string | null;
  host: string | null;
  tag: string | null;
  delta: number | null;
}

const HOST_AND_TAG = /(\S{1,255}) ([^\s:[]{1,64})(?:\[\d+\])?: /y;
const RFC5424 =
  /<(\d{1,3})>1 (\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(\.\d{1,6})?(Z|[+-]\d\d:\d\d) (\S{1,255}) (\S{1,48}) \S{1,128} \S{1,32} (?:-|(?:\[[^\]]{0,1000}\]){1,9}) (?:\ufeff)? ?/y;
const SYSLOG = /(?:<(\d{1,3})>)?([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d\d:\d\d:\d\d)(\.\d{1,9})? /y;
const FULL = /[A-Z][a-z]{2} (\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(\.\d{1,9})? ([A-Z]{2,5}|[+-]\d{2,4}) /y;
const ISO = /(?:<(\d{1,3})>)?(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)([.,]\d{1,9})?(Z|[+-]\d\d:?\d\d) /y;
const UNIX = /(\d{9,10})(\.\d{6}) /y;
// Netconsole may put the release of the kernel in front (CONFIG_NETCONSOLE_PREPEND_RELEASE).
const KMSG = /(?:\d{1,3}\.\d[^,;]{0,80},)?(\d{1,4}),(\d{1,20}),(\d{1,20}),[-c](?:,([^;]{0,200}))?;/y;
const RAW_LEVEL = /<(\d{1,3})>/y;
const DECODED = /([a-z]{1,8}\d?) *:([a-z]{1,6}) *: /y;
const BRACKET = /\[ {0,12}(?:(\d{1,12}\.\d{1,6})(?: <([ \d.]{1,20})>)?|<([ \d.]{1,20})>|\+(\d{1,12}\.\d{1,6}))\] ?/y;
const DELTA_OF_JOURNAL = /\[ {0,12}(\d{1,12}\.\d{1,6})(?: <[ \d.]{1,20} >| {1,30})\] /y;
const CTIME = /\[[A-Z][a-z]{2} ([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d\d:\d\d:\d\d) (\d{4})\] /y;
const ANCHOR = /\[([A-Z][a-z]{2})(\d\d) (\d\d:\d\d)\] /y;
const CALLER = /\[ {0,12}([TC]\d{1,10})\] ?/y;
const LEVELS = ['emerg', 'alert', 'crit', 'err', 'warn', 'notice', 'info', 'debug'];

export function readLogPrefix(line: string): LogPrefix {
  const found: Reading = {
    at: 0,
    seconds: null,
    wall: null,
    level: null,
    caller: null,
    host: null,
    tag: null,
    delta: null,
  };
  readDaemon(line, found);
  if (!take(RAW_LEVEL, line, found, ([, priority]) => setLevel(found, priority))) {
    take(DECODED, line, found, ([, , name]) => {
      const level = LEVELS.indexOf(name ?? '');
      if (level < 0) return false;
      found.level = level;
      return true;
    });
  }
  readStamp(line, found);
  take(CALLER, line, found, ([, caller]) => {
    found.caller = caller ?? null;
    return true;
  });
  // journalctl -o short-monotonic has them behind the stamp.
  if (found.host === null && found.seconds !== null && found.level === null) readHostAndTag(line, found, true);
  const { at, ...rest } = found;
  return { textStart: at, ...rest };
}

/** Runs a sticky expression where the reading is; behind what it matches goes on whoever takes it. */
function take(
  pattern: RegExp,
  line: string,
  found: Reading,
  keep: (match: readonly (string | undefined)[]) => boolean,
): boolean {
  pattern.lastIndex = found.at;
  const match = pattern.exec(line);
  if (match === null || !keep(match)) return false;
  found.at += match[0].length;
  return true;
}

function setLevel(found: Reading, priority: string | undefined): boolean {
  if (priority !== undefined) found.level = Number(priority) & 7;
  return true;
}

/** What a log daemon, the journal or netconsole puts in front. */
function readDaemon(line: string, found: Reading): void {
  const isRfc = take(RFC5424, line, found, ([, priority, date, clock, fraction, zone, host, tag]) => {
    found.wall = isoTimeOf(date, clock, fraction, zone);
    found.host = host ?? null;
    found.tag = tag ?? null;
    return setLevel(found, priority);
  });
  if (isRfc) return;
  const isKmsg = take(KMSG, line, found, ([, priority, , micros, more]) => {
    found.seconds = Number(micros) / 1e6;
    found.caller = /(?:^|,)caller=([TC]\d{1,10})/.exec(more ?? '')?.[1] ?? null;
    return setLevel(found, priority);
  });
  if (isKmsg) return;
  const hasTime =
    take(SYSLOG, line, found, ([, priority, month, day, clock, fraction]) => {
      found.wall = wallTimeOf(month, day, clock, fraction, undefined);
      return found.wall !== null && setLevel(found, priority);
    }) ||
    take(ISO, line, found, ([, priority, date, clock, fraction, zone]) => {
      found.wall = isoTimeOf(date, clock, fraction, zone);
      return found.wall !== null && setLevel(found, priority);
    }) ||
    take(FULL, line, found, ([, date, clock, fraction, zone]) => {
      found.wall = isoTimeOf(date, clock, fraction, zoneOf(zone) === null ? undefined : zone);
      return found.wall !== null;
    }) ||
    take(UNIX, line, found, ([, seconds, fraction]) => {
      found.wall = { ms: Math.round(Number(`${seconds}${fraction}`) * 1000), offsetMinutes: 0, hasYear: true };
      return true;
    });
  // dmesg --time-format iso has a comma, and neither host nor tag.
  if (hasTime) readHostAndTag(line, found, false);
}

function readHostAndTag(line: string, found: Reading, kernelOnly: boolean): void {
  take(HOST_AND_TAG, line, found, ([, host, tag]) => {
    if (kernelOnly && tag !== 'kernel') return false;
    // "TCP: out of memory" and "process 5 killed: " are text: a host stands before its tag, and has no colon.
    if (host === undefined || host.endsWith(':')) return false;
    found.host = host;
    found.tag = tag ?? null;
    return true;
  });
}

function readStamp(line: string, found: Reading): void {
  const isPlain =
    take(DELTA_OF_JOURNAL, line, found, ([, seconds]) => {
      found.seconds = Number(seconds);
      return true;
    }) ||
    take(BRACKET, line, found, ([, seconds, , alone, relative]) => {
      const delta = alone ?? relative;
      if (seconds !== undefined) found.seconds = Number(seconds);
      else found.delta = Number(delta);
      return !Number.isNaN(found.delta);
    });
  if (isPlain) return;
  const isTime = take(CTIME, line, found, ([, month, day, clock, year]) => {
    found.wall ??= byDmesg(wallTimeOf(month, day, clock, undefined, year), 'second');
    return true;
  });
  if (isTime) return;
  take(ANCHOR, line, found, ([, month, day, clock]) => {
    found.wall ??= byDmesg(wallTimeOf(month, day, `${clock}:00`, undefined, undefined), 'minute');
    return true;
  });
}

function byDmesg(wall: WallTime | null, fineness: 'second' | 'minute'): WallTime | null {
  return wall === null ? null : { ...wall, byDmesg: fineness };
}
