/**
 * From opening a bundle to the first thing that the worker tells of its kernel log: what a page could show first. The
 * start of the thread is part of it, and told apart.
 */
import { startWorker } from '../../../src/extension/worker-thread.ts';
import { createReader, limits } from './reader.ts';

const [, , workerPath = '', bundle = ''] = process.argv;

/** Until it answers anything, here that there is no bundle yet. */
async function startThread(): Promise<number> {
  const started = performance.now();
  const thread = startWorker(workerPath, 'bundle', limits);
  await thread.client.call('readFile', { entry: '' }).catch(() => undefined);
  const readyMs = performance.now() - started;
  thread.end({ code: 'ended', message: '' });
  return readyMs;
}

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

const wallMs = await firstHit();
console.log(JSON.stringify({ wallMs, readyMs: await startThread() }));
