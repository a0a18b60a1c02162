import assert from 'node:assert/strict';
import test from 'node:test';
import { countByte } from '../../src/core/bytes.ts';
import { createRandom } from './support/random.ts';

test('a byte is counted between any two places, wherever the bytes lie in memory', () => {
  const random = createRandom(3);
  const all = Uint8Array.from({ length: 3000 }, () => [10, 10, 0, 11, 9, 0x8a, 255][random(7)] ?? 0);
  for (let round = 0; round < 2000; round++) {
    const bytes = all.subarray(random(40), all.length - random(40));
    const start = random(bytes.length);
    const end = start + random(Math.min(bytes.length - start, round % 2 === 0 ? 20 : 3000) + 1);
    const byte = [10, 0, 255][round % 3] ?? 10;
    const expected = bytes.subarray(start, end).filter((each) => each === byte).length;
    assert.equal(countByte(bytes, byte, start, end), expected, `${byte} from ${start} to ${end}`);
  }
});

test('thousands of the same byte in a row are all counted', () => {
  const bytes = new Uint8Array(10_000).fill(10);
  assert.equal(countByte(bytes, 10, 0, bytes.length), 10_000);
  assert.equal(countByte(bytes, 11, 0, bytes.length), 0);
});
