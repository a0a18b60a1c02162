/**
 * A pass over tar headers in front of tar-stream. Of a bundle's members nine of ten are symlinks in /proc/PID/fd, most
 * of the rest small files and folders of /proc/PID; tar-stream makes a stream and a dozen strings of each. This pass
 * hands those over itself, links as bytes, and leaves every other byte to tar-stream unchanged, so that stays the
 * reader of large files, of long names, of pax headers and of everything odd.
 *
 * It also knows where each file starts in the unpacked archive, which tar-stream, seeing only a part, can not. What it
 * does not understand makes it leave all that follows to tar-stream.
 */
import type { ByteRange } from '../core/bundle.ts';
import { hasHeaderChecksum } from './tar-header.ts';

const BLOCK = 512;
const SIZE = 124;
const TYPE = 156;
const LINK_NAME = 157;
const MAGIC = 257;
const PREFIX = 345;
const TYPE_FILE = 48;
const TYPE_LINK = 50;
const TYPE_FOLDER = 53;
const SLASH = 47;
/** Headers that only lengthen the next one: L and K of GNU, its older N, and x and g of pax. */
const LONG_NAME: ReadonlySet<number> = new Set([76, 75, 78, 120, 103]);
/** Larger files are streamed; smaller ones may be held back until they are whole. */
const MAX_SMALL_BYTES = 64 * 1024;

export interface MemberFilterTarget {
  /** A symlink: its name and target are parts of `bytes`, which are only valid during the call. */
  link(bytes: Uint8Array, name: ByteRange, target: ByteRange): void;
  folder(name: string): void;
  /** A small file with its whole body, only valid during the call, and where that lies in the unpacked archive. */
  file(name: string, body: Uint8Array, offset: number): void;
  /** The header of a member that is left to tar-stream begins at this offset of the unpacked archive. */
  member(headerOffset: number): void;
}

export interface MemberFilter {
  /** Takes a chunk; the last one must have been used up. */
  push(chunk: Uint8Array): void;
  /** Hands over members up to the next bytes for tar-stream and returns those; null when the chunk is used up. */
  next(): Uint8Array | null;
  /** The bytes returned last end inside of a member. */
  isInside(): boolean;
  /** What was held back, for tar-stream; null when there is nothing. */
  rest(): Uint8Array | null;
  /** Of the members that were handed over, headers included: what tar-stream does not see. */
  takenBytes(): number;
  /** False when the archive just stops: its last block is no block of zeros, as far as this pass has looked. */
  hasEnded(): boolean;
}

export function createMemberFilter(target: MemberFilterTarget): MemberFilter {
  const held = Buffer.alloc(BLOCK + MAX_SMALL_BYTES);
  const heldView = new DataView(held.buffer, held.byteOffset, held.length);
  // Changed with each call, so that 800,000 links need no object each.
  const name = { start: 0, end: 0 };
  const linkTarget = { start: 0, end: 0 };
  let heldBytes = 0; // of a member that the last chunk ended in
  let chunk: Buffer = held.subarray(0, 0);
  let view: DataView = heldView;
  let at = 0;
  let base = 0; // offset of the chunk in the unpacked archive
  let taken = 0;
  let body = 0; // bytes of a forwarded member that are still to come
  let special = false; // the last header was a long name or pax header for the next one
  let passAll = false;
  let ended = false;

  const leaveRest = () => {
    passAll = true;
    ended = true;
  };

  /**
   * Looks at the header at `from` of `bytes`. Returns how many bytes the member takes when it is handed over here
   * (whether or not they are all there), 0 when it is left to tar-stream.
   */
  const measure = (bytes: Buffer, data: DataView, from: number): number => {
    if (!hasHeaderChecksum(data, from)) {
      // Two zero blocks end the archive; anything else tar-stream judges.
      leaveRest();
      return 0;
    }
    const type = bytes[from + TYPE] ?? 0;
    const size = readOctal(bytes, from + SIZE, 12);
    if (!special && isUstar(bytes, from)) {
      if (type === TYPE_LINK && size === 0) return BLOCK;
      if (type === TYPE_FOLDER && bytes[from] !== 0) return BLOCK;
      if (type === TYPE_FILE && size >= 0 && size <= MAX_SMALL_BYTES && isFileName(bytes, from)) return padded(size);
    }
    special = LONG_NAME.has(type);
    // A size in base 256 is above 8 GB.
    if (size < 0) leaveRest();
    else body = type === TYPE_FOLDER ? 0 : padded(size) - BLOCK;
    return 0;
  };
  const handOver = (bytes: Buffer, from: number, offset: number, length: number) => {
    const type = bytes[from + TYPE];
    taken += length;
    if (type === TYPE_LINK) {
      const owner = setName(bytes, from, name);
      const end = fieldEnd(bytes, from + LINK_NAME, 100);
      linkTarget.start = from + LINK_NAME;
      linkTarget.end = end;
      if (owner === bytes) target.link(bytes, name, linkTarget);
      else {
        const joined = Buffer.concat([owner, bytes.subarray(from + LINK_NAME, end)]);
        linkTarget.start = owner.length;
        linkTarget.end = joined.length;
        target.link(joined, name, linkTarget);
      }
      return;
    }
    const owner = setName(bytes, from, name);
    const text = decodeName(owner, name);
    if (type === TYPE_FOLDER) target.folder(text);
    else {
      // Not subarray(): of a Buffer, slice() does not copy, and whoever wants to keep these bytes has to.
      const body = new Uint8Array(bytes.buffer, bytes.byteOffset + from + BLOCK, readOctal(bytes, from + SIZE, 12));
      target.file(text, body, offset + BLOCK);
    }
  };
  /** Completes the member that the last chunk ended in; returns bytes for tar-stream when it turns out to be its. */
  const finishHeld = (): Uint8Array | null => {
    if (heldBytes < BLOCK) {
      take(BLOCK);
      if (heldBytes < BLOCK) return null;
    }
    const start = base + at - heldBytes;
    const length = measure(held, heldView, 0);
    if (length === 0) {
      if (!passAll && !special) target.member(start);
      const header = Buffer.from(held.subarray(0, heldBytes));
      heldBytes = 0;
      return header;
    }
    take(length);
    if (heldBytes < length) return null;
    heldBytes = 0;
    handOver(held, 0, start, length);
    return null;
  };
  const take = (upTo: number) => {
    const step = Math.min(upTo - heldBytes, chunk.length - at);
    if (step <= 0) return;
    held.set(chunk.subarray(at, at + step), heldBytes);
    heldBytes += step;
    at += step;
  };
  const hold = () => {
    held.set(chunk.subarray(at), 0);
    heldBytes = chunk.length - at;
    at = chunk.length;
  };

  return {
    push(bytes) {
      base += chunk.length;
      chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
      view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      at = 0;
    },
    next() {
      if (heldBytes > 0) {
        const bytes = finishHeld();
        if (bytes !== null) return bytes;
        if (heldBytes > 0) return null;
      }
      let from = at;
      while (at < chunk.length) {
        if (passAll) at = chunk.length;
        else if (body > 0) {
          const step = Math.min(body, chunk.length - at);
          body -= step;
          at += step;
        } else if (chunk.length - at < BLOCK) {
          if (at > from) break;
          hold();
          return null;
        } else {
          const length = measure(chunk, view, at);
          if (length === 0) {
            if (passAll) continue;
            if (!special) target.member(base + at);
            at += BLOCK;
            continue;
          }
          // Members reach the visitor in the order of the archive: first what lies before is for tar-stream.
          if (at > from) break;
          if (chunk.length - at < length) {
            hold();
            return null;
          }
          const start = at;
          at += length;
          from = at;
          handOver(chunk, start, base + start, length);
        }
      }
      return at > from ? chunk.subarray(from, at) : null;
    },
    isInside: () => passAll || special || body > 0,
    rest() {
      if (heldBytes === 0) return null;
      const bytes = Buffer.from(held.subarray(0, heldBytes));
      heldBytes = 0;
      return bytes;
    },
    takenBytes: () => taken,
    hasEnded: () => ended,
  };
}

function padded(size: number): number {
  return BLOCK + Math.ceil(size / BLOCK) * BLOCK;
}

/** "ustar" of POSIX and of GNU; tar-stream refuses anything else. */
function isUstar(bytes: Uint8Array, at: number): boolean {
  return (
    bytes[at + MAGIC] === 117 &&
    bytes[at + MAGIC + 1] === 115 &&
    bytes[at + MAGIC + 2] === 116 &&
    bytes[at + MAGIC + 3] === 97 &&
    bytes[at + MAGIC + 4] === 114
  );
}

/** Old archives write folders as files whose names end with a slash. */
function isFileName(bytes: Uint8Array, at: number): boolean {
  const end = fieldEnd(bytes, at, 100);
  return end > at && bytes[end - 1] !== SLASH;
}

function fieldEnd(bytes: Uint8Array, start: number, length: number): number {
  let end = start;
  const limit = start + length;
  while (end < limit && bytes[end] !== 0) end++;
  return end;
}

/** Sets `name` to where the name lies in the returned bytes, which are others where it has a prefix. */
function setName(bytes: Buffer, at: number, name: { start: number; end: number }): Buffer {
  name.start = at;
  name.end = fieldEnd(bytes, at, 100);
  // Only POSIX ustar ("ustar\0") has a prefix; GNU tar ("ustar ") uses those bytes otherwise.
  if (bytes[at + MAGIC + 5] !== 0 || bytes[at + PREFIX] === 0) return bytes;
  const prefix = bytes.subarray(at + PREFIX, fieldEnd(bytes, at + PREFIX, 155));
  const joined = Buffer.concat([prefix, Buffer.of(SLASH), bytes.subarray(name.start, name.end)]);
  name.start = 0;
  name.end = joined.length;
  return joined;
}

function decodeName(bytes: Buffer, { start, end }: ByteRange): string {
  for (let i = start; i < end; i++) if ((bytes[i] ?? 0) >= 0x80) return bytes.toString('utf8', start, end);
  return bytes.toString('latin1', start, end);
}

/** An octal number of a header; -1 when it is written in another way (base 256). */
function readOctal(bytes: Uint8Array, start: number, length: number): number {
  let value = 0;
  for (let i = start; i < start + length; i++) {
    const byte = bytes[i] ?? 0;
    if (byte >= 0x80) return -1;
    if (byte >= 48 && byte <= 55) value = value * 8 + byte - 48;
    else if (value > 0) break;
  }
  return value;
}
