/** One analysis worker and the client that talks to it. */
import { Worker } from 'node:worker_threads';
import { type Client, createClient } from '../protocol/client.ts';
import { type Limits, outOfMemory } from '../protocol/limits.ts';
import type { CallError } from '../protocol/worker-messages.ts';

export interface WorkerThread {
  readonly client: Client;
  /** False as soon as nothing more will come from it, whatever ended it. */
  isAlive(): boolean;
  /** Ends the thread, also one that never looks up; pending and later calls are rejected with the reason. */
  end(reason: CallError): void;
}

let live = 0;

/** Threads that were started and have not ended yet: the tests ask for it after closing. */
export function liveWorkers(): number {
  return live;
}

/** A small one is collected more often and kept smaller: two thirds of the peak at the same speed, as measured. */
const MAX_YOUNG_MB = 4;

/** `name` is that of the bundle, for the sentences. */
export function startWorker(path: string, name: string, limits: Limits): WorkerThread {
  // A hostile bundle ends the worker, never the extension host. Flags of the host (--import, --inspect) are not for this
  // thread: a preload could end it.
  const worker = new Worker(path, {
    execArgv: [],
    resourceLimits: {
      maxOldGenerationSizeMb: Math.floor(limits.maxMemoryBytes / 2 ** 20),
      maxYoungGenerationSizeMb: MAX_YOUNG_MB,
    },
  });
  live++;
  let alive = true;
  const client = createClient((message) => worker.postMessage(message));
  const fail = (reason: CallError) => {
    alive = false;
    client.fail(reason);
  };
  worker.on('message', (message) => client.receive(message));
  worker.on('messageerror', (error) => {
    fail({ code: 'internal', message: `The analysis of ${name} gave an answer that cannot be read: ${error.message}` });
    void worker.terminate();
  });
  worker.on('error', (error) => fail(describeDeath(error, name, limits)));
  worker.on('exit', (code) => {
    live--;
    fail({ code: 'ended', message: `The analysis of ${name} ended unexpectedly (exit status ${code}).` });
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
  const message = error instanceof Error ? error.message : 'unknown error';
  return { code: 'internal', message: `The analysis of ${name} stopped: ${message}` };
}
