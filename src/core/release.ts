/** Memory of large columns. */

/**
 * Gives back at once what nobody will read again, where the engine can (ES2024): otherwise it stays until a collection
 * of all garbage, which columns, being outside of the heap, do not bring about. A released column has no elements.
 */
export function release(...columns: readonly ArrayBufferView[]): void {
  for (const { buffer } of columns) {
    const { transfer } = buffer as { transfer?: (bytes: number) => ArrayBuffer };
    if (typeof transfer === 'function') transfer.call(buffer, 0);
  }
}
