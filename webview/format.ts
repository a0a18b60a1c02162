/** Numbers as the page writes them: en-US grouping, units always named. Pure, so that tests run without a page. */

const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const oneDigit = new Intl.NumberFormat('en-US', { minimumFractionDigits: 1, maximumFractionDigits: 1 });

const NOTHING = '–';
const UNITS = ['KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

export function count(value: number): string {
  return Number.isFinite(value) ? grouped.format(value) : NOTHING;
}

/** `98.6 %`, `110 %`. A part that is neither nothing nor all never reads as 0 % or 100 %. */
export function percent(part: number, whole: number): string {
  if (!(whole > 0) || !Number.isFinite(part)) return NOTHING;
  const share = (100 * part) / whole;
  if (share === 0 || share === 100) return `${share} %`;
  if (share > 0 && share < 0.1) return '< 0.1 %';
  if (share > 99.9 && share < 100) return '> 99.9 %';
  if (share > 9999) return '> 9,999 %';
  return `${(share > 100 ? grouped : oneDigit).format(share)} %`;
}

/** `0 B`, `4 KiB`, `23.6 MiB`. */
export function bytes(value: number): string {
  if (!Number.isFinite(value)) return NOTHING;
  if (value < 1024) return `${grouped.format(value)} B`;
  let scaled = value / 1024;
  let unit = 0;
  while (scaled >= 1024 && unit < UNITS.length - 1) {
    scaled /= 1024;
    unit += 1;
  }
  const digits = Number.isInteger(scaled) ? grouped : oneDigit;
  return `${digits.format(scaled)} ${UNITS[unit] ?? ''}`;
}

/** The bare number of a column that is headed MiB. */
export function mebibytes(pages: number, pageSizeBytes: number): string {
  return oneDigit.format((pages * pageSizeBytes) / 1048576);
}

const LONGEST_PATH = 60;

/** A long path by its end: the name of the file and the line say more than the folders above. */
export function shortPath(path: string): string {
  if (path.length <= LONGEST_PATH) return path;
  const parts = path.split('/');
  let end = parts.pop() ?? '';
  for (let part = parts.pop(); part !== undefined && end.length + part.length < LONGEST_PATH; part = parts.pop())
    end = `${part}/${end}`;
  return end.length < path.length ? `…/${end}` : path;
}

/** One word for the number, the plural with s: `1 socket`, `2 sockets`. */
export function plural(value: number, word: string): string {
  return `${count(value)} ${word}${value === 1 ? '' : 's'}`;
}

/** Seconds since boot, as precise as a reader needs: `63.5 s`, `12 min 5 s`, `3 h 2 min`, `4 d 1 h`. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return NOTHING;
  if (seconds < 120) return `${oneDigit.format(seconds).replace(/\.0$/, '')} s`;
  const whole = Math.floor(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  if (whole < 86400) return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
  return `${grouped.format(Math.floor(whole / 86400))} d ${Math.floor((whole % 86400) / 3600)} h`;
}

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

/** Part that is done, 0 to 1; null when the size is not known. */
export function progressShare(read: number, total: number): number | null {
  if (!(total > 0) || !Number.isFinite(read)) return null;
  return Math.min(1, Math.max(0, read / total));
}
