/**
 * The addresses of both ends of all rows as numbers: an IPv4 address, mapped or not, is itself; an IPv6 one is a hash
 * of its words, so that no text is made of half a million of them. Equal numbers are looked at again before they are
 * taken for equal addresses.
 */
import { type AddressKey, formatV6, type Sockets, sourceOf, toHostOrder } from '../snapshot/sockets.ts';

export type End = 'local' | 'remote';

export interface EndAddresses {
  readonly local: Uint32Array;
  readonly remote: Uint32Array;
}

export function endAddresses(sockets: Sockets): EndAddresses {
  return { local: column(sockets, 'local'), remote: column(sockets, 'remote') };
}

function column(sockets: Sockets, end: End): Uint32Array {
  const ids = new Uint32Array(sockets.count);
  const words = sockets[end];
  const { littleEndian } = sockets;
  for (const { family, firstRow, rows, words6 } of sockets.sources) {
    for (let row = firstRow; row < firstRow + rows; row++) {
      const word = words[row] ?? 0;
      ids[row] = family === 4 ? toHostOrder(word, littleEndian) : idOf6(words6, word, littleEndian);
    }
  }
  return ids;
}

function idOf6(words6: Uint32Array, at: number, littleEndian: boolean): number {
  const a = words6[at] ?? 0;
  const b = words6[at + 1] ?? 0;
  const c = toHostOrder(words6[at + 2] ?? 0, littleEndian);
  const d = toHostOrder(words6[at + 3] ?? 0, littleEndian);
  if (a === 0 && b === 0 && c === 0xffff) return d;
  return hashWords(toHostOrder(a, littleEndian), toHostOrder(b, littleEndian), c, d);
}

/** Of an IPv6 address, its words as a human reads them. */
export function hashWords(a: number, b: number, c: number, d: number): number {
  let hash = 0x811c9dc5;
  for (const word of [a, b, c, d]) hash = mix(hash ^ word);
  return hash;
}

/** Of 32 bits others that differ in many. */
export function mix(value: number): number {
  let hash = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** The four words of an IPv6 address as a human reads them; null when it is an IPv4 one. */
export function wordsOf(sockets: Sockets, row: number, end: End): readonly number[] | null {
  const source = sourceOf(sockets, row);
  if (source?.family !== 6) return null;
  const at = sockets[end][row] ?? 0;
  const words = [0, 1, 2, 3].map((i) => toHostOrder(source.words6[at + i] ?? 0, sockets.littleEndian));
  return words[0] === 0 && words[1] === 0 && words[2] === 0xffff ? null : words;
}

/** Of ends whose numbers are equal: are the addresses? */
export function isSameAddress(sockets: Sockets, a: number, endA: End, b: number, endB: End): boolean {
  const sourceA = sourceOf(sockets, a);
  const sourceB = sourceOf(sockets, b);
  if (sourceA?.family === 4 && sourceB?.family === 4) return true;
  return isSameWords(wordsOf(sockets, a, endA), wordsOf(sockets, b, endB));
}

export function isSameWords(a: readonly number[] | null, b: readonly number[] | null): boolean {
  return a === null || b === null ? a === b : a.every((word, index) => word === b[index]);
}

/** An address to be shown: of a number, or of the words of an IPv6 one. */
export function addressOf(id: number, words: readonly number[] | null): AddressKey {
  return words === null ? id : formatV6(words);
}
