/** What every part of the page is made from. */
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { WordedReport } from '../wording/worded.ts';
import type { Wording } from '../wording/wording.ts';
import type { EvidenceBook } from './evidence-book.ts';

export interface PageContext {
  /** In the words of `wording` already. */
  readonly report: WordedReport;
  readonly snapshot: Snapshot;
  readonly book: EvidenceBook;
  /** Writes what the page itself says. */
  readonly wording: Wording;
}
