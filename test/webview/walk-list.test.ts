import assert from 'node:assert/strict';
import { test } from 'node:test';
import { walkList } from '../../webview/walk-list.ts';

test('the arrows walk a list round and round, Home and End to its ends', () => {
  assert.equal(walkList('ArrowDown', 1, 2), 0);
  assert.equal(walkList('ArrowDown', -1, 2), 0);
  assert.equal(walkList('ArrowUp', 0, 2), 1);
  assert.equal(walkList('ArrowUp', 2, 3), 1);
  assert.equal(walkList('ArrowUp', -1, 3), 2, 'from outside to the last one');
  assert.equal(walkList('End', 0, 3), 2);
  assert.equal(walkList('Home', 2, 3), 0);
  assert.equal(walkList('x', 0, 2), undefined);
  assert.equal(walkList('ArrowDown', 0, 0), undefined);
});
