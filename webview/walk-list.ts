/** Where a key leads in a list of items: the arrows round and round, Home and End to its ends. Pure. */

/** `current` is -1 before any item; undefined for a key that does not walk. */
export function walkList(key: string, current: number, length: number): number | undefined {
  if (length === 0) return undefined;
  if (key === 'ArrowDown') return (current + 1) % length;
  if (key === 'ArrowUp') return current <= 0 ? length - 1 : current - 1;
  if (key === 'Home') return 0;
  return key === 'End' ? length - 1 : undefined;
}
