import assert from 'node:assert/strict';
import test from 'node:test';
import { PlaceAnswers } from '../../src/extension/open/place-answers.ts';

const answer = (firstId: number, ...entries: readonly string[]) => ({
  firstId,
  places: entries.map((entry) => ({ entry, startLine: 1, endLine: 1 })),
});

test('links of the last few answers lead to their places, those of older ones nowhere', () => {
  const answers = new PlaceAnswers();
  answers.add(answer(10, 'a', 'b'));
  answers.add(answer(12, 'c'));
  assert.equal(answers.find(11)?.entry, 'b');
  assert.equal(answers.find(12)?.entry, 'c');
  assert.equal(answers.find(9), undefined);
  assert.equal(answers.find(13), undefined);
  answers.add(answer(13, 'd'));
  answers.add(answer(14, 'e'));
  assert.equal(answers.find(11), undefined);
  answers.clear();
  assert.equal(answers.find(14), undefined);
});

test('where a new worker has given the same numbers again, the place of the newest answer is meant', () => {
  const answers = new PlaceAnswers();
  answers.add(answer(10, 'old'));
  answers.add(answer(10, 'new'));
  assert.equal(answers.find(10)?.entry, 'new');
});
