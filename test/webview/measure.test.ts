import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fitText, labelEvery, wrapName, wrapText } from '../../webview/charts/measure.ts';

/** Every letter is 10 px wide. */
const measure = (text: string) => text.length * 10;

test('a text that fits is whole', () => {
  assert.equal(fitText('java 25', 70, measure), 'java 25');
});

test('a text that does not fit ends with an ellipsis and is no wider than its room', () => {
  const text = fitText('kube-apiserver', 60, measure);
  assert.equal(text, 'kube-…');
  assert.ok(measure(text) <= 60);
});

test('without room for one letter nothing is written', () => {
  assert.equal(fitText('java', 15, measure), '');
  assert.equal(fitText('java', -4, measure), '');
});

test('a sentence breaks at its spaces, and its last line says that there is more', () => {
  assert.deepEqual(wrapText('the peers have closed', 100, 3, measure), ['the peers', 'have', 'closed']);
  assert.deepEqual(wrapText('the peers have closed', 100, 2, measure), ['the peers', 'have clos…']);
});

test('a name breaks after its separators and keeps every letter', () => {
  const lines = wrapName('default/live-stream-297vt', 120, 4, measure);
  assert.deepEqual(lines, ['default/', 'live-stream-', '297vt']);
  assert.equal(lines.join(''), 'default/live-stream-297vt');
});

test('a name without a separator is cut to its line', () => {
  assert.deepEqual(wrapName('abcdefghijkl', 60, 3, measure), ['abcde…']);
  assert.deepEqual(wrapName('abc', 60, 0, measure), []);
  assert.deepEqual(wrapName('default/live-stream-297vt', 120, 2, measure), ['default/', 'live-stream…']);
});

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
