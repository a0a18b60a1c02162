/**
 * Looks for several literals at once in raw bytes, as Wu and Manber do (University of Arizona, TR-94-17): the last two
 * bytes of a window as long as the shortest literal say how far the window can move. Most bytes are never looked at.
 */
import { asciiBytes, hasBytesAt } from '../bytes.ts';

export interface AnchorSearch {
  /** Where the first anchor that lies in bytes[start, end) begins, or -1. */
  find(bytes: Uint8Array, start: number, end: number): number;
}

/** Anchors are plain ASCII of at least two characters; the longer the shortest is, the faster the search. */
export function createAnchorSearch(anchors: readonly string[]): AnchorSearch {
  const literals = anchors.map(asciiBytes);
  const width = Math.min(...literals.map((literal) => literal.length));
  const shifts = new Uint8Array(1 << 16).fill(Math.min(255, width - 1));
  // Of each pair of bytes that ends a window: the literals that begin with that window.
  const candidates = new Map<number, Uint8Array[]>();
  for (const literal of literals) {
    for (let at = 1; at < width; at++) {
      const pair = pairAt(literal, at);
      shifts[pair] = Math.min(shifts[pair] ?? 0, width - 1 - at);
      if (at === width - 1) candidates.set(pair, [...(candidates.get(pair) ?? []), literal]);
    }
  }
  const begins = (bytes: Uint8Array, at: number, end: number, pair: number): boolean => {
    for (const literal of candidates.get(pair) ?? []) {
      if (at + literal.length <= end && hasBytesAt(bytes, at, literal)) return true;
    }
    return false;
  };
  return {
    find(bytes, start, end) {
      let at = start + width - 1;
      while (at < end) {
        const pair = pairAt(bytes, at);
        const shift = shifts[pair] ?? 0;
        if (shift > 0) {
          at += shift;
          continue;
        }
        if (begins(bytes, at - width + 1, end, pair)) return at - width + 1;
        at++;
      }
      return -1;
    },
  };
}

function pairAt(bytes: Uint8Array, at: number): number {
  return ((bytes[at - 1] ?? 0) << 8) | (bytes[at] ?? 0);
}
