/** Fields of a row of net/tcp or net/tcp6; parsers/proc/net-tcp.ts has the format. */
import {
  type HoverContext,
  type HoverFacts,
  type LinePlace,
  sayNamespace,
  type Token,
  tokenAt,
  tokensOf,
} from './hover-model.ts';
import { FIELDS, type FieldName, HEADER, isRow, OPEN_ENDED, SHAPES } from './tcp-fields.ts';
import { rowFacts } from './tcp-state.ts';
import { tellField } from './tcp-texts.ts';

export function hoverTcp(place: LinePlace, pid: number | null, context: HoverContext): HoverFacts | null {
  const tokens = tokensOf(place.text);
  const at = tokenAt(tokens, place.column);
  const token = tokens[at];
  if (token === undefined) return null;
  const isHeader = tokens[0]?.text === 'sl';
  if (!isHeader && !isRow(tokens)) return null;
  const part = isHeader ? headerPart(token) : rowPart(token, at, place.column);
  if (part === undefined) return null;
  if (!isHeader && (!SHAPES[part.name].test(part.text) || (OPEN_ENDED.includes(part.name) && at === tokens.length - 1)))
    return null;
  const raw = isHeader ? null : part.text;
  const { title, unit, paragraphs } = tellField(part.name, raw, rowFacts(isHeader ? [] : tokens), context);
  return {
    start: part.start,
    end: part.end,
    title,
    paragraphs: [...paragraphs, sayNamespace(pid, context)],
    unit,
    scope: 'namespace',
    evidence: [],
  };
}

interface Part extends Token {
  readonly name: FieldName;
}

function headerPart(token: Token): Part | undefined {
  const name = Object.hasOwn(HEADER, token.text) ? HEADER[token.text] : undefined;
  return name === undefined ? undefined : { ...token, name };
}

function rowPart(token: Token, at: number, column: number): Part | undefined {
  const field = FIELDS[at];
  if (field === undefined) return undefined;
  if (typeof field === 'string') return { ...token, name: field };
  const colon = token.text.indexOf(':');
  if (colon < 0) return undefined;
  const middle = token.start + colon;
  return column <= middle
    ? { name: field[0], text: token.text.slice(0, colon), start: token.start, end: middle }
    : { name: field[1], text: token.text.slice(colon + 1), start: middle + 1, end: token.end };
}
