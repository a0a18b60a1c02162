/** Numbers as the report and the page write them: grouped, with their unit. */

export function formatCount(value: number): string {
  // The first toLocaleString() of a process loads the data of all languages, which takes longer than most of the rest.
  return Number.isSafeInteger(value) ? groupDigits(value) : value.toLocaleString('en-US');
}

function groupDigits(value: number): string {
  const digits = String(Math.abs(value));
  let grouped = digits.slice(-3);
  for (let end = digits.length - 3; end > 0; end -= 3)
    grouped = `${digits.slice(Math.max(0, end - 3), end)},${grouped}`;
  return value < 0 || Object.is(value, -0) ? `-${grouped}` : grouped;
}

/** One digit behind the point; without `keepsZero` none where that would be 0. */
function formatDecimal(value: number, keepsZero: boolean): string {
  const tenths = Math.round(Math.abs(value) * 10);
  if (!Number.isSafeInteger(tenths))
    return value.toLocaleString('en-US', { minimumFractionDigits: keepsZero ? 1 : 0, maximumFractionDigits: 1 });
  const whole = groupDigits(Math.floor(tenths / 10));
  const fraction = keepsZero || tenths % 10 !== 0 ? `.${tenths % 10}` : '';
  return `${value < 0 || Object.is(value, -0) ? '-' : ''}${whole}${fraction}`;
}

/** `1 socket`, `5,335 sockets`. */
export function formatQuantity(value: number, singular: string, plural = `${singular}s`): string {
  return `${formatCount(value)} ${value === 1 ? singular : plural}`;
}

/** Binary units with at most one decimal: `4.0 KiB`, `48.1 MiB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  while (Math.abs(value) >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? formatCount(value) : formatDecimal(value, true)} ${units[unit]}`;
}

/** `12,302 pages (48.1 MiB)`. */
export function formatPages(pages: number, pageSizeBytes: number): string {
  return `${formatQuantity(pages, 'page')} (${formatBytes(pages * pageSizeBytes)})`;
}

/** A share of a whole in per cent; `0 %` of nothing. Never rounds something to nothing, nor all but something to all. */
export function formatShare(part: number, whole: number): string {
  if (whole <= 0) return '0 %';
  const percent = (100 * part) / whole;
  if (percent > 0 && percent < 0.1) return '< 0.1 %';
  if (percent < 10) return `${formatDecimal(percent, false)} %`;
  const rounded = Math.round(percent);
  return `${formatCount(rounded >= 100 && percent < 100 ? 99 : rounded)} %`;
}

/** `1 h 3 min`, `63.5 s`. */
export function formatDuration(seconds: number): string {
  if (seconds < 120) return `${formatDecimal(seconds, false)} s`;
  const units: readonly [string, number][] = [
    ['d', 86_400],
    ['h', 3_600],
    ['min', 60],
    ['s', 1],
  ];
  const first = units.findIndex(([, size]) => seconds >= size);
  const [major, majorSize] = units[first] ?? ['s', 1];
  const [minor, minorSize] = units[first + 1] ?? ['s', 1];
  const rest = Math.floor((seconds % majorSize) / minorSize);
  return `${Math.floor(seconds / majorSize)} ${major}${rest > 0 ? ` ${rest} ${minor}` : ''}`;
}
