import assert from 'node:assert/strict';
import test from 'node:test';
import { createLinePicker, type LineRange } from '../../src/archive/line-picker.ts';
import { inChunks, toBytes } from '../core/support/bundles.ts';
import { createRandom } from '../core/support/random.ts';

function pick(text: string, ranges: readonly LineRange[], pieceBytes: number, maxBytes = 1 << 20): readonly string[] {
  const picker = createLinePicker(ranges, maxBytes);
  for (const piece of inChunks(toBytes(text), pieceBytes)) if (!picker.write(piece)) break;
  return picker.picked().map((bytes) => new TextDecoder().decode(bytes));
}

test('any ranges, in any order and over each other, are what splitting the text gives', () => {
  const random = createRandom(9);
  for (let round = 0; round < 300; round++) {
    const lines = Array.from({ length: random(60) }, () => 'x'.repeat(random(30)));
    const text = lines.join('\n') + (random(2) === 0 ? '\n' : '');
    const all = text.split(/(?<=\n)/);
    const ranges = Array.from({ length: random(8) }, () => {
      const start = 1 + random(70);
      return { start, end: start + random(6) };
    });
    const expected = ranges.map(({ start, end }) => all.slice(start - 1, end).join(''));
    assert.deepEqual(pick(text, ranges, 1 + random(40)), expected, JSON.stringify({ text, ranges }));
  }
});

test('of a line without end only so many bytes are kept, and nothing more is asked for', () => {
  const picker = createLinePicker([{ start: 1, end: 1 }], 1000);
  const piece = toBytes('x'.repeat(600));
  assert.equal(picker.write(piece), true);
  assert.equal(picker.write(piece), false);
  assert.equal(picker.picked()[0]?.length, 1000);
});

test('behind the last line that is wanted no piece is asked for', () => {
  const picker = createLinePicker([{ start: 2, end: 2 }], 1000);
  assert.equal(picker.write(toBytes('one\ntw')), true);
  assert.equal(picker.write(toBytes('o\nthree')), false);
});
