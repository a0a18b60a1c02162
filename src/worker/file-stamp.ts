/**
 * Whether a file is still the one that was opened. Entries are unpacked again when they are asked for, and the path may
 * lead to another file by then: its bytes at the old places would look like evidence.
 */
import { type FileHandle, open, stat } from 'node:fs/promises';
import type { BundleSource } from '../archive/source.ts';
import { CallFailed } from '../protocol/client.ts';

/** Of either end: gzip has its checksum in the last eight bytes, tar its first member in the first 512. */
const END_BYTES = 4096;

/** Stands for the file: size, time of its last change, both ends. Null when it cannot be read. */
export async function stampOf(source: BundleSource): Promise<string | null> {
  if ('bytes' in source) {
    const { bytes } = source;
    return `${bytes.length} ${text(bytes.subarray(0, END_BYTES))}${text(bytes.subarray(-END_BYTES))}`;
  }
  let handle: FileHandle | undefined;
  try {
    // Opening a pipe would wait for somebody to write into it.
    if (!(await stat(source.path)).isFile()) return null;
    handle = await open(source.path, 'r');
    const { size, mtimeNs } = await handle.stat({ bigint: true });
    const last = Math.max(0, Number(size) - END_BYTES);
    return `${size} ${mtimeNs} ${text(await readAt(handle, 0))}${text(await readAt(handle, last))}`;
  } catch {
    return null;
  } finally {
    await handle?.close();
  }
}

/** Throws a sentence when the file is not the one that the stamp stands for. */
export async function demandSame(name: string, source: BundleSource, stamp: string): Promise<void> {
  const now = await stampOf(source);
  if (now === stamp) return;
  const message =
    now === null
      ? `${name} was deleted, moved or locked after it was opened: its entries can no longer be read.`
      : `${name} has changed since it was opened: its entries are no longer those of the page. Close the page and open the file again.`;
  throw new CallFailed({ code: 'changed', message });
}

async function readAt(handle: FileHandle, position: number): Promise<Uint8Array> {
  const { buffer, bytesRead } = await handle.read(new Uint8Array(END_BYTES), 0, END_BYTES, position);
  return buffer.subarray(0, bytesRead);
}

/** The bytes themselves, one a character: no digest of them would be shorter to explain. */
function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}
