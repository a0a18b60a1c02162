import assert from 'node:assert/strict';
import { test } from 'node:test';
import { moveByKey } from '../../webview/charts/roving.ts';
import { layoutStates } from '../../webview/charts/states-layout.ts';

const box = (x: number, y: number) => ({ x, y, width: 10, height: 10 });
/** Three columns, two rows. */
const grid = [box(0, 0), box(20, 0), box(40, 0), box(0, 20), box(20, 20), box(40, 20)];

test('an arrow goes to the neighbour in its row or column', () => {
  assert.equal(moveByKey(grid, 0, 'ArrowRight'), 1);
  assert.equal(moveByKey(grid, 1, 'ArrowDown'), 4);
  assert.equal(moveByKey(grid, 5, 'ArrowLeft'), 4);
  assert.equal(moveByKey(grid, 4, 'ArrowUp'), 1);
});

test('at the edge the focus stays where it is', () => {
  assert.equal(moveByKey(grid, 0, 'ArrowLeft'), 0);
  assert.equal(moveByKey(grid, 5, 'ArrowDown'), 5);
});

test('Home and End go to the first and the last node, and other keys go nowhere', () => {
  assert.equal(moveByKey(grid, 3, 'Home'), 0);
  assert.equal(moveByKey(grid, 3, 'End'), 5);
  assert.equal(moveByKey(grid, 3, 'x'), undefined);
  assert.equal(moveByKey([], 0, 'Home'), undefined);
});

test('the arrows reach every box of the state graph', () => {
  for (const width of [480, 840, 1200]) {
    const boxes = [...layoutStates(width, []).boxes.values()];
    const seen = new Set([0]);
    for (const index of seen) {
      for (const key of ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'])
        seen.add(moveByKey(boxes, index, key) ?? index);
    }
    assert.equal(seen.size, boxes.length, `at ${width} px`);
  }
});
