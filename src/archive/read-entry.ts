/**
 * Opens one member again: from the store of blocks where that has it, else by unpacking from the start up to it, which
 * takes half a second and more for the last of a large bundle.
 */
import { joinBytes, startsWithBytes } from '../core/bytes.ts';
import { formatLinkLine } from '../core/parsers/proc/pid-fd.ts';
import { defineMessages } from '../core/wording/define-messages.ts';
import { type BlockStore, EMPTY_STORE } from './block-store.ts';
import { BundleError } from './bundle-error.ts';
import { type BundleSource, unpackedSource } from './bundle-source.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import { createLinePicker, type LineRange } from './line-picker.ts';
import type { LinkFolder, Member } from './member-index.ts';
import { type ScanOptions, scanArchive } from './scan-archive.ts';

const say = defineMessages('read-entry', {
  tooLarge: 'The entry has {bytes, number} bytes; at most {limit, number} are opened.',
  cancelled: 'Reading was cancelled.',
});

/** Larger than for a scan: nobody looks at the bytes on the way, and each piece costs a change of threads. */
const CHUNK_BYTES = 1 << 20;

export interface ReadOptions {
  readonly signal?: AbortSignal | undefined;
  readonly store?: BlockStore | undefined;
}

/** Links of one folder may lie far apart; what is between them is then not put together. */
const MAX_LINK_BYTES = 64 << 20;

/** The bytes of a member; shorter than its size when the archive ends inside it. Throws BundleError. */
export async function readMember(
  source: BundleSource,
  member: Member,
  { signal, store }: ReadOptions = {},
): Promise<Uint8Array> {
  if (member.sizeBytes > DEFAULT_LIMITS.maxMemberBytes) {
    throw new BundleError(
      'not-readable',
      say.tooLarge({ bytes: member.sizeBytes, limit: DEFAULT_LIMITS.maxMemberBytes }),
    );
  }
  const parts: Uint8Array[] = [];
  const keep = (_: Member, part: Uint8Array) => parts.push(part.slice()) > 0;
  await readParts(source, [member], keep, { signal, store });
  return joinBytes(parts);
}

/** Lines of a member; at most maxBytes of them. Throws BundleError. */
export async function readMemberLines(
  source: BundleSource,
  member: Member,
  range: LineRange,
  maxBytes: number,
  options: ReadOptions = {},
): Promise<Uint8Array> {
  const picker = createLinePicker([range], maxBytes);
  await readParts(source, [member], (_, part) => picker.write(part), options);
  return picker.picked()[0] ?? new Uint8Array(0);
}

/**
 * Shows the bytes of members piece by piece, only valid during the call, in one pass over the archive; of a member for
 * which `take` returns false no more are shown.
 */
export async function readParts(
  source: BundleSource,
  members: readonly Member[],
  take: (member: Member, part: Uint8Array) => boolean,
  { signal, store = EMPTY_STORE }: ReadOptions = {},
): Promise<void> {
  let open = [...members].sort((a, b) => a.offset - b.offset);
  if (open.every(({ offset, sizeBytes }) => store.has(offset + sizeBytes))) {
    for (const member of open) {
      for await (const part of store.pieces(member.offset, member.offset + member.sizeBytes)) {
        if (signal?.aborted) throw new BundleError('cancelled', say.cancelled());
        if (!take(member, part)) break;
      }
    }
    return;
  }
  const opened = await source.open();
  let position = 0;
  try {
    for await (const chunk of opened.chunks(CHUNK_BYTES)) {
      if (signal?.aborted) throw new BundleError('cancelled', say.cancelled());
      const end = position + chunk.length;
      const done = new Set<Member>();
      for (const member of open) {
        if (member.offset >= end) break;
        const last = member.offset + member.sizeBytes;
        const part = chunk.subarray(Math.max(0, member.offset - position), Math.min(chunk.length, last - position));
        const wantsMore = part.length === 0 || take(member, part);
        if (last <= end || !wantsMore) done.add(member);
      }
      if (done.size > 0) open = open.filter((member) => !done.has(member));
      position = end;
      if (open.length === 0) break;
    }
  } catch (error) {
    // A cut archive still has the bytes before the cut, and that it is cut was said when it was analysed.
    if (error instanceof BundleError) throw error;
  } finally {
    await opened.close();
  }
}

/**
 * The links of one folder as text, `7 -> socket:[12390]` a line, sorted by number, then by name. What `ls` would show
 * of /proc/PID/fd: links are members without a body, so there is nothing else to open.
 */
export async function readLinks(
  source: BundleSource,
  { folder, start, end }: LinkFolder,
  { store = EMPTY_STORE, ...options }: ScanOptions & ReadOptions = {},
): Promise<string> {
  const decoder = new TextDecoder('utf-8');
  const prefix = new TextEncoder().encode(folder === '' ? '' : `${folder}/`);
  const links: { name: string; target: string }[] = [];
  const isStored = store.has(end) && end - start <= MAX_LINK_BYTES;
  await scanArchive(
    isStored ? unpackedSource(await joinPieces(store.pieces(start, end))) : source,
    {
      file: () => undefined,
      directory: () => {},
      link(bytes, name, target) {
        if (!startsWithBytes(bytes.subarray(name.start, name.end), prefix)) return;
        const rest = decoder.decode(bytes.subarray(name.start + prefix.length, name.end));
        if (rest.includes('/')) return;
        links.push({ name: rest, target: decoder.decode(bytes.subarray(target.start, target.end)) });
      },
    },
    isStored ? options : { chunkBytes: CHUNK_BYTES, ...options, range: { start, end } },
  );
  links.sort((a, b) => compareNames(a.name, b.name));
  return links.map(({ name, target }) => `${formatLinkLine(name, target)}\n`).join('');
}

async function joinPieces(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const piece of pieces) parts.push(piece.slice());
  return joinBytes(parts);
}

function compareNames(a: string, b: string): number {
  const numbers = Number(a) - Number(b);
  if (!Number.isNaN(numbers) && numbers !== 0) return numbers;
  return a < b ? -1 : 1;
}
