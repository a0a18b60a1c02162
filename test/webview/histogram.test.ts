import assert from 'node:assert/strict';
import { test } from 'node:test';
import { labelEvery } from '../../webview/charts/histogram.ts';

test('every bar is labelled when there is room', () => {
  assert.equal(labelEvery(5, 348, 40), 1);
});

test('labels are left out until they no longer touch', () => {
  assert.equal(labelEvery(8, 348, 40), 2);
  for (const bins of [8, 30, 64]) {
    const every = labelEvery(bins, 348, 40);
    assert.ok((348 / bins) * every >= 50, `${bins} bars`);
  }
});

test('a chart without bars or without width asks for nothing odd', () => {
  assert.equal(labelEvery(0, 348, 40), 1);
  assert.equal(labelEvery(8, 0, 40), 1);
});
