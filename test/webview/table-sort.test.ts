import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextSorting, orderRows } from '../../webview/panels/table-sort.ts';

test('equal rows keep their order, empty cells are last in both directions', () => {
  assert.deepEqual(orderRows([2, null, 1, 2, 1], false), [2, 4, 0, 3, 1]);
  assert.deepEqual(orderRows([2, null, 1, 2, 1], true), [0, 3, 2, 4, 1]);
});

test('links are ordered by their labels, the numbers in them by value', () => {
  const labels = ['proc/185/fd/5', 'proc/9/fd/20', 'proc/185/fd/40', 'dmesg:433'];
  assert.deepEqual(
    orderRows(labels, false).map((row) => labels[row]),
    ['dmesg:433', 'proc/9/fd/20', 'proc/185/fd/5', 'proc/185/fd/40'],
  );
});

test('the first click asks for the largest numbers or the first names, the second for the other end', () => {
  const first = nextSorting(undefined, 2, true);
  assert.deepEqual(first, { column: 2, descending: true });
  assert.deepEqual(nextSorting(first, 2, true), { column: 2, descending: false });
  assert.deepEqual(nextSorting(first, 0, false), { column: 0, descending: false });
});
