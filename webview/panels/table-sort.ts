/** The order of the rows of a table: numbers by what they say, text as people order it, empty cells last. Pure. */

/** What a cell is ordered by; null: nothing in it, which is last either way. */
export type SortKey = number | string | null;

export interface Sorting {
  readonly column: number;
  readonly descending: boolean;
}

const NOTHING: ReadonlySet<string> = new Set(['', '–', '?', 'none', 'not known']);
/** Factors of the units that the page writes; seconds for times, bytes for sizes. */
const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  '%': 1,
  B: 1,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
  PiB: 2 ** 50,
  s: 1,
  min: 60,
  h: 3600,
  d: 86_400,
};
const PART = /^([<>≤]?) ?(-?[\d,]+(?:\.\d+)?) ?([A-Za-z%]*)(?: |$)/;
const MAX_PARTS = 4;

/** The value of `5,335`, `< 0.1 %`, `23.6 MiB` or `12 min 5 s`; the text itself when it is none of them. */
export function shownKey(text: string): SortKey {
  const trimmed = text.trim();
  if (NOTHING.has(trimmed)) return null;
  let rest = trimmed;
  let sum = 0;
  for (let part = 0; rest !== ''; part++) {
    const found = PART.exec(rest);
    const factor = UNITS[found?.[3] ?? ''];
    if (found === null || factor === undefined || part === MAX_PARTS) return trimmed;
    const number = Number((found[2] ?? '').replaceAll(',', ''));
    if (Number.isNaN(number)) return trimmed;
    // What is less than a bound is next to it, on its side.
    const aside = found[1] === '<' ? 0.5 : found[1] === '>' ? 1.0005 : 1;
    sum += number * factor * aside;
    rest = rest.slice(found[0].length);
  }
  return sum;
}

const collator = new Intl.Collator('en', { numeric: true });

function compare(a: number | string, b: number | string): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string') return collator.compare(a, b);
  return typeof a === 'number' ? -1 : 1;
}

/** Row numbers in their new order; rows that are equal stay in the order that they had. */
export function orderRows(keys: readonly SortKey[], descending: boolean): number[] {
  const sign = descending ? -1 : 1;
  return [...keys.keys()].sort((left, right) => {
    const a = keys[left] ?? null;
    const b = keys[right] ?? null;
    if (a === null || b === null) return Number(a === null) - Number(b === null) || left - right;
    return sign * compare(a, b) || left - right;
  });
}

/** What a click on a heading asks for: first the largest numbers, or the first names; then the other way round. */
export function nextSorting(current: Sorting | undefined, column: number, numeric: boolean): Sorting {
  if (current?.column !== column) return { column, descending: numeric };
  return { column, descending: !current.descending };
}
