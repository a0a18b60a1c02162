/** TCP memory in pages, and what this bundle's own numbers say about it. */

import { formatCount, formatPages, formatShare } from '../../wording/format.ts';
import type { ReportSummary } from '../report-summary.ts';
import { type HoverContext, isOlderThan, kernelOf } from './hover-model.ts';

/** `pages of 4 KiB`; the size is known of a bundle only. */
export function pageUnit({ report }: HoverContext): string {
  return report === null ? 'pages' : `pages of ${formatCount(report.memory.pageSizeBytes / 1024)} KiB`;
}

/** Before Linux 6.0 `mem` counts units of 4 KiB, whatever the page size is; tcp_mem counts pages. */
function countsQuanta(context: HoverContext): boolean {
  const { report } = context;
  return report !== null && report.memory.pageSizeBytes !== 4096 && isOlderThan(kernelOf(context), 6, 0);
}

export function memUnit(context: HoverContext): string {
  return countsQuanta(context) ? 'units of 4 KiB' : pageUnit(context);
}

/** What `mem` says, in bytes where the page size is known. */
export function describeMem(value: number, context: HoverContext): string {
  const { report } = context;
  if (report === null) return `${formatCount(value)} ${value === 1 ? 'page' : 'pages'}`;
  return formatPages(memInPages(value, context), report.memory.pageSizeBytes);
}

function memInPages(value: number, context: HoverContext): number {
  const { report } = context;
  if (report === null || !countsQuanta(context)) return value;
  return Math.ceil((value * 4096) / report.memory.pageSizeBytes);
}

/** What `mem` says in bytes; with pages of 4 KiB where their size is not known. */
export function memInBytes(value: number, context: HoverContext): number {
  return countsQuanta(context) ? value * 4096 : value * pageBytes(context);
}

/** Bytes of a page of the node; 4 KiB where it is not known. */
export function pageBytes({ report }: HoverContext): number {
  return report?.memory.pageSizeBytes ?? 4096;
}

/** `mem` against the limit of the node. */
export function compareMem(value: number, context: HoverContext): readonly string[] {
  const { report } = context;
  if (report === null) return [];
  const { maxPages, pageSizeBytes } = report.memory;
  if (maxPages === null) return ['tcp_mem is not in this bundle, so that the limit is not known.'];
  const share = formatShare(memInPages(value, context), maxPages);
  return [`That is ${share} of the limit, the third number of tcp_mem: ${formatPages(maxPages, pageSizeBytes)}.`];
}

/** How far `mem` may be off; empty where it is exact or where nothing is known. */
export function describeError({ report }: HoverContext): readonly string[] {
  if (report === null)
    return ['Since Linux 6.0 it may be wrong by up to 1 MiB for each CPU, either way; 0 does not mean none.'];
  const { errorPages, pageSizeBytes } = report.memory;
  if (errorPages === 0) return [];
  return [
    `Each CPU keeps some back before it counts: it may be wrong by ${formatPages(errorPages, pageSizeBytes)}, either way; 0 does not mean none.`,
  ];
}

/** The node's `mem` beside a threshold. */
export function memBeside(report: ReportSummary, threshold: number | null): string {
  const { memPages, errorPages, pageSizeBytes } = report.memory;
  if (memPages === null) return 'mem is not in this bundle: sockstat was not captured.';
  const error = errorPages > 0 ? ` ± ${formatCount(errorPages)}` : '';
  const mem = `mem of the node is ${formatPages(memPages.value, pageSizeBytes)}${error}`;
  return threshold === null ? `${mem}.` : `${mem}: ${formatShare(memPages.value, threshold)} of this.`;
}
