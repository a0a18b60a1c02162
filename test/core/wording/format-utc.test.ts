import assert from 'node:assert/strict';
import test from 'node:test';
import { formatUtc } from '../../../src/core/wording/format-utc.ts';

test('times of day are those that the calendar has, leap years and their exceptions too', () => {
  for (const text of [
    '1970-01-01 00:00:00',
    '2000-02-29 23:59:59',
    '2026-12-31 00:00:01',
    '2100-03-01 12:00:00',
    '9999-12-31 23:59:59',
  ])
    assert.equal(formatUtc(Date.parse(`${text.replace(' ', 'T')}Z`) / 1000), `${text} UTC`);
  for (let day = 0; day < 200_000; day += 37)
    assert.equal(formatUtc(day * 86_400).slice(0, 10), new Date(day * 86_400_000).toISOString().slice(0, 10));
});

test('what is no time of four digits for the year has no text', () => {
  for (const bad of [-1, Number.NaN, Number.POSITIVE_INFINITY, 253_402_300_800]) assert.equal(formatUtc(bad), '');
});
