/**
 * Block files of the collector (docs/bundle-format.md): several files in one, each under a heading with its path.
 *
 *   ==> /proc/1/status <==
 *   Name:	systemd
 *   ==> /proc/1/limits <==
 *
 * A content line that looks like a heading, whatever the blanks before it, has one blank more than it had; it is taken
 * away here. Lines are handed on in runs as long as possible, so that most of a file is neither copied nor decoded.
 */
import type { ByteSink } from '../../bundle.ts';
import { asciiBytes, startsWithBytes } from '../../bytes.ts';
import { createLineBlocks } from '../../line-blocks.ts';

/** What is told of a block file: where a block begins, its bytes, and its end. */
export interface BlockTaker {
  /**
   * A block begins. `line` is that of its heading, counted from 1. Gives who takes its lines, each with its line end
   * (but perhaps the last of the file), or undefined when nobody does.
   */
  open(path: string, line: number): ByteSink | undefined;
  /** There is text above the first heading, which belongs to no file; `line` is the first that is not blank. Said once. */
  stray?(line: number): void;
  /** False when the archive ended inside the file: then the last block was not ended. */
  end(complete: boolean): void;
}

const MAX_LINE_BYTES = 256 * 1024;
const LF = 10;
const CR = 13;
const BLANK = 32;
const EQUALS = 61;
const MARK = asciiBytes('==> ');
/** What a block file begins with. */
export const BLOCK_HEAD = asciiBytes('==> /');
const TAIL = asciiBytes(' <==');

export function createBlockFile(taker: BlockTaker): ByteSink {
  const decoder = new TextDecoder('utf-8');
  let current: ByteSink | undefined;
  let line = 0;
  /** No heading came yet, and no text above it. */
  let isAtStart = true;

  const takeLines = (bytes: Uint8Array) => {
    // What is not yet handed on of the current block.
    let from = 0;
    const handOn = (to: number) => {
      if (to > from) current?.write(bytes.subarray(from, to));
    };
    for (let start = 0; start < bytes.length; ) {
      line++;
      const newline = bytes.indexOf(LF, start);
      const next = newline < 0 ? bytes.length : newline + 1;
      const first = bytes[start];
      if (first === EQUALS && isHeading(bytes, start, next)) {
        handOn(start);
        current?.end(true);
        isAtStart = false;
        const heading = bytes.subarray(start + MARK.length, lineEnd(bytes, start, next) - TAIL.length);
        current = taker.open(decoder.decode(heading), line);
        from = next;
      } else if (first === BLANK && isEscaped(bytes, start, next)) {
        handOn(start);
        from = start + 1;
      }
      if (isAtStart && !isBlank(bytes, start, next)) {
        isAtStart = false;
        taker.stray?.(line);
      }
      start = next;
    }
    handOn(bytes.length);
  };
  const blocks = createLineBlocks(MAX_LINE_BYTES, takeLines);
  return {
    write: blocks.write,
    end(complete) {
      if (complete) {
        blocks.end();
        current?.end(true);
      }
      taker.end(complete);
    },
  };
}

/** Where the text of a line ends, without its line end. */
function lineEnd(bytes: Uint8Array, start: number, next: number): number {
  let end = next;
  if (end > start && bytes[end - 1] === LF) end--;
  if (end > start && bytes[end - 1] === CR) end--;
  return end;
}

function isHeading(bytes: Uint8Array, start: number, next: number): boolean {
  const end = lineEnd(bytes, start, next);
  if (end - start < BLOCK_HEAD.length + TAIL.length) return false;
  return (
    startsWithBytes(bytes.subarray(start, end), BLOCK_HEAD) &&
    startsWithBytes(bytes.subarray(end - TAIL.length, end), TAIL)
  );
}

function isBlank(bytes: Uint8Array, start: number, next: number): boolean {
  for (let at = start; at < next; at++) if ((bytes[at] ?? BLANK) > BLANK) return false;
  return true;
}

function isEscaped(bytes: Uint8Array, start: number, next: number): boolean {
  let at = start;
  while (at < next && bytes[at] === BLANK) at++;
  return startsWithBytes(bytes.subarray(at, next), MARK);
}
