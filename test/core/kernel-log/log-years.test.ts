/** Logs without years that go over New Year. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { createLogScanner } from '../../../src/core/kernel-log/kernel-log.ts';
import type { ClockEvidence } from '../../../src/core/kernel-log/log-clock.ts';
import { resolveLogTimes } from '../../../src/core/kernel-log/log-times.ts';
import { inChunks, toBytes } from '../support/bundles.ts';
import { clocks } from '../support/facts.ts';

const OOM = 'TCP: out of memory -- consider tuning tcp_mem';
const unix = (text: string) => Date.parse(`${text}Z`) / 1000;
const CAPTURED: Partial<ClockEvidence> = { capturedUnixSeconds: unix('2027-01-20T12:00:00') };

/** When each catalogued line was printed, in the log's own time of day. */
function timesOf(lines: readonly string[], evidence: Partial<ClockEvidence> = CAPTURED, chunkBytes = 1 << 16) {
  const scanner = createLogScanner();
  for (const chunk of inChunks(toBytes(`${lines.join('\n')}\n`), chunkBytes)) scanner.write(chunk);
  const { scan } = resolveLogTimes(scanner.end(), clocks(evidence));
  return scan.hits.map(({ wallMs }) => new Date(wallMs ?? Number.NaN).toISOString().slice(0, 19));
}
const quiet = (stamp: string) => `${stamp} host kernel: eth0: link up`;
const hit = (stamp: string) => `${stamp} host kernel: ${OOM}`;

test('from December to January the year goes on, and the last line is of the year of the capture', () => {
  const lines = [hit('Dec 30 10:00:00'), hit('Dec 31 23:59:59'), hit('Jan  1 00:00:01'), hit('Jan 19 10:00:00')];
  const expected = ['2026-12-30T10:00:00', '2026-12-31T23:59:59', '2027-01-01T00:00:01', '2027-01-19T10:00:00'];
  for (const size of [1, 40, 1 << 16]) assert.deepEqual(timesOf(lines, CAPTURED, size), expected);
  assert.deepEqual(timesOf(lines.map((line) => `<4>${line}`)), expected);
});

test('what goes back a little is of the same year: NTP, lines out of order, over New Year too', () => {
  assert.deepEqual(
    timesOf([hit('Nov 22 10:00:05'), hit('Nov 22 10:00:01'), hit('Nov 20 09:00:00'), hit('Nov 23 10:00:00')]),
    ['2026-11-22T10:00:05', '2026-11-22T10:00:01', '2026-11-20T09:00:00', '2026-11-23T10:00:00'],
  );
  assert.deepEqual(
    timesOf([hit('Dec 31 23:59:58'), hit('Jan  1 00:00:00'), hit('Dec 31 23:59:59'), hit('Jan  1 00:00:02')]),
    ['2026-12-31T23:59:58', '2027-01-01T00:00:00', '2026-12-31T23:59:59', '2027-01-01T00:00:02'],
  );
});

test('years count by every line, not only by catalogued ones', () => {
  const months = ['Mar', 'Jun', 'Sep', 'Dec', 'Feb', 'May', 'Aug', 'Nov', 'Jan'].map((month) =>
    quiet(`${month} 10 10:00:00`),
  );
  assert.deepEqual(timesOf([hit('Feb  1 10:00:00'), ...months, hit('Jan 15 10:00:00')]), [
    '2025-02-01T10:00:00',
    '2027-01-15T10:00:00',
  ]);
});

test('the 29th of February is a day of a leap year, and the 1st of March comes after the 28th in others', () => {
  const evidence = { capturedUnixSeconds: unix('2029-03-02T00:00:00') };
  const lines = ['Feb 29', 'Mar  1', 'Dec 31', 'Jan  1', 'Feb 28', 'Mar  1'].map((day) => hit(`${day} 10:00:00`));
  assert.deepEqual(timesOf(lines, evidence), [
    '2028-02-29T10:00:00',
    '2028-03-01T10:00:00',
    '2028-12-31T10:00:00',
    '2029-01-01T10:00:00',
    '2029-02-28T10:00:00',
    '2029-03-01T10:00:00',
  ]);
});

test('without the time of the capture boot and uptime tell the year, then the boot alone', () => {
  const lines = [quiet('Dec 31 23:00:00'), hit('Jan  2 10:00:00')];
  const booted = { bootUnixSeconds: unix('2026-12-31T23:00:00') };
  assert.deepEqual(timesOf(lines, { ...booted, uptimeSeconds: 90_000 }), ['2027-01-02T10:00:00']);
  assert.deepEqual(timesOf(lines, booted), ['2027-01-02T10:00:00']);
  // Of an earlier boot, as the capture tells.
  const later = { bootUnixSeconds: unix('2027-01-15T00:00:00'), capturedUnixSeconds: unix('2027-01-20T00:00:00') };
  assert.deepEqual(timesOf(lines, later), ['2027-01-02T10:00:00']);
});

test('seconds since boot go on over New Year, with the zone that follows from btime', () => {
  const log = [`Dec 31 23:30:00 host kernel: Linux version 6.1.0`, hit('Jan  1 00:30:00')];
  const scanner = createLogScanner();
  scanner.write(toBytes(`${log.join('\n')}\n`));
  const evidence = clocks({ ...CAPTURED, bootUnixSeconds: unix('2026-12-31T22:30:00') });
  const { scan, base, zoneMinutes, wall } = resolveLogTimes(scanner.end(), evidence);
  assert.deepEqual([scan.hits[0]?.seconds, base, zoneMinutes, wall.source], [3600, 'boot', 60, 'log']);
});

test('of a log whose year nobody knows the times are apart as they were', () => {
  const scanner = createLogScanner();
  scanner.write(toBytes(`${quiet('Dec 31 23:59:00')}\n${hit('Jan  1 00:01:00')}\n`));
  const { scan, wall } = resolveLogTimes(scanner.end(), clocks());
  assert.deepEqual([(scan.hits[0]?.wallMs ?? 0) - (scan.firstWallMs ?? 0), wall.source], [120_000, null]);
});

test('lines that jump to and fro, and a capture in no year, make no dates that cannot be', () => {
  const lines = Array.from({ length: 1000 }, (_, i) => hit(i % 2 === 0 ? 'Jan  5 10:00:00' : 'Nov  5 10:00:00'));
  for (const capturedUnixSeconds of [8e15, -1, CAPTURED.capturedUnixSeconds ?? 0])
    assert.equal(timesOf(lines, { capturedUnixSeconds, bootUnixSeconds: 9e15 }).length, 1000);
});
