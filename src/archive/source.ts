/** Where the bytes of a bundle come from, and how they are unpacked: a file or a buffer, plain tar or gzip. */
import { type FileHandle, open } from 'node:fs/promises';
import { createGunzip, type Gunzip } from 'node:zlib';
import { giveBack } from '../core/release.ts';
import { BundleError } from './bundle-error.ts';
import { hasHeaderChecksum } from './tar-header.ts';

export type BundleSource = { readonly path: string } | { readonly bytes: Uint8Array };

/** Node's default of 16 KB would double the time that unpacking takes: each chunk costs a change of threads and back. */
const CHUNK_BYTES = 512 * 1024;
const RESCUE_BYTES = 512;
/** Of what a larger packed archive unpacks to the memory is given back chunk by chunk. */
const LARGE_BYTES = 2 ** 24;

export interface OpenedSource {
  /** Size of the packed archive in bytes. */
  readonly packedBytes: number;
  readonly compressed: boolean;
  /** Packed bytes that were read so far. */
  packedBytesRead(): number;
  /** Unpacked chunks, each valid until the next; throws what zlib throws when the data is cut or damaged. */
  chunks(chunkBytes?: number): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

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

/** Opens a bundle and looks at its first bytes; the name says nothing. Throws BundleError. */
export async function openSource(source: BundleSource): Promise<OpenedSource> {
  const reader = 'path' in source ? await openFile(source.path) : openBytes(source.bytes);
  try {
    if (reader.size === 0) throw new BundleError('empty', 'The file is empty.');
    const block = new Uint8Array(512);
    const head = block.subarray(0, await reader.read(block, 0));
    const isTar = isTarHeader(head);
    const unsupported = isTar ? undefined : UNSUPPORTED.find(({ bytes }) => bytes.every((byte, i) => head[i] === byte));
    if (unsupported !== undefined) {
      throw new BundleError(
        'unsupported-compression',
        `The file is ${unsupported.name}, not tar or tar.gz. Repack it: unpack it and run "tar czf bundle.tar.gz FOLDER".`,
      );
    }
    const compressed = !isTar && head[0] === 0x1f && head[1] === 0x8b;
    if (!compressed && !isTar) {
      throw new BundleError(
        'not-a-tar',
        'The file is neither a tar archive nor gzip: its first block is no tar header.',
      );
    }
    return toOpened(reader, compressed);
  } catch (error) {
    await reader.close();
    throw error;
  }
}

interface Reader {
  readonly size: number;
  /** Fills the buffer with what is at this place, as far as there is something; how many bytes that were. */
  read(buffer: Uint8Array, position: number): Promise<number>;
  close(): Promise<void>;
}

async function openFile(path: string): Promise<Reader> {
  let handle: FileHandle;
  try {
    handle = await open(path, 'r');
  } catch (error) {
    throw fileError(error);
  }
  const stat = await handle.stat();
  if (!stat.isFile()) {
    await handle.close();
    throw new BundleError(
      'not-readable',
      'This is a folder or a device, not an archive. Pack it with "tar czf bundle.tar.gz FOLDER".',
    );
  }
  return {
    size: stat.size,
    read: async (buffer, position) => (await handle.read(buffer, 0, buffer.length, position)).bytesRead,
    close: () => handle.close(),
  };
}

function fileError(error: unknown): BundleError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT') return new BundleError('not-found', 'There is no such file.');
  if (code === 'EACCES' || code === 'EPERM')
    return new BundleError('not-readable', 'The file may not be read: permission denied.');
  if (code === 'EISDIR') return new BundleError('not-readable', 'This is a folder, not an archive.');
  return new BundleError('not-readable', `The file cannot be opened${code === '' ? '' : ` (${code})`}.`);
}

function openBytes(bytes: Uint8Array): Reader {
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

function toOpened(reader: Reader, compressed: boolean): OpenedSource {
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
    compressed,
    packedBytesRead: () => packed,
    chunks(chunkBytes = CHUNK_BYTES) {
      if (!compressed) return pieces(chunkBytes);
      return unpackAll(() => pieces(CHUNK_BYTES), chunkBytes, reader.size > LARGE_BYTES);
    },
    close: () => reader.close(),
  };
}

/**
 * When the packed data is damaged, zlib throws away what the same call had unpacked before: up to a whole chunk, and of
 * a small bundle with some garbage behind it everything. Then it is unpacked once more, in pieces too small to matter.
 */
async function* unpackAll(
  pieces: () => AsyncIterable<Uint8Array>,
  chunkBytes: number,
  isLarge: boolean,
): AsyncGenerator<Uint8Array> {
  let given = 0;
  try {
    for await (const chunk of unpack(pieces(), chunkBytes, isLarge)) {
      given += chunk.length;
      yield chunk;
    }
  } catch (error) {
    if (!isDataError(error)) throw error;
    let position = 0;
    for await (const chunk of unpack(pieces(), RESCUE_BYTES, false)) {
      position += chunk.length;
      if (position > given) yield chunk.subarray(Math.max(0, chunk.length - (position - given)));
    }
  }
}

/** Chunks are only valid until the next is asked for. */
async function* unpack(
  pieces: AsyncIterable<Uint8Array>,
  chunkBytes: number,
  isLarge: boolean,
): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip({ chunkSize: chunkBytes });
  let taken = () => {};
  const isTaken = () => new Promise<void>((resolve) => (taken = resolve));
  // An error of the reading destroys it, and is thrown below; one of its own ends the reading.
  const fed = feed(pieces, gunzip, isTaken).catch((error: Error) => gunzip.destroy(error));
  try {
    for await (const { buffer, byteOffset, length } of gunzip as AsyncIterable<Buffer<ArrayBuffer>>) {
      // Plain bytes: of a Buffer, slice() is no copy, and whoever wants to keep these has to.
      yield new Uint8Array(buffer, byteOffset, length);
      // Its memory is outside of the heap, where hundreds of chunks would wait for the next collection of garbage. One
      // that ends before its buffer does shares that with the next chunk, and small ones are of a buffer of all of Node.
      const isOwn = buffer.byteLength === chunkBytes && chunkBytes > Buffer.poolSize;
      if (isLarge && isOwn && byteOffset + length === chunkBytes) giveBack(buffer);
      taken();
    }
  } finally {
    gunzip.destroy();
    taken();
    await fed;
  }
}

/** Gives it the next piece when it has used up the one before. `isTaken` waits for the next chunk to be done with. */
async function feed(pieces: AsyncIterable<Uint8Array>, gunzip: Gunzip, isTaken: () => Promise<void>): Promise<void> {
  for await (const piece of pieces) {
    if (gunzip.destroyed) return;
    // A stream that is destroyed may not call back.
    await new Promise<void>((resolve) => {
      gunzip.once('close', resolve);
      gunzip.write(piece, () => {
        gunzip.off('close', resolve);
        resolve();
      });
    });
  }
  // That the data is cut is found at its end, and then what was unpacked and not yet taken would be lost.
  while (gunzip.readableLength > 0 && !gunzip.destroyed) await isTaken();
  gunzip.end();
}

function isDataError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'Z_DATA_ERROR';
}

/** The first block carries the checksum of a tar header. */
function isTarHeader(block: Uint8Array): boolean {
  return block.length >= 512 && hasHeaderChecksum(new DataView(block.buffer, block.byteOffset, block.length), 0);
}
