/**
 * A thread that runs a slice of cases. What it has done stands in shared memory, so that whoever watches it knows the
 * case that it hangs in, and can end it there.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parentPort, workerData } from 'node:worker_threads';
import { type Cases, createCases, ENDS } from './cases.ts';
import { runCoverage } from './coverage.ts';
import { FAULTS, FIRST_END, type Job, type Said, SEED, TRIED } from './jobs.ts';

/** Every so often a case is run twice: the same seed must give the same outputs. */
const TWICE_EVERY = 25;
const MEMORY_EVERY = 250;
const MAX_GROWTH_BYTES = 96 * 2 ** 20;
const MAX_REPRODUCED = 5;

const { job, shared } = workerData as { readonly job: Job; readonly shared: SharedArrayBuffer };
const counters = new Int32Array(shared);
const say = (said: Said) => parentPort?.postMessage(said);
const seen = new Set<string>();

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
let baseline = 0;

if (job.kind === 'coverage') {
  await runCoverage(job, counters, say);
} else {
  const cases = await createCases(job.kind);
  for (let seed = job.from; seed < job.to; seed++) {
    Atomics.store(counters, SEED, seed);
    await runCase(cases, seed);
    Atomics.add(counters, TRIED, 1);
    if ((seed - job.from) % MEMORY_EVERY === MEMORY_EVERY - 1) checkMemory(seed);
  }
}
say({ kind: 'done' });

async function runCase(cases: Cases, seed: number): Promise<void> {
  const { end, fault, digest } = await cases.run(seed);
  Atomics.add(counters, FIRST_END + ENDS.indexOf(end), 1);
  const again = seed % TWICE_EVERY === 0 ? (await cases.run(seed)).digest : digest;
  const wrong = fault ?? (again === digest ? null : 'seed: the same seed gave something else');
  if (wrong === null) return;
  Atomics.add(counters, FAULTS, 1);
  const isNew = !seen.has(wrong) && seen.size < MAX_REPRODUCED;
  seen.add(wrong);
  const { bytes, extension } = isNew ? await cases.reproduce(seed) : { bytes: null, extension: '' };
  say({ kind: 'fault', seed, fault: wrong, bytes, extension });
}

/** What stays after garbage was collected may not grow with the number of cases. */
function checkMemory(seed: number): void {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  const used = heapUsed + arrayBuffers;
  if (baseline === 0) baseline = used;
  if (used - baseline <= MAX_GROWTH_BYTES) return;
  Atomics.add(counters, FAULTS, 1);
  const fault = `memory: ${Math.round((used - baseline) / 2 ** 20)} MiB more than at the start`;
  say({ kind: 'fault', seed, fault, bytes: null, extension: '' });
  baseline = used;
}
