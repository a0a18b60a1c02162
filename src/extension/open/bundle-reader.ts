/**
 * The worker of one bundle, through its ends: it may be cancelled at any time, die while it reads, or die later and be
 * needed again. Whatever happens, a call ends with a result or a sentence. Knows nothing of VS Code.
 */
import { defineMessages } from '../../core/wording/define-messages.ts';
import { CallFailed } from '../../protocol/client.ts';
import type { Limits } from '../../protocol/limits.ts';
import type { CallError, Method, OpenedBundle, Params, Progress, Results } from '../../protocol/worker-messages.ts';
import type { Host, WorkerThread } from '../host.ts';

export interface ReaderInput {
  readonly name: string;
  readonly startWorker: Host['startWorker'];
  /** The tag of the reader's language: of the page, of reports and of errors. */
  readonly language: string;
  /** Where the bytes are; asked for each time that a worker is started, as are the limits. */
  source(): Promise<Params<'open'>['source']>;
  limits(): Limits;
}

/** One way from the source to a worker that has read it, until it is ended. */
interface Reading {
  thread: WorkerThread | null;
  /** Settles with the first of: read, failed, ended. */
  readonly opened: Promise<OpenedBundle>;
  end(reason: CallError): void;
}

const say = defineMessages('bundle-reader', {
  cancelled: 'Reading was cancelled.',
  closed: 'The bundle was closed.',
});

const CANCELLED: CallError = { code: 'cancelled', message: say.cancelled() };
const CLOSED: CallError = { code: 'ended', message: say.closed() };

export class BundleReader {
  readonly #input: ReaderInput;
  #reading: Reading | null = null;
  /** Of the file as the page shows it; null until it was read. */
  #stamp: string | null = null;
  /** Root of the node that the page shows, when somebody chose it. */
  #node: string | null = null;

  constructor(input: ReaderInput) {
    this.#input = input;
  }

  /**
   * Reads the bundle in a new worker, ending what was under way. Rejects with CallFailed. `node`: the root of the node to
   * show, null for the worst of the archive.
   */
  async open(onProgress: (progress: Progress) => void, node: string | null = null): Promise<OpenedBundle> {
    this.#reading?.end(CANCELLED);
    this.#stamp = null;
    this.#node = node;
    this.#reading = this.#start(onProgress);
    const opened = await this.#reading.opened;
    this.#stamp = opened.stamp;
    return opened;
  }

  /** At every stage, at once: the worker is ended, since while it joins it would not hear of it. */
  cancel(): void {
    this.#reading?.end(CANCELLED);
  }

  /** Asks the worker that has read the bundle. One that died since is replaced, if the file is still the same. */
  async call<M extends Exclude<Method, 'open'>>(method: M, params: Params<M>): Promise<Results[M]> {
    const reading = this.#reading;
    if (reading === null || this.#stamp === null) throw new CallFailed(CLOSED);
    await reading.opened.catch(() => undefined);
    // Calls that come together share the worker that the first of them starts.
    if (this.#reading === reading && !isAlive(reading)) this.#reading = this.#start();
    const current = this.#reading;
    await current?.opened;
    const client = current?.thread?.client;
    if (client === undefined) throw new CallFailed(CLOSED);
    return client.call(method, params);
  }

  dispose(): void {
    this.#reading?.end(CLOSED);
    this.#reading = null;
  }

  #start(onProgress?: (progress: Progress) => void): Reading {
    const { name, language, startWorker } = this.#input;
    const limits = this.#input.limits();
    const stamp = this.#stamp;
    const node = this.#node;
    let ended: CallError | null = null;
    let stop: (error: CallFailed) => void = () => {};
    // The source may be a slow one, somewhere else: it is not waited for once nobody wants it.
    const stopped = new Promise<never>((_, reject) => (stop = reject));
    stopped.catch(() => undefined);
    const open = async () => {
      const source = await Promise.race([this.#input.source(), stopped]);
      if (ended !== null) throw new CallFailed(ended);
      const thread = startWorker(name, limits);
      reading.thread = thread;
      const params = {
        name,
        source,
        limits,
        language,
        ...(stamp === null ? {} : { stamp }),
        ...(node === null ? {} : { node }),
      };
      try {
        return await thread.client.call('open', params, onProgress === undefined ? {} : { onProgress });
      } catch (error) {
        // It has nothing to be asked for.
        thread.end(CLOSED);
        throw error;
      }
    };
    const reading: Reading = {
      thread: null,
      // Begins when the reading is there to be told its thread.
      opened: Promise.resolve().then(open),
      end(reason) {
        ended ??= reason;
        stop(new CallFailed(ended));
        reading.thread?.end(reason);
      },
    };
    // Who waits for it hears of it; often nobody does.
    reading.opened.catch(() => undefined);
    return reading;
  }
}

function isAlive({ thread }: Reading): boolean {
  return thread?.isAlive() === true;
}
