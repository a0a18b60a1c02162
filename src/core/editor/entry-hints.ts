/**
 * What stands decoded behind numbers in files of /proc/net: addresses and states of net/tcp, pages of sockstat and
 * tcp_mem. By the path of the file alone, so that it works for a copy outside of a bundle too.
 */

import { normaliseName } from '../layouts/entry-path.ts';
import { routeMember } from '../layouts/index.ts';
import { parseCount } from '../text.ts';
import { defineMessages } from '../wording/define-messages.ts';
import type { Wording } from '../wording/wording.ts';
import { decodeAddress } from './hover/address.ts';
import { type HoverContext, MAX_LINE_LENGTH, type Token, tokensOf } from './hover/hover-model.ts';
import { memInBytes, pageBytes } from './hover/pages.ts';
import { isRow, SHAPES } from './hover/tcp-fields.ts';
import { sayState } from './hover/tcp-state.ts';
import { sayOrder } from './hover/tcp-texts.ts';

const say = defineMessages('entry-hints', {
  pageSizeUnknown: 'The size of a page is not known here: it was read as 4 KiB.',
});

/** Text behind a column. */
export interface EntryHint {
  /** Counted from 0, as is the column. */
  readonly line: number;
  readonly column: number;
  /** `10.244.49.14:8888`, `CLOSE_WAIT`, `48.1 MiB`. */
  readonly label: string;
  /** What it rests on, in a sentence; empty where the label says it all. */
  readonly tooltip: string;
}

/** Lines of a document, counted from 0. */
export interface HintRange {
  /** Path of the document, in the tree of entries or of this machine. */
  readonly path: string;
  readonly first: number;
  readonly last: number;
  /** A line of the document; undefined beyond its end. */
  textOf(line: number): string | undefined;
}

/** No editor shows more at once; somebody who asks for a whole table gets its begin. */
const MAX_LINES = 1000;

type Found = Omit<EntryHint, 'line'>;
type Decode = (text: string, context: HoverContext, wording: Wording, line: number) => readonly Found[];

const NO_BUNDLE: HoverContext = { report: null, littleEndian: null };

/** Facts of the bundle are used only where the file is of the node that its report judges. */
export function hintsOfEntry(range: HintRange, context: HoverContext, wording: Wording): readonly EntryHint[] {
  const path = normaliseName(range.path);
  const decode = decoderOf(path);
  if (decode === null) return [];
  const root = routeMember(path)?.root;
  const known = root !== undefined && root === context.report?.bundle.root ? context : NO_BUNDLE;
  const hints: EntryHint[] = [];
  const last = Math.min(range.last, range.first + MAX_LINES - 1);
  for (let line = range.first; line <= last; line++) {
    const text = range.textOf(line);
    if (text === undefined) break;
    if (text.length > MAX_LINE_LENGTH) continue;
    for (const found of decode(text, known, wording, line)) hints.push({ line, ...found });
  }
  return hints;
}

function decoderOf(path: string): Decode | null {
  if (/(?:^|\/)net\/tcp6?$/.test(path)) return decodeRow;
  if (/(?:^|\/)net\/sockstat$/.test(path)) return decodeSockstat;
  if (/(?:^|\/)tcp_mem$/.test(path)) return decodeTcpMem;
  const kind = routeMember(path)?.fact.kind;
  // Block files hold sockstat of every namespace.
  return kind === 'blocks' || kind === 'sample-blocks' ? decodeSockstat : null;
}

function decodeRow(text: string, { littleEndian }: HoverContext, wording: Wording): readonly Found[] {
  const tokens = tokensOf(text);
  if (!isRow(tokens)) return [];
  const [, local, remote, st] = tokens;
  const tooltip = wording.text(sayOrder(littleEndian));
  const addresses = [local, remote].flatMap((token): Found[] =>
    token !== undefined && SHAPES.local.test(token.text)
      ? [{ column: token.end, label: decodeAddress(token.text, littleEndian ?? true).text, tooltip }]
      : [],
  );
  if (st === undefined || addresses.length < 2 || !SHAPES.st.test(st.text)) return addresses;
  return [...addresses, { column: st.end, label: wording.text(sayState(Number.parseInt(st.text, 16))), tooltip: '' }];
}

/** `TCP: inuse 4 orphan 0 tw 0 alloc 9 mem 3`: only `mem` of TCP and UDP is in pages. */
function decodeSockstat(text: string, context: HoverContext, wording: Wording): readonly Found[] {
  if (!/^(?:TCP|UDP): inuse /.test(text)) return [];
  const tokens = tokensOf(text);
  const at = tokens.findIndex((token) => token.text === 'mem');
  return at < 0 ? [] : pagesHint(tokens[at + 1], context, wording, memInBytes);
}

function decodeTcpMem(text: string, context: HoverContext, wording: Wording, line: number): readonly Found[] {
  const tokens = tokensOf(text);
  if (line > 0 || tokens.length !== 3) return [];
  return tokens.flatMap((token) => pagesHint(token, context, wording, (pages) => pages * pageBytes(context)));
}

function pagesHint(
  token: Token | undefined,
  context: HoverContext,
  wording: Wording,
  toBytes: (value: number, context: HoverContext) => number,
): readonly Found[] {
  const value = parseCount(token?.text);
  if (token === undefined || value === null) return [];
  const tooltip = context.report === null ? wording.text(say.pageSizeUnknown()) : '';
  return [{ column: token.end, label: wording.bytes(toBytes(value, context)), tooltip }];
}
