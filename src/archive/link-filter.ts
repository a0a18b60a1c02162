/**
 * A pass over tar headers in front of tar-stream. In a bundle nine of ten members are symlinks in /proc/PID/fd, without
 * a body; tar-stream makes a stream and a dozen strings of each. This pass hands plain links over as bytes and forwards
 * every other byte unchanged, so tar-stream stays the reader of all files, of long names and of pax headers.
 *
 * It also knows where each file starts in the unpacked archive, which tar-stream, seeing only what is forwarded, can
 * not. Anything that it does not understand makes it forward all that follows.
 */
import { joinBytes } from '../core/bytes.ts';
import { hasHeaderChecksum } from './tar-header.ts';

const BLOCK = 512;
const TYPE = 156;
const LINK_NAME = 157;
const PREFIX = 345;
/** Headers that only lengthen the next one: L and K of GNU, its older N, and x and g of pax. */
const LONG_NAME: ReadonlySet<number> = new Set([76, 75, 78, 120, 103]);

export interface LinkFilterTarget {
  /** Name and target of a symlink; only valid during the call. */
  link(name: Uint8Array, target: Uint8Array): void;
  /** Bytes for tar-stream. */
  forward(bytes: Uint8Array): void;
  /** The header of a member with its own entry begins at this offset of the unpacked archive. */
  member(headerOffset: number): void;
}

export interface LinkFilter {
  push(chunk: Uint8Array): void;
  /** False when the archive just stops: its last block is no block of zeros, as far as this pass has looked. */
  end(): boolean;
}

export function createLinkFilter(target: LinkFilterTarget): LinkFilter {
  let offset = 0; // of the first byte of `rest`
  let rest: Uint8Array = new Uint8Array(0);
  let body = 0; // bytes of the current member's body that are still to be forwarded
  let special = false; // the last header was a long name or pax header for the next one
  let passAll = false;
  let ended = false;

  /** Returns true when the block is a link that was taken. */
  const takeHeader = (chunk: Uint8Array, view: DataView, at: number): boolean => {
    const type = chunk[at + TYPE] ?? 0;
    if (!hasHeaderChecksum(view, at)) {
      // Two zero blocks end the archive; anything else tar-stream judges.
      passAll = true;
      ended = true;
      return false;
    }
    if (type === 50 && !special && readOctal(chunk, at + 124, 12) === 0) {
      target.link(readName(chunk, at), field(chunk, at + LINK_NAME, 100));
      return true;
    }
    special = LONG_NAME.has(type);
    const size = type === 53 ? 0 : readOctal(chunk, at + 124, 12);
    // A size in base 256 is above 8 GB: leave the rest to tar-stream.
    if (size < 0) {
      passAll = true;
      ended = true;
    }
    if (size >= 0 && !special) target.member(offset + at);
    body = Math.ceil(Math.max(0, size) / BLOCK) * BLOCK;
    return false;
  };
  const push = (input: Uint8Array) => {
    const chunk = rest.length === 0 ? input : joinBytes([rest, input]);
    const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.length);
    rest = new Uint8Array(0);
    let at = 0;
    let from = 0; // first byte not yet forwarded
    while (at < chunk.length) {
      if (passAll) {
        at = chunk.length;
      } else if (body > 0) {
        const step = Math.min(body, chunk.length - at);
        body -= step;
        at += step;
      } else if (chunk.length - at < BLOCK) {
        break;
      } else if (takeHeader(chunk, view, at)) {
        if (at > from) target.forward(chunk.subarray(from, at));
        at += BLOCK;
        from = at;
      } else if (!passAll) {
        at += BLOCK;
      }
    }
    if (at > from) target.forward(chunk.subarray(from, at));
    offset += at;
    if (at < chunk.length) rest = chunk.slice(at);
  };
  return {
    push,
    end() {
      if (rest.length > 0) target.forward(rest);
      rest = new Uint8Array(0);
      return ended;
    },
  };
}

function field(chunk: Uint8Array, start: number, length: number): Uint8Array {
  let end = start;
  while (end < start + length && chunk[end] !== 0) end++;
  return chunk.subarray(start, end);
}

function readName(chunk: Uint8Array, at: number): Uint8Array {
  const name = field(chunk, at, 100);
  // Only POSIX ustar ("ustar\0") has a prefix; GNU tar ("ustar ") uses those bytes otherwise.
  if (chunk[at + 262] !== 0 || chunk[at + 257] !== 117 || chunk[at + PREFIX] === 0) return name;
  const prefix = field(chunk, at + PREFIX, 155);
  const both = new Uint8Array(prefix.length + 1 + name.length);
  both.set(prefix);
  both[prefix.length] = 47;
  both.set(name, prefix.length + 1);
  return both;
}

/** An octal number of a header; -1 when it is written in another way (base 256). */
function readOctal(chunk: Uint8Array, start: number, length: number): number {
  let value = 0;
  for (let i = start; i < start + length; i++) {
    const byte = chunk[i] ?? 0;
    if (byte >= 0x80) return -1;
    if (byte >= 48 && byte <= 55) value = value * 8 + byte - 48;
    else if (value > 0) break;
  }
  return value;
}
