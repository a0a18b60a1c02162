/** A report in the words of one language: the same data, with a text where a message was. */
import { isMessage, type Message } from '../report/message.ts';
import type { Evidence, Finding, Report } from '../report/report.ts';
import type { Wording } from './wording.ts';

/** The same type with `string` in place of every message. */
export type Worded<T> = T extends Message ? string : T extends object ? { readonly [K in keyof T]: Worded<T[K]> } : T;

export type WordedReport = Worded<Report>;
export type WordedFinding = Worded<Finding>;
export type WordedEvidence = Worded<Evidence>;

/** Renders every message inside; what holds none is not copied. */
export function worded<T>(value: T, wording: Wording): Worded<T> {
  return reword(value, wording) as Worded<T>;
}

function reword(value: unknown, wording: Wording): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (isMessage(value)) return wording.text(value);
  if (Array.isArray(value)) return rewordList(value, wording);
  let changed: Record<string, unknown> | null = null;
  for (const [key, before] of Object.entries(value)) {
    const after = reword(before, wording);
    if (after === before) continue;
    changed ??= { ...value };
    changed[key] = after;
  }
  return changed ?? value;
}

function rewordList(list: readonly unknown[], wording: Wording): readonly unknown[] {
  let changed: unknown[] | null = null;
  for (const [index, before] of list.entries()) {
    const after = reword(before, wording);
    if (after === before) continue;
    changed ??= [...list];
    changed[index] = after;
  }
  return changed ?? list;
}
