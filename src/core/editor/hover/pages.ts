/** TCP memory in pages, and what this bundle's own numbers say about it. */

import type { Message } from '../../report/message.ts';
import { defineMessages } from '../../wording/define-messages.ts';
import type { ReportSummary } from '../report-summary.ts';
import { type HoverContext, isOlderThan, kernelOf } from './hover-model.ts';

const say = defineMessages('hover-pages', {
  unit: 'pages',
  unitOf: 'pages of {size, number, bytes}',
  quanta: 'units of {size, number, bytes}',
  count: '{pages, plural, one {# page} other {# pages}}',
  sized: '{pages, plural, one {# page} other {# pages}} ({bytes, number, bytes})',
  sizedWithError: '{pages, plural, one {# page} other {# pages}} ({bytes, number, bytes}) ± {error, number}',
  limitUnknown: 'tcp_mem is not in this bundle, so the limit is not known.',
  ofLimit: 'That is {part, number, share} of the limit, the third number of tcp_mem: {limit}.',
  mayBeWrong: 'Since Linux 6.0 it may be wrong by up to 1 MiB for each CPU, either way; 0 does not mean none.',
  isWrongBy:
    'Each CPU keeps some back before it counts them, so it may be wrong by {error}, either way; 0 does not mean none.',
  memUnknown: 'mem is not in this bundle: sockstat was not captured.',
  memOfNode: 'mem of the node is {mem}.',
  memOfNodeAgainst: 'mem of the node is {mem}: {part, number, share} of this.',
});

/** The page size that is assumed where it is not known, and the unit of `mem` in kernels before 6.0. */
const QUANTUM = 4096;

/** `pages of 4 KiB`; the size is known of a bundle only. */
export function pageUnit({ report }: HoverContext): Message {
  return report === null ? say.unit() : say.unitOf({ size: report.memory.pageSizeBytes });
}

/** Before Linux 6.0 `mem` counts units of 4 KiB, whatever the page size is; tcp_mem counts pages. */
function countsQuanta(context: HoverContext): boolean {
  const { report } = context;
  return report !== null && report.memory.pageSizeBytes !== QUANTUM && isOlderThan(kernelOf(context), 6, 0);
}

export function memUnit(context: HoverContext): Message {
  return countsQuanta(context) ? say.quanta({ size: QUANTUM }) : pageUnit(context);
}

/** Pages as tcp_mem counts them, in bytes too where their size is known. */
export function sayPages(pages: number, { report }: HoverContext): Message {
  return report === null ? say.count({ pages }) : sizedPages(pages, report.memory);
}

/** In bytes too. */
export function sizedPages(pages: number, { pageSizeBytes }: { readonly pageSizeBytes: number }): Message {
  return say.sized({ pages, bytes: pages * pageSizeBytes });
}

/** What `mem` says, in bytes too where the page size is known. */
export function sayMem(value: number, context: HoverContext): Message {
  return sayPages(memInPages(value, context), context);
}

function memInPages(value: number, context: HoverContext): number {
  const { report } = context;
  if (report === null || !countsQuanta(context)) return value;
  return Math.ceil((value * QUANTUM) / report.memory.pageSizeBytes);
}

/** What `mem` says in bytes; with pages of 4 KiB where their size is not known. */
export function memInBytes(value: number, context: HoverContext): number {
  return countsQuanta(context) ? value * QUANTUM : value * pageBytes(context);
}

/** Bytes of a page of the node; 4 KiB where it is not known. */
export function pageBytes({ report }: HoverContext): number {
  return report?.memory.pageSizeBytes ?? QUANTUM;
}

/** `mem` against the limit of the node. */
export function compareMem(value: number, context: HoverContext): readonly Message[] {
  const { report } = context;
  if (report === null) return [];
  const { maxPages } = report.memory;
  if (maxPages === null) return [say.limitUnknown()];
  return [say.ofLimit({ part: memInPages(value, context) / maxPages, limit: sizedPages(maxPages, report.memory) })];
}

/** How far `mem` may be off; empty where it is exact or where nothing is known. */
export function sayErrorOfMem({ report }: HoverContext): readonly Message[] {
  if (report === null) return [say.mayBeWrong()];
  const { errorPages } = report.memory;
  return errorPages === 0 ? [] : [say.isWrongBy({ error: sizedPages(errorPages, report.memory) })];
}

/** `12,302 pages (48.1 MiB) ± 512`: the node's `mem`; null where it was not captured. */
export function memOfNode({ memory }: ReportSummary): Message | null {
  const { memPages, errorPages, pageSizeBytes } = memory;
  if (memPages === null) return null;
  if (errorPages === 0) return sizedPages(memPages.value, memory);
  const bytes = memPages.value * pageSizeBytes;
  return say.sizedWithError({ pages: memPages.value, bytes, error: errorPages });
}

/** The node's `mem` beside a threshold. */
export function memBeside(report: ReportSummary, threshold: number | null): Message {
  const mem = memOfNode(report);
  const pages = report.memory.memPages?.value ?? 0;
  if (mem === null) return say.memUnknown();
  return threshold === null ? say.memOfNode({ mem }) : say.memOfNodeAgainst({ mem, part: pages / threshold });
}
