/** Opens one member again: unpacks from the start and stops behind it. Half a second for the last of a large bundle. */
import { joinBytes, startsWithBytes } from '../core/bytes.ts';
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
  const opened = await openSource(source);
  const parts: Uint8Array[] = [];
  let position = 0;
  try {
    const end = member.offset + member.sizeBytes;
    for await (const chunk of opened.chunks(CHUNK_BYTES)) {
      if (signal?.aborted) throw new BundleError('cancelled', 'Reading was cancelled.');
      const from = Math.max(0, member.offset - position);
      const to = Math.min(chunk.length, end - position);
      if (from < to) parts.push(chunk.slice(from, to));
      position += chunk.length;
      if (position >= end) break;
    }
  } catch (error) {
    // A cut archive still has the bytes before the cut, and that it is cut was said when it was analysed.
    if (error instanceof BundleError) throw error;
  } finally {
    await opened.close();
  }
  return joinBytes(parts);
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
