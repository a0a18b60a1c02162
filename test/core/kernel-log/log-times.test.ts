import assert from 'node:assert/strict';
import test from 'node:test';
import { createLogScanner } from '../../../src/core/kernel-log/kernel-log.ts';
import { resolveLogTimes } from '../../../src/core/kernel-log/log-times.ts';
import { toBytes } from '../support/bundles.ts';
import { clocks } from '../support/facts.ts';

const OOM = 'TCP: out of memory -- consider tuning tcp_mem';
const BOOT = Date.UTC(2026, 10, 22, 8, 0, 0) / 1000;

function resolve(text: string, boot: number | null = BOOT) {
  const scanner = createLogScanner();
  scanner.write(toBytes(text));
  return resolveLogTimes(scanner.end(), clocks({ bootUnixSeconds: boot }));
}
const secondsIn = (text: string, boot: number | null = BOOT) =>
  resolve(text, boot).scan.hits.map(({ seconds }) => seconds);

test('the time of day becomes seconds since boot by btime, where the line tells its zone', () => {
  assert.deepEqual(secondsIn(`2026-11-22T10:00:30+02:00 host kernel: ${OOM}\n`), [30]);
  assert.deepEqual(resolve(`2026-11-22T10:00:30+02:00 host kernel: ${OOM}\n`).zoneMinutes, 120);
});

test('local time alone is not taken for UTC: seconds are then counted from the first line', () => {
  for (const line of [`[Sun Nov 22 08:00:30 2026] ${OOM}`, `Nov 22 08:00:30 host kernel: ${OOM}`]) {
    const { scan, base, zoneMinutes } = resolve(`${line}\n`);
    assert.deepEqual([scan.hits[0]?.seconds, base, zoneMinutes], [null, 'first-line', null]);
  }
});

test('local time is placed by the line of the boot, and the zone of the node follows from btime', () => {
  const log = `Nov 22 13:30:00 host kernel: Linux version 6.1.0\nNov 22 13:31:05 host kernel: ${OOM}\n`;
  const { scan, base, zoneMinutes } = resolve(log);
  assert.deepEqual([scan.hits[0]?.seconds, base, zoneMinutes], [65, 'boot', 330]);
  assert.deepEqual([secondsIn(log, null), resolve(log, null).zoneMinutes], [[65], null]);
});

test('a clock that was not of any zone at the boot gives no zone, and the seconds stay right', () => {
  const log = `Nov 22 13:37:30 host kernel: Linux version 6.1.0\nNov 22 13:38:35 host kernel: ${OOM}\n`;
  assert.deepEqual([secondsIn(log), resolve(log).zoneMinutes], [[65], null]);
});

test('lines of earlier boots are counted, have no time, and do not move those of the last', () => {
  const log = [
    `Nov 20 08:00:00 host kernel: [    0.000000] Linux version 6.1.0`,
    `Nov 20 09:00:00 host kernel: [ 3600.000000] ${OOM}`,
    `Nov 22 08:00:00 host kernel: [    0.000000] Linux version 6.1.0`,
    `Nov 22 08:02:00 host kernel: [  120.000000] ${OOM}`,
  ].join('\n');
  const { scan, earlierBoots } = resolve(`${log}\n`);
  assert.deepEqual([scan.hits.map(({ seconds }) => seconds), earlierBoots, scan.boots], [[null, 120], 1, 2]);
});

test('lines from before btime are of an earlier boot, with or without its first line', () => {
  const log = `2026-11-21T23:00:00+00:00 host kernel: ${OOM}\n2026-11-22T08:00:10+00:00 host kernel: ${OOM}\n`;
  const { scan, earlierBoots } = resolve(log);
  assert.deepEqual([scan.hits.map(({ seconds }) => seconds), earlierBoots], [[null, 10], 1]);
});

test('a ring that lost its start has one boot, and its own stamps', () => {
  const { scan, base, earlierBoots } = resolve(`[ 5000.000000] a\n[ 5001.500000] ${OOM}\n`, null);
  assert.deepEqual([scan.hits[0]?.seconds, scan.firstSeconds, base, earlierBoots], [5001.5, 5000, 'boot', 0]);
});

test('"last message repeated" belongs to the line before it, and to no other', () => {
  const scanner = createLogScanner();
  scanner.write(
    toBytes(
      `Nov 22 08:00:00 h kernel: ${OOM}\nNov 22 08:00:01 h last message repeated 3 times\nNov 22 08:00:02 h kernel: x\nNov 22 08:00:03 h last message repeated 9 times\n`,
    ),
  );
  assert.deepEqual(
    scanner.end().hits.map(({ line, times }) => [line, times]),
    [[1, 4]],
  );
});
