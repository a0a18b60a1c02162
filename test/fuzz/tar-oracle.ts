/**
 * The differential oracle of the tar path: what tar-stream alone sees of the same bytes. Written in blocks and waited
 * for, so that what lies before damage has been told before the damage is met.
 */
import { extract } from 'tar-stream';
import type { Member as IndexedMember } from '../../src/archive/member-index.ts';
import type { Seen } from '../core/support/recorder.ts';

export interface Reference {
  /** A line for each member that ended: kind, name, and target or content. */
  readonly members: readonly string[];
  /** The name of a file that the archive ends inside of, or in which it broke. */
  readonly open: string | null;
  readonly isWhole: boolean;
}

const STEP = 512;
const LONG_NAMES = 'LKNxg';

const decoder = new TextDecoder();

export async function readAlone(tar: Uint8Array): Promise<Reference> {
  const members: string[] = [];
  let open: string | null = null;
  let failed = false;
  const stream = extract();
  stream.on('error', () => {
    failed = true;
  });
  stream.on('entry', (header, body, next) => {
    const chunks: Uint8Array[] = [];
    const { type, name } = header;
    body.on('error', () => {});
    if (type === 'symlink' || type === 'link') members.push(line('link', name, header.linkname ?? ''));
    else if (type === 'directory') members.push(line('directory', name, ''));
    const isFile = type === 'file' || type === 'contiguous-file';
    const hasBody = (header.size ?? 0) > 0 && type !== 'directory';
    if (isFile && hasBody) open = name;
    if (isFile && !hasBody) members.push(line('file', name, ''));
    body.on('data', (chunk) => chunks.push((chunk as Uint8Array).slice()));
    if (hasBody) {
      body.on('end', () => {
        if (isFile) members.push(line('file', name, decoder.decode(Buffer.concat(chunks))));
        open = null;
        next();
      });
    } else {
      body.resume();
      next();
    }
  });
  for (let at = 0; at < tar.length && !failed; at += STEP) {
    if (!stream.write(tar.subarray(at, at + STEP))) await settled(stream);
    await tick();
  }
  if (!failed) {
    stream.end(null);
    await settled(stream);
  }
  await tick();
  return { members, open, isWhole: !failed && open === null };
}

/**
 * After a long name of no bytes tar-stream takes the padding of the next file for the name (extract.js, _longHeader
 * stays set), and is no measure for what follows.
 */
export function breaksTarStream(tar: Uint8Array): boolean {
  const text = Buffer.from(tar.buffer, tar.byteOffset, tar.length);
  for (let at = text.indexOf('ustar'); at >= 0; at = text.indexOf('ustar', at + 1)) {
    const start = at - 257;
    if (start < 0 || !LONG_NAMES.includes(String.fromCharCode(text[start + 156] ?? 0))) continue;
    if (!(Number.parseInt(text.toString('latin1', start + 124, start + 136).trim(), 8) > 0)) return true;
  }
  return false;
}

export function seenLines(seen: readonly Seen[]): readonly string[] {
  return seen.filter((each) => each.complete === true).map(({ kind, name, text }) => line(kind, name, text));
}

/** Decoders take a byte order mark away, and not every one here does. */
function line(kind: string, name: string, text: string): string {
  return JSON.stringify([kind, name.replace(/^\ufeff/, ''), text.replace(/^\ufeff/, '')]);
}

/** How the members that the archive reader has shown differ from those of tar-stream alone, or null. */
export function memberFault(seen: readonly Seen[], complete: boolean, reference: Reference): string | null {
  const lines = seenLines(seen);
  const at = lines.findIndex((each, i) => each !== reference.members[i]);
  if (at >= 0) return `members: number ${at} is ${clip(lines[at])}, not ${clip(reference.members[at])}`;
  if (lines.length < reference.members.length) return `members: ${clip(reference.members[lines.length])} is missing`;
  // An archive that just stops is whole to tar-stream, which does not ask for the end mark.
  if (complete && !reference.isWhole) return 'members: said to be whole, but tar-stream finds damage';
  return null;
}

/** The bytes at the place that the index gives are those that the visitor was shown. */
export function indexFault(files: Iterable<IndexedMember>, seen: readonly Seen[], tar: Uint8Array): string | null {
  const last = new Map(seen.flatMap((each) => (each.kind === 'file' ? [[each.name, each] as const] : [])));
  for (const { name, offset, sizeBytes } of files) {
    const shown = last.get(name);
    if (shown === undefined) return `index: ${clip(name)} was never shown`;
    if (shown.complete !== true) continue;
    const text = new TextDecoder().decode(tar.subarray(offset, offset + sizeBytes));
    if (text !== shown.text) return `index: other bytes at the place of ${clip(name)}`;
  }
  return null;
}

/** Folders of links are counted by the bytes of neighbours; here by their names. */
export function linkFault(
  folders: ReadonlyMap<string, { readonly count: number }>,
  seen: readonly Seen[],
): string | null {
  const expected = new Map<string, number>();
  for (const { kind, name } of seen) {
    if (kind !== 'link') continue;
    const folder = name.slice(0, Math.max(0, name.lastIndexOf('/'))).replace(/^\ufeff/, '');
    expected.set(folder, (expected.get(folder) ?? 0) + 1);
  }
  for (const [folder, count] of expected)
    if (folders.get(folder)?.count !== count)
      return `links: ${folders.get(folder)?.count ?? 0} in ${clip(folder)}, not ${count}`;
  return folders.size === expected.size ? null : 'links: a folder that has none';
}

function clip(text: string | undefined): string {
  return text === undefined ? 'nothing' : JSON.stringify(text.slice(0, 60));
}

type Tar = ReturnType<typeof extract>;

function settled(stream: Tar): Promise<void> {
  return new Promise((resolve) => {
    const names = ['drain', 'finish', 'error', 'close'] as const;
    const done = () => {
      for (const name of names) stream.off(name, done);
      resolve();
    };
    for (const name of names) stream.on(name, done);
  });
}

/** streamx tells in microtasks what was written before. */
function tick(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
