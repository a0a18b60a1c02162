/** One mutated text from its seed, through one parser. */
import { isDeepStrictEqual } from 'node:util';
import { createRandom } from '../core/support/random.ts';
import { mutateText, pick, spliced } from './mutate-text.ts';
import type { Parser } from './parsers.ts';

/** Two texts put together now and then, so that what is meant for one parser meets what is meant for another. */
export function makeText(seeds: readonly Uint8Array[], seed: number): Uint8Array {
  const random = createRandom(seed);
  const first = pick(seeds, random);
  const base = random(10) === 0 ? spliced(first, random(first.length + 1), 0, pick(seeds, random)) : first;
  return mutateText(base, random);
}

const MAX_CHUNK = 1 << 20;

/** The first thing that is wrong, or null. What a parser throws is thrown on. */
export function textFault(parser: Parser, bytes: Uint8Array, seed: number): string | null {
  const value = parser.run(bytes, Math.max(1, Math.min(MAX_CHUNK, bytes.length)));
  const size = sizeOf(value);
  // A number of two digits may become one of eight bytes, and an item its line, its kind and its name.
  // Empty columns have room for some rows.
  if (size.cells > 2048 + 4 * bytes.length) return `output: ${size.cells} values out of ${bytes.length} bytes`;
  if (size.characters > 4096 + 8 * bytes.length)
    return `output: ${size.characters} characters out of ${bytes.length} bytes`;
  if (size.fault !== null) return size.fault;
  const problems = problemsOf(value);
  const lines = 1 + bytes.reduce((sum, byte) => sum + (byte === 10 ? 1 : 0), 0);
  if (problems.length > lines + 8) return `problems: ${problems.length} in ${lines} lines`;
  const long = problems.find((problem) => problem.message.length > 300);
  if (long !== undefined) return `problems: one of ${long.message.length} characters`;
  const wrong = problems.find((problem) => problem.line !== undefined && (problem.line < 1 || problem.line > lines));
  if (wrong !== undefined) return `problems: line ${wrong.line} of ${lines}`;
  if (!parser.isStream) return null;
  const chunk = 1 + (seed % 97);
  const again = parser.run(bytes, chunk);
  return isDeepStrictEqual(again, value) ? null : 'chunks: pieces give something else than the whole';
}

interface Size {
  cells: number;
  characters: number;
  fault: string | null;
}

function sizeOf(value: unknown): Size {
  const size: Size = { cells: 0, characters: 0, fault: null };
  measure(value, size);
  return size;
}

function measure(value: unknown, size: Size): void {
  size.cells++;
  if (typeof value === 'string') size.characters += value.length;
  else if (typeof value === 'number') {
    if (!Number.isFinite(value)) size.fault = `number: ${value}`;
  } else if (value instanceof Map || value instanceof Set || Array.isArray(value)) {
    for (const item of value) measure(item, size);
  } else if (ArrayBuffer.isView(value)) size.cells += value.byteLength / 4;
  else if (typeof value === 'object' && value !== null && !(value instanceof RegExp)) {
    for (const item of Object.values(value)) measure(item, size);
  }
}

interface SomeProblem {
  readonly line?: number;
  readonly message: string;
}

function problemsOf(value: unknown): readonly SomeProblem[] {
  const list = typeof value === 'object' && value !== null && 'problems' in value ? value.problems : [];
  return Array.isArray(list) ? (list as readonly SomeProblem[]) : [];
}
