/** How Node packs the blocks of a store: by zstd. */
import { promisify } from 'node:util';
// Not by name: what Node 20 does not have must not keep the command from starting.
import zlib from 'node:zlib';
import type { BlockPacker } from './block-store.ts';

/** The fastest level that is worth its memory; by default zlib would give its output in pieces of 16 KB. */
const PACKING = { params: { [zlib.constants.ZSTD_c_compressionLevel]: 1 }, chunkSize: 1 << 18 };

/** Null before Node 22.15, which has no zstd. */
export function createPacker(): BlockPacker | null {
  if (typeof zlib.zstdCompress !== 'function') return null;
  const pack = promisify((bytes: Uint8Array, done: (error: Error | null, packed: Buffer) => void) =>
    zlib.zstdCompress(bytes, PACKING, done),
  );
  return {
    // A copy, without the larger buffer that it was packed in.
    pack: async (block) => new Uint8Array(await pack(block)),
    unpack(packed, maxBytes) {
      // A millisecond: less than it would take to hand it to another thread and back.
      const { buffer, byteOffset, length } = zlib.zstdDecompressSync(packed, { chunkSize: Math.max(64, maxBytes) });
      return new Uint8Array(buffer, byteOffset, length);
    },
  };
}
