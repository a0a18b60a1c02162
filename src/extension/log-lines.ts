/** Catalogued lines of an open log, found without holding up the extension host. */
import type * as vscode from 'vscode';
import { createAnchorPattern, type LogMessage, matchLogLine } from '../core/parsers/log-catalogue.ts';

export const LOG_LANGUAGE = 'dmesg';

export interface LogLine {
  readonly line: number;
  readonly message: LogMessage;
}

/** Lines between two breathers: about ten milliseconds of work. */
const LINES_AT_ONCE = 5000;

/** Undefined when the document was closed or changed meanwhile. */
export async function findLogLines(document: vscode.TextDocument): Promise<readonly LogLine[] | undefined> {
  const found: LogLine[] = [];
  const anchors = createAnchorPattern();
  const { version } = document;
  for (let start = 0; start < document.lineCount; start += LINES_AT_ONCE) {
    if (document.isClosed || document.version !== version) return undefined;
    const end = Math.min(document.lineCount, start + LINES_AT_ONCE);
    for (let line = start; line < end; line++) {
      const { text } = document.lineAt(line);
      anchors.lastIndex = 0;
      const message = anchors.test(text) ? matchLogLine(text) : undefined;
      if (message !== undefined) found.push({ line, message });
    }
    if (end < document.lineCount) await new Promise((resolve) => setImmediate(resolve));
  }
  return found;
}
