/** The key with the highest count, and that count; of equals the lowest, numbers before texts. One pass, no sorting. */
export function mostOf<K extends number | string>(
  counts: Iterable<readonly [K, number]>,
): readonly [K, number] | undefined {
  let best: readonly [K, number] | undefined;
  for (const each of counts) {
    const lead = best === undefined ? 1 : each[1] - best[1];
    if (lead > 0 || (lead === 0 && best !== undefined && isBefore(each[0], best[0]))) best = each;
  }
  return best;
}

function isBefore(a: number | string, b: number | string): boolean {
  return typeof a === typeof b ? a < b : typeof a === 'number';
}
