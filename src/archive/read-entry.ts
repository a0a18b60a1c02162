/** Opens one member again: unpacks from the start and stops behind it. Half a second for the last of a large bundle. */
import { countByte, joinBytes, startsWithBytes } from '../core/bytes.ts';
import { formatLinkLine } from '../core/parsers/pid-fd.ts';
import { BundleError } from './bundle-error.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import type { LinkFolder, Member } from './member-index.ts';
import { type ScanOptions, scanArchive } from './scan-archive.ts';
import { type BundleSource, openSource } from './source.ts';

/** Larger than for a scan: nobody looks at the bytes on the way, and each piece costs a change of threads. */
const CHUNK_BYTES = 1 << 20;

/** The bytes of a member; shorter than its size when the archive ends inside it. Throws BundleError. */
export async function readMember(source: BundleSource, member: Member, signal?: AbortSignal): Promise<Uint8Array> {
  if (member.sizeBytes > DEFAULT_LIMITS.maxMemberBytes) {
    throw new BundleError(
      'not-readable',
      `The entry has ${member.sizeBytes} bytes; at most ${DEFAULT_LIMITS.maxMemberBytes} are opened.`,
    );
  }
  const parts: Uint8Array[] = [];
  await readParts(source, member, signal, (part) => {
    parts.push(part.slice());
    return true;
  });
  return joinBytes(parts);
}

/** Lines of a member, counted from 1, both ends included; at most maxBytes of them. Throws BundleError. */
export async function readMemberLines(
  source: BundleSource,
  member: Member,
  { start, end }: { readonly start: number; readonly end: number },
  maxBytes: number,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let line = 1; // that the part begins in
  let size = 0;
  await readParts(source, member, undefined, (part) => {
    const ends = countByte(part, LF, 0, part.length);
    if (line + ends >= start) {
      const from = line >= start ? 0 : afterLines(part, start - line);
      const to = line + ends > end ? afterLines(part, end + 1 - line) : part.length;
      const kept = part.slice(from, Math.min(to, from + maxBytes - size));
      parts.push(kept);
      size += kept.length;
    }
    line += ends;
    return line <= end && size < maxBytes;
  });
  return joinBytes(parts);
}

const LF = 10;

/** Where the bytes go on behind so many line ends. */
function afterLines(bytes: Uint8Array, lines: number): number {
  let at = 0;
  for (let i = 0; i < lines; i++) at = bytes.indexOf(LF, at) + 1;
  return at;
}

/** Shows the bytes of a member piece by piece, only valid during the call, until there are no more or none are wanted. */
async function readParts(
  source: BundleSource,
  member: Member,
  signal: AbortSignal | undefined,
  take: (part: Uint8Array) => boolean,
): Promise<void> {
  const opened = await openSource(source);
  let position = 0;
  try {
    const end = member.offset + member.sizeBytes;
    for await (const chunk of opened.chunks(CHUNK_BYTES)) {
      if (signal?.aborted) throw new BundleError('cancelled', 'Reading was cancelled.');
      const from = Math.max(0, member.offset - position);
      const to = Math.min(chunk.length, end - position);
      position += chunk.length;
      if (from < to && !take(chunk.subarray(from, to))) break;
      if (position >= end) break;
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
  options: ScanOptions = {},
): Promise<string> {
  const decoder = new TextDecoder('utf-8');
  const prefix = new TextEncoder().encode(folder === '' ? '' : `${folder}/`);
  const links: { name: string; target: string }[] = [];
  await scanArchive(
    source,
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
    { chunkBytes: CHUNK_BYTES, ...options, range: { start, end } },
  );
  links.sort((a, b) => compareNames(a.name, b.name));
  return links.map(({ name, target }) => `${formatLinkLine(name, target)}\n`).join('');
}

function compareNames(a: string, b: string): number {
  const numbers = Number(a) - Number(b);
  if (!Number.isNaN(numbers) && numbers !== 0) return numbers;
  return a < b ? -1 : 1;
}
