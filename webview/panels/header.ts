/** Which node this is, how much of it was seen, and what can be taken away. */
import type { HeaderView } from '../../src/core/page/page-model.ts';
import { cut, el } from '../dom.ts';
import { icon } from '../icons.ts';
import type { Stage } from '../stage.ts';
import { actionButton } from './toolkit.ts';

/** `showCoverage` leads to the list of facts. */
export function header(view: HeaderView, stage: Stage, showCoverage: () => void): HTMLElement {
  const good = view.coverageTone === 'good';
  const chip = el(
    'button',
    { type: 'button', class: 'chip', title: `${view.coverage}. Show which facts are in the bundle` },
    icon(good ? 'ok' : 'warn', good ? 'tone-good' : 'tone-warn'),
    cut(view.coverage),
  );
  chip.addEventListener('click', showCoverage);
  const facts = view.facts.flatMap((fact, index) => [index === 0 ? null : ' · ', cut(fact)]);
  const title = view.title === '' ? 'Unnamed bundle' : view.title;
  return el(
    'div',
    { class: 'header' },
    el('div', { class: 'identity' }, el('h1', { class: 'cut', title }, title), chip),
    el('div', { class: 'facts dim' }, ...facts),
    el(
      'div',
      { class: 'actions' },
      actionButton('Copy Summary', 'copy', false, () => stage.post({ type: 'copySummary' })),
      actionButton('Export Markdown', 'save', true, () => stage.post({ type: 'exportMarkdown' })),
    ),
  );
}
