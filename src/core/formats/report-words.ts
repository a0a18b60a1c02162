/** What several formats say in the same words. */
import type { Message } from '../report/message.ts';
import { defineMessages } from '../wording/define-messages.ts';

const say = defineMessages('report', {
  level: '{level, select, error {error} warning {warning} other {note}}',
  line: 'line {line}',
  lines: 'lines {first}–{last}',
  pages: '{pages, plural, one {# page} other {# pages}} ({bytes, number, bytes})',
  list: '{items}',
});

/** Words that formats have in common, beside what each says itself. */
export const { level: sayLevel, list: sayList } = say;

/** `line 7`, `lines 7–9`. */
export function sayLines(first: number, last: number): Message {
  return last > first ? say.lines({ first, last }) : say.line({ line: first });
}

/** `12,302 pages (48.1 MiB)`. */
export function sayPages(pages: number, pageSizeBytes: number): Message {
  return say.pages({ pages, bytes: pages * pageSizeBytes });
}
