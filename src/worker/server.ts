/** The answering end of the worker protocol: one bundle, opened once, read from as often as asked. */
import { type ArchiveBundle, createArchiveBundle } from '../archive/archive-bundle.ts';
import { BundleError } from '../archive/bundle-error.ts';
import { findMember, readExcerpts } from '../archive/excerpts.ts';
import { readLinks, readMember } from '../archive/read-entry.ts';
import type { BundleSource } from '../archive/source.ts';
import { analyze } from '../core/analyze.ts';
import { buildPage } from '../core/views/page.ts';
import {
  type FromWorker,
  type OpenedBundle,
  type Params,
  type Progress,
  parseToWorker,
  type Request,
} from '../protocol/worker-messages.ts';

export type Post = (message: FromWorker, transfer?: readonly ArrayBuffer[]) => void;

export interface Server {
  receive(message: unknown): Promise<void>;
}

interface Held {
  readonly source: BundleSource;
  readonly bundle: ArchiveBundle;
}

/** A tenth of a second between two reports of progress: more could not be seen. */
const PROGRESS_INTERVAL_MS = 100;

export function createServer(post: Post): Server {
  const running = new Map<number, AbortController>();
  let held: Held | null = null;

  const open = async (params: Params<'open'>, id: number, signal: AbortSignal): Promise<OpenedBundle> => {
    const onProgress = throttle((progress) => post({ id, progress }));
    const bundle = createArchiveBundle(params.name, params.source, { signal, onProgress });
    const analysis = await analyze(bundle);
    held = { source: params.source, bundle };
    const { model, places } = buildPage(analysis);
    const members = [...bundle.index().files.values()];
    return {
      report: analysis.report,
      page: model,
      places,
      files: members.map((member) => member.name),
      sizes: Float64Array.from(members, (member) => member.sizeBytes),
      linkFolders: [...bundle.index().linkFolders],
    };
  };
  const answer = async (request: Request, signal: AbortSignal): Promise<unknown> => {
    if (request.method === 'open') return open(request.params, request.id, signal);
    if (held === null) throw new BundleError('not-readable', 'No bundle is open.');
    const { source, bundle } = held;
    switch (request.method) {
      case 'readFile': {
        const member = findMember(bundle.index(), request.params.entry);
        if (member === undefined) throw new BundleError('no-such-entry', 'The bundle has no such entry.');
        return readMember(source, member, signal);
      }
      case 'readLinks':
        return readLinks(source, request.params.folder, signal);
      case 'readExcerpts':
        return readExcerpts(
          source,
          bundle.index(),
          request.params.places.map(({ note: _note, ...place }) => place),
        );
    }
  };
  return {
    async receive(raw) {
      const message = parseToWorker(raw);
      if (message === undefined) return;
      if ('cancel' in message) {
        running.get(message.cancel)?.abort();
        return;
      }
      const controller = new AbortController();
      running.set(message.id, controller);
      try {
        const result = await answer(message, controller.signal);
        post(
          { id: message.id, ok: true, result },
          result instanceof Uint8Array && isWhole(result) ? [result.buffer] : [],
        );
      } catch (error) {
        post({ id: message.id, ok: false, error: describeError(error) });
      } finally {
        running.delete(message.id);
      }
    },
  };
}

function isWhole(bytes: Uint8Array): bytes is Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer && bytes.byteLength === bytes.buffer.byteLength;
}

function describeError(error: unknown): { code: string; message: string } {
  if (error instanceof BundleError) return { code: error.code, message: error.message };
  return { code: 'internal', message: error instanceof Error ? error.message : 'unknown error' };
}

function throttle(report: (progress: Progress) => void): (progress: Progress) => void {
  let last = 0;
  return (progress) => {
    const now = performance.now();
    if (now - last < PROGRESS_INTERVAL_MS) return;
    last = now;
    report(progress);
  };
}
