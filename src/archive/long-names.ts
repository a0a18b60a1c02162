/**
 * The headers that GNU tar writes before a member whose name, or the target of whose link, is longer than 100 bytes.
 * They are kept until it is known who reads that member.
 */
import { BLOCK, fieldEnd, readOctal, SIZE, TYPE } from './tar-header.ts';

export const TYPE_LONG_NAME = 76;
export const TYPE_LONG_LINK = 75;

/** Of a name and a target of ordinary length with their headers. A large bundle has thousands: none gets memory anew. */
const FIRST_BYTES = 4096;

export interface LongNames {
  /** Of the next member; null when it has its own. Only valid until the next header is taken. */
  readonly name: Uint8Array | null;
  readonly link: Uint8Array | null;
  /** Bytes of the headers that are kept. */
  readonly bytes: number;
  /** Copies the header, with its body, at this place. */
  take(bytes: Uint8Array, from: number, length: number): void;
  /** Puts two texts one behind the other, into bytes that are only valid until the next two are. */
  join(first: Uint8Array, second: Uint8Array): Uint8Array;
  /** Gives the headers back, and forgets them. */
  giveBack(): Uint8Array;
  forget(): void;
}

export function createLongNames(): LongNames {
  let headers = new Uint8Array(FIRST_BYTES);
  let joined = new Uint8Array(FIRST_BYTES);
  let name: Uint8Array | null = null;
  let link: Uint8Array | null = null;
  let bytes = 0;
  const forget = () => {
    name = null;
    link = null;
    bytes = 0;
  };
  return {
    get name() {
      return name;
    },
    get link() {
      return link;
    },
    get bytes() {
      return bytes;
    },
    take(source, from, length) {
      const start = bytes;
      headers = withRoom(headers, start, length);
      headers.set(source.subarray(from, from + length), start);
      bytes += length;
      const body = start + BLOCK;
      const text = headers.subarray(body, fieldEnd(headers, body, readOctal(headers, start + SIZE, 12)));
      // To tar-stream an empty one is none.
      if (text.length === 0) return;
      if (headers[start + TYPE] === TYPE_LONG_NAME) name = text;
      else link = text;
    },
    join(first, second) {
      joined = withRoom(joined, 0, first.length + second.length);
      joined.set(first);
      joined.set(second, first.length);
      return joined;
    },
    giveBack() {
      const all = headers.slice(0, bytes);
      forget();
      return all;
    },
    forget,
  };
}

/** The buffer, or a larger one with the same `used` bytes, that takes so many more. */
function withRoom(buffer: Uint8Array<ArrayBuffer>, used: number, more: number): Uint8Array<ArrayBuffer> {
  if (used + more <= buffer.length) return buffer;
  const larger = new Uint8Array(2 * (used + more));
  larger.set(buffer.subarray(0, used));
  return larger;
}
