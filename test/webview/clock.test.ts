import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clock } from '../../webview/clock.ts';

test('wall times are UTC and carry the date only when it is needed', () => {
  const moment = Date.UTC(2026, 10, 22, 20, 21, 31) / 1000;
  assert.equal(clock(moment, 'seconds'), '20:21:31');
  assert.equal(clock(moment, 'minutes'), '11-22 20:21');
  assert.equal(clock(moment, 'days'), '2026-11-22');
  assert.equal(clock(Number.POSITIVE_INFINITY, 'days'), '');
});
