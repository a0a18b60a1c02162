/**
 * JSON of a bundle, field by field: nothing in it is believed to have the type that it should have. A field that is
 * missing or null is not known; one that holds something else is told.
 */
import { cleanText, createProblemList, lineAt, type ParseProblem, quote } from '../text.ts';
import { defineMessages } from '../wording/define-messages.ts';

const say = defineMessages('json', {
  notJson: 'not JSON',
  notAnObject: 'not an object',
  wrongField:
    'The field {field} is not {kind, select, object {an object} list {a list} text {a text} count {a count} number {a number that is not negative} time {a time} page_size {a size that pages of Linux have} boolean {true or false} pod {a pod of Kubernetes} container {a container of Kubernetes} other {what it should be}}.',
});

/** What a field should be. */
export type JsonKind =
  | 'object'
  | 'list'
  | 'text'
  | 'count'
  | 'number'
  | 'time'
  | 'page-size'
  | 'boolean'
  | 'pod'
  | 'container';

export interface Fields {
  readonly values: ReadonlyMap<string, unknown>;
  /** The keys and the places in lists that lead to them from the top. */
  readonly path: JsonPath;
  readonly document: JsonDocument;
}

type JsonPath = readonly (string | number)[];

interface JsonDocument {
  /** Says that the value of a field is not what its key promises: `what` it should be. */
  tell(path: JsonPath, what: JsonKind): void;
}

export interface JsonObject {
  readonly fields: Fields;
  /** What was wrong with the text, and with the fields that were read since. */
  problems(): readonly ParseProblem[];
}

const NONE: ReadonlyMap<string, unknown> = new Map();
const MAX_STRING = 256;
const MAX_LOCATED = 6;

/** The fields of a JSON object, or what is wrong with the text. */
export function parseJsonObject(text: string): JsonObject {
  const wrong: { readonly path: JsonPath; readonly what: JsonKind }[] = [];
  const document: JsonDocument = { tell: (path, what) => void wrong.push({ path, what }) };
  let raw: unknown;
  let fault = say.notJson();
  try {
    raw = JSON.parse(text);
    fault = say.notAnObject();
  } catch {
    raw = null;
  }
  const values = valuesOf(raw);
  return {
    fields: { values: values ?? NONE, path: [], document },
    problems() {
      if (values === null) return [{ line: 1, message: fault }];
      const problems = createProblemList();
      for (const { path, what } of wrong.slice(0, MAX_LOCATED))
        problems.tell(
          lineAt(text, placeOfPath(text, path)),
          say.wrongField({ field: quote(path.join('.')), kind: what }),
        );
      // To find a line takes long, and these are only counted.
      for (let i = MAX_LOCATED; i < wrong.length; i++) problems.tell(1, fault);
      return problems.end();
    },
  };
}

/** Where the path leads in a text that is JSON: the keys one behind the other. A value that looks like one may deceive it. */
function placeOfPath(text: string, path: JsonPath): number {
  let place = 0;
  for (const part of path) {
    const found = typeof part === 'number' ? placeOfItem(text, place, part) : text.indexOf(JSON.stringify(part), place);
    if (found >= 0) place = found;
  }
  return place;
}

/** Where the item of a list begins, the list being the first behind the place. */
function placeOfItem(text: string, place: number, index: number): number {
  let depth = 0;
  let left = index;
  let at = text.indexOf('[', place);
  for (; at >= 0 && at < text.length && (depth !== 1 || left > 0); at++) {
    const character = text[at];
    if (character === '"') at = endOfString(text, at);
    else if (character === '[' || character === '{') depth++;
    else if (character === ']' || character === '}') depth--;
    else if (character === ',' && depth === 1) left--;
  }
  while (at >= 0 && at < text.length && (text[at] ?? '') <= ' ') at++;
  return at;
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}

/** Not the object itself: names such as `__proto__` mean nothing. Null when it is no object. */
function valuesOf(value: unknown): ReadonlyMap<string, unknown> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? new Map<string, unknown>(Object.entries(value))
    : null;
}

/** The value that `read` makes of a field; null, and told, when it makes none of one that is there. */
function valueIn<T>(fields: Fields, key: string, what: JsonKind, read: (value: unknown) => T | null): T | null {
  const raw = fields.values.get(key) ?? null;
  if (raw === null) return null;
  const value = read(raw);
  if (value === null) fields.document.tell([...fields.path, key], what);
  return value;
}

/** The fields of an object in an object; none when there is no object. */
export function objectIn(fields: Fields, key: string): Fields {
  const values = valueIn(fields, key, 'object', valuesOf) ?? NONE;
  return { values, path: [...fields.path, key], document: fields.document };
}

/** The fields of the first objects of a list; none of what is no object in it. */
export function objectsIn(fields: Fields, key: string, maxItems: number): readonly Fields[] {
  const items = valueIn(fields, key, 'list', listOf) ?? [];
  const path = [...fields.path, key];
  return items.slice(0, maxItems).map((item, index) => {
    const values = valuesOf(item);
    const itemPath = [...path, index];
    if (values === null) fields.document.tell(itemPath, 'object');
    return { values: values ?? NONE, path: itemPath, document: fields.document };
  });
}

function listOf(value: unknown): readonly unknown[] | null {
  return Array.isArray(value) ? value : null;
}

/** Short and without control characters; empty when it is no string. */
export function stringIn(fields: Fields, key: string): string {
  return valueIn(fields, key, 'text', shortText) ?? '';
}

function shortText(value: unknown): string | null {
  return typeof value === 'string' ? cleanText(value.slice(0, 2 * MAX_STRING)).slice(0, MAX_STRING) : null;
}

/** The first text of a list; empty when there is none. */
export function firstStringIn(fields: Fields, key: string): string {
  const [first] = valueIn(fields, key, 'list', listOf) ?? [];
  if (first === undefined) return '';
  return stringIn({ ...fields, path: [...fields.path, key], values: new Map([['0', first]]) }, '0');
}

/** A whole number above zero. Where zero stands for what is not known it is no mistake. */
export function countIn(fields: Fields, key: string): number | null {
  const count = valueIn(fields, key, 'count', (value) =>
    typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null,
  );
  return count === 0 ? null : count;
}

/** A number that is not negative. */
export function numberIn(fields: Fields, key: string): number | null {
  return valueIn(fields, key, 'number', (value) =>
    typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null,
  );
}

/** True or false; null when it is neither. */
export function flagIn(fields: Fields, key: string): boolean | null {
  return valueIn(fields, key, 'boolean', (value) => (typeof value === 'boolean' ? value : null));
}

/** ISO 8601; empty when it is no time. */
export function timeIn(fields: Fields, key: string): string {
  return (
    valueIn(fields, key, 'time', (value) => {
      const time = shortText(value);
      return time === '' || (time !== null && !Number.isNaN(Date.parse(time))) ? time : null;
    }) ?? ''
  );
}

const PAGE_SIZES: readonly number[] = [4096, 8192, 16384, 65536, 262144];

/** Linux pages are powers of two from 4 KiB to 256 KiB; anything else would only spoil every byte count. */
export function pageSizeIn(fields: Fields, key: string): number | null {
  return valueIn(fields, key, 'page-size', (value) =>
    typeof value === 'number' && PAGE_SIZES.includes(value) ? value : null,
  );
}
