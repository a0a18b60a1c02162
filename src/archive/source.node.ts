/** How Node reads bundles: files and bytes, gzip unpacked by zlib. */
import { type FileHandle, open, stat } from 'node:fs/promises';
import { createGunzip, type Gunzip } from 'node:zlib';
import { giveBack } from '../core/release.ts';
import { defineMessages } from '../core/wording/define-messages.ts';
import { BundleError } from './bundle-error.ts';
import {
  type BundleOrigin,
  type BundleSource,
  type ByteReader,
  openReader,
  readBytes,
  stampOf,
  UnpackError,
} from './bundle-source.ts';

const say = defineMessages('source', {
  notAFile: 'This is a folder or a device, not an archive. Pack it with "{command}".',
  notFound: 'There is no such file.',
  denied: 'The file may not be read: permission denied.',
  folder: 'This is a folder, not an archive.',
  notOpened: 'The file cannot be opened.',
  notOpenedBecause: 'The file cannot be opened ({code}).',
});

const RESCUE_BYTES = 512;
/** Of what a larger packed archive unpacks to the memory is given back chunk by chunk. */
const LARGE_BYTES = 2 ** 24;

/** A file, opened anew for each reading, or bytes. */
export function createSource(origin: BundleOrigin): BundleSource {
  if ('bytes' in origin) {
    const { bytes } = origin;
    return { open: () => openReader(readBytes(bytes), unpackAll), stamp: () => stampOf(readBytes(bytes), '') };
  }
  const { path } = origin;
  return { open: async () => openReader(await openFile(path), unpackAll), stamp: () => stampFile(path) };
}

async function openFile(path: string): Promise<ByteReader> {
  let handle: FileHandle;
  try {
    handle = await open(path, 'r');
  } catch (error) {
    throw fileError(error);
  }
  const found = await handle.stat();
  if (!found.isFile()) {
    await handle.close();
    throw new BundleError('not-readable', say.notAFile({ command: 'tar czf bundle.tar.gz FOLDER' }));
  }
  return toReader(handle, found.size);
}

async function stampFile(path: string): Promise<string | null> {
  let handle: FileHandle | undefined;
  try {
    // Opening a pipe would wait for somebody to write into it.
    if (!(await stat(path)).isFile()) return null;
    handle = await open(path, 'r');
    const { size, mtimeNs } = await handle.stat({ bigint: true });
    return await stampOf(toReader(handle, Number(size)), String(mtimeNs));
  } catch {
    return null;
  } finally {
    await handle?.close();
  }
}

function toReader(handle: FileHandle, size: number): ByteReader {
  return {
    size,
    read: async (buffer, position) => (await handle.read(buffer, 0, buffer.length, position)).bytesRead,
    close: () => handle.close(),
  };
}

function fileError(error: unknown): BundleError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT') return new BundleError('not-found', say.notFound());
  if (code === 'EACCES' || code === 'EPERM') return new BundleError('not-readable', say.denied());
  if (code === 'EISDIR') return new BundleError('not-readable', say.folder());
  return new BundleError('not-readable', code === '' ? say.notOpened() : say.notOpenedBecause({ code }));
}

/**
 * When the packed data is damaged, zlib throws away what the same call had unpacked before: up to a whole chunk, and of
 * a small bundle with some garbage behind it everything. Then it is unpacked once more, in pieces too small to matter.
 */
async function* unpackAll(
  pieces: () => AsyncIterable<Uint8Array>,
  chunkBytes: number,
  packedBytes: number,
): AsyncGenerator<Uint8Array> {
  let given = 0;
  try {
    for await (const chunk of unpack(pieces(), chunkBytes, packedBytes > LARGE_BYTES)) {
      given += chunk.length;
      yield chunk;
    }
  } catch (error) {
    if (!(error instanceof UnpackError) || error.reason === 'cut') throw error;
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
  } catch (error) {
    throw describeError(error);
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

/** What zlib throws, in the words of the reader of archives; an error of reading the file stays as it is. */
function describeError(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (!(error instanceof Error) || !code.startsWith('Z_')) return error;
  return new UnpackError(code === 'Z_BUF_ERROR' ? 'cut' : 'damaged', error.message);
}
