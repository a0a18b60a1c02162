import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  bytesCell,
  countCell,
  durationCell,
  idCell,
  mebibytesCell,
  NO_VALUE,
  shareCell,
  textCell,
  type ValueCell,
} from '../../webview/panels/cells.ts';
import { orderRows } from '../../webview/panels/table-sort.ts';

const order = (cells: readonly ValueCell[]) =>
  orderRows(
    cells.map(({ value }) => value),
    false,
  ).map((row) => cells[row]?.text);

test('numbers are ordered by value, whatever their units', () => {
  const check = (write: (value: number) => ValueCell, values: readonly number[]) =>
    assert.deepEqual(
      order(values.toReversed().map(write)),
      values.map(write).map(({ text }) => text),
    );
  check(countCell, [-12, 0, 9, 10, 200, 1000, 5335, 1_000_000]);
  check(bytesCell, [0, 900, 2000, 1023 * 1024, 2 ** 20, 2 ** 31, 2 ** 41]);
  check(durationCell, [0, 0.5, 59, 61, 3599, 3700, 90_000, 400_000]);
  check((value) => shareCell(value, 1000), [0, 0.5, 1, 98, 999, 1000, 4000]);
});

test('a share that is written as a bound is ordered by what it is', () => {
  const shares = [9999, 10_000, 10, 1, 0, 9990].map((part) => shareCell(part, 10_000));
  assert.deepEqual(order(shares), ['0 %', '< 0.1 %', '0.1 %', '99.9 %', '> 99.9 %', '100 %']);
});

test('what has no value is last in both directions', () => {
  const values = [textCell('not seen', null), countCell(2), NO_VALUE, countCell(1)].map(({ value }) => value);
  assert.deepEqual(orderRows(values, false), [3, 1, 0, 2]);
  assert.deepEqual(orderRows(values, true), [1, 3, 0, 2]);
});

test('a count is copied without its grouping, what is not known as nothing, the rest as it is shown', () => {
  const cells = [countCell(5335), countCell(-1_234_567), NO_VALUE, shareCell(986, 1000), bytesCell(4096)];
  assert.deepEqual(
    cells.map(({ copied }) => copied),
    ['5335', '-1234567', '', '98.6 %', '4 KiB'],
  );
  assert.equal(mebibytesCell(2 ** 40).text, '1,048,576.0');
  assert.equal(mebibytesCell(2 ** 40).copied, '1048576.0');
});

test('a number that is a name is not grouped', () => {
  assert.equal(idCell(4_026_532).text, '4026532');
});

test('what is no number is a dash, and so is a share of nothing', () => {
  for (const none of [countCell(Number.NaN), bytesCell(Number.POSITIVE_INFINITY), shareCell(4, 0), shareCell(0, 0)])
    assert.equal(none, NO_VALUE);
  assert.equal(NO_VALUE.text, '–');
});
