/**
 * The two lists of a report that have an entry for each process: on a large node most of it, and needed only when it is
 * exported. The extension host is given their begin; all of them cross as bytes, which are handed over and not copied.
 */
import type { WordedReport } from '../core/wording/worded.ts';
import type { ReportLists } from '../protocol/worker-messages.ts';

/** Of each list in the report that the host is given: who is named in hovers and links is among the first. */
const SHOWN = 100;

export function packLists({ ledger, memory }: WordedReport): Uint8Array<ArrayBuffer> {
  const lists: ReportLists = { byOwner: ledger.byOwner, owners: memory.owners };
  return new TextEncoder().encode(JSON.stringify(lists));
}

export function cutLists(report: WordedReport): WordedReport {
  const { ledger, memory } = report;
  return {
    ...report,
    ledger: { ...ledger, byOwner: ledger.byOwner.slice(0, SHOWN) },
    memory: { ...memory, owners: memory.owners.slice(0, SHOWN) },
  };
}
