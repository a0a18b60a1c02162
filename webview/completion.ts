/** What the filter can be completed with at the cursor. Pure. */
import type { FilterVocabulary } from '../src/core/page/filter-vocabulary.ts';

export interface Completion {
  readonly label: string;
  readonly detail: string;
  /** Takes the place of the letters between `from` and `to`. */
  readonly insert: string;
  readonly from: number;
  readonly to: number;
  /** A field: its value comes next, so the list stays open. */
  readonly isField: boolean;
}

const MAX_SHOWN = 12;

/** The word that the cursor stands in, quotes respected. */
function wordAt(text: string, cursor: number): { readonly from: number; readonly word: string } {
  let from = 0;
  let quoted = false;
  for (let i = 0; i < cursor; i++) {
    if (text[i] === '"') quoted = !quoted;
    else if (!quoted && /\s/.test(text[i] ?? '')) from = i + 1;
  }
  return { from, word: text.slice(from, cursor) };
}

export function complete(text: string, cursor: number, vocabulary: FilterVocabulary): readonly Completion[] {
  const { from, word } = wordAt(text, cursor);
  const [, sign = '', name = '', colon = '', value = ''] = /^([-!]?)([a-z]*)(:?)([\s\S]*)$/i.exec(word) ?? [];
  if (colon === '') return value === '' ? fields(vocabulary, name.toLowerCase(), from + sign.length, cursor) : [];
  const last = value.slice(value.lastIndexOf(',') + 1).replace('"', '');
  return values(
    vocabulary,
    name.toLowerCase(),
    last.toLowerCase(),
    cursor - last.length,
    cursor,
    text[cursor - last.length - 1] === '"',
  );
}

function fields(vocabulary: FilterVocabulary, typed: string, from: number, to: number): readonly Completion[] {
  return vocabulary.fields
    .filter(({ name }) => name.startsWith(typed))
    .slice(0, MAX_SHOWN + 6)
    .map(({ name, kind, help }) => {
      const operator = kind === 'bytes' || name === 'fds' || name === 'idle' ? '>' : ':';
      return { label: `${name}${operator}`, detail: help, insert: `${name}${operator}`, from, to, isField: true };
    });
}

function values(
  vocabulary: FilterVocabulary,
  field: string,
  typed: string,
  from: number,
  to: number,
  quoted: boolean,
): readonly Completion[] {
  const known = vocabulary.values.find((each) => each.field === field)?.values ?? [];
  const starts = known.filter(({ text }) => text.toLowerCase().startsWith(typed));
  const contains = known.filter(({ text }) => text.toLowerCase().indexOf(typed) > 0);
  return [...starts, ...contains].slice(0, MAX_SHOWN).map(({ text, detail }) => {
    const needsQuotes = !quoted && /[\s,]/.test(text);
    const closed = quoted ? `${text}"` : needsQuotes ? `"${text}"` : text;
    return { label: text, detail, insert: `${closed} `, from, to, isField: false };
  });
}

/** The text with the completion in it, and where the cursor then stands. */
export function applyCompletion(
  text: string,
  completion: Completion,
): { readonly text: string; readonly cursor: number } {
  const rest = text.slice(completion.to);
  const insert =
    completion.insert.endsWith(' ') && rest.startsWith(' ') ? completion.insert.trimEnd() : completion.insert;
  const before = `${text.slice(0, completion.from)}${insert}`;
  return { text: before + rest, cursor: before.length };
}
