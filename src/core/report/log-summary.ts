/** The kernel log as the report keeps it: runs of catalogued lines and their density over time. */
import type { RawLog } from '../snapshot/raw-facts.ts';
import type { KernelLog, LogEvent } from './log-report.ts';

/** The kernel's own window of rate limiting (net.core.message_cost): lines closer than that are one burst. */
const BURST_SECONDS = 5;
const MAX_EVENTS = 5000;
const MAX_BINS = 160;

export function summariseLog(log: RawLog | null): KernelLog | null {
  if (log === null) return null;
  const { scan, entry } = log;
  const counts: Record<string, number> = {};
  const events: LogEvent[] = [];
  const open = new Map<string, number>();
  for (const hit of scan.hits) {
    counts[hit.id] = (counts[hit.id] ?? 0) + 1;
    const index = open.get(hit.id);
    const last = index === undefined ? undefined : events[index];
    if (last !== undefined && index !== undefined && isSameBurst(last, hit.seconds, hit.line)) {
      events[index] = { ...last, endLine: hit.line, endSeconds: hit.seconds, lines: last.lines + 1 };
    } else if (events.length < MAX_EVENTS) {
      open.set(hit.id, events.length);
      events.push({
        id: hit.id,
        line: hit.line,
        endLine: hit.line,
        startSeconds: hit.seconds,
        endSeconds: hit.seconds,
        lines: 1,
      });
    }
  }
  const binSeconds = binWidth(scan.firstSeconds, scan.lastSeconds);
  const bins = new Map<string, readonly [string, number, number]>();
  for (const hit of scan.hits) {
    if (hit.seconds === null) continue;
    const start = Math.floor(hit.seconds / binSeconds) * binSeconds;
    const key = `${hit.id} ${start}`;
    bins.set(key, [hit.id, start, (bins.get(key)?.[2] ?? 0) + 1]);
  }
  return {
    entry,
    lines: scan.lines,
    firstSeconds: scan.firstSeconds,
    lastSeconds: scan.lastSeconds,
    events,
    counts,
    bins: [...bins.values()],
    binSeconds,
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
