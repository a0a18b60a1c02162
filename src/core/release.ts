/** Memory of large columns. */

/** So much may wait for the next collection of garbage: more than all columns of a node with 60,000 sockets. */
const PATIENCE_BYTES = 2 ** 24;
let waitingBytes = 0;

/**
 * Gives up what nobody will read again; from then on it may have no elements. The first 16 MB wait for the next
 * collection of garbage: see {@link giveBack}.
 */
export function release(...columns: readonly ArrayBufferView[]): void {
  for (const { buffer } of columns) {
    if (waitingBytes >= PATIENCE_BYTES) giveBack(buffer);
    else waitingBytes += buffer.byteLength;
  }
}

/**
 * Gives the memory back at once, where the engine can (ES2024): it lies outside of the heap, and does not bring about
 * the collection that it waits for. It has a price: once any buffer has been given back, V8 compiles all code again that
 * reads columns, and looks at each access whether the column is still there. What is released later is given back, too.
 */
export function giveBack(buffer: ArrayBufferLike): void {
  waitingBytes = PATIENCE_BYTES;
  const { transfer } = buffer as { transfer?: (bytes: number) => ArrayBuffer };
  if (typeof transfer === 'function') transfer.call(buffer, 0);
}
