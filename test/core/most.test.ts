import assert from 'node:assert/strict';
import test from 'node:test';
import { mostOf } from '../../src/core/most.ts';

test('the key with the highest count wins, wherever it stands', () => {
  assert.deepEqual(
    mostOf([
      [9, 1],
      [5, 3],
      [1, 2],
    ]),
    [5, 3],
  );
  assert.equal(mostOf([]), undefined);
});

test('of equal counts the lowest key wins, numbers before texts, in any order', () => {
  const counts: readonly (readonly [number | string, number])[] = [
    ['::1', 2],
    [10, 2],
    [9, 2],
    ['::2', 2],
    [8, 1],
  ];
  for (const order of [counts, counts.toReversed()]) assert.deepEqual(mostOf(order), [9, 2]);
  const texts = counts.filter(([key]) => typeof key === 'string');
  for (const order of [texts, texts.toReversed()]) assert.deepEqual(mostOf(order), ['::1', 2]);
});
