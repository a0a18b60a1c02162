/** Waiting for something to become true. What is waited for is always the end of a piece of work, never a length of time. */
import { setTimeout as sleep } from 'node:timers/promises';

const PAUSE_MS = 20;
/** Only so that a broken test ends; no test passes or fails by how long something takes. */
const GIVE_UP_MS = 30_000;

export async function until(what: string, isTrue: () => boolean): Promise<void> {
  const end = Date.now() + GIVE_UP_MS;
  while (!isTrue()) {
    if (Date.now() > end) throw new Error(`waited in vain until ${what}`);
    await sleep(PAUSE_MS);
  }
}
