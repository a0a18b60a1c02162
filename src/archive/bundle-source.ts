/**
 * Where the bytes of a bundle come from, as the reader of archives sees it, and what the first of them say: plain tar or
 * gzip. How a file is read and how gzip is unpacked depends on the host: `source.node.ts` does it for Node.
 */

import { defineMessages } from '../core/wording/define-messages.ts';
import { BundleError } from './bundle-error.ts';
import { BLOCK, hasHeaderChecksum } from './tar-header.ts';

const say = defineMessages('bundle-source', {
  empty: 'The file is empty.',
  unsupported: 'The file is {name}, not tar or tar.gz. Repack it: unpack it and run "{command}".',
  notATar: 'The file is neither a tar archive nor gzip: its first block is no tar header.',
});

/** A file of this machine, or bytes that somebody else has read. */
export type BundleOrigin = { readonly path: string } | { readonly bytes: Uint8Array };

/** A bundle that can be opened as often as something is read from it. */
export interface BundleSource {
  /** Looks at its first bytes; the name says nothing. Throws BundleError. */
  open(): Promise<OpenedSource>;
  /** A text that stands for the bytes as they are now; null when they cannot be read. */
  stamp(): Promise<string | null>;
}

export interface OpenedSource {
  /** Size of the packed archive in bytes. */
  readonly packedBytes: number;
  readonly compressed: boolean;
  /** Packed bytes that were read so far. */
  packedBytesRead(): number;
  /** Unpacked chunks, each valid until the next; throws UnpackError when the data is cut or damaged. */
  chunks(chunkBytes?: number): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

/** What a host reads bytes from. */
export interface ByteReader {
  readonly size: number;
  /** Fills the buffer with what is at this place, as far as there is something; how many bytes that were. */
  read(buffer: Uint8Array, position: number): Promise<number>;
  close(): Promise<void>;
}

/**
 * How a host unpacks gzip: gives chunks of this size, each valid until the next is asked for, and throws UnpackError.
 * `pieces` begins with the first piece each time that it is called; each piece is valid until the next is asked for.
 */
export type Unpack = (
  pieces: () => AsyncIterable<Uint8Array>,
  chunkBytes: number,
  packedBytes: number,
) => AsyncIterable<Uint8Array>;

/** The packed data ends too early, or is damaged, where it cannot be unpacked any further. */
export class UnpackError extends Error {
  override readonly name = 'UnpackError';
  readonly reason: 'cut' | 'damaged';

  constructor(reason: UnpackError['reason'], message: string) {
    super(message);
    this.reason = reason;
  }
}

/** Smaller chunks would double the time that unpacking takes: each costs a change of threads and back. */
const CHUNK_BYTES = 512 * 1024;

interface Magic {
  readonly bytes: readonly number[];
  readonly name: string;
}

const UNSUPPORTED: readonly Magic[] = [
  { bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], name: 'xz' },
  { bytes: [0x28, 0xb5, 0x2f, 0xfd], name: 'zstd' },
  { bytes: [0x42, 0x5a, 0x68], name: 'bzip2' },
  { bytes: [0x50, 0x4b, 0x03, 0x04], name: 'zip' },
  { bytes: [0x37, 0x7a, 0xbc, 0xaf], name: '7z' },
  { bytes: [0x85, 0x02], name: 'gpg' },
];

/** Looks at the first bytes; closes the reader when they are not those of an archive, and throws BundleError. */
export async function openReader(reader: ByteReader, unpack: Unpack): Promise<OpenedSource> {
  try {
    if (reader.size === 0) throw new BundleError('empty', say.empty());
    const block = new Uint8Array(BLOCK);
    const head = block.subarray(0, await reader.read(block, 0));
    const isTar = isTarHeader(head);
    const unsupported = isTar ? undefined : UNSUPPORTED.find(({ bytes }) => bytes.every((byte, i) => head[i] === byte));
    if (unsupported !== undefined) {
      throw new BundleError(
        'unsupported-compression',
        say.unsupported({ name: unsupported.name, command: 'tar czf bundle.tar.gz FOLDER' }),
      );
    }
    const compressed = !isTar && head[0] === 0x1f && head[1] === 0x8b;
    if (!compressed && !isTar) {
      throw new BundleError('not-a-tar', say.notATar());
    }
    return toOpened(reader, compressed ? unpack : null);
  } catch (error) {
    await reader.close();
    throw error;
  }
}

/** Reads from memory. */
export function readBytes(bytes: Uint8Array): ByteReader {
  return {
    size: bytes.length,
    async read(buffer, position) {
      const part = bytes.subarray(position, position + buffer.length);
      buffer.set(part);
      return part.length;
    },
    close: async () => {},
  };
}

/** A part of an archive that was unpacked before, from the start of a member on. */
export function unpackedSource(bytes: Uint8Array): Pick<BundleSource, 'open'> {
  return { open: async () => toOpened(readBytes(bytes), null) };
}

function toOpened(reader: ByteReader, unpack: Unpack | null): OpenedSource {
  let packed = 0;
  /** Pieces are of one buffer: each is overwritten by the next. */
  async function* pieces(pieceBytes: number): AsyncGenerator<Uint8Array> {
    const buffer = new Uint8Array(pieceBytes);
    packed = 0;
    for (;;) {
      const bytesRead = await reader.read(buffer, packed);
      if (bytesRead === 0) return;
      packed += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  }
  return {
    packedBytes: reader.size,
    compressed: unpack !== null,
    packedBytesRead: () => packed,
    chunks(chunkBytes = CHUNK_BYTES) {
      return unpack === null ? pieces(chunkBytes) : unpack(() => pieces(CHUNK_BYTES), chunkBytes, reader.size);
    },
    close: () => reader.close(),
  };
}

/** The first block carries the checksum of a tar header. */
function isTarHeader(block: Uint8Array): boolean {
  return block.length >= BLOCK && hasHeaderChecksum(new DataView(block.buffer, block.byteOffset, block.length), 0);
}

/** Of either end: gzip has its checksum in the last eight bytes, tar its first member in the first 512. */
const END_BYTES = 4096;

/** Size, both ends, and what else the host knows that changes with the bytes. */
export async function stampOf(reader: ByteReader, changed: string): Promise<string> {
  const last = Math.max(0, reader.size - END_BYTES);
  return `${reader.size} ${changed} ${await textAt(reader, 0)}${await textAt(reader, last)}`;
}

/** The bytes themselves, one a character: no digest of them would be shorter to explain. */
async function textAt(reader: ByteReader, position: number): Promise<string> {
  const buffer = new Uint8Array(END_BYTES);
  return String.fromCharCode(...buffer.subarray(0, await reader.read(buffer, position)));
}
