import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ROW_HEIGHT, rowWindow } from '../../webview/panels/table-window.ts';

test('the rows on the page cover what is seen, and few more', () => {
  const { first, end } = rowWindow(100 * ROW_HEIGHT, 16 * ROW_HEIGHT, 60000);
  assert.ok(first <= 100 && end >= 116);
  assert.ok(end - first <= 40);
});

test('at both ends the window stops at the table', () => {
  assert.equal(rowWindow(0, 352, 60000).first, 0);
  assert.equal(rowWindow(1e9, 352, 300).end, 300);
  assert.ok(rowWindow(1e9, 352, 300).first <= 284);
  assert.deepEqual(rowWindow(0, 352, 3), { first: 0, end: 3 });
});
