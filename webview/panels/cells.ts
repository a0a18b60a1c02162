/** What stands in the cells of tables, and over their columns: a number is ordered and copied by its value. Pure. */
import type { Message } from '../../src/core/report/message.ts';
import { words } from '../words.ts';

export interface TableColumn {
  readonly title: string;
  readonly numeric?: boolean;
}

export function textColumn(title: Message): TableColumn {
  return { title: words.text(title) };
}

export function numberColumn(title: Message): TableColumn {
  return { title: words.text(title), numeric: true };
}

/** A text that is ordered by a value, and copied as a spreadsheet reads it. */
export interface ValueCell {
  readonly text: string;
  /** Null: nothing to order by, so it is last. */
  readonly value: number | null;
  readonly copied: string;
  /** Shows the text, where that takes more than the text. */
  readonly drawn?: HTMLElement;
}

/** A number that is not known, or not there. */
export const NO_VALUE: ValueCell = { text: '–', value: null, copied: '' };

export function countCell(value: number): ValueCell {
  return cell(words.count(value), value, String(value));
}

/** A number that is a name: never grouped. */
export function idCell(value: number): ValueCell {
  return textCell(String(value), value);
}

export function bytesCell(value: number): ValueCell {
  return textCell(words.bytes(value), value);
}

export function mebibytesCell(bytes: number): ValueCell {
  return cell(words.mebibytes(bytes), bytes, (bytes / 2 ** 20).toFixed(1));
}

export function shareCell(part: number, whole: number): ValueCell {
  return textCell(words.share(part, whole), part / whole);
}

export function durationCell(seconds: number): ValueCell {
  return textCell(words.duration(seconds), seconds);
}

/** Copied as it is shown. */
export function textCell(text: string, value: number | null): ValueCell {
  return cell(text, value, text);
}

function cell(text: string, value: number | null, copied: string): ValueCell {
  return value === null || Number.isFinite(value) ? { text, value, copied } : NO_VALUE;
}
