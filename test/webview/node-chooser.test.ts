import assert from 'node:assert/strict';
import test from 'node:test';
import type { FromPage } from '../../src/protocol/page-messages.ts';
import { nodeItems, placeText } from '../../webview/node-items.ts';
import { nodeChooser } from '../../webview/panels/node-chooser.ts';

const NODES = [
  { name: 'worker-1', verdict: 'python3 leaks.', tone: 'bad', isShown: false },
  { name: 'worker-2', verdict: 'Nothing wrong was found.', tone: 'good', isShown: true },
] as const;

function chosen(index: number): readonly (FromPage | 'forgotten')[] {
  const told: (FromPage | 'forgotten')[] = [];
  nodeItems(NODES, { post: (message) => told.push(message), startOver: () => told.push('forgotten') })[index]?.act();
  return told;
}

test('the chooser says which of how many nodes is shown, and lists all with their verdicts', () => {
  assert.equal(placeText(NODES), 'Node 2 of 2');
  const items = nodeItems(NODES, { post: () => undefined, startOver: () => undefined });
  assert.deepEqual(
    items.map(({ text, isCurrent }) => [text, isCurrent]),
    [
      ['worker-1: python3 leaks.', false],
      ['worker-2: Nothing wrong was found.', true],
    ],
  );
});

test('choosing another node asks for it by its place, and forgets where the reader was', () => {
  assert.deepEqual(chosen(0), ['forgotten', { type: 'showNode', index: 0 }]);
  assert.deepEqual(chosen(1), [], 'it is shown already');
});

test('a page of the only node has no chooser', () => {
  const stage = {} as Parameters<typeof nodeChooser>[1];
  assert.equal(nodeChooser([], stage), null);
});
