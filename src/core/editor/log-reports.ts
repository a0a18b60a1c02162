/** Reports of many lines in a log that is open in the editor: those that kernel-log/log-report-reader.ts tells while it reads. */

import type { LogLine } from '../kernel-log/log-bursts.ts';
import { readLogPrefix } from '../kernel-log/log-prefix.ts';
import { createLogReportReader, type LogReportRecord } from '../kernel-log/log-report-reader.ts';

/** More are not folded. */
const MAX_FOLDED = 5000;

const textOf = (line: string) => line.slice(readLogPrefix(line).textStart);

/**
 * `lines` are the catalogued ones, in their order; `lineAt` gives a line by its number, counted from 1. Only these, and
 * those in a report, are read: looking at every line of a large log would take half a second.
 */
export function findLogReports(
  count: number,
  lineAt: (line: number) => string,
  lines: readonly LogLine[],
): readonly LogReportRecord[] {
  const reader = createLogReportReader(MAX_FOLDED);
  let next = 1;
  const readUpTo = (end: number) => {
    for (; reader.wantsNext && next < end; next++) reader.takeNext(textOf(lineAt(next)), next);
  };
  for (const { line, message } of lines) {
    readUpTo(line);
    const text = textOf(lineAt(line));
    reader.takeNext(text, line);
    reader.takeHit(message.id, text, line);
    next = line + 1;
  }
  readUpTo(count + 1);
  return reader.end().records;
}
