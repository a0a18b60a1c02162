/** Pieces of bytes put together, and compared. */

export function joinBytes(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export function startsWithBytes(bytes: Uint8Array, prefix: Uint8Array): boolean {
  return bytes.length >= prefix.length && hasBytesAt(bytes, 0, prefix);
}

export function hasBytesAt(bytes: Uint8Array, start: number, expected: Uint8Array): boolean {
  // From its end: names in one folder, and folders of two processes, differ there.
  for (let i = expected.length - 1; i >= 0; i--) if (bytes[start + i] !== expected[i]) return false;
  return true;
}

/** The bytes of a text that is plain ASCII. */
export function asciiBytes(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** How often a byte occurs in bytes[start, end): four bytes at once, as a log of 50 MB has half a million line ends. */
export function countByte(bytes: Uint8Array, byte: number, start: number, end: number): number {
  const firstWord = start + (-(bytes.byteOffset + start) & 3);
  if (firstWord >= end) return countBytewise(bytes, byte, start, end);
  const words = new Int32Array(bytes.buffer, bytes.byteOffset + firstWord, (end - firstWord) >>> 2);
  const pattern = Math.imul(byte, 0x01010101);
  let count = countBytewise(bytes, byte, start, firstWord);
  for (let at = 0; at < words.length; ) {
    // In each of the four bytes of `sums` one count, which fits for 255 words.
    const stop = Math.min(words.length, at + 255);
    let sums = 0;
    for (; at < stop; at++) {
      const rest = (words[at] ?? 0) ^ pattern;
      const notZero = ((rest & 0x7f7f7f7f) + 0x7f7f7f7f) | rest;
      sums += (~notZero >>> 7) & 0x01010101;
    }
    count += (sums & 255) + ((sums >>> 8) & 255) + ((sums >>> 16) & 255) + (sums >>> 24);
  }
  return count + countBytewise(bytes, byte, firstWord + words.length * 4, end);
}

function countBytewise(bytes: Uint8Array, byte: number, start: number, end: number): number {
  let count = 0;
  for (let at = start; at < end; at++) if (bytes[at] === byte) count++;
  return count;
}

/** A copy of the last bytes of both, at most `maxBytes` of them. */
export function lastBytes(before: Uint8Array, after: Uint8Array, maxBytes: number): Uint8Array<ArrayBuffer> {
  const kept = before.subarray(Math.max(0, before.length - Math.max(0, maxBytes - after.length)));
  return joinBytes([kept, after.subarray(Math.max(0, after.length - maxBytes))]);
}
