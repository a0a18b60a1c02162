/** Geometry of the kernel log timeline: ticks a reader can name, and bins that never get thinner than a mark. Pure. */
import type { EvidenceLink } from '../../src/core/page/evidence-link.ts';
import type { LogLane, LogView } from '../../src/core/page/page-model.ts';
import { words } from '../words.ts';

/** Steps that are round in seconds, minutes, hours and days. */
const STEPS = [
  0.01, 0.05, 0.1, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 10800, 21600, 43200, 86400,
  172800, 604800, 1209600, 2592000, 7776000, 31536000,
] as const;

export interface TimeAxis {
  readonly start: number;
  readonly end: number;
  readonly step: number;
  readonly ticks: readonly number[];
}

/** The time that is shown: the log, and the moment of the capture when that is later. */
export function logSpan(view: LogView): { readonly start: number; readonly end: number } {
  const start = Number.isFinite(view.startSeconds) ? view.startSeconds : 0;
  const last = Math.max(start, view.endSeconds, view.captureSeconds ?? start);
  return { start, end: last > start ? last : start + Math.max(1, view.binSeconds) };
}

export function timeAxis(start: number, end: number, maxTicks: number): TimeAxis {
  const span = end - start;
  const step = STEPS.find((each) => span / each <= Math.max(1, maxTicks)) ?? span;
  const ticks: number[] = [];
  // Adding 0 turns the -0 of ceil into 0, which would be written "-0 s".
  const first = Math.ceil(start / step - 1e-9) + 0;
  for (let index = first; index * step <= end + 1e-9 && ticks.length < 200; index += 1) ticks.push(index * step);
  return { start, end, step, ticks };
}

/** Seconds since boot in the unit of the step: `40 s`, `15 min`, `6 h`, `12 d`. */
export function tickText(seconds: number, step: number): string {
  const unit = step < 60 ? 'seconds' : step < 3600 ? 'minutes' : step < 86400 ? 'hours' : 'days';
  return words.inUnit(seconds, unit, step < 0.1 ? 2 : step < 1 ? 1 : 0);
}

export interface Column {
  readonly x: number;
  readonly width: number;
  readonly lines: number;
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly evidence: EvidenceLink | null;
}

/** Bins of one lane as columns at least minWidth apart; what falls together is added, the first evidence stays. */
export function laneColumns(
  lane: LogLane,
  binSeconds: number,
  xOf: (seconds: number) => number,
  minWidth: number,
): Column[] {
  const columns: Column[] = [];
  for (const bin of [...lane.bins].sort((a, b) => a.seconds - b.seconds)) {
    const x = xOf(bin.seconds);
    const endSeconds = bin.seconds + binSeconds;
    const last = columns[columns.length - 1];
    if (last !== undefined && x - last.x < minWidth) {
      const merged = { ...last, lines: last.lines + bin.lines, endSeconds, evidence: last.evidence ?? bin.evidence };
      columns[columns.length - 1] = merged;
    } else {
      const width = Math.max(xOf(endSeconds) - x - 1, minWidth - 2);
      columns.push({ x, width, lines: bin.lines, startSeconds: bin.seconds, endSeconds, evidence: bin.evidence });
    }
  }
  return columns;
}

/** Which columns can carry their number: the highest first, and none where the number would touch another. */
export function labelledColumns(
  columns: readonly Column[],
  widthOf: (column: Column) => number,
  gap: number,
): Set<Column> {
  const chosen: Column[] = [];
  const spanOf = (column: Column): [number, number] => {
    const centre = column.x + column.width / 2;
    const half = widthOf(column) / 2;
    return [centre - half - gap, centre + half + gap];
  };
  for (const column of [...columns].sort((a, b) => b.lines - a.lines)) {
    const [from, to] = spanOf(column);
    const free = chosen.every((other) => {
      const [start, end] = spanOf(other);
      return to <= start || from >= end;
    });
    if (free) chosen.push(column);
  }
  return new Set(chosen);
}
