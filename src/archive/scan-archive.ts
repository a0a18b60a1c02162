/**
 * Reads an archive once, from the first byte to the last, and shows every member to a visitor. Nothing is written to
 * disk. A cut or damaged archive ends the reading early and is said; what came before it was seen.
 */
import { extract, type Header } from 'tar-stream';
import type { BundleEnd, BundleVisitor } from '../core/bundle.ts';
import { BundleError } from './bundle-error.ts';
import { guardVisitor } from './guarded-visitor.ts';
import { type ArchiveLimits, DEFAULT_LIMITS } from './limits.ts';
import { createLinkFilter } from './link-filter.ts';
import { createMemberIndex, type MemberIndex } from './member-index.ts';
import { type BundleSource, type OpenedSource, openSource } from './source.ts';

interface ScanProgress {
  readonly packedBytesRead: number;
  readonly packedBytes: number;
  readonly entries: number;
}

export interface ScanOptions {
  readonly limits?: ArchiveLimits;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ScanProgress) => void;
}

export interface ScanResult {
  readonly end: BundleEnd;
  readonly index: MemberIndex;
}

/** Throws BundleError when the archive cannot be read at all, or when it was cancelled. */
export async function scanArchive(
  source: BundleSource,
  visitor: BundleVisitor,
  options: ScanOptions = {},
): Promise<ScanResult> {
  const opened = await openSource(source);
  try {
    return await scanOpened(opened, visitor, options);
  } finally {
    await opened.close();
  }
}

interface ScanState {
  entries: number;
  bytes: number;
  current: string;
  failure: string | null;
}

async function scanOpened(opened: OpenedSource, visitor: BundleVisitor, options: ScanOptions): Promise<ScanResult> {
  const limits = options.limits ?? DEFAULT_LIMITS;
  const state: ScanState = { entries: 0, bytes: 0, current: '', failure: null };
  const index = createMemberIndex();
  const guarded = guardVisitor(visitor);
  const reader = createTarReader(guarded.visitor, index, state);
  try {
    for await (const chunk of opened.chunks()) {
      if (options.signal?.aborted) throw new BundleError('cancelled', 'Reading was cancelled.');
      state.bytes += chunk.length;
      const over = overLimit(state, opened, limits);
      if (over !== null) {
        state.failure = over;
        break;
      }
      await reader.write(chunk);
      guarded.check();
      if (state.failure !== null) break;
      options.onProgress?.({
        packedBytesRead: opened.packedBytesRead(),
        packedBytes: opened.packedBytes,
        entries: state.entries,
      });
    }
  } catch (error) {
    guarded.check();
    if (error instanceof BundleError) throw error;
    state.failure ??= describeFailure(error, state.bytes);
  }
  if (state.failure === null) await reader.end();
  else reader.abort();
  guarded.check();
  if (state.entries === 0) throw nothingRead(state, opened.compressed);
  const problems = state.failure === null ? [] : [{ entry: state.current, message: state.failure }];
  return {
    end: { entries: state.entries, bytes: state.bytes, complete: state.failure === null, problems },
    index: index.build(),
  };
}

function nothingRead(state: ScanState, compressed: boolean): BundleError {
  if (state.bytes === 0 && compressed)
    return new BundleError('not-a-tar', 'The gzip data is damaged from its start: nothing could be unpacked.');
  const why = state.failure === null ? '' : ` (${state.failure})`;
  return new BundleError('not-a-tar', `There is no tar archive in the file: it holds no readable member${why}.`);
}

function overLimit(state: ScanState, opened: OpenedSource, limits: ArchiveLimits): string | null {
  if (state.bytes > limits.maxBytes) return `reading stopped at the limit of ${gib(limits.maxBytes)} of unpacked data`;
  if (state.entries > limits.maxEntries) return `reading stopped at the limit of ${limits.maxEntries} members`;
  if (state.bytes > limits.ratioFloorBytes && state.bytes > limits.maxRatio * opened.packedBytes) {
    return `reading stopped: ${gib(state.bytes)} came out of ${opened.packedBytes} packed bytes, which no bundle does`;
  }
  return null;
}

function gib(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}

function describeFailure(error: unknown, bytes: number): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const message = error instanceof Error ? error.message : String(error);
  if (code === 'Z_BUF_ERROR' || /unexpected end/i.test(message))
    return `the archive is cut: it ends after ${bytes} unpacked bytes`;
  if (code.startsWith('Z_')) return `the gzip data is damaged after ${bytes} unpacked bytes`;
  return `the archive is damaged after ${bytes} unpacked bytes: ${message.slice(0, 120)}`;
}

interface TarReader {
  write(chunk: Uint8Array): Promise<void>;
  end(): Promise<void>;
  abort(): void;
}

function createTarReader(
  visitor: BundleVisitor,
  index: ReturnType<typeof createMemberIndex>,
  state: ScanState,
): TarReader {
  const tar = extract();
  const headerOffsets: number[] = [];
  let offsetsTaken = 0;
  let linkBytes = 0;
  let finishOpenSink: (() => void) | null = null;
  let failed: Error | null = null;
  const encoder = new TextEncoder();
  tar.on('error', (error: Error) => {
    failed = error;
  });
  tar.on('entry', (header: Header & { byteOffset?: number }, stream, next) => {
    // A broken archive breaks the stream of the member it is in too; without a listener that would end the process.
    stream.on('error', () => {});
    state.entries++;
    state.current = header.name;
    const headerOffset = headerOffsets[offsetsTaken++];
    const offset = headerOffset === undefined ? (header.byteOffset ?? 0) + linkBytes : headerOffset + 512;
    const size = header.size ?? 0;
    if (header.type === 'symlink' || header.type === 'link') {
      const name = encoder.encode(header.name);
      index.addLink(name);
      visitor.link(name, encoder.encode(header.linkname ?? ''));
    } else if (header.type === 'directory') visitor.directory(header.name);
    const isFile = header.type === 'file' || header.type === 'contiguous-file';
    if (isFile) index.addFile({ name: header.name, offset, sizeBytes: size });
    const sink = isFile ? visitor.file(header.name, size) : undefined;
    if (size === 0 || header.type === 'directory') {
      sink?.end(true);
      // streamx ends an empty entry only when it is read.
      stream.resume();
      next();
      return;
    }
    if (sink === undefined) {
      stream.on('end', () => next());
      stream.resume();
      return;
    }
    finishOpenSink = () => sink.end(false);
    stream.on('data', (chunk) => sink.write(chunk as Uint8Array));
    stream.on('end', () => {
      finishOpenSink = null;
      sink.end(true);
      next();
    });
  });
  const forwarded: Uint8Array[] = [];
  const filter = createLinkFilter({
    link(name, target) {
      linkBytes += 512;
      state.entries++;
      index.addLink(name);
      visitor.link(name, target);
    },
    forward: (bytes) => forwarded.push(bytes),
    member: (offset) => headerOffsets.push(offset),
  });
  const writeForwarded = async () => {
    for (const bytes of forwarded.splice(0)) {
      if (failed !== null) break;
      if (!tar.write(bytes)) await drained(tar);
    }
    if (failed !== null) throw failed;
  };
  return {
    async write(chunk) {
      filter.push(chunk);
      await writeForwarded();
    },
    async end() {
      const ended = filter.end();
      try {
        await writeForwarded();
        await endTar(tar);
        // A tar that stops between two members is well-formed up to there: only the zeros at its end are missing.
        if (!ended)
          state.failure = `the archive is cut: it ends after ${state.bytes} unpacked bytes, without its end mark`;
      } catch (error) {
        state.failure = describeFailure(error, state.bytes);
        this.abort();
      }
    },
    abort() {
      finishOpenSink?.();
      finishOpenSink = null;
      tar.destroy();
    },
  };
}

function endTar(tar: ReturnType<typeof extract>): Promise<void> {
  return new Promise((resolve, reject) => {
    tar.on('finish', () => resolve());
    tar.on('error', reject);
    tar.end(null);
  });
}

function drained(tar: ReturnType<typeof extract>): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (done: () => void) => () => {
      tar.off('drain', onDrain);
      tar.off('error', onError);
      done();
    };
    const onDrain = settle(resolve);
    const onError = (error: Error) => settle(() => reject(error))();
    tar.on('drain', onDrain);
    tar.on('error', onError);
  });
}
