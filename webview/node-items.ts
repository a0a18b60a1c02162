/** What the chooser of nodes says and does. */
import type { NodeChoice } from '../src/core/page/page-model.ts';
import { defineMessages } from '../src/core/wording/define-messages.ts';
import type { MenuItem } from './panels/menu.ts';
import type { Stage } from './stage.ts';
import { words } from './words.ts';

const say = defineMessages('webview-node-items', {
  place: 'Node {place, number} of {nodes, number}',
  item: '{node}: {verdict}',
});

/** `Node 1 of 2`: the worst is the first. */
export function placeText(nodes: readonly NodeChoice[]): string {
  return words.text(say.place({ place: nodes.findIndex(({ isShown }) => isShown) + 1, nodes: nodes.length }));
}

/** A node that is shown already is not asked for. */
export function nodeItems(nodes: readonly NodeChoice[], stage: Pick<Stage, 'post' | 'startOver'>): readonly MenuItem[] {
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
