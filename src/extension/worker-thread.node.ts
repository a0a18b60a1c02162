/** The analysis worker as a thread of Node, and what else the extension needs of Node. */
import { homedir } from 'node:os';
import { Worker } from 'node:worker_threads';
import { defineMessages } from '../core/wording/define-messages.ts';
import { createClient } from '../protocol/client.ts';
import { type Limits, outOfMemory } from '../protocol/limits.ts';
import type { CallError } from '../protocol/worker-messages.ts';
import type { Host, WorkerThread } from './host.ts';

const say = defineMessages('worker-thread', {
  oddAnswer: 'The analysis of {name} gave an answer that cannot be read: {error}',
  ended: 'The analysis of {name} ended unexpectedly (exit status {status}).',
  stopped: 'The analysis of {name} stopped: {error}',
  stoppedWithoutReason: 'The analysis of {name} stopped.',
});

/** The worker is the script at this path. */
export function createHost(workerPath: string): Host {
  return {
    startWorker: (name, limits) => startWorker(workerPath, name, limits),
    warmUpWorker: (limits) => warmUpWorker(workerPath, limits),
    endSpareWorker,
    liveWorkers,
    homeFolder: homedir,
  };
}

let live = 0;

/** Threads that were started and have not ended yet. */
function liveWorkers(): number {
  return live;
}

/** A small one is collected more often and kept smaller: two thirds of the peak at the same speed, as measured. */
const MAX_YOUNG_MB = 4;

/** A thread that nobody has needed by then was not started for a bundle. */
const SPARE_MS = 30_000;

interface Spare {
  readonly worker: Worker;
  readonly path: string;
  readonly maxMemoryBytes: number;
  readonly timer: NodeJS.Timeout;
}

let spare: Spare | null = null;

/** Starts a thread for the first bundle that needs one with these limits. */
function warmUpWorker(path: string, { maxMemoryBytes }: Limits): void {
  if (spare !== null) return;
  const worker = createWorker(path, maxMemoryBytes);
  const timer = setTimeout(endSpareWorker, SPARE_MS);
  timer.unref();
  spare = { worker, path, maxMemoryBytes, timer };
  const forget = () => {
    if (spare?.worker === worker) spare = null;
  };
  worker.on('error', forget);
  worker.on('exit', forget);
}

function endSpareWorker(): void {
  void takeSpare()?.worker.terminate();
}

function takeSpare(): Spare | null {
  const taken = spare;
  spare = null;
  if (taken !== null) clearTimeout(taken.timer);
  return taken;
}

function takeWorker(path: string, { maxMemoryBytes }: Limits): Worker {
  if (spare?.path !== path || spare.maxMemoryBytes !== maxMemoryBytes) return createWorker(path, maxMemoryBytes);
  return takeSpare()?.worker ?? createWorker(path, maxMemoryBytes);
}

function createWorker(path: string, maxMemoryBytes: number): Worker {
  // A hostile bundle ends the worker, never the extension host. Flags of the host (--import, --inspect) are not for this
  // thread: a preload could end it.
  return new Worker(path, {
    execArgv: [],
    resourceLimits: {
      maxOldGenerationSizeMb: Math.floor(maxMemoryBytes / 2 ** 20),
      maxYoungGenerationSizeMb: MAX_YOUNG_MB,
    },
  });
}

/** `name` is that of the bundle, for the sentences. Takes the thread that was warmed up, if it fits. */
function startWorker(path: string, name: string, limits: Limits): WorkerThread {
  const worker = takeWorker(path, limits);
  live++;
  let alive = true;
  const client = createClient((message) => worker.postMessage(message));
  const fail = (reason: CallError) => {
    alive = false;
    client.fail(reason);
  };
  worker.on('message', (message) => client.receive(message));
  worker.on('messageerror', (error) => {
    fail({ code: 'internal', message: say.oddAnswer({ name, error: error.message }) });
    void worker.terminate();
  });
  worker.on('error', (error) => fail(describeDeath(error, name, limits)));
  worker.on('exit', (code) => {
    live--;
    fail({ code: 'ended', message: say.ended({ name, status: code }) });
  });
  return {
    client,
    isAlive: () => alive,
    end(reason) {
      fail(reason);
      void worker.terminate();
    },
  };
}

function describeDeath(error: unknown, name: string, limits: Limits): CallError {
  if (error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY')
    return outOfMemory(name, limits);
  const message =
    error instanceof Error ? say.stopped({ name, error: error.message }) : say.stoppedWithoutReason({ name });
  return { code: 'internal', message };
}
