import assert from 'node:assert/strict';
import test from 'node:test';
import { createAnchorSearch } from '../../../src/core/kernel-log/anchor-search.ts';
import { LOG_ANCHORS } from '../../../src/core/kernel-log/log-catalogue.ts';
import { toBytes } from '../support/bundles.ts';
import { createRandom } from '../support/random.ts';

function findAll(anchors: readonly string[], text: string): number[] {
  const search = createAnchorSearch(anchors);
  const bytes = toBytes(text);
  const found: number[] = [];
  for (let at = search.find(bytes, 0, bytes.length); at >= 0; at = search.find(bytes, at + 1, bytes.length))
    found.push(at);
  return found;
}

function findEach(anchors: readonly string[], text: string): number[] {
  return Array.from(text, (_, at) => at).filter((at) => anchors.some((anchor) => text.startsWith(anchor, at)));
}

test('every anchor of the catalogue is found, wherever it stands', () => {
  for (const anchor of LOG_ANCHORS) {
    for (const text of [anchor, `x${anchor}`, `${anchor}x`, `${anchor.slice(0, -1)}${anchor}`, `${anchor.slice(1)}`])
      assert.deepEqual(findAll(LOG_ANCHORS, text), findEach(LOG_ANCHORS, text), text);
  }
});

test('literals that begin and end alike, or hold each other, are all found', () => {
  const anchors = ['aab', 'aabaab', 'baa', 'bbb', 'abab'];
  const random = createRandom(5);
  for (let round = 0; round < 500; round++) {
    const text = Array.from({ length: random(60) }, () => 'abc'[random(round % 2 === 0 ? 2 : 3)]).join('');
    assert.deepEqual(findAll(anchors, text), findEach(anchors, text), text);
  }
});

test('nothing is found beyond the end that was given', () => {
  const bytes = toBytes('xx needle xx');
  const search = createAnchorSearch(['needle']);
  assert.equal(search.find(bytes, 0, 9), 3);
  assert.equal(search.find(bytes, 0, 8), -1);
  assert.equal(search.find(bytes, 4, bytes.length), -1);
});
