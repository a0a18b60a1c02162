/** What cures, what does not, and what would settle the rest: of the verdict and of each finding. */
import { defineMessages } from '../../src/core/wording/define-messages.ts';
import { el } from '../dom.ts';
import { type IconName, icon } from '../icons.ts';
import { words } from '../words.ts';

const say = defineMessages('webview-advice', {
  fixes: 'What fixes it',
  nonFixes: 'What does not',
  next: 'What would settle it',
});

export interface Advice {
  readonly fixes: readonly string[];
  readonly nonFixes: readonly string[];
  readonly next: string;
}

function block(title: string, lines: readonly string[], picture: IconName, tone: string): HTMLElement | null {
  if (lines.length === 0) return null;
  const items = lines.map((line) =>
    el('li', {}, icon(picture, tone), el('span', { class: 'clamp', title: line }, line)),
  );
  return el('div', { class: 'advice' }, el('h3', {}, title), el('ul', {}, ...items));
}

/** The blocks that have something to say. */
export function adviceBlocks({ fixes, nonFixes, next }: Advice): readonly HTMLElement[] {
  return [
    block(words.text(say.fixes()), fixes, 'check', 'tone-good'),
    block(words.text(say.nonFixes()), nonFixes, 'cross', 'tone-bad'),
    block(words.text(say.next()), next === '' ? [] : [next], 'right', ''),
  ].filter((part) => part !== null);
}
