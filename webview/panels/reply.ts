/** Says beside a button what became of a copy or a picture that the host was asked for. */
import { el } from '../dom.ts';
import { icon } from '../icons.ts';
import type { Stage } from '../stage.ts';

const SHOWN_MS = 6000;

export interface Reply {
  readonly element: HTMLElement;
  /** To be called with the question: its answer is shown here. */
  expect(): void;
}

export function replyPlace(stage: Stage): Reply {
  const element = el('span', { class: 'copied', role: 'status' });
  let timer = 0;
  const show = (ok: boolean, message: string) => {
    const sign = ok ? icon('check', 'tone-good') : icon('cross', 'tone-bad');
    element.replaceChildren(...(message === '' ? [] : [sign, el('span', {}, message)]));
    clearTimeout(timer);
    timer = window.setTimeout(() => element.replaceChildren(), SHOWN_MS);
  };
  return {
    element,
    expect: () => {
      // Emptied first, so that a second answer is read out again.
      element.replaceChildren();
      stage.onCopied(show);
    },
  };
}
