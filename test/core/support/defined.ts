/** The value, which must be there. */
export function defined<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error('A value is missing.');
  return value;
}
