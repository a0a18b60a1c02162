/** Small helpers for reading the text of /proc: no regular expression here can run longer than the line is. */

import type { Message } from './report/message.ts';
import { defineMessages } from './wording/define-messages.ts';

const say = defineMessages('text', {
  moreProblems: '{problems, plural, one {# more problem is} other {# more problems are}} not listed for this file.',
});

/** A value with everything that was wrong on the way to it. Parsing never throws on input. */
export interface Parsed<T> {
  readonly value: T;
  readonly problems: readonly ParseProblem[];
}

export interface ParseProblem {
  /** Counted from 1. */
  readonly line: number;
  readonly message: Message;
}

/** Nothing was wrong. One list for all: most of the thousands of files that are read have no problem. */
export const NO_PROBLEMS: readonly ParseProblem[] = [];

/** Nobody reads more of one file. */
const MAX_PROBLEMS = 5;

export interface ProblemList {
  tell(line: number, message: Message): void;
  end(): readonly ParseProblem[];
}

/** Gathers the problems of one file, by line: the first few, and how many more there were. A file may have ten million. */
export function createProblemList(): ProblemList {
  const problems: ParseProblem[] = [];
  let more = 0;
  let nextLine = 0;
  return {
    tell(line, message) {
      if (problems.length < MAX_PROBLEMS) {
        problems.push({ line, message });
        return;
      }
      if (more === 0) nextLine = line;
      more++;
    },
    end() {
      if (more === 0) return problems;
      return [...problems, { line: nextLine, message: say.moreProblems({ problems: more }) }];
    },
  };
}

/** A file of the bundle, small enough to hold as text. */
export interface TextFact {
  readonly entry: string;
  readonly text: string;
  /** The archive ended inside it, or it was longer than is read of such a file. */
  readonly cut: boolean;
  /** Lines of the entry before the text: 0 but for a block of a block file. Evidence adds it to the lines of the text. */
  readonly lineOffset: number;
}

const DIGITS = /^\d+$/;

/** A number as the kernel prints it, which may be too large to be exact: then it is not known, and not malformed. */
export function isDigits(text: string | undefined): boolean {
  return text !== undefined && DIGITS.test(text);
}

/** A count in decimal, or null when it is not one or too large to be exact (2^53). */
export function parseCount(text: string | undefined): number | null {
  if (text === undefined || !DIGITS.test(text)) return null;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : null;
}

/** Lines without their ends; a final newline makes no empty line, CRLF counts as one end. */
export function splitLines(text: string): string[] {
  if (text === '') return [];
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
}

/** The line that this place of the text is in, counted from 1. */
export function lineAt(text: string, place: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < place; at = text.indexOf('\n', at + 1)) line++;
  return line;
}

export function splitFields(line: string): string[] {
  const trimmed = line.trim();
  return trimmed === '' ? [] : trimmed.split(/\s+/);
}

const SHELL_ERROR =
  /^(?:[\w./-]*(?:sh|cat|ss|ls|readlink|dmesg|sysctl)): .*(?:not found|no such file|permission denied|operation not permitted|cannot (?:open|access|read))/i;

/** Collectors keep what the shell said when a command failed; that text is absence, not data. */
export function isShellError(text: string): boolean {
  const head = text.slice(0, 400);
  return head.includes(': ') && SHELL_ERROR.test(head.trimStart().slice(0, 300));
}

/** Bundle text quoted inside a message: short, and without control or direction-changing characters. */
export function quote(text: string): string {
  const clean = cleanText(text);
  return `"${clean.length > 60 ? `${clean.slice(0, 57)}...` : clean}"`;
}

// C0, DEL, C1, zero-width, bidirectional and annotation controls: they can hide or reorder what an engineer reads.
const UNSAFE =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

const PLAIN = /^[ -~]*$/;

/** The text with every control or invisible character shown as U+FFFD. */
export function cleanText(text: string): string {
  return PLAIN.test(text) ? text : text.replace(UNSAFE, '\ufffd');
}

/** A text of its own: a part that was cut out of a large text keeps all of that in memory. */
export function copyText(text: string): string {
  // What is put together is copied when it is cut.
  return ` ${text}`.slice(1);
}
