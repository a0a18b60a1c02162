/** One analysis worker and the client that talks to it. */
import { Worker } from 'node:worker_threads';
import { type Client, createClient } from '../protocol/client.ts';

export interface WorkerThread {
  readonly client: Client;
  /** Ends the thread; pending calls are rejected. */
  dispose(): void;
}

let live = 0;

/** Threads that were started and have not ended yet: the tests ask for it after closing. */
export function liveWorkers(): number {
  return live;
}

// The joined model of the largest bundle seen takes 0.15 GB; a hostile one ends the worker, never the extension host.
const MAX_HEAP_MB = 2048;

export function startWorker(path: string): WorkerThread {
  // Flags of the host (--import, --inspect) are not for this thread: a preload could end it.
  const worker = new Worker(path, { execArgv: [], resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB } });
  live++;
  const client = createClient((message) => worker.postMessage(message));
  worker.on('message', (message) => client.receive(message));
  worker.on('error', (error) => client.fail({ code: 'internal', message: `The analysis stopped: ${error.message}` }));
  worker.on('exit', (code) => {
    live--;
    client.fail({ code: 'ended', message: `The analysis ended unexpectedly (exit status ${code}).` });
  });
  return {
    client,
    dispose() {
      client.fail({ code: 'ended', message: 'The analysis was ended.' });
      void worker.terminate();
    },
  };
}
