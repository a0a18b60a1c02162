/** The one way to make HTML elements here: children are nodes or text, and text becomes a text node. */
import { visible } from './visible.ts';

export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;
export type Child = Node | string | null | undefined;

/** Attribute true is written empty, false and undefined are left out. `title` and `aria-*` are cleaned like text. */
function setAttributes(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? '' : visible(String(value), 600));
  }
}

export function append(parent: Element, children: readonly Child[]): void {
  for (const child of children) {
    if (child === null || child === undefined) continue;
    parent.append(typeof child === 'string' ? visible(child) : child);
  }
}

export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  setAttributes(element, attributes);
  append(element, children);
  return element;
}

/** Text that is cut with an ellipsis by the style sheet and whole in its title. */
export function cut(text: string, className = ''): HTMLSpanElement {
  return el('span', { class: `cut ${className}`.trim(), title: text }, text);
}
