/** The order of the rows of a table: numbers by value, text as people order it, empty cells last. Pure. */

/** What a cell is ordered by; null: nothing in it, which is last either way. */
export type SortKey = number | string | null;

export interface Sorting {
  readonly column: number;
  readonly descending: boolean;
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
