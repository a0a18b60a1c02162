/** Which of the nodes of the archive the page shows, and the way to the others. */
import type { NodeChoice } from '../../src/core/page/page-model.ts';
import { defineMessages } from '../../src/core/wording/define-messages.ts';
import { el } from '../dom.ts';
import type { Stage } from '../stage.ts';
import { words } from '../words.ts';
import { type MenuItem, menuButton } from './menu.ts';

const say = defineMessages('webview-node-chooser', {
  place: 'Node {place, number} of {nodes, number}',
  choose: 'Show another node of this archive',
  item: '{node}: {verdict}',
});

type Chosen = Pick<Stage, 'post' | 'startOver'>;

/** `Node 1 of 2`: the worst is the first. */
export function placeText(nodes: readonly NodeChoice[]): string {
  return words.text(say.place({ place: nodes.findIndex(({ isShown }) => isShown) + 1, nodes: nodes.length }));
}

/** A node that is shown already is not asked for. */
export function nodeItems(nodes: readonly NodeChoice[], stage: Chosen): readonly MenuItem[] {
  return nodes.map(({ name, verdict, isShown }, index) => ({
    text: words.text(say.item({ node: name, verdict })),
    isCurrent: isShown,
    act: () => {
      if (isShown) return;
      stage.startOver();
      stage.post({ type: 'showNode', index });
    },
  }));
}

/** Null where the archive holds one node. */
export function nodeChooser(nodes: readonly NodeChoice[], stage: Stage): HTMLElement | null {
  if (nodes.length < 2) return null;
  const name = words.text(say.choose());
  const button = el('button', { type: 'button', class: 'chip', title: name }, placeText(nodes));
  return el('div', { class: 'nodes' }, menuButton(button, name, nodeItems(nodes, stage)));
}
