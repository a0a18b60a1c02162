import assert from 'node:assert/strict';
import test from 'node:test';
import { parseMeminfo } from '../../../src/core/parsers/proc/meminfo.ts';

test('kB are KiB and come out as bytes; a count without unit stays a count', () => {
  const { value, problems } = parseMeminfo(
    'MemTotal:        3055136 kB\nActive(anon):      4 kB\nHugePages_Total:       3\n',
  );
  assert.equal(value.get('MemTotal'), 3128459264);
  assert.equal(value.get('Active(anon)'), 4096);
  assert.equal(value.get('HugePages_Total'), 3);
  assert.deepEqual(problems, []);
});

test('CRLF and a missing final newline change nothing', () => {
  assert.equal(parseMeminfo('MemFree: 1 kB\r\nMemTotal:  8 kB').value.get('MemTotal'), 8192);
});

test('a malformed line is told and leaves the others', () => {
  const { value, problems } = parseMeminfo('MemTotal: 8 kB\nMemFree: -3 kB\ngarbage\nCached: 2 kB\nSlab: 3 MB\n\n');
  assert.deepEqual([...value.keys()], ['MemTotal', 'Cached']);
  assert.deepEqual(
    problems.map(({ line }) => line),
    [2, 3, 5],
  );
});

test('an amount below zero that an old kernel prints as one near 2^64 is not known, and no problem', () => {
  const { value, problems } = parseMeminfo('MemTotal: 8 kB\nMemFree: 18446744073709551612 kB\n');
  assert.deepEqual([value.has('MemFree'), problems], [false, []]);
});

test('without MemTotal it is not meminfo', () => {
  assert.equal(parseMeminfo('').problems.length, 1);
});
