/**
 * Years of logs whose lines tell none, as rsyslog's old format and `journalctl -o short`: `Nov 22 20:22:34 host kernel: …`.
 * Lines are counted on from one New Year to the next. That takes every line: between two catalogued ones may be a year.
 */
import { MONTHS, type WallTime, YEAR_WITHOUT } from './log-wall-time.ts';

export interface YearCounter {
  /** The day of the year of the next line, from 0; gives how many years after the first line it is. */
  take(day: number): number;
  /** All lines of block[start, end) that begin with a date; gives the years of the last of them, or of the line before. */
  takeLines(block: Uint8Array, start: number, end: number): number;
}

const DAY_MS = 24 * 3600_000;
/** Without a year each has a 29th of February. */
const DAYS = 366;
const FIRST = Date.UTC(YEAR_WITHOUT, 0, 1);
/** What goes back by more than half a year goes on to the next: NTP and lines out of order go back by less. */
const NEW_YEAR_DAYS = -DAYS / 2;
/** From early January on to late December goes back over New Year: a line out of order. */
const LATE_DAYS = DAYS - 3;
/** No log is of more: lines that jump to and fro make no dates that cannot be. */
const MAX_YEARS = 50;
const LF = 10;
const LESS = 60;
const MORE = 62;
const BLANK = 32;
const ZERO = 48;

const MONTH_BY_LETTERS: ReadonlyMap<number, number> = new Map(
  MONTHS.map((name, month) => [letters(name.charCodeAt(0), name.charCodeAt(1), name.charCodeAt(2)), month]),
);
const MONTH_START = MONTHS.map((_, month) => (Date.UTC(YEAR_WITHOUT, month, 1) - FIRST) / DAY_MS);

export function createYearCounter(): YearCounter {
  let years = 0;
  let lastDay: number | null = null;
  let latest = 0;
  const take = (day: number): number => {
    const step = lastDay === null ? 0 : day - lastDay;
    // The lines behind it are of this year again.
    if (step >= LATE_DAYS) return (latest = years - 1);
    if (step < NEW_YEAR_DAYS && years < MAX_YEARS) years++;
    lastDay = day;
    return (latest = years);
  };
  return {
    take,
    takeLines(block, start, end) {
      for (let at = start; at < end; ) {
        const day = dayAt(block, at);
        if (day >= 0) take(day);
        const newline = block.indexOf(LF, at);
        at = newline < 0 ? end : newline + 1;
      }
      return latest;
    },
  };
}

/** The day of a time without a year, for {@link YearCounter.take}. */
export function dayOfYear({ ms }: WallTime): number {
  return Math.floor((ms - FIRST) / DAY_MS) % DAYS;
}

/** The time so many years later, in a calendar whose years all have 366 days: {@link inCalendar} makes dates of it. */
export function yearsLater(wall: WallTime, years: number): WallTime {
  const ofYear = (wall.ms - FIRST) % (DAYS * DAY_MS);
  return { ...wall, ms: FIRST + years * DAYS * DAY_MS + ofYear };
}

/** How many years after the first line of the log a time of {@link yearsLater} is. */
export function yearsOf(ms: number): number {
  return Math.floor((ms - FIRST) / (DAYS * DAY_MS));
}

/** A time of {@link yearsLater} as milliseconds since 1970, when the log begins in `firstYear`. */
export function inCalendar(ms: number, firstYear: number): number {
  const years = yearsOf(ms);
  const ofYear = ms - FIRST - years * DAYS * DAY_MS;
  const year = firstYear + years;
  const isLeap = Date.UTC(year, 1, 29) < Date.UTC(year, 2, 1);
  const afterFebruary = ofYear >= 60 * DAY_MS;
  return Date.UTC(year, 0, 1) + ofYear - (afterFebruary && !isLeap ? DAY_MS : 0);
}

/** Of `Nov 22 …` or `<6>Nov  2 …` that begins there; -1 where no date does. */
function dayAt(block: Uint8Array, start: number): number {
  let at = start;
  if (block[at] === LESS) {
    while (at < start + 5 && block[at] !== MORE) at++;
    at++;
  }
  const month = MONTH_BY_LETTERS.get(letters(block[at] ?? 0, block[at + 1] ?? 0, block[at + 2] ?? 0));
  if (month === undefined || block[at + 3] !== BLANK) return -1;
  const tens = block[at + 4] === BLANK ? 0 : (block[at + 4] ?? 0) - ZERO;
  const day = tens * 10 + (block[at + 5] ?? 0) - ZERO;
  const isDay = tens >= 0 && day >= 1 && day <= 31 && block[at + 6] === BLANK;
  return isDay ? (MONTH_START[month] ?? 0) + day - 1 : -1;
}

function letters(first: number, second: number, third: number): number {
  return (first << 16) | (second << 8) | third;
}
