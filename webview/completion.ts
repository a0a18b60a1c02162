/** What the filter can be completed with at the cursor. Pure. */
import type { FilterVocabulary } from '../src/core/page/filter-vocabulary.ts';
import { lastValue, lastWord, quoteValue, splitWord, takesValues, unquote } from '../src/core/query/filter-words.ts';

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

export function complete(text: string, cursor: number, vocabulary: FilterVocabulary): readonly Completion[] {
  const { field, operator, rest } = splitWord(lastWord(text.slice(0, cursor)));
  if (operator === '') return fields(vocabulary, rest.toLowerCase(), cursor - rest.length, cursor);
  if (!takesValues(operator)) return [];
  const typed = lastValue(rest);
  return values(vocabulary, field.toLowerCase(), unquote(typed).toLowerCase(), cursor - typed.length, cursor);
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
): readonly Completion[] {
  const known = vocabulary.values.find((each) => each.field === field)?.values ?? [];
  const starts = known.filter(({ text }) => text.toLowerCase().startsWith(typed));
  const contains = known.filter(({ text }) => text.toLowerCase().indexOf(typed) > 0);
  return [...starts, ...contains]
    .slice(0, MAX_SHOWN)
    .map(({ text, detail }) => ({ label: text, detail, insert: `${quoteValue(text)} `, from, to, isField: false }));
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
