import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Tone } from '../../src/core/page/evidence-link.ts';
import type { IcicleNode } from '../../src/core/page/page-model.ts';
import { followPath, layoutIcicle, usedColumns } from '../../webview/charts/icicle-layout.ts';

const node = (
  label: string,
  value: number,
  children: readonly IcicleNode[] = [],
  tone: Tone = 'plain',
): IcicleNode => ({
  label,
  detail: '',
  value,
  tone,
  evidence: null,
  filter: '',
  children,
});

/** One line of text. */
const LINE = 22;
/** How a height is divided among the children of a node. */
const divide = (children: readonly IcicleNode[], height: number) =>
  layoutIcicle(node('all', 0, children), [], { width: 100, height, columns: 1 }).map(({ box, torn, path }) => ({
    step: path[0],
    height: box.height,
    torn,
  }));

const size = { width: 500, height: 400, columns: 5 };
const heights = (children: readonly IcicleNode[], height: number) =>
  divide(children, height).map((share) => share.height);
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

test('heights are shares, in the order of the children', () => {
  assert.deepEqual(heights([node('a', 300), node('b', 100)], 400), [300, 100]);
});

test('whatever the values, the cells fill the height and none is below one line', () => {
  const trees = [[5346, 193, 35, 34, 34, 14, 8], [1, 1, 1], [1000, 1], Array.from({ length: 40 }, (_, i) => i + 1)];
  for (const values of trees) {
    const shown = heights(
      values.map((value) => node('n', value)),
      400,
    );
    assert.ok(Math.abs(sum(shown) - 400) < 0.01, String(values));
    assert.ok(Math.min(...shown) >= LINE - 0.01, String(values));
  }
});

test('a cell that is drawn larger than its share is marked as torn', () => {
  const [large, small] = divide([node('a', 5343), node('b', 3)], 400);
  assert.equal(large?.torn, false);
  assert.equal(small?.torn, true);
});

test('too many small children are merged, a fault never is', () => {
  const children = [node('big', 10000), ...Array.from({ length: 30 }, (_, i) => node(`s${i}`, 1))];
  children.push(node('fault', 1, [], 'bad'));
  const shares = divide(children, 400);
  assert.ok(shares.some((share) => share.step === 31));
  const merged = shares.find((share) => typeof share.step === 'object');
  assert.ok(merged !== undefined && Array.isArray(merged.step));
  assert.equal(shares.length - 1 + merged.step.length, 32);
});

test('children without a value, or without room for one line, are not drawn', () => {
  assert.deepEqual(divide([node('a', 0)], 400), []);
  assert.deepEqual(divide([node('a', 5)], LINE - 1), []);
});

test('children stand beside their parent and inside its height', () => {
  const root = node('all', 10, [node('pod', 8, [node('p', 5), node('q', 3)]), node('other', 2)]);
  const cells = layoutIcicle(root, [], size);
  for (const cell of cells) {
    const parent = cells.find((each) => each.key === cell.parentKey);
    if (parent === undefined) continue;
    assert.equal(cell.column, parent.column + 1);
    assert.ok(cell.box.y >= parent.box.y - 0.01);
    assert.ok(cell.box.y + cell.box.height <= parent.box.y + parent.box.height + 0.01);
  }
  assert.equal(cells.length, 4);
});

test('zooming gives the chosen node the first column and the whole height', () => {
  const root = node('all', 10, [node('pod', 1, [node('p', 1)]), node('other', 9)]);
  const [first, second] = layoutIcicle(root, [0], size);
  assert.equal(first?.node.label, 'pod');
  assert.equal(first?.box.height, 400);
  assert.equal(second?.node.label, 'p');
});

test('merged children can be zoomed into, and are not drawn as a level below', () => {
  const root = node('all', 100, [node('a', 90), node('b', 5), node('c', 5)]);
  const [merged, b, c] = layoutIcicle(root, [[1, 2]], size);
  assert.equal(merged?.node.label, '2 more');
  assert.equal(merged?.node.value, 10);
  assert.deepEqual([b?.node.label, c?.node.label], ['b', 'c']);
  const low = node('all', 1000, [node('x', 980), node('y', 20, [node('y1', 10), node('y2', 10)])]);
  const labels = layoutIcicle(low, [], size).map((cell) => cell.node.label);
  assert.deepEqual(labels, ['x', 'y', 'y1 + 1 more']);
});

test('a remembered path that no longer exists ends where the tree ends', () => {
  const root = node('all', 10, [node('pod', 10)]);
  assert.deepEqual(
    followPath(root, [0, 7, 1]).map((each) => each.label),
    ['all', 'pod'],
  );
  assert.equal(layoutIcicle(root, [9], size)[0]?.node.label, 'pod');
});

test('a huge tree never draws more than the limit of cells', () => {
  const leaves = Array.from({ length: 200 }, (_, i) => node(`l${i}`, 1));
  const pods = Array.from({ length: 200 }, (_, i) => node(`p${i}`, 200, leaves));
  const cells = layoutIcicle(node('all', 40000, pods), [], { width: 500, height: 50000, columns: 5 });
  assert.ok(cells.length <= 500);
});

test('columns without cells are not counted', () => {
  const root = node('all', 10, [node('pod', 10, [node('p', 10)])]);
  assert.equal(usedColumns(layoutIcicle(root, [], size)), 2);
  assert.equal(usedColumns([]), 1);
});
