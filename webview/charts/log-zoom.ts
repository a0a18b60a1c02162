/** Which part of the kernel log's time is shown. Pure. */

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** What is shown of the whole: what was chosen, as far as it lies in it and is not thinner than `least`. */
export function shownSpan(whole: Span, chosen: readonly [number, number] | null, least: number): Span {
  if (chosen === null) return whole;
  const start = Math.max(whole.start, Math.min(...chosen));
  const end = Math.min(whole.end, Math.max(...chosen));
  if (!(end > start)) return whole;
  return end - start >= least ? { start, end } : around((start + end) / 2, least, whole);
}

/** Nearer by a half with "+", farther with "-", the whole with "0"; undefined for every other key. */
export function zoomByKey(shown: Span, whole: Span, at: number, key: string): Span | undefined {
  const width = shown.end - shown.start;
  if (key === '+' || key === '=') return around(at, width / 2, whole);
  if (key === '-') return around(at, width * 2, whole);
  return key === '0' ? whole : undefined;
}

function around(centre: number, width: number, whole: Span): Span {
  const kept = Math.min(width, whole.end - whole.start);
  const start = Math.min(Math.max(whole.start, centre - kept / 2), whole.end - kept);
  return { start, end: start + kept };
}
