import type { Report } from '../report/report.ts';
import type { Format } from './format.ts';
import { withTexts } from './json-texts.ts';

// DEL, C1 and what changes the direction of text: JSON.stringify leaves them as they are, and a terminal obeys them.
const UNSAFE = /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;
/** Objects that lie deeper are one piece. */
const PIECE_DEPTH = 2;
/** Of a list that many are one piece: findings, or owners. */
const PIECE_ITEMS = 100;

/** To print as it is; its form is media/report.schema.json. */
export const JSON_FORMAT = {
  id: 'json',
  title: 'JSON',
  extension: 'json',
  mediaType: 'application/json',
  render: toJsonPieces,
} as const satisfies Format;

function* toJsonPieces(report: Report): Generator<string> {
  for (const piece of piecesOf(withTexts(report), 0)) {
    yield piece.replace(UNSAFE, (bad) => `\\u${bad.charCodeAt(0).toString(16).padStart(4, '0')}`);
  }
  yield '\n';
}

/** As JSON.stringify(value, null, 2) would write it, on a line that is indented by `depth` steps. */
function* piecesOf(value: unknown, depth: number): Generator<string> {
  const indent = '  '.repeat(depth);
  const whole = (part: unknown) => JSON.stringify(part, null, 2).replaceAll('\n', `\n${indent}`);
  if (Array.isArray(value) && value.length > 0) {
    for (let at = 0; at < value.length; at += PIECE_ITEMS) {
      // Without its brackets, of which the last has a line of its own.
      const items = whole(value.slice(at, at + PIECE_ITEMS)).slice(1, -2 - indent.length);
      yield `${at === 0 ? '[' : ','}${items}`;
    }
    yield `\n${indent}]`;
  } else if (depth < PIECE_DEPTH && typeof value === 'object' && value !== null && !Array.isArray(value)) {
    let separator = '{';
    for (const [name, field] of Object.entries(value)) {
      if (field === undefined) continue;
      yield `${separator}\n${indent}  ${JSON.stringify(name)}: `;
      yield* piecesOf(field, depth + 1);
      separator = ',';
    }
    yield separator === '{' ? '{}' : `\n${indent}}`;
  } else yield whole(value);
}
