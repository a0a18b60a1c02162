import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SocketPart } from '../../src/core/page/page-model.ts';
import { layoutCells, splitSmall, withRest } from '../../webview/charts/socket-layout.ts';

const part = (label: string, count: number): SocketPart => ({ label, detail: '', count, tone: 'tcp' });
const leak = [part('python3', 5337), part('java', 25), part('node', 16), part('others', 31)];

test('parts below two per cent go under the lens, with the factor of enlargement', () => {
  const split = splitSmall(leak);
  assert.deepEqual(
    split.large.map((each) => each.label),
    ['python3'],
  );
  assert.equal(split.smallSum, 72);
  assert.equal(Math.round(split.factor), 75);
});

test('nothing is magnified when the small parts together are plain to see', () => {
  const many = Array.from({ length: 100 }, (_, index) => part(`p${index}`, 1));
  assert.equal(splitSmall(many).small.length, 0);
  assert.equal(splitSmall([part('a', 50), part('b', 50)]).factor, 0);
  assert.equal(splitSmall([]).factor, 0);
});

test('what the parts leave of alloc is a part of its own', () => {
  const rest = withRest(leak, 5500).at(-1);
  assert.equal(rest?.count, 5500 - 5409);
  assert.equal(rest?.tone, 'faint');
  assert.equal(withRest(leak, 5409).length, leak.length);
  assert.equal(withRest([part('a', 0)], null).length, 0);
});

test('cells are to scale, lie side by side and fill the width', () => {
  const cells = layoutCells([part('a', 30), part('b', 10)], 40, 400);
  assert.deepEqual(
    cells.map(({ x, width }) => [x, width]),
    [
      [0, 300],
      [300, 100],
    ],
  );
});

test('cells too thin to draw become one that says how many they are', () => {
  const thin = Array.from({ length: 50 }, (_, index) => part(`p${index}`, 1));
  const cells = layoutCells([part('a', 950), ...thin], 1000, 400);
  assert.equal(cells.length, 2);
  assert.equal(cells[1]?.part.label, '50 more');
  assert.equal(cells[1]?.part.count, 50);
  assert.equal(cells[1]?.merged, 50);
});
