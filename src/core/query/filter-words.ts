/**
 * The words of the filter language and their parts: what parse-filter.ts reads, write-term.ts writes and the page
 * completes. Words are parted by spaces, values by commas, and quotes hold both together. Which fields there are, and
 * what they take, is not known here.
 */

/** A longer text was not typed by anybody. */
export const MAX_FILTER_LENGTH = 2000;

/** `-rxq>=64k`. */
export interface WordParts {
  readonly sign: '' | '-' | '!';
  /** As it was typed; of a bare word it is empty, and so is the operator. */
  readonly field: string;
  readonly operator: string;
  readonly rest: string;
}

/** An open quote goes to the end, since it is still being typed. */
export function splitWords(text: string): readonly string[] {
  return text.match(/(?:"[^"]*"?|[^\s"])+/g) ?? [];
}

/** The word that the end of the text stands in; empty behind a space. */
export function lastWord(text: string): string {
  return lastPart(splitWords(text), text);
}

const FIELD_WORD = /^([-!]?)([a-z][a-z-]*)(:|>=|<=|!=|>|<|=)([\s\S]*)$/i;

export function splitWord(word: string): WordParts {
  const [, sign = '', field = '', operator = '', rest = ''] =
    FIELD_WORD.exec(word) ?? /^([-!]?)()()([\s\S]*)$/.exec(word) ?? [];
  return { sign: sign === '-' || sign === '!' ? sign : '', field, operator, rest };
}

/** Whether values follow, and not a bound. */
export function takesValues(operator: string): boolean {
  return operator === ':' || operator === '=' || operator === '!=';
}

/** With their quotes. */
export function splitValues(text: string): readonly string[] {
  return text.match(/(?:"[^"]*"?|[^,"])+/g) ?? [];
}

/** The value that the end of the text stands in; empty behind a comma. */
export function lastValue(text: string): string {
  return lastPart(splitValues(text), text);
}

export function unquote(text: string): string {
  return text.replaceAll('"', '');
}

/** A quote would end the value; any letter fits in its place. */
export function withoutQuotes(text: string): string {
  return text.replaceAll('"', '?');
}

/** The value as it has to be written to be read as one. */
export function quoteValue(value: string): string {
  const text = withoutQuotes(value);
  return /[\s,]/.test(text) ? `"${text}"` : text;
}

/** No part ends in what parts them. */
function lastPart(parts: readonly string[], text: string): string {
  const last = parts.at(-1) ?? '';
  return text.endsWith(last) ? last : '';
}
