/**
 * The headers that GNU tar writes before a member whose name, or the target of whose link, is longer than 100 bytes.
 * They are kept until it is known who reads that member.
 */
import { joinBytes } from '../core/bytes.ts';
import { BLOCK, fieldEnd, readOctal, SIZE, TYPE } from './tar-header.ts';

export const TYPE_LONG_NAME = 76;
export const TYPE_LONG_LINK = 75;

export interface LongNames {
  /** Of the next member; null when it has its own. */
  readonly name: Uint8Array | null;
  readonly link: Uint8Array | null;
  /** Bytes of the headers that are kept. */
  readonly bytes: number;
  /** Copies the header, with its body, at this place. */
  take(bytes: Uint8Array, from: number, length: number): void;
  /** Gives the headers back, and forgets them. */
  giveBack(): Uint8Array;
  forget(): void;
}

export function createLongNames(): LongNames {
  let headers: Uint8Array[] = [];
  let name: Uint8Array | null = null;
  let link: Uint8Array | null = null;
  let bytes = 0;
  const forget = () => {
    headers = [];
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
      const header = source.slice(from, from + length);
      headers.push(header);
      bytes += length;
      const text = header.subarray(BLOCK, fieldEnd(header, BLOCK, readOctal(header, SIZE, 12)));
      // To tar-stream an empty one is none.
      if (text.length === 0) return;
      if (header[TYPE] === TYPE_LONG_NAME) name = text;
      else link = text;
    },
    giveBack() {
      const all = joinBytes(headers);
      forget();
      return all;
    },
    forget,
  };
}
