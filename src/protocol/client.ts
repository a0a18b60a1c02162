/**
 * The calling end of the worker protocol: requests with ids, and progress; pending calls are rejected when the other end
 * is gone, so nobody waits for ever. A call is given up by ending the worker: while it joins it could not hear of it.
 */
import type { Text } from '../core/report/message.ts';
import { ENGLISH } from '../core/wording/languages.ts';
import {
  type CallError,
  type Method,
  type Params,
  type Progress,
  parseFromWorker,
  type Results,
} from './worker-messages.ts';

export class CallFailed extends Error {
  override readonly name = 'CallFailed';
  readonly code: string;
  /** The message of the error is this in English. */
  readonly said: Text;

  constructor({ code, message }: CallError) {
    super(ENGLISH.text(message));
    this.code = code;
    this.said = message;
  }
}

interface CallOptions {
  readonly onProgress?: (progress: Progress) => void;
}

export interface Client {
  call<M extends Method>(method: M, params: Params<M>, options?: CallOptions): Promise<Results[M]>;
  /** To be fed with everything that the worker posts. */
  receive(message: unknown): void;
  /** Rejects whatever is pending, and every later call; the first reason is the one that is told. */
  fail(error: CallError): void;
}

interface Pending {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly onProgress: ((progress: Progress) => void) | undefined;
}

export function createClient(post: (message: unknown) => void): Client {
  const pending = new Map<number, Pending>();
  let next = 1;
  let failure: CallError | null = null;
  return {
    call<M extends Method>(method: M, params: Params<M>, options: CallOptions = {}): Promise<Results[M]> {
      if (failure !== null) return Promise.reject(new CallFailed(failure));
      const id = next++;
      return new Promise<Results[M]>((resolve, reject) => {
        // The result is that of the method called: the worker's handler table is typed by the same map.
        pending.set(id, { resolve: (result) => resolve(result as Results[M]), reject, onProgress: options.onProgress });
        post({ id, method, params });
      });
    },
    receive(raw) {
      const message = parseFromWorker(raw);
      if (message === undefined) return;
      const call = pending.get(message.id);
      if (call === undefined) return;
      if ('progress' in message) {
        call.onProgress?.(message.progress);
        return;
      }
      pending.delete(message.id);
      if (message.ok) call.resolve(message.result);
      else call.reject(new CallFailed(message.error));
    },
    fail(error) {
      failure ??= error;
      for (const call of pending.values()) call.reject(new CallFailed(failure));
      pending.clear();
    },
  };
}
