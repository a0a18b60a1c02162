import assert from 'node:assert/strict';
import test from 'node:test';
import { parseBuddyinfo } from '../../../src/core/parsers/proc/buddyinfo.ts';

test('zones come with their free blocks by order, however many orders there are', () => {
  const { value } = parseBuddyinfo(
    'Node 0, zone      DMA      0      0      1\r\nNode 1, zone   Normal      5      4      3      2      1\n',
  );
  assert.deepEqual(value, [
    { node: 0, zone: 'DMA', freeBlocks: [0, 0, 1] },
    { node: 1, zone: 'Normal', freeBlocks: [5, 4, 3, 2, 1] },
  ]);
});

test('other lines and an empty text give nothing', () => {
  assert.deepEqual(parseBuddyinfo('Node x\nzone DMA 1\n').value, []);
  assert.deepEqual(parseBuddyinfo('').value, []);
});
