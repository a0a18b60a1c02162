/** Records that /dev/kmsg and netconsole number, and that a log lacks. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { analyze } from '../../../src/core/analyze.ts';
import { createLogScanner } from '../../../src/core/kernel-log/kernel-log.ts';
import { inChunks, memoryBundle, toBytes, toMembers } from '../support/bundles.ts';
import { english } from '../support/english.ts';
import { rendered } from '../support/rendered.ts';

const OOM = 'TCP: out of memory -- consider tuning tcp_mem';

function missing(text: string | Uint8Array, chunkBytes = 1 << 16) {
  const scanner = createLogScanner();
  for (const chunk of inChunks(toBytes(text), chunkBytes)) scanner.write(chunk);
  return scanner.end().missing;
}
/** Lines of /dev/kmsg with these numbers, a millisecond after another. */
const numbered = (...numbers: readonly number[]) => numbers.map((n) => `6,${n},${n * 1000},-;text ${n}\n`).join('');

test('numbers that follow each other miss nothing, whatever the first is', () => {
  assert.deepEqual(missing(numbered(339, 340, 341)), { startRecords: 339, records: 0, gaps: [], moreGaps: 0 });
});

test('numbers that are left out are records that are missing, between the lines where they were', () => {
  const text = `6,1,1000,-;a\n KEY=value\n6,2,2000,-,caller=T1;b\n6,7,3000,-;c\n6,8,4000,c;d\n6,10,5000,-;e\n`;
  const found = { afterLine: 3, beforeLine: 4, records: 4 };
  const expected = {
    startRecords: 1,
    records: 5,
    gaps: [found, { afterLine: 5, beforeLine: 6, records: 1 }],
    moreGaps: 0,
  };
  for (const size of [1, 7, 1 << 16]) assert.deepEqual(missing(text, size), expected);
});

test('the release that netconsole may put in front is no number', () => {
  const text = '6.4.0-rc1+,6,1,1000,-;a\n6.4.0-rc1+,6,4,2000,-;b\n';
  assert.equal(missing(text)?.records, 2);
});

test('packets that come late or twice, and fragments of one, are no gap', () => {
  assert.equal(missing(numbered(1, 2, 4, 3, 5, 5, 6))?.records, 0);
  assert.deepEqual(missing(numbered(1, 2, 6, 4, 7))?.gaps, [{ afterLine: 2, beforeLine: 3, records: 2 }]);
  assert.equal(missing('6,1,1000,-,ncfrag=0/33;a\n6,1,1000,-,ncfrag=16/33;b\n6,2,2000,-;c\n')?.records, 0);
});

test('a boot counts from 0 again, with its first line or without', () => {
  const before = numbered(5000, 5001).replaceAll('000,-', '000000,-');
  assert.equal(missing(`${before}6,0,0,-;Linux version 6.1.0\n6,1,0,-;b\n`)?.records, 0);
  assert.equal(missing(`${before}6,40,90000,-;a\n6,41,91000,-;b\n`)?.records, 0);
  const late = missing(`${before}6,0,0,-;Linux version 6.1.0\n6,3,0,-;b\n`);
  assert.deepEqual(late?.gaps, [{ afterLine: 3, beforeLine: 4, records: 2 }]);
});

test('gaps are bounded in number, and all are counted', () => {
  const result = missing(numbered(...Array.from({ length: 1000 }, (_, i) => i * 2)));
  assert.deepEqual([result?.gaps.length, result?.records, result?.moreGaps], [100, 999, 899]);
});

test('numbers that are too large to be counted, and lines of other forms, are left alone', () => {
  assert.equal(missing(`${numbered(1, 2)}6,99999999999999999999,1,-;x\n${numbered(3)}`)?.records, 0);
  assert.equal(missing(`[    1.000000] ${OOM}\n`), null);
  for (const name of ['kmsg.txt', 'netconsole.txt'])
    assert.deepEqual(missing(readFileSync(new URL(`../../fixtures/logs/${name}`, import.meta.url)))?.gaps, []);
});

test('the report says what is missing, where, and that counts are lower bounds', async () => {
  const text = `${numbered(0, 1)}4,30,2000000,-;${OOM}\n4,31,2100000,-;${OOM}\n`;
  const { report } = await analyze(memoryBundle(toMembers({ dmesg: text, 'proc/1/comm': 'init\n' })));
  assert.equal(report.log?.missing?.records, 28);
  const { entry, line, message } = report.problems.find((problem) => problem.entry === 'dmesg') ?? {};
  assert.deepEqual([entry, line], ['dmesg', 3]);
  assert.match(english(message ?? ''), /^at least 28 records are missing between line 2 and 3: .*lower bounds$/);
  const detail = english(report.coverage.facts).find(({ fact }) => fact === 'kernel log')?.detail;
  assert.equal(detail, '4 lines, from boot; at least 28 records between them are missing');
  assert.match(rendered('markdown', report), /At least 28 records are missing, 28 between line 2 and 3: all counts/);
});
