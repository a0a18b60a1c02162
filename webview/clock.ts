/** Times of day on axes and in tables. Pure. */

/** How much of a wall time is worth writing: over a minute, a week, years. */
export type ClockDetail = 'seconds' | 'minutes' | 'days';

/** `20:21:31`, `11-22 20:21`, `2026-11-22`. Always UTC: the analyst's zone means nothing. */
export function clock(unixSeconds: number, detail: ClockDetail): string {
  const date = new Date(unixSeconds * 1000);
  if (Number.isNaN(date.getTime())) return '';
  const text = date.toISOString();
  if (detail === 'days') return text.slice(0, 10);
  return detail === 'minutes' ? text.slice(5, 16).replace('T', ' ') : text.slice(11, 19);
}
