/** Bundles made in memory: a list of members, given straight to the analysis or packed as a real tar. */
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import type { Bundle, BundleVisitor } from '../../../src/core/bundle.ts';

export type Member =
  | { readonly name: string; readonly text: string | Uint8Array }
  | { readonly name: string; readonly link: string }
  | { readonly name: string; readonly directory: true };

/** What is written short: `{ 'proc/uptime': '1 2\n', 'proc/1/fd/3': { link: 'socket:[9]' } }`. */
export type Members = Readonly<Record<string, string | Uint8Array | { readonly link: string }>>;

const encoder = new TextEncoder();

export function toBytes(text: string | Uint8Array): Uint8Array {
  return typeof text === 'string' ? encoder.encode(text) : text;
}

export function toMembers(members: Members): readonly Member[] {
  return Object.entries(members).map(([name, value]) =>
    typeof value === 'string' || value instanceof Uint8Array ? { name, text: value } : { name, link: value.link },
  );
}

export interface MemoryBundleOptions {
  readonly name?: string;
  /** Bytes of each chunk that a file is given in; whole files when left out. */
  readonly chunkBytes?: number;
  readonly complete?: boolean;
}

/** The members as a bundle, without any archive in between. */
export function memoryBundle(members: readonly Member[], options: MemoryBundleOptions = {}): Bundle {
  return {
    name: options.name ?? 'test-bundle',
    async visit(visitor) {
      let bytes = 0;
      for (const member of members) bytes += visitMember(member, visitor, options.chunkBytes);
      return { entries: members.length, bytes, complete: options.complete ?? true, problems: [] };
    },
  };
}

function visitMember(member: Member, visitor: BundleVisitor, chunkBytes: number | undefined): number {
  if ('link' in member) visitLink(member.name, member.link, visitor);
  else if ('directory' in member) visitor.directory(member.name);
  else {
    const bytes = toBytes(member.text);
    const sink = visitor.file(member.name, bytes.length);
    for (const chunk of inChunks(bytes, chunkBytes ?? bytes.length)) sink?.write(chunk);
    sink?.end(true);
    return bytes.length;
  }
  return 0;
}

/** The bytes around name and target are those of a header: neither begins at 0 nor ends the buffer. */
function visitLink(name: string, target: string, visitor: BundleVisitor): void {
  const bytes = encoder.encode(`/${name}\0${target}]9`);
  const nameEnd = 1 + encoder.encode(name).length;
  visitor.link(bytes, { start: 1, end: nameEnd }, { start: nameEnd + 1, end: bytes.length - 2 }, false);
}

/** Pieces of the given size; the same buffer is used for each, because a chunk is only valid during the call. */
export function* inChunks(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  if (bytes.length === 0) return;
  const buffer = new Uint8Array(Math.max(1, size));
  for (let at = 0; at < bytes.length; at += buffer.length) {
    const piece = bytes.subarray(at, at + buffer.length);
    buffer.set(piece);
    yield buffer.subarray(0, piece.length);
  }
}

/** The same bundle with every file in small pieces. */
export function rechunked(bundle: Bundle, chunkBytes: number): Bundle {
  return {
    name: bundle.name,
    visit: (visitor) =>
      bundle.visit({
        link: visitor.link,
        directory: visitor.directory,
        file(name, sizeBytes) {
          const sink = visitor.file(name, sizeBytes);
          if (sink === undefined) return undefined;
          return {
            write(chunk) {
              for (const piece of inChunks(chunk, chunkBytes)) sink.write(piece);
            },
            end: (complete) => sink.end(complete),
          };
        },
      }),
  };
}

/** A tar archive as tar-stream writes it: ustar, with pax headers where names are too long for it. */
export async function packTar(members: readonly Member[]): Promise<Uint8Array> {
  const tar = pack();
  const chunks: Uint8Array[] = [];
  const reading = (async () => {
    for await (const chunk of tar) chunks.push(chunk as Uint8Array);
  })();
  for (const member of members) {
    if ('link' in member) tar.entry({ name: member.name, type: 'symlink', linkname: member.link });
    else if ('directory' in member) tar.entry({ name: member.name, type: 'directory' });
    else tar.entry({ name: member.name }, Buffer.from(toBytes(member.text)));
  }
  tar.finalize();
  await reading;
  return Buffer.concat(chunks);
}

export async function packTarGz(members: readonly Member[]): Promise<Uint8Array> {
  return gzipSync(await packTar(members));
}
