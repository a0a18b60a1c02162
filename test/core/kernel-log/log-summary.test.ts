import assert from 'node:assert/strict';
import test from 'node:test';
import { summariseLog } from '../../../src/core/kernel-log/log-summary.ts';
import { resolveLogTimes } from '../../../src/core/kernel-log/log-times.ts';
import { clocks, kernelLog } from '../support/facts.ts';

/** net.core.message_cost: the kernel's own window. */
const BURST_SECONDS = 5;

function summary(seconds: readonly (number | null)[], change = {}) {
  const log = kernelLog('tcp-out-of-memory', seconds, change);
  const result = summariseLog({ ...log, ...resolveLogTimes(log.scan, clocks()) });
  assert.ok(result !== null);
  return result;
}

test('no log has no summary', () => assert.equal(summariseLog(null), null));

test('lines closer than the window of the rate limit are one burst, at it they are two', () => {
  assert.equal(summary([10, 10 + BURST_SECONDS - 0.001]).events.length, 1);
  assert.equal(summary([10, 10 + BURST_SECONDS]).events.length, 2);
});

test('a burst knows its first and last line, its times and its lines', () => {
  const [event] = summary([10, 11, 12]).events;
  assert.deepEqual(event, {
    id: 'tcp-out-of-memory',
    line: 10,
    endLine: 12,
    startSeconds: 10,
    endSeconds: 12,
    lines: 3,
  });
});

test('without times neighbours by line are a burst', () => {
  assert.equal(summary([null, null]).events.length, 1);
});

test('bins hold every line with a time, and are few however long the log is', () => {
  for (const end of [100, 10_000, 10_000_000]) {
    const result = summary([1, end / 2, end / 2, end], { lastSeconds: end });
    assert.equal(
      result.bins.reduce((sum, [, , lines]) => sum + lines, 0),
      4,
    );
    assert.ok(end / result.binSeconds <= 640, `${result.binSeconds} s a bin`);
    for (const [, start] of result.bins) assert.equal(start % result.binSeconds, 0);
  }
  assert.deepEqual(summary([null]).bins, []);
});

test('every hit is counted, however many bursts are kept', () => {
  const result = summary(
    Array.from({ length: 8000 }, (_, i) => i * 10),
    { lastSeconds: 80_000 },
  );
  assert.equal(result.counts['tcp-out-of-memory'], 8000);
  assert.ok(result.events.length <= 5000);
});
