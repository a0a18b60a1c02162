/** Picks lines out of bytes that come piece by piece, without making text of the others. */
import { countByte, joinBytes } from '../core/bytes.ts';

export interface LineRange {
  /** Counted from 1; both ends included. */
  readonly start: number;
  readonly end: number;
}

export interface LinePicker {
  /** Pieces in their order; false when nothing that is wanted can come any more. */
  write(piece: Uint8Array): boolean;
  /** Of each range, in the order in which they were given, the bytes of its lines: as far as they came, and fit. */
  picked(): readonly Uint8Array[];
}

interface Wanted extends LineRange {
  readonly parts: Uint8Array[];
  size: number;
}

const LF = 10;

export function createLinePicker(ranges: readonly LineRange[], maxBytes: number): LinePicker {
  const all: readonly Wanted[] = ranges.map(({ start, end }) => ({ start, end, parts: [], size: 0 }));
  // A range that is done is passed over; those that are not begin behind it or are its neighbours.
  let open = [...all].sort((a, b) => a.start - b.start);
  let line = 1; // that the piece begins in
  const keep = (wanted: Wanted, bytes: Uint8Array) => {
    const kept = bytes.slice(0, maxBytes - wanted.size);
    wanted.parts.push(kept);
    wanted.size += kept.length;
  };
  return {
    write(piece) {
      const ends = countByte(piece, LF, 0, piece.length);
      let at = 0;
      let atLine = line;
      for (const wanted of open) {
        if (wanted.start > line + ends) break;
        const start = Math.max(wanted.start, line);
        at = afterLines(piece, at, start - atLine);
        atLine = start;
        const isLast = wanted.end < line + ends;
        keep(wanted, piece.subarray(at, isLast ? afterLines(piece, at, wanted.end + 1 - start) : piece.length));
      }
      line += ends;
      open = open.filter(({ end, size }) => end >= line && size < maxBytes);
      return open.length > 0;
    },
    picked: () => all.map(({ parts }) => joinBytes(parts)),
  };
}

/** Where the bytes go on behind so many line ends from here. */
function afterLines(bytes: Uint8Array, from: number, lines: number): number {
  let at = from;
  for (let i = 0; i < lines; i++) at = bytes.indexOf(LF, at) + 1;
  return at;
}
