/** The kernel log as the report keeps it: runs of catalogued lines and their density over time. */

import type { KernelLog, LogEvent, LogReport } from '../report/log-report.ts';
import type { LogHit } from './kernel-log.ts';
import { describeLogClock } from './log-clock-text.ts';
import { createUnixOf, listLogKinds } from './log-kinds.ts';
import type { LogTimes } from './log-times.ts';

/** The kernel's own window of rate limiting (net.core.message_cost): lines closer than that are one burst. */
const BURST_SECONDS = 5;
const MAX_EVENTS = 5000;
/** Enough to look closer at a tenth of the time. */
const MAX_BINS = 640;
/** More are counted. */
const MAX_REPORTS = 50;

/** A log with its entry, its lines in seconds since boot. */
interface TimedLog extends LogTimes {
  readonly entry: string;
}

/** A report in the log, before its time is known. */
export type LogVictim = Omit<LogReport, 'seconds' | 'unixSeconds'>;

export function summariseLog(log: TimedLog | null, victims: readonly LogVictim[] = []): KernelLog | null {
  if (log === null) return null;
  const { scan, entry, base, zoneMinutes, earlierBoots } = log;
  const { firstWallMs, lastWallMs } = scan;
  const sinceFirst = (ms: number | null | undefined): number | null =>
    ms === null || ms === undefined || firstWallMs === null ? null : Math.max(0, ms - firstWallMs) / 1000;
  const secondsOf = (hit: LogHit) => (base === 'first-line' ? sinceFirst(hit.wallMs) : hit.seconds);
  const first = base === 'first-line' ? 0 : scan.firstSeconds;
  const last = base === 'first-line' ? sinceFirst(lastWallMs) : scan.lastSeconds;
  const binSeconds = binWidth(first, last);
  const counts: Record<string, number> = {};
  const bursts = createBurstJoin(MAX_EVENTS);
  const bins = new Map<string, readonly [string, number, number]>();
  for (const hit of scan.hits) {
    const seconds = secondsOf(hit);
    const lines = hit.times ?? 1;
    counts[hit.id] = (counts[hit.id] ?? 0) + lines;
    if (seconds !== null) {
      const start = Math.floor(seconds / binSeconds) * binSeconds;
      const key = `${hit.id} ${start}`;
      bins.set(key, [hit.id, start, (bins.get(key)?.[2] ?? 0) + lines]);
    }
    bursts.add({ id: hit.id, line: hit.line, seconds, lines });
  }
  return {
    entry,
    lines: scan.lines,
    timeBase: base,
    zoneMinutes,
    earlierBoots,
    firstSeconds: first,
    lastSeconds: last,
    firstUnixSeconds: base === 'first-line' ? log.wall.zeroUnixSeconds : null,
    clock: { ...log.wall, note: describeLogClock(log) },
    missing: scan.missing,
    reports: timeReports(log, victims.slice(0, MAX_REPORTS), secondsOf),
    moreReports: scan.reports.more + Math.max(0, victims.length - MAX_REPORTS),
    kinds: listLogKinds(log, secondsOf),
    events: bursts.events,
    counts,
    bins: [...bins.values()],
    binSeconds,
  };
}

function timeReports(
  log: TimedLog,
  victims: readonly LogVictim[],
  secondsOf: (hit: LogHit) => number | null,
): readonly LogReport[] {
  const lines = new Set(victims.map(({ line }) => line));
  const hits = new Map(log.scan.hits.filter(({ line }) => lines.has(line)).map((hit) => [hit.line, hit]));
  const unixOf = createUnixOf(log, secondsOf);
  return victims.map((victim) => {
    const hit = hits.get(victim.line);
    return {
      ...victim,
      seconds: hit === undefined ? null : secondsOf(hit),
      unixSeconds: hit === undefined ? null : unixOf(hit),
    };
  });
}

interface BurstJoin {
  /** By their first line. */
  readonly events: readonly LogEvent[];
  /** Gives the place of the run that the line is in; undefined when there are too many runs for another. */
  add(line: Line): number | undefined;
}

interface Line {
  readonly id: string;
  readonly line: number;
  /** From whatever moment; null when the line has no time. */
  readonly seconds: number | null;
  /** How many messages the line stands for. */
  readonly lines: number;
}

/** Joins catalogued lines, given in the order of the log, into runs of one message; beyond `maxEvents` no run begins. */
export function createBurstJoin(maxEvents: number): BurstJoin {
  const events: LogEvent[] = [];
  const open = new Map<string, number>();
  return {
    events,
    add({ id, line, seconds, lines }) {
      const index = open.get(id);
      const last = index === undefined ? undefined : events[index];
      if (last !== undefined && index !== undefined && isSameBurst(last, seconds, line)) {
        events[index] = { ...last, endLine: line, endSeconds: seconds, lines: last.lines + lines };
        return index;
      }
      if (events.length >= maxEvents) return undefined;
      open.set(id, events.length);
      return events.push({ id, line, endLine: line, startSeconds: seconds, endSeconds: seconds, lines }) - 1;
    },
  };
}

function isSameBurst(event: LogEvent, seconds: number | null, line: number): boolean {
  if (seconds === null || event.endSeconds === null) return line - event.endLine <= 2;
  return Math.abs(seconds - event.endSeconds) < BURST_SECONDS;
}

const WIDTHS = [1, 2, 5, 10, 30, 60, 300, 600, 1800, 3600, 21_600, 86_400, 604_800];

function binWidth(first: number | null, last: number | null): number {
  const span = (last ?? 0) - Math.min(first ?? 0, last ?? 0);
  return WIDTHS.find((width) => span / width <= MAX_BINS) ?? 2_592_000;
}
