/** Sentences of our own as Markdown: what a template is filled in with comes from a bundle, so the whole is escaped. */
import type { Text } from '../report/message.ts';
import type { Wording } from '../wording/wording.ts';
import { escapeMarkdown } from './markdown-escape.ts';

export interface MarkdownWords extends Wording {
  escaped(text: Text): string;
}

export function markdownWords(wording: Wording): MarkdownWords {
  return { ...wording, escaped: (text) => escapeMarkdown(wording.text(text)) };
}

export interface Column {
  readonly head: Text;
  /** Of numbers. */
  readonly right?: true;
}

/** Cells are Markdown already; a blank line is at the end. */
export function tableLines(
  words: MarkdownWords,
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(columns.map(({ head }) => words.escaped(head))),
    line(columns.map(({ right }) => (right ? '---:' : '---'))),
    ...rows.map(line),
    '',
  ];
}
