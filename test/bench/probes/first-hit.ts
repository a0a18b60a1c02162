/**
 * From opening a bundle to the first thing that the worker tells of its kernel log: what a page could show first. The
 * thread was started before, as the extension does it when VS Code wakes it up; beside it, how long it takes without.
 */
import { createHost } from '../../../src/extension/worker-thread.node.ts';
import { createReader, limits } from './reader.ts';

const [, , workerPath = '', bundle = ''] = process.argv;
/** Long enough for a thread to be ready. */
const WARM_UP_MS = 500;

async function firstHit(): Promise<number> {
  const reader = createReader(workerPath, bundle);
  const started = performance.now();
  const wallMs = await new Promise<number>((resolve, reject) => {
    const reading = reader.open(({ log }) => {
      if ((log?.length ?? 0) > 0) resolve(performance.now() - started);
    });
    // It is ended as soon as it has told something.
    reading.then(() => reject(new Error('The log was never told of.')), reject);
  });
  reader.dispose();
  return wallMs;
}

const coldMs = await firstHit();
createHost(workerPath).warmUpWorker(limits);
await new Promise((resolve) => setTimeout(resolve, WARM_UP_MS));
console.log(JSON.stringify({ wallMs: await firstHit(), coldMs }));
