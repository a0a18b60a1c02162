/** Lines of a log, to paste into a ticket: what they mean, where they are, and the lines as they are. */

import { defineMessages } from '../wording/define-messages.ts';
import type { Wording } from '../wording/wording.ts';
import { fenceText } from './markdown-fence.ts';
import { markdownWords } from './markdown-words.ts';
import { sayLines } from './report-words.ts';

const say = defineMessages('log-markdown', { place: '({name}, {lines})' });

export interface QuotedLines {
  /** Of the message, from the catalogue. */
  readonly title: string;
  /** Of the log. */
  readonly name: string;
  /** Of the first line, counted from 1. */
  readonly line: number;
  readonly lines: readonly string[];
}

export function quoteLogLines({ title, name, line, lines }: QuotedLines, wording: Wording): string {
  const words = markdownWords(wording);
  const place = say.place({ name, lines: sayLines(line, line + lines.length - 1) });
  return [`**${words.escaped(title)}** ${words.escaped(place)}`, '', ...fenceText(lines), ''].join('\n');
}
