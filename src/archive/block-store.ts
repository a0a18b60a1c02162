/**
 * The unpacked archive in blocks that are packed anew, each by itself, so that an entry can be opened without unpacking
 * all that lies before it: gzip can only be read from its start. Held in memory, as nothing is written to disk.
 */
import type { BundleSource } from './bundle-source.ts';

/** Packs blocks, fast rather than small: how depends on the host. */
export interface BlockPacker {
  pack(block: Uint8Array): Promise<Uint8Array>;
  /** What was packed: at most so many bytes. */
  unpack(packed: Uint8Array, maxBytes: number): Uint8Array;
}

export interface BlockStore {
  /** The bytes of the archive before this offset are stored. */
  has(end: number): boolean;
  /** These bytes, in pieces that are only valid until the next is asked for. All of them must be stored. */
  pieces(start: number, end: number): AsyncIterable<Uint8Array>;
}

export const EMPTY_STORE: BlockStore = {
  has: () => false,
  async *pieces() {},
};

export interface StoreOptions {
  readonly blockBytes?: number;
  /** Packed bytes that are kept at most; what lies behind them is not stored. */
  readonly maxBytes?: number;
  /** Asked before each block: what somebody waits for goes first. */
  readonly whenIdle?: () => Promise<unknown>;
}

/** A thousand sockets or two hundred links: unpacked in a millisecond. */
const BLOCK_BYTES = 1 << 20;
/** A node of 5,000 processes and 800,000 fds takes 36 MB. */
const MAX_BYTES = 96 << 20;

/**
 * Fills a store from the unpacked bytes before `end`. What cannot be read any more ends it early: the store has less
 * then. Resolves when it is full; it can be asked meanwhile. Without a packer nothing is stored.
 */
export function createBlockStore(
  source: BundleSource,
  end: number,
  packer: BlockPacker | null,
  { blockBytes = BLOCK_BYTES, maxBytes = MAX_BYTES, whenIdle = async () => {} }: StoreOptions = {},
): { readonly store: BlockStore; readonly filled: Promise<void> } {
  if (packer === null) return { store: EMPTY_STORE, filled: Promise.resolve() };
  const blocks: Uint8Array[] = [];
  let stored = 0;
  let packedBytes = 0;
  const add = async (block: Uint8Array) => {
    await whenIdle();
    const packed = await packer.pack(block);
    blocks.push(packed);
    packedBytes += packed.length;
    stored += block.length;
  };
  const fill = async () => {
    const block = new Uint8Array(blockBytes);
    let used = 0;
    let at = 0;
    for await (const chunk of blocksOf(source, blockBytes)) {
      const wanted = chunk.subarray(0, Math.max(0, end - at));
      at += chunk.length;
      for (let taken = 0; taken < wanted.length; ) {
        const part = wanted.subarray(taken, taken + blockBytes - used);
        block.set(part, used);
        used += part.length;
        taken += part.length;
        if (used < blockBytes) continue;
        await add(block);
        used = 0;
        if (packedBytes >= maxBytes) return;
      }
      if (at >= end) break;
    }
    if (used > 0) await add(block.subarray(0, used));
  };
  return {
    store: {
      has: (offset) => offset <= stored,
      async *pieces(from, to) {
        for (let at = from; at < to; ) {
          const index = Math.floor(at / blockBytes);
          const first = index * blockBytes;
          const block = packer.unpack(blocks[index] ?? new Uint8Array(0), blockBytes);
          const last = Math.min(to - first, block.length);
          yield block.subarray(at - first, last);
          at = first + last;
        }
      },
    },
    // A cut archive has the bytes before the cut; that it is cut was said when it was analysed.
    filled: fill().catch(() => {}),
  };
}

async function* blocksOf(source: BundleSource, blockBytes: number): AsyncGenerator<Uint8Array> {
  const opened = await source.open();
  try {
    yield* opened.chunks(blockBytes);
  } finally {
    await opened.close();
  }
}
