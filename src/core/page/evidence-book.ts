/** Numbers the places of a page, so that the page can ask for one without naming a path. */

import type { Evidence } from '../report/report.ts';
import { cleanText } from '../text.ts';
import { type WordedEvidence, worded } from '../wording/worded.ts';
import type { Wording } from '../wording/wording.ts';
import type { EvidenceLink } from './evidence-link.ts';

export interface EvidenceBook {
  link(evidence: Evidence): EvidenceLink;
  linkOrNull(evidence: Evidence | null): EvidenceLink | null;
  links(evidence: readonly Evidence[]): readonly EvidenceLink[];
  /** By id less the first id. */
  readonly places: readonly WordedEvidence[];
}

/** Ids are counted from `firstId`: those of another book of the same page are lower. */
export function createEvidenceBook(root: string, wording: Wording, firstId = 0): EvidenceBook {
  const places: WordedEvidence[] = [];
  const ids = new Map<string, number>();
  const link = (place: Evidence): EvidenceLink => {
    const evidence = worded(place, wording);
    const key = `${evidence.startLine}:${evidence.endLine}:${evidence.entry}`;
    let id = ids.get(key);
    if (id === undefined) {
      id = firstId + places.push(evidence) - 1;
      ids.set(key, id);
    }
    return { id, label: evidenceLabel(evidence, root), note: evidence.note ?? '' };
  };
  return {
    link,
    linkOrNull: (evidence) => (evidence === null ? null : link(evidence)),
    links: (evidence) => evidence.map(link),
    places,
  };
}

/** `proc/183/net/tcp:3` for a line of a file, `proc/185/fd/7` for a link. */
function evidenceLabel(evidence: WordedEvidence, root: string): string {
  const name = evidence.entry.startsWith(root) ? evidence.entry.slice(root.length) : evidence.entry;
  const isLink = /(^|\/)fd\/\d+$/.test(name);
  return cleanText(isLink ? name : `${name}:${evidence.startLine}`);
}
