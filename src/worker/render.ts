/** The report as text, made where the report is: only the bytes of a file leave this thread. */
import { wantedExcerpts } from '../core/formats/excerpts.ts';
import type { Excerpt } from '../core/formats/format.ts';
import { findFormat, render } from '../core/formats/index.ts';
import type { Evidence, Report } from '../core/report/report.ts';
import { defineMessages } from '../core/wording/define-messages.ts';
import type { Wording } from '../core/wording/wording.ts';
import { CallFailed } from '../protocol/client.ts';
import type { Params, RenderedReport } from '../protocol/worker-messages.ts';
import { reasonOf } from './errors.ts';

const say = defineMessages('render', { noSuchFormat: 'The report has no such format.' });

/** When the bundle can no longer be read, the findings are worth having without the lines that prove them. */
export async function renderReport(
  report: Report,
  { format: id, withExcerpts }: Params<'render'>,
  wording: Wording,
  readExcerpts: (places: readonly Evidence[]) => Promise<readonly Excerpt[]>,
): Promise<RenderedReport> {
  const format = findFormat(id);
  if (format === undefined) throw new CallFailed({ code: 'no-such-format', message: say.noSuchFormat() });
  const wanted = withExcerpts ? wantedExcerpts(format, report) : [];
  let excerpts: readonly Excerpt[] = [];
  let whyNoExcerpts: string | null = null;
  try {
    if (wanted.length > 0) excerpts = await readExcerpts(wanted);
  } catch (error) {
    whyNoExcerpts = reasonOf(error, wording);
  }
  const text = [...render(format, report, { excerpts, wording })].join('');
  return { bytes: new TextEncoder().encode(text), whyNoExcerpts };
}
