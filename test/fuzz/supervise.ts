/**
 * Runs jobs in at most two threads and watches them. The watchdog is a detector of hangs, not a test of speed: a case
 * takes milliseconds, and is given a minute on a busy machine.
 */
import { Worker } from 'node:worker_threads';
import { COUNTERS, FAULTS, type Job, type Said, SEED, TRIED } from './jobs.ts';

const HANG_MS = 60_000;
const LOOK_EVERY_MS = 1000;
const MAX_HEAP_MB = 1536;
const THREADS = 2;

export interface Fault {
  readonly job: Job;
  readonly seed: number;
  readonly fault: string;
  readonly bytes: Uint8Array | null;
  readonly extension: string;
}

export interface Total {
  readonly counters: Int32Array;
  readonly faults: Fault[];
}

export interface Listener {
  fault(fault: Fault): void;
  /** A job has ended, and this many have not begun. */
  end(job: Job, left: number): void;
}

export async function runJobs(jobs: readonly Job[], listener: Listener): Promise<ReadonlyMap<Job, Total>> {
  const totals = new Map<Job, Total>();
  const waiting = [...jobs];
  const work = async () => {
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) {
      totals.set(job, await runJob(job, listener.fault));
      listener.end(job, waiting.length);
    }
  };
  await Promise.all(Array.from({ length: THREADS }, work));
  // In the order of the jobs, whichever ended first.
  return new Map(
    jobs.flatMap((job) => {
      const total = totals.get(job);
      return total === undefined ? [] : [[job, total] as const];
    }),
  );
}

/** A thread that hangs or dies is replaced, and goes on behind the case that did it. */
async function runJob(job: Job, onFault: (fault: Fault) => void): Promise<Total> {
  const shared = new SharedArrayBuffer(4 * COUNTERS);
  const counters = new Int32Array(shared);
  const faults: Fault[] = [];
  const note = (seed: number, fault: string, bytes: Uint8Array | null, extension: string) => {
    const found = { job, seed, fault, bytes, extension };
    faults.push(found);
    onFault(found);
  };
  let rest = job;
  for (;;) {
    const death = await runThread(rest, shared, counters, note);
    if (death === null) return { counters, faults };
    const seed = Atomics.load(counters, SEED);
    Atomics.add(counters, FAULTS, 1);
    note(seed, death, null, '');
    // Of a target of coverage the rest of its inputs is lost.
    const next = job.kind === 'coverage' ? Math.floor(seed / 1_000_000) + 1 : seed + 1;
    if (next >= job.to || next <= job.from) return { counters, faults };
    rest = { ...job, from: next };
  }
}

function runThread(
  job: Job,
  shared: SharedArrayBuffer,
  counters: Int32Array,
  note: (seed: number, fault: string, bytes: Uint8Array | null, extension: string) => void,
): Promise<string | null> {
  return new Promise((resolve) => {
    const worker = new Worker(new URL('worker.ts', import.meta.url), {
      workerData: { job, shared },
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
    });
    let death: string | null = 'thread: it ended by itself';
    let tried = -1;
    let still = 0;
    const timer = setInterval(() => {
      const now = Atomics.load(counters, TRIED);
      still = now === tried ? still + LOOK_EVERY_MS : 0;
      tried = now;
      if (still < HANG_MS) return;
      death = 'hang: no end of it within a minute';
      void worker.terminate();
    }, LOOK_EVERY_MS);
    worker.on('message', (said: Said) => {
      if (said.kind === 'done') death = null;
      else note(said.seed, said.fault, said.bytes, said.extension);
    });
    worker.on('error', (error) => {
      death = `thread: ${error.message}`;
    });
    worker.on('exit', () => {
      clearInterval(timer);
      resolve(death);
    });
  });
}
