/**
 * Numbers as every report, page and export writes them. Own code instead of Intl: the first call of
 * toLocaleString() in a process loads the data of all languages, which takes longer than the rest of most sentences.
 */

/** What a language decides about numbers. */
export interface NumberWords {
  /** Between thousands. */
  readonly group: string;
  readonly decimal: string;
  /** `#` stands for the number. */
  readonly percent: string;
  /** Units of time, `#` stands for the number: days, hours, minutes, seconds. */
  readonly days: string;
  readonly hours: string;
  readonly minutes: string;
  readonly seconds: string;
  /** Between two units of time. */
  readonly between: string;
}

export interface Numbers {
  /** `5,335`; at most one decimal. */
  count(value: number): string;
  /** Binary units: `812 B`, `4 KiB`, `23.6 MiB`. */
  bytes(value: number): string;
  /** A part of a whole: `< 0.1 %`, `3.4 %`, `98.6 %`, `> 99.9 %`. Only nothing reads as 0 %, only all as 100 %. */
  share(part: number, whole: number): string;
  /** `63.5 s`, `12 min 5 s`, `3 h 2 min`, `4 d 1 h`. */
  duration(seconds: number): string;
  /** The bare number of a column that is headed MiB; the decimal is always there, so that points stand in a line. */
  mebibytes(bytes: number): string;
  /** For axes, where all marks have one unit: `0.05 s`, `15 min`; with at most so many decimals. */
  inUnit(seconds: number, unit: TimeUnit, decimals: number): string;
}

type TimeUnit = 'days' | 'hours' | 'minutes' | 'seconds';

const SECONDS_OF: Readonly<Record<TimeUnit, number>> = { days: 86_400, hours: 3_600, minutes: 60, seconds: 1 };

/** What is shown of a number that is none, and of a share of nothing. */
const NOTHING = '–';
const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

export function createNumbers(words: NumberWords): Numbers {
  const group = (digits: string): string => {
    let grouped = digits.slice(-3);
    for (let end = digits.length - 3; end > 0; end -= 3)
      grouped = `${digits.slice(Math.max(0, end - 3), end)}${words.group}${grouped}`;
    return grouped;
  };
  const decimal = (value: number, decimals = 1, keepsZeros = false): string => {
    if (!Number.isFinite(value)) return NOTHING;
    const size = Math.abs(value);
    const scale = 10 ** decimals;
    const scaled = Math.round(size * scale);
    const sign = value < 0 && scaled > 0 ? '-' : '';
    // Beyond 2^53 there are no decimals.
    if (!Number.isSafeInteger(scaled)) return `${sign}${group(BigInt(Math.round(size)).toString())}`;
    const rest = scaled % scale;
    const digits = String(rest).padStart(decimals, '0');
    const fraction = keepsZeros ? digits : digits.replace(/0+$/, '');
    return `${sign}${group(String((scaled - rest) / scale))}${fraction === '' ? '' : words.decimal + fraction}`;
  };
  const withUnit = (pattern: string, value: string) => pattern.replace('#', value);
  return {
    // Charts and tables ask for thousands of counts, which are whole.
    count: (value) => (Number.isSafeInteger(value) && value >= 0 ? group(String(value)) : decimal(value)),
    bytes(value) {
      let scaled = value;
      let unit = 0;
      // Rounded to one decimal 1023.97 KiB would read 1,024 KiB.
      while (Math.abs(scaled) >= (unit === 0 ? 1024 : 1023.95) && unit < UNITS.length - 1) {
        scaled /= 1024;
        unit++;
      }
      return Number.isFinite(value) ? `${decimal(scaled)} ${UNITS[unit]}` : NOTHING;
    },
    share(part, whole) {
      if (!(whole > 0) || !Number.isFinite(part)) return NOTHING;
      const percent = (100 * part) / whole;
      if (percent > 0 && percent < 0.1) return `< ${withUnit(words.percent, decimal(0.1))}`;
      if (percent > 99.9 && percent < 100) return `> ${withUnit(words.percent, decimal(99.9))}`;
      return withUnit(words.percent, decimal(percent > 100 ? Math.round(percent) : percent));
    },
    duration(seconds) {
      if (!Number.isFinite(seconds)) return NOTHING;
      if (Math.abs(seconds) < 120) return withUnit(words.seconds, decimal(seconds));
      const whole = Math.floor(Math.abs(seconds));
      const units: readonly (readonly [string, number])[] = [
        [words.days, 86_400],
        [words.hours, 3_600],
        [words.minutes, 60],
        [words.seconds, 1],
      ];
      const first = units.findIndex(([, size]) => whole >= size);
      const [major, majorSize] = units[first] ?? [words.seconds, 1];
      const [minor, minorSize] = units[first + 1] ?? [words.seconds, 1];
      const rest = Math.floor((whole % majorSize) / minorSize);
      const text = withUnit(major, decimal(Math.floor(whole / majorSize)));
      const both = rest === 0 ? text : `${text}${words.between}${withUnit(minor, decimal(rest))}`;
      return seconds < 0 ? `-${both}` : both;
    },
    mebibytes: (bytes) => decimal(bytes / 2 ** 20, 1, true),
    inUnit: (seconds, unit, decimals) => withUnit(words[unit], decimal(seconds / SECONDS_OF[unit], decimals)),
  };
}
