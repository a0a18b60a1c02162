/** The parts of the page that a filter changes. */

import { countSockets, select } from '../query/select.ts';
import type { Analysis } from '../snapshot/analysis.ts';
import { ENGLISH } from '../wording/languages.ts';
import { type WordedEvidence, worded } from '../wording/worded.ts';
import type { Wording } from '../wording/wording.ts';
import { createEvidenceBook } from './evidence-book.ts';
import type { SocketCount } from './filter-vocabulary.ts';
import type { ProcessesView, StatesView } from './page-model.ts';
import { buildProcessesView } from './processes-view.ts';
import { buildStatesView } from './states-view.ts';

export interface FilteredView {
  readonly filter: string;
  /** Why nothing is left out although there is a filter; empty when it was understood. */
  readonly problems: readonly string[];
  readonly matched: SocketCount;
  /** Null when nothing is left out: the page has those of the whole node. */
  readonly views: { readonly states: StatesView; readonly processes: ProcessesView } | null;
}

export interface FilteredPage {
  readonly view: FilteredView;
  /** Where its EvidenceLinks lead, by id less `firstId`. */
  readonly places: readonly WordedEvidence[];
}

export function buildFilteredPage(
  { report: data, snapshot }: Analysis,
  filter: string,
  firstId: number,
  wording: Wording = ENGLISH,
): FilteredPage {
  const { problems, selection } = select(snapshot, filter);
  const matched = countSockets(snapshot, selection);
  if (selection === null)
    return { view: { filter, problems: problems.map(wording.text), matched, views: null }, places: [] };
  const book = createEvidenceBook(data.bundle.root, wording, firstId);
  const context = { report: worded(data, wording), snapshot, book, wording };
  const states = buildStatesView(context, selection);
  const processes = buildProcessesView(context, selection);
  const view = { filter, problems: [], matched, views: { states, processes } };
  return { view, places: book.places };
}
