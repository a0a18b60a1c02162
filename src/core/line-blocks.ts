/**
 * Cuts a stream of bytes into blocks of whole lines. What a line has beyond a limit is dropped, so that a file without
 * line ends needs no memory, and so that the lines are the same whatever the size of the chunks was.
 */
export interface LineBlocks {
  write(chunk: Uint8Array): void;
  /** Gives what came after the last line end; not called for when half a line is worse than none. */
  end(): void;
}

const LF = 10;

/** Blocks are only valid during the call; each but the last ends with a line end. */
export function createLineBlocks(maxLineBytes: number, takeBlock: (block: Uint8Array) => void): LineBlocks {
  let carry = new Uint8Array(4096);
  let carried = 0;
  const keep = (bytes: Uint8Array) => {
    const kept = bytes.subarray(0, maxLineBytes - carried);
    if (carried + kept.length >= carry.length) {
      const larger = new Uint8Array(Math.min(maxLineBytes + 1, (carried + kept.length + 1) * 2));
      larger.set(carry.subarray(0, carried));
      carry = larger;
    }
    carry.set(kept, carried);
    carried += kept.length;
  };
  return {
    write(chunk) {
      const last = chunk.lastIndexOf(LF);
      let start = 0;
      if (last >= 0 && carried > 0) {
        const newline = chunk.indexOf(LF);
        keep(chunk.subarray(0, newline));
        carry[carried] = LF;
        takeBlock(carry.subarray(0, carried + 1));
        carried = 0;
        start = newline + 1;
      }
      if (last >= start) takeBlock(withoutLongLines(chunk.subarray(start, last + 1), maxLineBytes));
      keep(chunk.subarray(last + 1));
    },
    end() {
      if (carried > 0) takeBlock(carry.subarray(0, carried));
      carried = 0;
    },
  };
}

function withoutLongLines(block: Uint8Array, maxLineBytes: number): Uint8Array {
  if (!hasLongLine(block, maxLineBytes)) return block;
  const short = new Uint8Array(block.length);
  let size = 0;
  for (let start = 0; start < block.length; ) {
    const newline = block.indexOf(LF, start);
    const line = block.subarray(start, Math.min(newline, start + maxLineBytes));
    short.set(line, size);
    size += line.length;
    short[size++] = LF;
    start = newline + 1;
  }
  return short.subarray(0, size);
}

/** Looks for one line end in each stretch as long as a line may be, instead of at every line. */
function hasLongLine(block: Uint8Array, maxLineBytes: number): boolean {
  let start = 0;
  while (block.length - start > maxLineBytes) {
    const newline = block.lastIndexOf(LF, start + maxLineBytes);
    if (newline < start) return true;
    start = newline + 1;
  }
  return false;
}
