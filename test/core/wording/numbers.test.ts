import assert from 'node:assert/strict';
import test from 'node:test';
import { ENGLISH } from '../../../src/core/wording/languages.ts';

function check(title: string, cases: readonly (readonly [string, string])[]): void {
  for (const [written, expected] of cases) test(`${title}: ${expected}`, () => assert.equal(written, expected));
}

const { count, bytes, share, duration, mebibytes, inUnit } = ENGLISH;

check('a count is grouped and has at most one decimal', [
  [count(0), '0'],
  [count(999), '999'],
  [count(1000), '1,000'],
  [count(1234567), '1,234,567'],
  [count(-1234), '-1,234'],
  [count(1.25), '1.3'],
  [count(-0.01), '0'],
  [count(-0), '0'],
  [count(2 ** 53 - 1), '9,007,199,254,740,991'],
  [count(2 ** 60), '1,152,921,504,606,846,976'],
  [count(Number.NaN), '–'],
]);

check('bytes have a binary unit and no decimal where it is 0', [
  [bytes(0), '0 B'],
  [bytes(1023), '1,023 B'],
  [bytes(1024), '1 KiB'],
  [bytes(4096), '4 KiB'],
  [bytes(1536), '1.5 KiB'],
  [bytes(1024 * 1024 - 1), '1 MiB'],
  [bytes(24_746_394), '23.6 MiB'],
  [bytes(2 ** 60), '1,024 PiB'],
  [bytes(Number.POSITIVE_INFINITY), '–'],
]);

check('a share reads as nothing or all only where it is', [
  [share(0, 10), '0 %'],
  [share(10, 10), '100 %'],
  [share(1, 100_000), '< 0.1 %'],
  [share(99_999, 100_000), '> 99.9 %'],
  [share(1, 3), '33.3 %'],
  [share(986, 1000), '98.6 %'],
  [share(110, 100), '110 %'],
  [share(12_345, 100), '12,345 %'],
  [share(1, 0), '–'],
  [share(Number.NaN, 4), '–'],
]);

check('a duration has its two largest units', [
  [duration(0), '0 s'],
  [duration(63.5), '63.5 s'],
  [duration(725), '12 min 5 s'],
  [duration(7200), '2 h'],
  [duration(10_920), '3 h 2 min'],
  [duration(349_200), '4 d 1 h'],
  [duration(-63.5), '-63.5 s'],
]);

check('a number of MiB keeps its decimal, so that those of a column stand in a line', [
  [mebibytes(12_302 * 4096), '48.1'],
  [mebibytes(12_302 * 65_536), '768.9'],
  [mebibytes(4 * 1024 * 1024), '4.0'],
  [mebibytes(2 ** 40), '1,048,576.0'],
  [mebibytes(Number.NaN), '–'],
]);

check('a mark of an axis has the unit of the axis', [
  [inUnit(40, 'seconds', 0), '40 s'],
  [inUnit(0.05, 'seconds', 2), '0.05 s'],
  [inUnit(0.5, 'seconds', 2), '0.5 s'],
  [inUnit(900, 'minutes', 0), '15 min'],
  [inUnit(21_600, 'hours', 0), '6 h'],
  [inUnit(2 * 86_400, 'days', 0), '2 d'],
  [inUnit(-60, 'minutes', 0), '-1 min'],
]);
