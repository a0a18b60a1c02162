/** Takers of bytes: a whole small text, or lines one by one. */
import type { ByteSink } from '../bundle.ts';
import { joinBytes } from '../bytes.ts';
import { createLineBlocks } from '../line-blocks.ts';
import type { TextFact } from '../text.ts';

const STREAM = { stream: true } as const;
/** Only for whole texts, of which one may be told apart from the next by nothing but the call. */
const WHOLE = new TextDecoder('utf-8');
const ASCII_END = 0x80;

/**
 * Gathers a text of at most maxBytes; what is longer is cut there. Of a cut text only whole lines are given: half a
 * number is another number.
 */
export function createTextSink(
  entry: string,
  maxBytes: number,
  done: (fact: TextFact) => void,
  lineOffset = 0,
): ByteSink {
  return new TextSink(entry, maxBytes, done, lineOffset);
}

/** A class: a large bundle has fifty thousand small files, and three closures for each would be most of their cost. */
class TextSink implements ByteSink {
  readonly #entry: string;
  readonly #maxBytes: number;
  readonly #done: (fact: TextFact) => void;
  readonly #lineOffset: number;
  #text = '';
  #size = 0;
  #over = false;
  /** Of the pieces after the first, or of a first one that may end inside a character. */
  #decoder: TextDecoder | null = null;

  constructor(entry: string, maxBytes: number, done: (fact: TextFact) => void, lineOffset: number) {
    this.#entry = entry;
    this.#maxBytes = maxBytes;
    this.#done = done;
    this.#lineOffset = lineOffset;
  }

  write(chunk: Uint8Array): void {
    const room = this.#maxBytes - this.#size;
    if (chunk.length > room) this.#over = true;
    if (room <= 0) return;
    const taken = chunk.length > room ? chunk.subarray(0, room) : chunk;
    if (this.#size === 0 && (taken[taken.length - 1] ?? ASCII_END) < ASCII_END) this.#text = WHOLE.decode(taken);
    else {
      // A byte order mark is one at the begin of the text only.
      this.#decoder ??= new TextDecoder('utf-8', { ignoreBOM: this.#size > 0 });
      this.#text += this.#decoder.decode(taken, STREAM);
    }
    this.#size += taken.length;
  }

  end(complete: boolean): void {
    const text = this.#decoder === null ? this.#text : this.#text + this.#decoder.decode();
    const cut = this.#over || !complete;
    this.#done({
      entry: this.#entry,
      text: cut ? text.slice(0, text.lastIndexOf('\n') + 1) : text,
      cut,
      lineOffset: this.#lineOffset,
    });
  }
}

const MAX_LINE_BYTES = 256 * 1024;

/** Calls back for each whole line; a line that the archive ends in is left out, what exceeds 256 KiB of one is too. */
export function createLineSink(takeLine: (line: string) => void, done: (complete: boolean) => void): ByteSink {
  const decoder = new TextDecoder('utf-8');
  const blocks = createLineBlocks(MAX_LINE_BYTES, (block) => {
    const text = decoder.decode(block);
    let start = 0;
    while (start < text.length) {
      const newline = text.indexOf('\n', start);
      const end = newline < 0 ? text.length : newline;
      takeLine(text.slice(start, end));
      start = end + 1;
    }
  });
  return {
    write: blocks.write,
    end(complete) {
      if (complete) blocks.end();
      done(complete);
    },
  };
}

/** Waits for the first bytes of a file, of which two kinds go by one name, and gives all of it to the sink for them. */
export function createSniffingSink(headBytes: number, choose: (head: Uint8Array) => ByteSink): ByteSink {
  let head = new Uint8Array(0);
  let sink: ByteSink | undefined;
  const decide = () => {
    sink = choose(head);
    if (head.length > 0) sink.write(head);
    return sink;
  };
  return {
    write(chunk) {
      if (sink !== undefined) return sink.write(chunk);
      head = joinBytes([head, chunk]);
      if (head.length >= headBytes) decide();
    },
    end(complete) {
      (sink ?? decide()).end(complete);
    },
  };
}
