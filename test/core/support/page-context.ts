import { createEvidenceBook } from '../../../src/core/page/evidence-book.ts';
import type { PageContext } from '../../../src/core/page/page-context.ts';
import type { Analysis } from '../../../src/core/snapshot/analysis.ts';
import { ENGLISH } from '../../../src/core/wording/languages.ts';
import { english } from './english.ts';

/** What a part of the page is made from, in English. */
export function pageContext({ report, snapshot }: Analysis): PageContext {
  const book = createEvidenceBook(report.bundle.root, ENGLISH);
  return { report: english(report), snapshot, book, wording: ENGLISH };
}
