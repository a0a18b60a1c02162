/**
 * The key with the highest count, and that count; of equals the one whose label is first. One pass instead of sorting
 * all, and a label is only asked for where counts are equal.
 */
export function mostOf<K>(
  counts: Iterable<readonly [K, number]>,
  label: (key: K) => string | number,
): readonly [K, number] | undefined {
  let best: readonly [K, number] | undefined;
  let first: string | number | undefined;
  for (const each of counts) {
    const lead = best === undefined ? 1 : each[1] - best[1];
    if (lead < 0) continue;
    if (lead === 0 && best !== undefined) {
      first ??= label(best[0]);
      const other = label(each[0]);
      if (other >= first) continue;
      first = other;
    } else first = undefined;
    best = each;
  }
  return best;
}

/** Of keys that are numbers. */
export function mostNumber(counts: Iterable<readonly [number, number]>): readonly [number, number] | undefined {
  return mostOf(counts, itself);
}

function itself(key: number): number {
  return key;
}
