/** Where the bytes of a bundle come from, and how they are unpacked: a file or a buffer, plain tar or gzip. */
import { type FileHandle, open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { BundleError } from './bundle-error.ts';
import { hasHeaderChecksum } from './tar-header.ts';

export type BundleSource = { readonly path: string } | { readonly bytes: Uint8Array };

/** Node's defaults of 16 KB would double the time that unpacking takes; tar-stream overflows its stack above 1 MB. */
const CHUNK_BYTES = 512 * 1024;
const RESCUE_BYTES = 512;

export interface OpenedSource {
  /** Size of the packed archive in bytes. */
  readonly packedBytes: number;
  readonly compressed: boolean;
  /** Packed bytes that were read so far. */
  packedBytesRead(): number;
  /** Unpacked chunks; throws what zlib throws when the data is cut or damaged. */
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
    const head = await reader.head(512);
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
  head(bytes: number): Promise<Uint8Array>;
  stream(chunkBytes: number): Readable;
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
    async head(bytes) {
      const { buffer, bytesRead } = await handle.read(new Uint8Array(bytes), 0, bytes, 0);
      return buffer.subarray(0, bytesRead);
    },
    stream: (chunkBytes) => handle.createReadStream({ start: 0, highWaterMark: chunkBytes, autoClose: false }),
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
    head: async (length) => bytes.subarray(0, length),
    stream: (chunkBytes) => Readable.from(slices(bytes, chunkBytes), { objectMode: false, highWaterMark: chunkBytes }),
    close: async () => {},
  };
}

function* slices(bytes: Uint8Array, chunkBytes: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
}

function toOpened(reader: Reader, compressed: boolean): OpenedSource {
  let packed = 0;
  const countedStream = (chunkBytes: number) => {
    packed = 0;
    const stream = reader.stream(chunkBytes);
    stream.on('data', (chunk: Uint8Array) => {
      packed += chunk.length;
    });
    stream.pause();
    return stream;
  };
  return {
    packedBytes: reader.size,
    compressed,
    packedBytesRead: () => packed,
    chunks(chunkBytes = CHUNK_BYTES) {
      const stream = countedStream(chunkBytes);
      return compressed ? unpackAll(() => countedStream(CHUNK_BYTES), stream, chunkBytes) : stream;
    },
    close: () => reader.close(),
  };
}

/**
 * When the packed data is damaged, zlib throws away what the same call had unpacked before: up to a whole chunk, and of
 * a small bundle with some garbage behind it everything. Then it is unpacked once more, in pieces too small to matter.
 */
async function* unpackAll(reopen: () => Readable, stream: Readable, chunkBytes: number): AsyncGenerator<Uint8Array> {
  let given = 0;
  try {
    for await (const chunk of unpack(stream, chunkBytes)) {
      given += chunk.length;
      yield chunk;
    }
  } catch (error) {
    if (!isDataError(error)) throw error;
    let position = 0;
    for await (const chunk of unpack(reopen(), RESCUE_BYTES)) {
      position += chunk.length;
      if (position > given) yield chunk.subarray(Math.max(0, chunk.length - (position - given)));
    }
  }
}

function unpack(stream: Readable, chunkBytes: number): AsyncIterable<Uint8Array> {
  const gunzip = createGunzip({ chunkSize: chunkBytes });
  stream.on('error', (error) => gunzip.destroy(error));
  // Not pipeline(): when the reader stops early, only this stream has to end, without an error.
  gunzip.on('close', () => stream.destroy());
  return stream.pipe(gunzip);
}

function isDataError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'Z_DATA_ERROR';
}

/** The first block carries the checksum of a tar header. */
function isTarHeader(block: Uint8Array): boolean {
  return block.length >= 512 && hasHeaderChecksum(new DataView(block.buffer, block.byteOffset, block.length), 0);
}
