/** The formats of the report. The CLI and the worker know them by this list alone. */
import type { Report } from '../report/report.ts';
import type { Format, RenderOptions } from './format.ts';
import { JSON_FORMAT } from './json.ts';
import { MARKDOWN_FORMAT } from './markdown.ts';
import { TEXT_FORMAT } from './text.ts';

export const FORMATS = [TEXT_FORMAT, MARKDOWN_FORMAT, JSON_FORMAT] as const satisfies readonly Format[];

export type FormatId = (typeof FORMATS)[number]['id'];

/** Undefined when no format has this id. */
export function findFormat(id: string): Format | undefined {
  return FORMATS.find((format) => format.id === id);
}

/** The report in the format, in pieces: that of a large node has megabytes, and need not be in memory as a whole. */
export function render(format: Format, report: Report, options: RenderOptions = {}): Iterable<string> {
  const text = format.render(report, options);
  return typeof text === 'string' ? [text] : text;
}
