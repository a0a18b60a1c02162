import type { Report } from './report.ts';

// DEL, C1 and what changes the direction of text: JSON.stringify leaves them as they are, and a terminal obeys them.
const UNSAFE = /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;
/** What is below is one piece: a finding, an owner. */
const PIECE_DEPTH = 3;

/** The report as JSON, to print as it is; its form is media/report.schema.json. */
export function toJson(report: Report): string {
  return [...toJsonPieces(report)].join('');
}

/** The same in pieces: that of a large node has megabytes, and need not be in memory as a whole. */
export function* toJsonPieces(report: Report): Generator<string> {
  for (const piece of piecesOf(report, 0)) {
    yield piece.replace(UNSAFE, (bad) => `\\u${bad.charCodeAt(0).toString(16).padStart(4, '0')}`);
  }
  yield '\n';
}

/** As JSON.stringify(value, null, 2) would write it, on a line that is indented by `depth` steps. */
function* piecesOf(value: unknown, depth: number): Generator<string> {
  const indent = '  '.repeat(depth);
  const isList = Array.isArray(value);
  const fields =
    typeof value === 'object' && value !== null ? Object.entries(value).filter(([, field]) => field !== undefined) : [];
  if (depth === PIECE_DEPTH || fields.length === 0) {
    yield JSON.stringify(value, null, 2).replaceAll('\n', `\n${indent}`);
    return;
  }
  yield isList ? '[' : '{';
  let separator = `\n${indent}  `;
  for (const [name, field] of fields) {
    yield isList ? separator : `${separator}${JSON.stringify(name)}: `;
    yield* piecesOf(field, depth + 1);
    separator = `,\n${indent}  `;
  }
  yield `\n${indent}${isList ? ']' : '}'}`;
}
