/** The page while there is nothing to show yet: reading, cancelled, failed. */
import type { ToPage } from '../../src/protocol/page-messages.ts';
import { el } from '../dom.ts';
import { bytes } from '../format.ts';
import { toneIcon } from '../icons.ts';
import { actionButton, progressRing } from './toolkit.ts';

type Loading = Extract<ToPage, { type: 'loading' }>;
type Failed = Extract<ToPage, { type: 'failed' }>;

export interface LoadingView {
  readonly element: HTMLElement;
  /** New numbers in the same elements, so that the focus stays on Cancel. */
  update(message: Loading): void;
}

/** Part that is done, 0 to 1; null when the size is not known. */
export function progressShare(read: number, total: number): number | null {
  if (!(total > 0) || !Number.isFinite(read)) return null;
  return Math.min(1, Math.max(0, read / total));
}

export function loadingView(cancel: () => void): LoadingView {
  const title = el('h1', { class: 'cut' });
  const step = el('strong', { class: 'cut' });
  const size = el('span', { class: 'dim nowrap' });
  const ring = progressRing();
  const fill = el('div', { class: 'progress-fill' });
  const bar = el(
    'div',
    {
      class: 'progress',
      role: 'progressbar',
      'aria-label': 'Reading the bundle',
      'aria-valuemin': 0,
      'aria-valuemax': 100,
    },
    fill,
  );
  const element = el(
    'div',
    { class: 'waiting' },
    el(
      'div',
      { class: 'header' },
      el('div', { class: 'identity' }, title),
      el('div', { class: 'actions' }, actionButton('Cancel', 'cross', false, cancel)),
    ),
    el(
      'div',
      { class: 'verdict verdict-loading' },
      el(
        'div',
        { class: 'verdict-say' },
        el('div', { class: 'progress-head' }, ring, el('span', { class: 'progress-step', role: 'status' }, step), size),
        bar,
      ),
    ),
  );
  const update = (message: Loading) => {
    const share = progressShare(message.bytesRead, message.bytesTotal);
    const name = el('span', { title: message.name }, message.name);
    title.replaceChildren(name);
    step.replaceChildren(el('span', {}, message.step));
    size.textContent =
      share === null ? bytes(message.bytesRead) : `${bytes(message.bytesRead)} of ${bytes(message.bytesTotal)}`;
    ring.hidden = share !== null;
    bar.hidden = share === null;
    const whole = Math.round((share ?? 0) * 100);
    bar.setAttribute('aria-valuenow', String(whole));
    fill.style.setProperty('width', `${whole}%`);
  };
  return { element, update };
}

export function failedView(message: Failed, retry: () => void): HTMLElement {
  const tone = message.cancelled ? 'warn' : 'bad';
  const title = message.cancelled ? 'Analysis cancelled.' : 'The analysis stopped.';
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
          actionButton(message.cancelled ? 'Analyse Again' : 'Retry', 'retry', true, retry),
        ),
      ),
    ),
  );
}
