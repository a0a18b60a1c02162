/** JSON of a bundle, field by field: nothing in it is believed to have the type that it should have. */
import { cleanText, type ParseProblem } from '../text.ts';

export type Fields = ReadonlyMap<string, unknown>;

const NONE: Fields = new Map();
const MAX_STRING = 256;

/** The fields of a JSON object, or what is wrong with the text. */
export function parseJsonObject(text: string): { readonly fields: Fields; readonly problems: readonly ParseProblem[] } {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    return { fields: NONE, problems: [{ line: 1, message: 'not JSON' }] };
  }
  if (typeof raw !== 'object' || raw === null)
    return { fields: NONE, problems: [{ line: 1, message: 'not an object' }] };
  return { fields: fieldsOf(raw), problems: [] };
}

/** The fields of a value; none when it is no object. Not the object itself: names such as `__proto__` mean nothing. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? new Map<string, unknown>(Object.entries(value)) : NONE;
}

export function objectIn(fields: Fields, key: string): Fields {
  return fieldsOf(fields.get(key));
}

/** The objects of a list; empty when it is none. */
export function listIn(fields: Fields, key: string): readonly unknown[] {
  const value = fields.get(key);
  return Array.isArray(value) ? value : [];
}

/** Short and without control characters; empty when it is no string. */
export function stringIn(fields: Fields, key: string): string {
  const value = fields.get(key);
  return typeof value === 'string' ? cleanText(value.slice(0, 2 * MAX_STRING)).slice(0, MAX_STRING) : '';
}

/** A whole number above zero. */
export function countIn(fields: Fields, key: string): number | null {
  const value = fields.get(key);
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : null;
}

/** A number that is not negative. */
export function numberIn(fields: Fields, key: string): number | null {
  const value = fields.get(key);
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null;
}

/** ISO 8601; empty when it is no time. */
export function timeIn(fields: Fields, key: string): string {
  const time = stringIn(fields, key);
  return Number.isNaN(Date.parse(time)) ? '' : time;
}

/** Linux pages are powers of two from 4 KiB to 256 KiB; anything else would only spoil every byte count. */
export function pageSizeIn(fields: Fields, key: string): number | null {
  const page = countIn(fields, key);
  return page !== null && [4096, 8192, 16384, 65536, 262144].includes(page) ? page : null;
}
