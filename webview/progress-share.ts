/** Part that is done, 0 to 1; null when the size is not known. */
export function progressShare(read: number, total: number): number | null {
  if (!(total > 0) || !Number.isFinite(read)) return null;
  return Math.min(1, Math.max(0, read / total));
}
