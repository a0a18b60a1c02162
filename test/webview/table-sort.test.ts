import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytes, count, duration, percent } from '../../webview/format.ts';
import { bareNumber } from '../../webview/panels/table-copy.ts';
import { nextSorting, orderRows, shownKey } from '../../webview/panels/table-sort.ts';

for (const [text, key] of [
  ['5,335', 5335],
  ['-12', -12],
  ['98.6 %', 98.6],
  ['23.6 MiB', 23.6 * 2 ** 20],
  ['0 B', 0],
  ['12 min 5 s', 725],
  ['≤ 6', 6],
  ['–', null],
  ['', null],
  ['accept queue 0', 'accept queue 0'],
  ['1 fd', '1 fd'],
  ['1 2 3 4 5', '1 2 3 4 5'],
] as const) {
  test(`"${text}" in a column of numbers is ordered as ${key}`, () => assert.equal(shownKey(text), key));
}

test('a bound is ordered beside the number that it bounds, on the right side of it', () => {
  const shares = ['> 99.9 %', '100 %', '0.1 %', '< 0.1 %', '0 %', '99.9 %'];
  const order = orderRows(shares.map(shownKey), false).map((row) => shares[row]);
  assert.deepEqual(order, ['0 %', '< 0.1 %', '0.1 %', '99.9 %', '> 99.9 %', '100 %']);
});

test('numbers as the page writes them are ordered by value, whatever their units', () => {
  const check = (write: (value: number) => string, values: readonly number[]) =>
    assert.deepEqual(orderRows(values.map(write).map(shownKey), false), [...values.keys()]);
  check(count, [0, 9, 10, 200, 1000, 5335, 1_000_000]);
  check(bytes, [0, 900, 2000, 1023 * 1024, 2 ** 20, 2 ** 31, 2 ** 41]);
  check(duration, [0, 0.5, 59, 61, 3599, 3700, 90_000, 400_000]);
  check((value) => percent(value, 1000), [0, 0.5, 1, 98, 999, 1000, 4000]);
});

test('equal rows keep their order, empty cells are last in both directions', () => {
  assert.deepEqual(orderRows([2, null, 1, 2, 1], false), [2, 4, 0, 3, 1]);
  assert.deepEqual(orderRows([2, null, 1, 2, 1], true), [0, 3, 2, 4, 1]);
});

test('links are ordered by their labels, the numbers in them by value', () => {
  const labels = ['proc/185/fd/5', 'proc/9/fd/20', 'proc/185/fd/40', 'dmesg:433'];
  assert.deepEqual(
    orderRows(labels, false).map((row) => labels[row]),
    ['dmesg:433', 'proc/9/fd/20', 'proc/185/fd/5', 'proc/185/fd/40'],
  );
});

test('the first click asks for the largest numbers or the first names, the second for the other end', () => {
  const first = nextSorting(undefined, 2, true);
  assert.deepEqual(first, { column: 2, descending: true });
  assert.deepEqual(nextSorting(first, 2, true), { column: 2, descending: false });
  assert.deepEqual(nextSorting(first, 0, false), { column: 0, descending: false });
});

test('a count is copied without its grouping, what is not known as nothing, the rest as it is shown', () => {
  assert.deepEqual(['5,335', '-1,234,567', '–', '98.6 %', '1,0', '12'].map(bareNumber), [
    '5335',
    '-1234567',
    '',
    '98.6 %',
    '1,0',
    '12',
  ]);
});
