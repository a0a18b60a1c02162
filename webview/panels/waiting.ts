/** The page while there is nothing to show yet: reading, cancelled, failed. */

import { defineMessages } from '../../src/core/wording/define-messages.ts';
import type { ToPage } from '../../src/protocol/page-messages.ts';
import { el } from '../dom.ts';
import { toneIcon } from '../icons.ts';
import { progressShare } from '../progress-share.ts';
import { words } from '../words.ts';
import { actionButton, progressRing } from './toolkit.ts';

const say = defineMessages('webview-waiting', {
  reading: 'Reading the bundle',
  read: '{read, number, bytes}',
  readOf: '{read, number, bytes} of {total, number, bytes}',
  cancel: 'Cancel',
  cancelled: 'Analysis cancelled.',
  stopped: 'The analysis stopped.',
  again: 'Analyse Again',
  retry: 'Retry',
});

type Loading = Extract<ToPage, { type: 'loading' }>;
type Failed = Extract<ToPage, { type: 'failed' }>;

export interface LoadingView {
  readonly element: HTMLElement;
  /** New numbers in the same elements, so that the focus stays on Cancel. */
  update(message: Loading): void;
}

interface ProgressBar {
  readonly element: HTMLElement;
  show(share: number | null): void;
}

function progressBar(): ProgressBar {
  const fill = el('div', { class: 'progress-fill' });
  const range = { 'aria-valuemin': 0, 'aria-valuemax': 100 };
  const element = el(
    'div',
    { class: 'progress', role: 'progressbar', 'aria-label': words.text(say.reading()), ...range },
    fill,
  );
  const show = (share: number | null) => {
    const whole = Math.round((share ?? 0) * 100);
    element.hidden = share === null;
    element.setAttribute('aria-valuenow', String(whole));
    fill.style.setProperty('width', `${whole}%`);
  };
  return { element, show };
}

export function loadingView(cancel: () => void): LoadingView {
  const title = el('h1', { class: 'cut' });
  const step = el('strong', { class: 'cut' });
  const size = el('span', { class: 'dim nowrap' });
  const ring = progressRing();
  const bar = progressBar();
  const status = el('span', { class: 'progress-step', role: 'status' }, step);
  const head = el('div', { class: 'progress-head' }, ring, status, size);
  const finding = el('p', { class: 'dim', role: 'status' });
  const actions = el('div', { class: 'actions' }, actionButton(words.text(say.cancel()), 'cross', false, cancel));
  const element = el(
    'div',
    { class: 'waiting' },
    el('div', { class: 'header' }, el('div', { class: 'identity' }, title), actions),
    el('div', { class: 'verdict verdict-loading' }, el('div', { class: 'verdict-say' }, head, bar.element, finding)),
  );
  let shownStep = '';
  const update = (message: Loading) => {
    const share = progressShare(message.bytesRead, message.bytesTotal);
    title.replaceChildren(el('span', { title: message.name }, message.name));
    // The step is read out when it changes, not with every block of bytes.
    if (message.step !== shownStep) step.replaceChildren(el('span', {}, message.step));
    shownStep = message.step;
    const read = message.bytesRead;
    size.textContent = words.text(
      share === null ? say.read({ read }) : say.readOf({ read, total: message.bytesTotal }),
    );
    ring.hidden = share !== null;
    bar.show(share);
    finding.hidden = message.finding === '';
    // Read out once, when it comes.
    if (finding.textContent !== message.finding) finding.textContent = message.finding;
  };
  return { element, update };
}

export function failedView(message: Failed, retry: () => void): HTMLElement {
  const tone = message.cancelled ? 'warn' : 'bad';
  const title = words.text(message.cancelled ? say.cancelled() : say.stopped());
  return el(
    'div',
    { class: 'waiting' },
    el('h1', { class: 'spoken' }, title),
    el(
      'div',
      { class: `verdict verdict-${tone}`, role: 'alert' },
      el(
        'div',
        { class: 'verdict-say' },
        el(
          'div',
          { class: 'sentence' },
          toneIcon(tone),
          el('p', { class: 'clamp', title: message.message }, el('strong', {}, title), ' ', message.message),
        ),
        message.next === '' ? null : el('p', { class: 'confidence dim' }, message.next),
        el(
          'div',
          { class: 'evidence-row' },
          actionButton(words.text(message.cancelled ? say.again() : say.retry()), 'retry', true, retry),
        ),
      ),
    ),
  );
}
