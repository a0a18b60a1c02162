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
