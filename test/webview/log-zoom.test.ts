import assert from 'node:assert/strict';
import test from 'node:test';
import { shownSpan, zoomByKey } from '../../webview/charts/log-zoom.ts';

const WHOLE = { start: 0, end: 1000 };

test('without a choice, or with one that lies elsewhere, the whole log is shown', () => {
  assert.deepEqual(shownSpan(WHOLE, null, 4), WHOLE);
  assert.deepEqual(shownSpan(WHOLE, [2000, 3000], 4), WHOLE);
  assert.deepEqual(shownSpan(WHOLE, [5, 5], 4), WHOLE);
});

test('a choice is cut at the ends of the log, whichever way it was drawn', () => {
  assert.deepEqual(shownSpan(WHOLE, [900, 1200], 4), { start: 900, end: 1000 });
  assert.deepEqual(shownSpan(WHOLE, [300, 100], 4), { start: 100, end: 300 });
});

test('nothing thinner than the least is shown, and it stays inside of the log', () => {
  assert.deepEqual(shownSpan(WHOLE, [500, 501], 40), { start: 480.5, end: 520.5 });
  assert.deepEqual(shownSpan(WHOLE, [0, 1], 40), { start: 0, end: 40 });
});

test('keys show half or twice as much around the place, or all of it', () => {
  assert.deepEqual(zoomByKey(WHOLE, WHOLE, 400, '+'), { start: 150, end: 650 });
  assert.deepEqual(zoomByKey({ start: 150, end: 650 }, WHOLE, 600, '-'), WHOLE);
  assert.deepEqual(zoomByKey({ start: 150, end: 650 }, WHOLE, 600, '0'), WHOLE);
  assert.equal(zoomByKey(WHOLE, WHOLE, 400, 'x'), undefined);
});
