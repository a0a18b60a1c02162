/** What the extension needs of the host that it runs in; `worker-thread.node.ts` has it for Node. */
import type { Client } from '../protocol/client.ts';
import type { Limits } from '../protocol/limits.ts';
import type { CallError } from '../protocol/worker-messages.ts';

/** One analysis worker and the client that talks to it. */
export interface WorkerThread {
  readonly client: Client;
  /** False as soon as nothing more will come from it, whatever ended it. */
  isAlive(): boolean;
  /** Ends the thread, also one that never looks up; pending and later calls are rejected with the reason. */
  end(reason: CallError): void;
}

export interface Host {
  /** `name` is that of the bundle, for the sentences. */
  startWorker(name: string, limits: Limits): WorkerThread;
  /** Starts the thread of the bundle that is about to be opened: half of the time to its first finding is its start. */
  warmUpWorker(limits: Limits): void;
  /** Ends a thread that was started and has no bundle yet. */
  endSpareWorker(): void;
  /** Threads that were started and have not ended yet: the tests ask for it after closing. */
  liveWorkers(): number;
  /** Path of the user's own folder; undefined where there is none. */
  homeFolder(): string | undefined;
}
