/**
 * Runs one at a time; of the values that come meanwhile only the last is run. For answers that are of no use once a
 * newer question was asked, as while a filter is typed.
 */
export function latest<T>(run: (value: T) => Promise<void>): (value: T) => Promise<void> {
  let running = false;
  let waiting: { readonly value: T } | null = null;
  return async (value) => {
    waiting = { value };
    if (running) return;
    running = true;
    try {
      while (waiting !== null) {
        const next: { readonly value: T } = waiting;
        waiting = null;
        try {
          await run(next.value);
        } catch (error) {
          // Of a question that a newer one has replaced nobody wants to know.
          if (waiting === null) throw error;
        }
      }
    } finally {
      running = false;
    }
  };
}
