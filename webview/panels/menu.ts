/** A button with a small menu: arrows walk it, Enter chooses, Esc closes and gives the focus back to the button. */
import { el } from '../dom.ts';
import { walkList } from '../walk-list.ts';

export interface MenuItem {
  readonly text: string;
  /** It is what the page shows. */
  readonly isCurrent?: boolean;
  act(): void;
}

/** `button` is put into what is given back, with the menu under it. */
export function menuButton(button: HTMLButtonElement, name: string, items: readonly MenuItem[]): HTMLElement {
  const entries = items.map((item) => {
    const entry = el('button', { type: 'button', class: 'menu-item', role: 'menuitem', tabindex: -1 }, item.text);
    if (item.isCurrent === true) entry.setAttribute('aria-current', 'true');
    entry.addEventListener('click', () => {
      close(true);
      item.act();
    });
    return entry;
  });
  const menu = el('div', { class: 'menu', role: 'menu', 'aria-label': name }, ...entries);
  const frame = el('div', { class: 'menu-frame' }, button, menu);
  const open = (index: number) => {
    menu.hidden = false;
    button.setAttribute('aria-expanded', 'true');
    entries[index]?.focus();
  };
  const close = (givesFocusBack: boolean) => {
    menu.hidden = true;
    button.setAttribute('aria-expanded', 'false');
    if (givesFocusBack) button.focus();
  };
  menu.hidden = true;
  button.setAttribute('aria-haspopup', 'menu');
  button.setAttribute('aria-expanded', 'false');
  button.addEventListener('click', () => (menu.hidden ? open(0) : close(true)));
  frame.addEventListener('keydown', (event) => {
    const current = entries.findIndex((entry) => entry.matches(':focus'));
    const next = walkList(event.key, current, entries.length);
    if (event.key === 'Escape' && !menu.hidden) close(true);
    else if (next !== undefined && (!menu.hidden || event.key.startsWith('Arrow'))) open(next);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  // A click elsewhere, Tab, or another window: the menu goes, and the focus stays where the reader put it.
  frame.addEventListener('focusout', (event) => {
    if (!(event.relatedTarget instanceof Node && frame.contains(event.relatedTarget))) close(false);
  });
  return frame;
}
