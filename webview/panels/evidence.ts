/** Links to the lines of the bundle that a claim rests on. The page sends the id back, never a path. */
import type { EvidenceLink } from '../../src/core/page/evidence-link.ts';
import { defineMessages } from '../../src/core/wording/define-messages.ts';
import { cut, el } from '../dom.ts';
import { icon } from '../icons.ts';
import { shortPath } from '../short-path.ts';
import type { Stage } from '../stage.ts';
import { words } from '../words.ts';
import { type TableColumn, textColumn } from './cells.ts';

const say = defineMessages('webview-evidence', {
  open: 'Open {place}',
  column: 'Evidence',
});

/** The column of a table that holds the links. */
export function evidenceColumn(): TableColumn {
  return textColumn(say.column());
}

export function evidenceLink(link: EvidenceLink, stage: Stage): HTMLElement {
  const button = el(
    'button',
    { type: 'button', class: 'link evidence', title: words.text(say.open({ place: link.label })) },
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
