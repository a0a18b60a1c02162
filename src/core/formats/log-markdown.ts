/** Lines of a log, to paste into a ticket: what they mean, where they are, and the lines as they are. */
import { escapeMarkdown } from './markdown-escape.ts';
import { fenceText } from './markdown-fence.ts';

export interface QuotedLines {
  /** Of the message, from the catalogue. */
  readonly title: string;
  /** Of the log. */
  readonly name: string;
  /** Of the first line, counted from 1. */
  readonly line: number;
  readonly lines: readonly string[];
}

export function quoteLogLines({ title, name, line, lines }: QuotedLines): string {
  const last = line + lines.length - 1;
  const where = last > line ? `lines ${line}–${last}` : `line ${line}`;
  return [`**${escapeMarkdown(title)}** (${escapeMarkdown(name)}, ${where})`, '', ...fenceText(lines), ''].join('\n');
}
