/**
 * The fields of a tar header, of 512 bytes (POSIX.1-2017, pax, "ustar Interchange Format"). Its checksum is the sum of
 * its bytes, those of the checksum itself taken as blanks.
 */
import type { ByteRange } from '../core/bundle.ts';
import { asciiBytes, hasBytesAt, joinBytes } from '../core/bytes.ts';

export const BLOCK = 512;
export const SIZE = 124;
const CHECKSUM = 148;
const CHECKSUM_LENGTH = 8;
export const TYPE = 156;
export const LINK_NAME = 157;
const MAGIC = 257;
const PREFIX = 345;
const SLASH = 47;
const BLANK = 32;
const BLANKS = CHECKSUM_LENGTH * 32;
const SLASH_BYTES = Uint8Array.of(SLASH);
const SIZE_RECORD = asciiBytes(' size=');
/** Names are UTF-8 without a byte order mark: what looks like one belongs to the name. */
const DECODER = new TextDecoder('utf-8', { ignoreBOM: true });

/** True when the block at this offset is a header; a block of zeros is none. */
export function hasHeaderChecksum(view: DataView, at: number): boolean {
  let stored = 0;
  let checksumBytes = 0;
  let hasDigits = false;
  let isOctal = true;
  let ended = false;
  for (let i = at + CHECKSUM; i < at + CHECKSUM + CHECKSUM_LENGTH; i++) {
    const byte = view.getUint8(i);
    checksumBytes += byte;
    if (byte >= 48 && byte <= 55) {
      if (ended) isOctal = false;
      stored = stored * 8 + byte - 48;
      hasDigits = true;
    } else if (byte === 0 || byte === BLANK) ended = hasDigits;
    else isOctal = false;
  }
  const sum = sumOfBytes(view, at) - checksumBytes;
  // To tar-stream a block that has nothing but a checksum is one of zeros.
  return hasDigits && isOctal && sum > 0 && sum + BLANKS === stored;
}

/** Sixteen bytes at a time, two in each half of two sums: 128 words of 255 stay below the 16 bits of a half. */
function sumOfBytes(view: DataView, at: number): number {
  let even = 0;
  let odd = 0;
  for (let i = at; i < at + 512; i += 16) {
    const a = view.getInt32(i, true);
    const b = view.getInt32(i + 4, true);
    const c = view.getInt32(i + 8, true);
    const d = view.getInt32(i + 12, true);
    // Two thirds of a header are zeros.
    if ((a | b | c | d) === 0) continue;
    even = (even + (a & HALVES) + (b & HALVES) + (c & HALVES) + (d & HALVES)) | 0;
    odd = (odd + ((a >>> 8) & HALVES) + ((b >>> 8) & HALVES) + ((c >>> 8) & HALVES) + ((d >>> 8) & HALVES)) | 0;
  }
  return (even & 0xffff) + (even >>> 16) + (odd & 0xffff) + (odd >>> 16);
}

const HALVES = 0x00ff00ff;

/** "ustar\0" of POSIX or "ustar  \0" of GNU; tar-stream refuses anything else. */
export function isUstar(bytes: Uint8Array, at: number): boolean {
  return (
    bytes[at + MAGIC] === 117 &&
    bytes[at + MAGIC + 1] === 115 &&
    bytes[at + MAGIC + 2] === 116 &&
    bytes[at + MAGIC + 3] === 97 &&
    bytes[at + MAGIC + 4] === 114 &&
    (bytes[at + MAGIC + 5] === 0 ||
      (bytes[at + MAGIC + 5] === BLANK && bytes[at + MAGIC + 6] === BLANK && bytes[at + MAGIC + 7] === 0))
  );
}

/** Old archives write folders as files whose names end with a slash. */
export function isFileName(bytes: Uint8Array, at: number): boolean {
  const end = fieldEnd(bytes, at, 100);
  return end > at && bytes[end - 1] !== SLASH;
}

export function fieldEnd(bytes: Uint8Array, start: number, length: number): number {
  let end = start;
  const limit = start + length;
  while (end < limit && bytes[end] !== 0) end++;
  return end;
}

/** Only POSIX ustar ("ustar\0") has one; GNU tar ("ustar ") uses those bytes otherwise. */
export function hasPrefix(bytes: Uint8Array, at: number): boolean {
  return bytes[at + MAGIC + 5] === 0 && bytes[at + PREFIX] !== 0;
}

/** Sets `name` to where the name lies in the returned bytes, which are others where it has a prefix. */
export function setName(bytes: Uint8Array, at: number, name: { start: number; end: number }): Uint8Array {
  name.start = at;
  name.end = fieldEnd(bytes, at, 100);
  if (!hasPrefix(bytes, at)) return bytes;
  const prefix = bytes.subarray(at + PREFIX, fieldEnd(bytes, at + PREFIX, 155));
  const joined = joinBytes([prefix, SLASH_BYTES, bytes.subarray(name.start, name.end)]);
  name.start = 0;
  name.end = joined.length;
  return joined;
}

export function decodeName(bytes: Uint8Array, { start, end }: ByteRange): string {
  return DECODER.decode(bytes.subarray(start, end));
}

/** True when a pax header has a record that changes the size of the next member. */
export function hasSizeRecord(bytes: Uint8Array, start: number, end: number): boolean {
  const last = end - SIZE_RECORD.length;
  for (let at = bytes.indexOf(BLANK, start); at >= 0 && at <= last; at = bytes.indexOf(BLANK, at + 1))
    if (hasBytesAt(bytes, at, SIZE_RECORD)) return true;
  return false;
}

/** An octal number of a header between blanks; -1 when it is written in any other way, which tar-stream may read. */
export function readOctal(bytes: Uint8Array, start: number, length: number): number {
  const end = start + length;
  let at = start;
  while (at < end && bytes[at] === BLANK) at++;
  let value = 0;
  for (; at < end; at++) {
    const digit = (bytes[at] ?? 0) - 48;
    if (digit < 0 || digit > 7) break;
    value = value * 8 + digit;
  }
  for (; at < end; at++) if (bytes[at] !== BLANK && bytes[at] !== 0) return -1;
  return value;
}

/** Bytes of a member with its header, whose body has so many. */
export function padded(size: number): number {
  return BLOCK + Math.ceil(size / BLOCK) * BLOCK;
}
