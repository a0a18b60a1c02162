/**
 * The filter language: `state:close-wait pod:web* rxq>0 -comm:pause java`. Words are joined by AND, values behind one
 * colon, parted by commas, by OR; a minus in front negates. A bare word is looked for in names, addresses and numbers.
 */
import { isMessage, type Message } from '../report/message.ts';
import { defineMessages } from '../wording/define-messages.ts';
import { type FieldName, filterField } from './filter-fields.ts';
import { MAX_FILTER_LENGTH, splitValues, splitWord, splitWords, takesValues, unquote } from './filter-words.ts';

const say = defineMessages('parse-filter', {
  unknownField: 'There is no field "{field}".',
  noNumberField: '"{field}" is no number: write {field}:value.',
  noNumber: '"{value}" is no number for {field}.',
});

export interface NumberRange {
  readonly from: number;
  readonly to: number;
  /** The bounds themselves are outside. */
  readonly isOpen: boolean;
}

interface TermBase {
  readonly negated: boolean;
}

export type FilterTerm =
  | (TermBase & { readonly kind: 'text'; readonly field: FieldName; readonly patterns: readonly string[] })
  | (TermBase & { readonly kind: 'number'; readonly field: FieldName; readonly ranges: readonly NumberRange[] })
  | (TermBase & { readonly kind: 'word'; readonly word: string });

export interface Filter {
  readonly terms: readonly FilterTerm[];
  /** One sentence for each word that is no term; with one of them nothing should be picked. */
  readonly problems: readonly Message[];
}

export function parseFilter(text: string): Filter {
  const terms: FilterTerm[] = [];
  const problems: Message[] = [];
  for (const word of splitWords(text.slice(0, MAX_FILTER_LENGTH))) {
    const term = readTerm(word);
    if (isMessage(term)) problems.push(term);
    else if (term !== null) terms.push(term);
  }
  return { terms, problems };
}

/** A term, null for one that is still being typed, or what is wrong with it. */
function readTerm(word: string): FilterTerm | Message | null {
  const { sign, field: name, operator, rest } = splitWord(word);
  if (operator === '') {
    const bare = unquote(rest).toLowerCase();
    return bare === '' ? null : { kind: 'word', word: bare, negated: sign !== '' };
  }
  const field = filterField(name);
  // `::1` and `fe80:…` are addresses, not fields.
  if (field === undefined && /^[0-9a-f:.*/%]+$/i.test(word))
    return { kind: 'word', word: word.toLowerCase(), negated: false };
  if (field === undefined) return say.unknownField({ field: name });
  if (rest === '') return null;
  const negated = (sign !== '') !== (operator === '!=');
  const values = splitValues(rest)
    .map(unquote)
    .filter((value) => value !== '');
  if (values.length === 0) return null;
  if (field.kind === 'text') {
    if (!takesValues(operator)) return say.noNumberField({ field: field.name });
    return { kind: 'text', field: field.name, patterns: values.map((value) => value.toLowerCase()), negated };
  }
  const ranges: NumberRange[] = [];
  for (const value of values) {
    const range = readRange(operator, value, field.kind === 'bytes');
    if (range === null) return say.noNumber({ value, field: field.name });
    ranges.push(range);
  }
  return { kind: 'number', field: field.name, ranges, negated };
}

const INFINITE = Number.POSITIVE_INFINITY;

function readRange(operator: string, value: string, isBytes: boolean): NumberRange | null {
  const bounds = /^([^-.]+(?:\.\d+[a-z]*)?)(?:-|\.\.)([^-]+)$/i.exec(value);
  if (bounds !== null && takesValues(operator)) {
    const from = readNumber(bounds[1] ?? '', isBytes);
    const to = readNumber(bounds[2] ?? '', isBytes);
    return from === null || to === null ? null : { from, to, isOpen: false };
  }
  const number = readNumber(value, isBytes);
  if (number === null) return null;
  switch (operator) {
    case '>':
      return { from: number, to: INFINITE, isOpen: true };
    case '>=':
      return { from: number, to: INFINITE, isOpen: false };
    case '<':
      return { from: -INFINITE, to: number, isOpen: true };
    case '<=':
      return { from: -INFINITE, to: number, isOpen: false };
    default:
      return { from: number, to: number, isOpen: false };
  }
}

const UNITS: Readonly<Record<string, number>> = { '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };

/** `64`, and of bytes `64k` or `1.5MiB`. */
function readNumber(text: string, isBytes: boolean): number | null {
  const match = /^(\d{1,15}(?:\.\d{1,6})?)([kmg]?)(?:i?b)?$/i.exec(text.trim());
  if (match === null) return null;
  const [, digits = '', unit = ''] = match;
  if (!isBytes && unit !== '') return null;
  return Number(digits) * (UNITS[unit.toLowerCase()] ?? 1);
}
