/**
 * A pass over tar headers in front of tar-stream. Of a bundle's members nine of ten are symlinks in /proc/PID/fd, most
 * of the rest small files and folders of /proc/PID; tar-stream makes a stream and a dozen strings of each. This pass
 * hands those over itself, links as bytes, with the long names that GNU tar writes before them, and leaves every other
 * byte to tar-stream unchanged, so that stays the reader of large files, of pax headers and of everything odd.
 *
 * It also knows where each file starts in the unpacked archive, which tar-stream, seeing only a part, can not. What it
 * does not understand makes it leave all that follows to tar-stream.
 */
import type { ByteRange } from '../core/bundle.ts';
import { joinBytes } from '../core/bytes.ts';
import { createLongNames, TYPE_LONG_LINK, TYPE_LONG_NAME } from './long-names.ts';
import {
  BLOCK,
  decodeName,
  fieldEnd,
  hasHeaderChecksum,
  hasPrefix,
  hasSizeRecord,
  isFileName,
  isUstar,
  LINK_NAME,
  padded,
  readOctal,
  SIZE,
  setName,
  TYPE,
} from './tar-header.ts';

const TYPE_FILE = 48;
const TYPE_LINK = 50;
const TYPE_FOLDER = 53;
const SLASH = 47;
const PAX: ReadonlySet<number> = new Set([120, 103]);
/** Headers that only lengthen the next one: these two and an older N. */
const LENGTHENS_NEXT: ReadonlySet<number> = new Set([TYPE_LONG_NAME, TYPE_LONG_LINK, 78]);
/** Larger files are streamed; smaller ones may be held back until they are whole. */
const MAX_SMALL_BYTES = 64 * 1024;

export interface MemberFilterTarget {
  /**
   * A symlink: its name and target are parts of `bytes`, which are only valid during the call. isNext: it lies in the
   * folder of the link before it. Where it begins, with the headers of its long names, and ends in the unpacked archive.
   */
  link(bytes: Uint8Array, name: ByteRange, target: ByteRange, isNext: boolean, start: number, end: number): void;
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
  const held = new Uint8Array(BLOCK + MAX_SMALL_BYTES);
  const heldView = new DataView(held.buffer, held.byteOffset, held.length);
  // Changed with each call, so that 800,000 links need no object each.
  const name = { start: 0, end: 0 };
  const linkTarget = { start: 0, end: 0 };
  let left = 0; // where the bytes begin that are left to tar-stream
  let longNames: Uint8Array | null = null; // that stand before them
  let heldBytes = 0; // of a member that the last chunk ended in
  let chunk: Uint8Array = held.subarray(0, 0);
  let view: DataView = heldView;
  let at = 0;
  let base = 0; // offset of the chunk in the unpacked archive
  let chunkBytes = 0;
  // The folder of the last link, with its slash; 0: none that the next could lie in.
  const folder = new Uint8Array(100);
  let folderLength = 0;
  let taken = 0;
  let body = 0; // bytes of a forwarded member that are still to come
  let special = false; // the last header was one for the next that tar-stream has
  const long = createLongNames(); // for the next member
  let passAll = false;
  let ended = false;

  const leaveRest = () => {
    passAll = true;
    ended = true;
  };

  /** Of a member that is handed over here how many bytes it takes, whether or not they are all there; else 0. */
  const measure = (bytes: Uint8Array, data: DataView, from: number): number => {
    if (!hasHeaderChecksum(data, from)) return 0;
    const type = bytes[from + TYPE] ?? 0;
    const size = readOctal(bytes, from + SIZE, 12);
    if (special || size < 0 || size > MAX_SMALL_BYTES || !isUstar(bytes, from)) return 0;
    if (type === TYPE_LINK) return size === 0 ? BLOCK : 0;
    if (type === TYPE_FILE) return isFileName(bytes, from) ? padded(size) : 0;
    if (type === TYPE_LONG_NAME || type === TYPE_LONG_LINK) return size > 0 ? padded(size) : 0;
    return type === TYPE_FOLDER && bytes[from] !== 0 ? BLOCK : 0;
  };
  /** Looks at a header that is tar-stream's: returns how many of the bytes from there have to be looked at as one. */
  const leave = (bytes: Uint8Array, data: DataView, from: number): number => {
    // Two zero blocks end the archive; anything else tar-stream judges.
    const isHeader = hasHeaderChecksum(data, from);
    const type = bytes[from + TYPE] ?? 0;
    const size = readOctal(bytes, from + SIZE, 12);
    folderLength = 0;
    // A size in base 256 is above 8 GB.
    if (!isHeader || size < 0 || (PAX.has(type) && size > MAX_SMALL_BYTES)) {
      leaveRest();
      return BLOCK;
    }
    // A pax header may change the size of the next member.
    if (PAX.has(type)) return padded(size);
    special = LENGTHENS_NEXT.has(type);
    body = type === TYPE_FOLDER ? 0 : padded(size) - BLOCK;
    return BLOCK;
  };
  const handOver = (bytes: Uint8Array, from: number, offset: number, length: number) => {
    const type = bytes[from + TYPE];
    taken += length;
    if (type === TYPE_LONG_NAME || type === TYPE_LONG_LINK) return long.take(bytes, from, length);
    if (type === TYPE_LINK) handOverLink(bytes, from, offset);
    else handOverNamed(bytes, from, offset, type === TYPE_FOLDER);
    if (long.bytes > 0) long.forget();
  };
  /** What stands before a member that is tar-stream's, for tar-stream. */
  const returnLongNames = (): Uint8Array => {
    taken -= long.bytes;
    special = true;
    return long.giveBack();
  };
  const handOverNamed = (bytes: Uint8Array, from: number, offset: number, isFolder: boolean) => {
    folderLength = 0;
    const owner = long.name ?? setName(bytes, from, name);
    const text = decodeName(owner, long.name === null ? name : { start: 0, end: owner.length });
    if (isFolder) return target.folder(text);
    const body = from + BLOCK;
    target.file(text, bytes.subarray(body, body + readOctal(bytes, from + SIZE, 12)), offset + BLOCK);
  };
  /** Links of one folder follow each other: that their names begin alike is looked at once, here, for all. */
  const handOverLink = (bytes: Uint8Array, from: number, offset: number) => {
    linkTarget.start = from + LINK_NAME;
    linkTarget.end = fieldEnd(bytes, from + LINK_NAME, 100);
    if (long.bytes > 0 || hasPrefix(bytes, from)) return handOverOddLink(bytes, from, offset);
    name.start = from;
    const isNext = folderLength > 0 && startsWithFolder(bytes, from);
    if (!isNext) {
      name.end = fieldEnd(bytes, from, 100);
      let slash = name.end - 1;
      while (slash > from && bytes[slash] !== SLASH) slash--;
      folderLength = slash - from + 1;
      folder.set(bytes.subarray(from, slash + 1));
    } else {
      let end = from + folderLength;
      while (end < from + 100 && bytes[end] !== 0) end++;
      name.end = end;
    }
    target.link(bytes, name, linkTarget, isNext, offset, offset + BLOCK);
  };
  const startsWithFolder = (bytes: Uint8Array, from: number): boolean => {
    for (let i = folderLength - 1; i >= 0; i--) if (bytes[from + i] !== folder[i]) return false;
    // A folder below it is another one.
    for (let i = from + folderLength; i < from + 100 && bytes[i] !== 0; i++) if (bytes[i] === SLASH) return false;
    return true;
  };
  const handOverOddLink = (bytes: Uint8Array, from: number, offset: number) => {
    folderLength = 0;
    const owner = setName(bytes, from, name);
    const ownName = long.name ?? owner.subarray(name.start, name.end);
    const text = long.link ?? bytes.subarray(linkTarget.start, linkTarget.end);
    name.start = 0;
    name.end = ownName.length;
    linkTarget.start = ownName.length;
    linkTarget.end = ownName.length + text.length;
    target.link(long.join(ownName, text), name, linkTarget, false, offset - long.bytes, offset + BLOCK);
  };
  /** After a pax header with a size all is tar-stream's. */
  const lookAtPax = (bytes: Uint8Array, from: number, length: number) => {
    special = true;
    if (hasSizeRecord(bytes, from + BLOCK, from + length)) leaveRest();
  };
  /** Completes the member that the last chunk ended in; returns bytes for tar-stream when it turns out to be its. */
  const finishHeld = (): Uint8Array | null => {
    if (heldBytes < BLOCK) {
      take(BLOCK);
      if (heldBytes < BLOCK) return null;
    }
    const start = base + at - heldBytes;
    const length = measure(held, heldView, 0);
    if (length === 0 && long.bytes > 0) return returnLongNames();
    const needed = length > 0 ? length : leave(held, heldView, 0);
    take(needed);
    if (heldBytes < needed) return null;
    const whole = held.subarray(0, heldBytes);
    heldBytes = 0;
    if (length > 0) {
      handOver(held, 0, start, length);
      return null;
    }
    if (needed > BLOCK) lookAtPax(held, 0, needed);
    else if (!passAll && !special) target.member(start);
    return whole.slice();
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
    left = at;
  };
  /**
   * Goes on to the next member; false when what was left to tar-stream has to be taken first, or the chunk ends in one.
   * By itself: the loop around it runs for a whole chunk, and would be compiled once more with all of this in it.
   */
  const passMember = (): boolean => {
    if (passAll) at = chunk.length;
    else if (body > 0) {
      const step = Math.min(body, chunk.length - at);
      body -= step;
      at += step;
    } else {
      const length = chunk.length - at < BLOCK ? -1 : measure(chunk, view, at);
      if (length === 0) return leaveMember();
      // Members reach the visitor in the order of the archive: first what lies before is for tar-stream.
      if (at > left) return false;
      if (length < 0 || chunk.length - at < length) {
        hold();
        return false;
      }
      const start = at;
      at += length;
      left = at;
      handOver(chunk, start, base + start, length);
    }
    return true;
  };
  const leaveMember = (): boolean => {
    if (long.bytes > 0) {
      longNames = returnLongNames();
      return false;
    }
    const needed = leave(chunk, view, at);
    if (chunk.length - at < needed) {
      if (at === left) hold();
      return false;
    }
    if (needed > BLOCK) lookAtPax(chunk, at, needed);
    else if (!passAll && !special) target.member(base + at);
    at += needed;
    return true;
  };

  return {
    push(bytes) {
      // The last chunk itself may be gone.
      base += chunkBytes;
      chunkBytes = bytes.length;
      chunk = bytes;
      view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      at = 0;
    },
    next() {
      if (heldBytes > 0) {
        const bytes = finishHeld();
        if (bytes !== null) return bytes;
        if (heldBytes > 0) return null;
      }
      left = at;
      while (at < chunk.length && passMember()) {}
      const names = longNames;
      longNames = null;
      if (names !== null || at === left) return names;
      // Of a header's own data tar-stream keeps what it has until it is whole, which may be after this chunk.
      return passAll || special ? chunk.slice(left, at) : chunk.subarray(left, at);
    },
    isInside: () => passAll || special || body > 0,
    rest() {
      if (heldBytes === 0 && long.bytes === 0) return null;
      const bytes = joinBytes([returnLongNames(), held.subarray(0, heldBytes)]);
      heldBytes = 0;
      return bytes;
    },
    takenBytes: () => taken,
    hasEnded: () => ended,
  };
}
