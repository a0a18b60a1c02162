/** Holders, ports, peers: the biggest first, a few at a time. */
import type { EvidenceLink } from '../../src/core/page/evidence-link.ts';
import type { RankedRow } from '../../src/core/page/page-model.ts';
import { defineMessages } from '../../src/core/wording/define-messages.ts';
import { cut, el } from '../dom.ts';
import type { Stage } from '../stage.ts';
import { toolButton } from '../tool-button.ts';
import { words } from '../words.ts';

const say = defineMessages('webview-ranked-list', {
  open: '{name}: open {place}',
  filter: '{name}: filter all views by {filter}',
  more: '{more, number} more',
});

const FIRST = 5;
/** Longer lists put name and detail on one line. */
const SPACIOUS = 3;
const EACH_MORE = 100;

function proofButton(label: string, evidence: EvidenceLink, stage: Stage): HTMLElement {
  const button = toolButton('file', words.text(say.open({ name: label, place: evidence.label })), () =>
    stage.open(evidence),
  );
  button.classList.add('proof');
  return button;
}

function rankedRow(row: RankedRow, whole: number, inline: boolean, stage: Stage): HTMLElement {
  const { evidence, filter } = row;
  let label: HTMLElement = cut(row.label);
  if (filter !== '') {
    const title = words.text(say.filter({ name: row.label, filter }));
    const attributes = { type: 'button', class: 'link cut', title, 'data-key': `ranked-${filter}` };
    const button = el('button', attributes, row.label);
    button.addEventListener('click', () => stage.filter.toggle(filter));
    label = button;
  }
  const proof = evidence === null ? null : proofButton(row.label, evidence, stage);
  return el(
    'li',
    { class: 'ranked-row' },
    el(
      'div',
      { class: inline ? 'ranked-name inline' : 'ranked-name' },
      label,
      row.detail === '' ? null : cut(row.detail, 'dim'),
    ),
    el('span', { class: 'num' }, words.count(row.count)),
    el('span', { class: 'num dim' }, words.share(row.count, whole)),
    el('span', {}, proof),
  );
}

export function rankedList(title: string, rows: readonly RankedRow[], whole: number, stage: Stage): HTMLElement | null {
  if (rows.length === 0) return null;
  const list = el('ul', { class: 'ranked' });
  const more = el('button', { type: 'button', class: 'link more' });
  let shown = 0;
  const show = (upTo: number) => {
    list.append(...rows.slice(shown, upTo).map((row) => rankedRow(row, whole, rows.length > SPACIOUS, stage)));
    shown = Math.min(upTo, rows.length);
    more.textContent = words.text(say.more({ more: rows.length - shown }));
    more.hidden = shown >= rows.length;
  };
  more.addEventListener('click', () => show(shown + EACH_MORE));
  show(FIRST);
  return el('div', { class: 'ranked-block' }, el('h3', {}, title), list, more);
}
