/**
 * A promise that nobody will ever settle keeps no thread alive: the event loop runs empty instead, and what waited is
 * just not done. Here that is an error like any other, so that a reader that waits for ever is found at once.
 */
let reject: ((error: Error) => void) | null = null;

process.on('beforeExit', () => {
  const fail = reject;
  // In a turn of the loop of its own: whoever goes on from here must find the loop alive when nothing else keeps it.
  if (fail !== null) setImmediate(() => fail(new Error('never settled: it waits for something that does not come')));
});

export async function settled<T>(work: Promise<T>): Promise<T> {
  try {
    return await Promise.race([
      work,
      new Promise<never>((_, fail) => {
        reject = fail;
      }),
    ]);
  } finally {
    reject = null;
  }
}
