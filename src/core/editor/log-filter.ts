/** A part of a log to read by itself: each line with the number it has in the whole log before it. */

const PREFIX = /^ *(\d{1,10}) │ /;

/** `  120 │ [   45.006070] TCP: out of memory`; the lines of one log come out equally far in. */
export function numberedLine(line: number, text: string, lastLine: number): string {
  return `${String(line).padStart(String(lastLine).length)} │ ${text}`;
}

/** The line as it is in the whole log. */
export function withoutLineNumber(text: string): string {
  return text.replace(PREFIX, '');
}

/** Where the line is in the whole log, counted from 1. */
export function lineInWholeLog(text: string): number | null {
  const number = PREFIX.exec(text)?.[1];
  return number === undefined ? null : Number(number);
}
