/** The string literals of a file of the page that may hold prose, for a scan. */
import { transformSync } from 'esbuild';

export interface Literal {
  /** Of a template the text, with {} in the place of each value. */
  readonly text: string;
  readonly isTemplate: boolean;
}

/** What is written for the log, for programmers, or is the template of a message. */
const SKIPPED_CALLS = /(?:\bdefineMessages|\bnew Error|\.trouble|\b(?:html|css))$/;
const SKIPPED_ARGUMENTS = /^\(\{ type: "trouble"/;
/** A / behind one of these begins a regular expression. */
const BEFORE_REGEX = /(?:[(,=:[!&|?{};+\-*%~^<>]|\breturn)\s*$/;

/** Types and comments are gone before it is looked at. */
export function literalsOf(source: string): readonly Literal[] {
  const { code } = transformSync(source, { loader: 'ts', target: 'es2023' });
  const found: Literal[] = [];
  readCode(code, 0, '', found);
  return found;
}

/** Reads up to the bracket that ends what it is in, or to the end, and gives the place behind it. */
function readCode(code: string, start: number, end: '' | ')' | '}', found: Literal[]): number {
  let at = start;
  while (at < code.length) {
    const character = code[at] ?? '';
    const before = code.slice(Math.max(0, at - 40), at);
    if (character === end) return at + 1;
    if (character === '(') {
      const isSkipped = SKIPPED_CALLS.test(before) || SKIPPED_ARGUMENTS.test(code.slice(at, at + 40));
      at = readCode(code, at + 1, ')', isSkipped ? [] : found);
    } else if (character === '{') at = readCode(code, at + 1, '}', found);
    else if (character === '"' || character === "'") at = readString(code, at, found);
    else if (character === '`') at = readTemplate(code, at, SKIPPED_CALLS.test(before) ? [] : found);
    else if (character === '/' && BEFORE_REGEX.test(before)) at = skipRegex(code, at);
    else at++;
  }
  return at;
}

function readString(code: string, start: number, found: Literal[]): number {
  const quote = code[start];
  let at = start + 1;
  while (at < code.length && code[at] !== quote) at += code[at] === '\\' ? 2 : 1;
  found.push({ text: code.slice(start + 1, at), isTemplate: false });
  return at + 1;
}

function readTemplate(code: string, start: number, found: Literal[]): number {
  let text = '';
  let at = start + 1;
  while (at < code.length && code[at] !== '`') {
    if (code[at] === '$' && code[at + 1] === '{') {
      text += '{}';
      at = readCode(code, at + 2, '}', found);
    } else {
      text += code[at];
      at += 1;
    }
  }
  found.push({ text, isTemplate: true });
  return at + 1;
}

function skipRegex(code: string, start: number): number {
  let inClass = false;
  for (let at = start + 1; at < code.length; at++) {
    if (code[at] === '\\') at++;
    else if (code[at] === '[') inClass = true;
    else if (code[at] === ']') inClass = false;
    else if (code[at] === '/' && !inClass) return at + 1;
  }
  return code.length;
}
