/** Links to the lines of the bundle that a claim rests on. The page sends the id back, never a path. */
import type { EvidenceLink } from '../../src/core/page/evidence-link.ts';
import { cut, el } from '../dom.ts';
import { shortPath } from '../format.ts';
import { icon } from '../icons.ts';
import type { Stage } from '../stage.ts';

export function evidenceLink(link: EvidenceLink, stage: Stage): HTMLElement {
  const button = el(
    'button',
    { type: 'button', class: 'link evidence', title: `Open ${link.label}` },
    icon('file'),
    link.note === '' ? null : cut(`${link.note} `, 'evidence-note'),
    cut(shortPath(link.label), 'mono'),
  );
  button.addEventListener('click', () => stage.open(link));
  return button;
}

/** A row of links; nothing at all when there are none. */
export function evidenceRow(links: readonly EvidenceLink[], stage: Stage): HTMLElement | null {
  if (links.length === 0) return null;
  return el('div', { class: 'evidence-row' }, ...links.slice(0, 12).map((link) => evidenceLink(link, stage)));
}
