/** A button that is an icon of 24 by 24: its name is its hover text too. */
import { el } from './dom.ts';
import { type IconName, icon } from './icons.ts';

export function toolButton(name: IconName, text: string, act?: () => void): HTMLButtonElement {
  const button = el('button', { type: 'button', class: 'tool', 'aria-label': text, title: text }, icon(name));
  if (act !== undefined) button.addEventListener('click', act);
  return button;
}
