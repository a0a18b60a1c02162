/** A part of the page that unfolds. The reader's choice is kept with the state of the page, the default is not. */
import { defineMessages } from '../../src/core/wording/define-messages.ts';
import { append, type Child, el } from '../dom.ts';
import type { Stage } from '../stage.ts';
import { words } from '../words.ts';

const say = defineMessages('webview-disclosure', {
  about: ': {about}',
});

export interface Fold {
  /** Unique on the page and the same the next time it is built. */
  readonly id: string;
  readonly summary: Child;
  /** What it is about, for screen readers, where several summaries read the same. */
  readonly about?: string;
  /** Before the reader chooses. */
  readonly open: boolean;
}

export function disclosure(fold: Fold, stage: Stage, ...body: readonly Child[]): HTMLElement {
  const isToggled = () => stage.view().toggled.includes(fold.id);
  const details = el('details', { class: 'fold', open: fold.open !== isToggled() });
  const about =
    fold.about === undefined ? null : el('span', { class: 'spoken' }, words.text(say.about({ about: fold.about })));
  append(details, [el('summary', {}, fold.summary, about), ...body]);
  details.addEventListener('toggle', () => {
    if ((details.open !== fold.open) === isToggled()) return;
    const others = stage.view().toggled.filter((id) => id !== fold.id);
    stage.remember({ toggled: details.open === fold.open ? others : [...others, fold.id] });
  });
  return details;
}
