/** Times of day as logs write them. */

/** What a line itself says of the time of day. */
export interface WallTime {
  /**
   * Milliseconds since 1970 in the zone of the line; without a year, as if the log began in 1972, which has a 29th of
   * February (log-years.ts counts on from there).
   */
  readonly ms: number;
  /** Minutes east of UTC; null when the line does not say, which is the local time of whoever wrote it. */
  readonly offsetMinutes: number | null;
  readonly hasYear: boolean;
  /**
   * Set where dmesg made it of seconds since boot (sys-utils/dmesg.c `record_time`), and how fine it is: no clock was read
   * when the line was printed, so suspending moves it. Absent where a log daemon wrote it down.
   */
  readonly byDmesg?: 'second' | 'minute';
}

export const YEAR_WITHOUT = 1972;
export const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `Nov`, `22`, `18:00:00`, `.123456`, and a year where there is one; null when that is no time. */
export function wallTimeOf(
  month: string | undefined,
  day: string | undefined,
  clock: string | undefined,
  fraction: string | undefined,
  year: string | undefined,
): WallTime | null {
  const number = MONTHS.indexOf(month ?? '');
  const [hours = 0, minutes = 0, seconds = 0] = (clock ?? '').split(':').map(Number);
  const ms = Date.UTC(year === undefined ? YEAR_WITHOUT : Number(year), number, Number(day), hours, minutes, seconds);
  if (number < 0 || Number.isNaN(ms)) return null;
  return { ms: ms + fractionMs(fraction), offsetMinutes: null, hasYear: year !== undefined };
}

/** `2026-11-22`, `18:55:58`, `,351998`, `+00:00` or `Z` or `+0000`; without a zone it is local time. */
export function isoTimeOf(
  date: string | undefined,
  clock: string | undefined,
  fraction: string | undefined,
  zone: string | undefined,
): WallTime | null {
  const local = Date.parse(`${date}T${clock}Z`);
  const offsetMinutes = zoneOf(zone);
  if (Number.isNaN(local)) return null;
  const ms = local + fractionMs(fraction) - (offsetMinutes ?? 0) * 60_000;
  // Nobody but dmesg writes a comma before the fraction.
  return { ms, offsetMinutes, hasYear: true, ...(fraction?.startsWith(',') ? { byDmesg: 'second' } : {}) };
}

/** Minutes east of UTC; null when that is not said or not known: the letters of a zone are not unique. */
export function zoneOf(zone: string | undefined): number | null {
  if (zone === 'Z' || zone === 'UTC' || zone === 'GMT') return 0;
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)$/.exec(zone ?? '') ?? [];
  if (sign === undefined) return null;
  const offset = Number(hours) * 60 + Number(minutes);
  return sign === '-' && offset > 0 ? -offset : offset;
}

function fractionMs(fraction: string | undefined): number {
  return fraction === undefined || fraction === '' ? 0 : Math.round(Number(`0.${fraction.slice(1)}`) * 1000);
}
