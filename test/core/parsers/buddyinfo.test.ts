import assert from 'node:assert/strict';
import test from 'node:test';
import { parseBuddyinfo } from '../../../src/core/parsers/proc/buddyinfo.ts';

test('zones come with their free blocks by order, however many orders there are', () => {
  const { value, problems } = parseBuddyinfo(
    'Node 0, zone      DMA      0      0      1\r\nNode 1, zone   Normal      5      4      3      2      1\n',
  );
  assert.deepEqual(value, [
    { node: 0, zone: 'DMA', freeBlocks: [0, 0, 1] },
    { node: 1, zone: 'Normal', freeBlocks: [5, 4, 3, 2, 1] },
  ]);
  assert.deepEqual(problems, []);
});

test('an empty text and blank lines are no zones, and nothing is wrong with them', () => {
  for (const text of ['', '\n \r\n']) assert.deepEqual(parseBuddyinfo(text), { value: [], problems: [] });
});

for (const line of [
  'Node 0, zone   Normal      5      x      3',
  'Node 0, zone   Normal      5     -1      3',
  'Node 0, zone   Normal      5 9007199254740993 3',
  'Node 0, zone   Normal',
  'Node x, zone   Normal      5',
  'zone Normal 5',
]) {
  test(`"${line}" is told, and gives no zone rather than one without free blocks`, () => {
    const good = 'Node 0, zone      DMA      0      0      1\n';
    const { value, problems } = parseBuddyinfo(`${good}${line}\n${good}`);
    assert.deepEqual(
      value.map(({ zone }) => zone),
      ['DMA', 'DMA'],
    );
    assert.deepEqual(
      problems.map((problem) => problem.line),
      [2],
    );
  });
}
