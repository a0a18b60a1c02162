/** The same eleven records in every form that a tool writes: test/fixtures/logs/README.md says how they were made. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import test from 'node:test';
import { createLogScanner, type LogScan } from '../../../src/core/kernel-log/kernel-log.ts';
import { resolveLogTimes } from '../../../src/core/kernel-log/log-times.ts';
import { inChunks } from '../support/bundles.ts';
import { clocks } from '../support/facts.ts';

const FOLDER = new URL('../../fixtures/logs/', import.meta.url);
/** When the machine on which they were made was booted: 2026-11-22 23:10:09 UTC. */
const BOOT = Date.UTC(2026, 10, 22, 23, 10, 9) / 1000;

const RECORDS = [
  ['tcp-out-of-memory', 45.00607],
  ['tcp-out-of-memory', 45.016071],
  ['net-ratelimit', 51.2],
  ['syn-flood', 118.500001],
  ['oom-kill-cgroup', 121.000002],
  ['oom-kill', 121.000003],
  ['tcp-too-many-orphans', 12345.678901],
] as const;

function scanFile(name: string, chunkBytes = 1 << 20): LogScan {
  const scanner = createLogScanner();
  for (const chunk of inChunks(readFileSync(new URL(name, FOLDER)), chunkBytes)) scanner.write(chunk);
  return scanner.end();
}

/** By how many seconds a form may be wrong, and what it says of the time zone of the node. */
interface Form {
  readonly exact: number;
  readonly zoneMinutes: number | null;
  /** Lines of the hits; those of a form with a line for each record when absent. */
  readonly lines?: readonly number[];
}

const EXACT: Form = { exact: 0, zoneMinutes: null };
const WITH_ZONE: Form = { exact: 0.002, zoneMinutes: 0 };
const BY_SECOND: Form = { exact: 1.001, zoneMinutes: 0 };
const FORMS: Readonly<Record<string, Form>> = {
  'dmesg.txt': EXACT,
  'dmesg-caller.txt': EXACT,
  'dmesg-r.txt': EXACT,
  'dmesg-x.txt': EXACT,
  'dmesg-d.txt': EXACT,
  'dmesg-d-x.txt': EXACT,
  'dmesg-color.txt': EXACT,
  'dmesg-json.txt': { ...EXACT, lines: [22, 26, 30, 34, 38, 42, 46] },
  'kmsg.txt': { ...EXACT, lines: [7, 8, 9, 10, 11, 12, 13] },
  'netconsole.txt': EXACT,
  'journal-short-monotonic.txt': EXACT,
  'journal-short-delta.txt': EXACT,
  'dmesg-ctime.txt': BY_SECOND,
  'dmesg-x-ctime.txt': BY_SECOND,
  'dmesg-ctime-berlin.txt': { ...BY_SECOND, zoneMinutes: 60 },
  'dmesg-iso.txt': WITH_ZONE,
  'dmesg-iso-berlin.txt': { ...WITH_ZONE, zoneMinutes: 60 },
  'journal-short.txt': BY_SECOND,
  'journal-short-precise.txt': WITH_ZONE,
  'journal-short-iso.txt': BY_SECOND,
  'journal-short-iso-precise.txt': WITH_ZONE,
  'journal-short-full.txt': BY_SECOND,
  'journal-with-unit.txt': BY_SECOND,
  'journal-short-unix.txt': WITH_ZONE,
  'journal-json.txt': { exact: 0, zoneMinutes: 0 },
  'journal-export.txt': { exact: 0, zoneMinutes: 0, lines: [57, 69, 81, 93, 105, 117, 129] },
  // A minute is all that it tells, and the second after the first is lost.
  'dmesg-e.txt': { exact: 61, zoneMinutes: 0 },
  'dmesg-h.txt': { exact: 61, zoneMinutes: 0 },
  'dmesg-e-color.txt': { exact: 62, zoneMinutes: 0 },
  // util-linux leaves out what has passed until the first stamp that is not 0.
  'dmesg-delta.txt': { exact: 1.36, zoneMinutes: null },
};
const NO_TIMES = 'dmesg-t.txt';

test('every form has its expectation', () => {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.txt') && !name.startsWith('rsyslog-'));
  assert.deepEqual(files.sort(), [...Object.keys(FORMS), NO_TIMES].sort());
});

for (const [name, { exact, zoneMinutes, lines = [5, 6, 7, 8, 9, 10, 11] }] of Object.entries(FORMS)) {
  test(`${name}: the same records are found, each at its line and in seconds since boot`, () => {
    const {
      scan,
      base,
      zoneMinutes: zone,
      earlierBoots,
    } = resolveLogTimes(scanFile(name), clocks({ bootUnixSeconds: BOOT }));
    assert.deepEqual(
      scan.hits.map(({ id, line }) => [id, line]),
      RECORDS.map(([id], index) => [id, lines[index]]),
    );
    scan.hits.forEach(({ seconds }, index) => {
      const expected = RECORDS[index]?.[1] ?? 0;
      assert.ok(seconds !== null && Math.abs(seconds - expected) <= exact, `${seconds} for ${expected}`);
    });
    assert.deepEqual([base, zone, earlierBoots, scan.boots], ['boot', zoneMinutes, 0, 1]);
    assert.equal(scan.suppressed, 43);
    assert.ok(Math.abs((scan.lastSeconds ?? 0) - 12345.678901) <= exact);
  });

  test(`${name}: the chunks make no difference`, () => {
    const whole = scanFile(name);
    for (const size of [1, 13, 512]) assert.deepEqual(scanFile(name, size), whole);
  });
}

test('a log without any time has its lines, and no times are made up', () => {
  const { scan, base, zoneMinutes } = resolveLogTimes(scanFile(NO_TIMES), clocks({ bootUnixSeconds: BOOT }));
  assert.deepEqual(
    scan.hits.map(({ id, seconds }) => [id, seconds]),
    RECORDS.map(([id]) => [id, null]),
  );
  assert.deepEqual([base, zoneMinutes, scan.firstSeconds], [null, null, null]);
});

for (const name of ['rsyslog-old.txt', 'rsyslog-iso.txt', 'rsyslog-rfc5424.txt']) {
  test(`${name}: the stamp of the kernel goes before the time of receipt, and repeated messages count`, () => {
    const { hits } = scanFile(name);
    assert.deepEqual(
      hits.slice(0, RECORDS.length).map(({ id, seconds }) => [id, seconds]),
      RECORDS.map(([id, seconds]) => [id, seconds]),
    );
    assert.deepEqual(
      hits.slice(RECORDS.length).map(({ id, line, seconds, times }) => [id, line, seconds, times]),
      [
        ['tcp-too-many-orphans', 12, 12346, undefined],
        ['tcp-too-many-orphans', 13, 12346, 2],
      ],
    );
  });
}

test('netconsole.txt: with the release of the kernel in front of each packet the same records come out', () => {
  const text = readFileSync(new URL('netconsole.txt', FOLDER), 'utf8').replaceAll(/^(?=\d+,)/gm, '6.4.0-rc1+,');
  const scanner = createLogScanner();
  scanner.write(new TextEncoder().encode(text));
  const { hits } = scanner.end();
  const { hits: plain } = scanFile('netconsole.txt');
  assert.match(text, /^6\.4\.0-rc1\+,\d/m);
  assert.deepEqual(hits, plain);
});
