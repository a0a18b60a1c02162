/** Which of the nodes of the archive the page shows, and the way to the others. */
import type { NodeChoice } from '../../src/core/page/page-model.ts';
import { defineMessages } from '../../src/core/wording/define-messages.ts';
import { el } from '../dom.ts';
import { icon } from '../icons.ts';
import { nodeItems, placeText } from '../node-items.ts';
import type { Stage } from '../stage.ts';
import { words } from '../words.ts';
import { menuButton } from './menu.ts';

const say = defineMessages('webview-node-chooser', {
  choose: 'Show another node of this archive',
});

/** Null where the archive holds one node. */
export function nodeChooser(nodes: readonly NodeChoice[], stage: Stage): HTMLElement | null {
  if (nodes.length < 2) return null;
  const name = words.text(say.choose());
  const button = el('button', { type: 'button', class: 'chip', title: name }, placeText(nodes), icon('down'));
  return el('div', { class: 'nodes' }, menuButton(button, name, nodeItems(nodes, stage)));
}
