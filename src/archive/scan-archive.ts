/**
 * Reads an archive once, from the first byte to the last, and shows every member to a visitor. Nothing is written to
 * disk. A cut or damaged archive ends the reading early and is said; what came before it was seen.
 */
import type { BundleEnd, BundleVisitor } from '../core/bundle.ts';
import type { Message } from '../core/report/message.ts';
import { defineMessages } from '../core/wording/define-messages.ts';
import { BundleError } from './bundle-error.ts';
import { type BundleSource, type OpenedSource, UnpackError } from './bundle-source.ts';
import { type GuardedVisitor, guardVisitor } from './guarded-visitor.ts';
import { type ArchiveLimits, DEFAULT_LIMITS, type LimitNames } from './limits.ts';
import { createMemberFilter } from './member-filter.ts';
import { createMemberIndex, type MemberIndex, type MemberIndexBuilder, NO_INDEX } from './member-index.ts';
import { createTarStream } from './tar-stream.ts';

const say = defineMessages('scan-archive', {
  cancelled: 'Reading was cancelled.',
  nothingUnpacked: 'The gzip data is damaged from its start: nothing could be unpacked.',
  noMember: 'There is no tar archive in the file: it holds no readable member.',
  noMemberBecause: 'There is no tar archive in the file: it holds no readable member ({failure}).',
  limitNamed: '{what} ({limit})',
  maxBytes: 'reading stopped at the limit of {bytes, number, bytes} of unpacked data',
  maxEntries: 'reading stopped at the limit of {entries, number} members',
  maxRatio:
    'reading stopped: {bytes, number, bytes} came out of {packed, plural, one {# packed byte} other {# packed bytes}}, which no bundle does',
  gzipDamaged: 'the gzip data is damaged after {bytes, number} unpacked bytes',
  cut: 'the archive is cut: it ends after {bytes, number} unpacked bytes',
  damaged: 'the archive is damaged after {bytes, number} unpacked bytes: {error}',
  noEndMark: 'the archive is cut: it ends after {bytes, number} unpacked bytes, without its end mark',
});

interface ScanProgress {
  readonly packedBytesRead: number;
  readonly packedBytes: number;
  readonly entries: number;
}

export interface ScanOptions {
  /** Unpacked bytes that are looked at together; nothing depends on it but speed and memory. */
  readonly chunkBytes?: number;
  readonly limits?: ArchiveLimits;
  /** Told with the limit that ended the reading. */
  readonly limitNames?: LimitNames;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ScanProgress) => void;
  /** False when no member will be opened again: the index is empty then, and its names take no memory. */
  readonly isIndexed?: boolean;
  /** The part of the unpacked archive that is looked at: it begins and ends between two members. */
  readonly range?: { readonly start: number; readonly end: number };
}

export interface ScanResult {
  readonly end: BundleEnd;
  readonly index: MemberIndex;
}

/** Throws BundleError when the archive cannot be read at all, or when it was cancelled. */
export async function scanArchive(
  source: Pick<BundleSource, 'open'>,
  visitor: BundleVisitor,
  options: ScanOptions = {},
): Promise<ScanResult> {
  const opened = await source.open();
  try {
    return await scanOpened(opened, visitor, options);
  } finally {
    await opened.close();
  }
}

/** Of names that are told: PATH_MAX of Linux, where a hostile one may have as many bytes as it likes. */
const MAX_NAME_LENGTH = 4096;

interface ScanState {
  entries: number;
  bytes: number;
  current: string;
  failure: Message | null;
}

async function scanOpened(opened: OpenedSource, visitor: BundleVisitor, options: ScanOptions): Promise<ScanResult> {
  const limits = options.limits ?? DEFAULT_LIMITS;
  const state: ScanState = { entries: 0, bytes: 0, current: '', failure: null };
  const index = options.isIndexed === false ? NO_INDEX : createMemberIndex();
  const guarded = guardVisitor(visitor);
  const reader = createTarReader(guarded, index, state);
  try {
    for await (const chunk of opened.chunks(options.chunkBytes)) {
      if (options.signal?.aborted) throw new BundleError('cancelled', say.cancelled());
      const before = state.bytes;
      state.bytes += chunk.length;
      const over = overLimit(state, opened, limits, options.limitNames);
      if (over !== null) {
        state.failure = over;
        break;
      }
      const pending = reader.write(partOf(chunk, before, options.range));
      if (pending !== undefined) await pending;
      guarded.check();
      if (state.failure !== null || state.bytes >= (options.range?.end ?? Infinity)) break;
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
  else await reader.abort();
  guarded.check();
  if (state.entries === 0) throw nothingRead(state, opened.compressed);
  const entry = state.current.slice(0, MAX_NAME_LENGTH);
  const problems = state.failure === null ? [] : [{ entry, message: state.failure }];
  return {
    end: { entries: state.entries, bytes: state.bytes, complete: state.failure === null, problems },
    index: index.build(),
  };
}

/** `before` bytes of the archive lie before the chunk. */
function partOf(chunk: Uint8Array, before: number, range: ScanOptions['range']): Uint8Array {
  if (range === undefined) return chunk;
  return chunk.subarray(Math.max(0, range.start - before), Math.max(0, range.end - before));
}

function nothingRead(state: ScanState, compressed: boolean): BundleError {
  if (state.bytes === 0 && compressed) return new BundleError('not-a-tar', say.nothingUnpacked());
  const { failure } = state;
  return new BundleError('not-a-tar', failure === null ? say.noMember() : say.noMemberBecause({ failure }));
}

function overLimit(
  state: ScanState,
  opened: OpenedSource,
  limits: ArchiveLimits,
  names: LimitNames | undefined,
): Message | null {
  const told = (what: Message, limit: keyof LimitNames) =>
    names === undefined ? what : say.limitNamed({ what, limit: names[limit] });
  if (state.bytes > limits.maxBytes) return told(say.maxBytes({ bytes: limits.maxBytes }), 'maxBytes');
  if (state.entries > limits.maxEntries) return told(say.maxEntries({ entries: limits.maxEntries }), 'maxEntries');
  if (state.bytes > limits.ratioFloorBytes && state.bytes > limits.maxRatio * opened.packedBytes)
    return told(say.maxRatio({ bytes: state.bytes, packed: opened.packedBytes }), 'maxRatio');
  return null;
}

function describeFailure(error: unknown, bytes: number): Message {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof UnpackError && error.reason === 'damaged') return say.gzipDamaged({ bytes });
  // The second is how tar-stream says it.
  if (error instanceof UnpackError || /unexpected end/i.test(message)) return say.cut({ bytes });
  return say.damaged({ bytes, error: message.slice(0, 120) });
}

interface TarReader {
  /** A promise only where tar-stream has to be waited for. */
  write(chunk: Uint8Array): Promise<void> | undefined;
  end(): Promise<void>;
  abort(): Promise<void>;
}

function createTarReader(guarded: GuardedVisitor, index: MemberIndexBuilder, state: ScanState): TarReader {
  const { visitor } = guarded;
  const filter = createMemberFilter({
    link(bytes, name, target, isNext, start, end) {
      state.entries++;
      index.addLink(bytes, name, isNext, start, end);
      visitor.link(bytes, name, target, isNext);
    },
    folder(name) {
      state.entries++;
      visitor.directory(name);
    },
    file(name, body, offset) {
      state.entries++;
      state.current = name;
      index.addFile(name, offset, body.length);
      guarded.showWhole(name, body);
    },
    member: (offset) => tar.expect(offset),
  });
  const tar = createTarStream(visitor, index, state, filter.takenBytes);
  const writeAll = async (first: Uint8Array) => {
    for (let bytes: Uint8Array | null = first; bytes !== null; bytes = filter.next()) {
      await tar.write(bytes, filter.isInside());
    }
  };
  return {
    write(chunk) {
      filter.push(chunk);
      const bytes = filter.next();
      return bytes === null ? undefined : writeAll(bytes);
    },
    async end() {
      try {
        const rest = filter.rest();
        if (rest !== null) await tar.write(rest, true);
        await tar.end();
        // A tar that stops between two members is well-formed up to there: only the zeros at its end are missing.
        if (!filter.hasEnded()) state.failure = say.noEndMark({ bytes: state.bytes });
      } catch (error) {
        state.failure = describeFailure(error, state.bytes);
        tar.abort();
      }
    },
    async abort() {
      const rest = filter.rest();
      // Of a member that was cut the beginning is shown; whatever else is wrong was said already.
      if (rest !== null) await tar.write(rest, true).catch(() => {});
      tar.abort();
    },
  };
}
