/** Takers of bytes: a whole small text, or lines one by one. */

import type { ByteSink } from '../bundle.ts';
import { joinBytes } from '../bytes.ts';
import { createLineBlocks } from '../line-blocks.ts';
import type { Message } from '../report/message.ts';
import { isShellError } from '../text.ts';
import { defineMessages } from '../wording/define-messages.ts';
import type { KeptText } from './node-store.ts';
import { tallyProblem } from './problems.ts';
import type { Member, Sink } from './row.ts';

const say = defineMessages('sinks', {
  shellError: 'holds an error of the shell instead of data',
  cut: 'is cut: its end is missing',
});

// Far above what the kernel prints for any of them; beyond, a file is cut and said to be.
export const MAX_SMALL_BYTES = 1 << 20;
export const MAX_JSON_BYTES = 16 << 20;
export const MAX_TABLE_BYTES = 64 << 20;

const NOT_BLANK = /\S/;

interface TextOptions {
  /** What is an error of the shell in place of the text. */
  readonly isError: (text: string) => boolean;
  /** The kind of files which come thousands of times, as people call it: their problems are tallied. */
  readonly kind: string;
}

/** The whole text of at most maxBytes. What holds an error instead of data is told as a problem, and is no text. */
export function text(
  maxBytes: number,
  { isError = isShellError, kind = '' }: Partial<TextOptions> = {},
): Sink<unknown, KeptText> {
  const options: TextOptions = { isError, kind };
  return (member, add) => new TextSink(member, maxBytes, add, options);
}

/** Tells what was wrong with a member; of a block the line where it begins. */
function tellProblem({ facts, entry, lineOffset }: Member, kind: string, message: Message): void {
  const problem = lineOffset === 0 ? { entry, message } : { entry, line: lineOffset + 1, message };
  if (kind === '') facts.problems.push(problem);
  else tallyProblem(facts.tallies, kind, problem);
}

const STREAM = { stream: true } as const;
/** Only for whole texts, of which one may be told apart from the next by nothing but the call. */
const WHOLE = new TextDecoder('utf-8');
const ASCII_END = 0x80;

/**
 * Gathers a text; what is longer is cut. Of a cut text only whole lines are given: half a number is another number. A
 * class: a large bundle has fifty thousand small files, and closures for each would be most of their cost.
 */
class TextSink<M extends Member> implements ByteSink {
  readonly #member: M;
  readonly #maxBytes: number;
  readonly #add: (member: M, fact: KeptText) => void;
  readonly #options: TextOptions;
  #text = '';
  #size = 0;
  #over = false;
  /** Of the pieces after the first, or of a first one that may end inside a character. */
  #decoder: TextDecoder | null = null;

  constructor(member: M, maxBytes: number, add: (member: M, fact: KeptText) => void, options: TextOptions) {
    this.#member = member;
    this.#maxBytes = maxBytes;
    this.#add = add;
    this.#options = options;
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
    const all = this.#decoder === null ? this.#text : this.#text + this.#decoder.decode();
    const cut = this.#over || !complete;
    const found = cut ? all.slice(0, all.lastIndexOf('\n') + 1) : all;
    const member = this.#member;
    const { isError, kind } = this.#options;
    if (isError(found)) tellProblem(member, kind, say.shellError());
    else {
      const { entry, rank, lineOffset } = member;
      this.#add(member, { entry, rank, isEmpty: !NOT_BLANK.test(found), text: found, cut, lineOffset });
    }
    if (cut) tellProblem(member, kind, say.cut());
  }
}

const MAX_LINE_BYTES = 256 * 1024;

/** Calls back for each whole line; a line that the archive ends in is left out, what exceeds 256 KiB of one is too. */
export function createLineSink(takeLine: (line: string) => void, done: (complete: boolean) => void): ByteSink {
  const decoder = new TextDecoder('utf-8');
  const blocks = createLineBlocks(MAX_LINE_BYTES, (block) => {
    const decoded = decoder.decode(block);
    let start = 0;
    while (start < decoded.length) {
      const newline = decoded.indexOf('\n', start);
      const end = newline < 0 ? decoded.length : newline;
      takeLine(decoded.slice(start, end));
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
export function createSniffingSink(headBytes: number, choose: (head: Uint8Array) => ByteSink | undefined): ByteSink {
  let head = new Uint8Array(0);
  let chosen: { readonly sink: ByteSink | undefined } | null = null;
  const decide = () => {
    const sink = choose(head);
    if (head.length > 0) sink?.write(head);
    chosen = { sink };
    return chosen;
  };
  return {
    write(chunk) {
      if (chosen !== null) return chosen.sink?.write(chunk);
      head = joinBytes([head, chunk]);
      if (head.length >= headBytes) decide();
    },
    end(complete) {
      (chosen ?? decide()).sink?.end(complete);
    },
  };
}
