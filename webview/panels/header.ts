/** Which node this is, how much of it was seen, and what can be taken away. */
import type { HeaderView } from '../../src/core/page/page-model.ts';
import { defineMessages } from '../../src/core/wording/define-messages.ts';
import { cut, el } from '../dom.ts';
import { icon } from '../icons.ts';
import type { Stage } from '../stage.ts';
import { words } from '../words.ts';
import { nodeChooser } from './node-chooser.ts';
import { actionButton } from './toolkit.ts';

const say = defineMessages('webview-header', {
  coverage: '{coverage}. Show which facts are in the bundle',
  unnamed: 'Unnamed bundle',
  copySummary: 'Copy Summary',
  exportMarkdown: 'Export Markdown',
});

/** `showCoverage` leads to the list of facts. */
export function header(view: HeaderView, stage: Stage, showCoverage: () => void): HTMLElement {
  const good = view.coverageTone === 'good';
  const chip = el(
    'button',
    { type: 'button', class: 'chip', title: words.text(say.coverage({ coverage: view.coverage })) },
    icon(good ? 'ok' : 'warn', good ? 'tone-good' : 'tone-warn'),
    cut(view.coverage),
  );
  chip.addEventListener('click', showCoverage);
  const facts = view.facts.flatMap((fact, index) => [index === 0 ? null : ' · ', cut(fact)]);
  const title = view.title === '' ? words.text(say.unnamed()) : view.title;
  return el(
    'div',
    { class: 'header' },
    el('div', { class: 'identity' }, el('h1', { class: 'cut', title }, title), nodeChooser(view.nodes, stage), chip),
    el('div', { class: 'facts dim' }, ...facts),
    el(
      'div',
      { class: 'actions' },
      actionButton(words.text(say.copySummary()), 'copy', false, () => stage.post({ type: 'copySummary' })),
      actionButton(words.text(say.exportMarkdown()), 'save', true, () => stage.post({ type: 'exportMarkdown' })),
    ),
  );
}
