import type { RenderOptions } from '../../../src/core/formats/format.ts';
import { findFormat, render } from '../../../src/core/formats/index.ts';
import type { Report } from '../../../src/core/report/report.ts';
import { defined } from './defined.ts';

/** The report in a format, in one piece. */
export function rendered(id: string, report: Report, options?: RenderOptions): string {
  return [...render(defined(findFormat(id)), report, options)].join('');
}
