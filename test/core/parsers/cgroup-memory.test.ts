import assert from 'node:assert/strict';
import test from 'node:test';
import { parseCgroupBytes, parseCgroupStat } from '../../../src/core/parsers/proc/cgroup-memory.ts';
import { english } from '../support/english.ts';

const STAT = 'anon 12345\nfile 4096\nkernel 8192\nsock 49152\nshmem 0\n';

test('sock of memory.stat is read with its line', () => {
  assert.deepEqual(parseCgroupStat(STAT), { value: { sockBytes: 49_152, sockLine: 4 }, problems: [] });
  assert.deepEqual(parseCgroupStat(STAT.replaceAll('\n', '\r\n').trimEnd()).value, { sockBytes: 49_152, sockLine: 4 });
  assert.deepEqual(parseCgroupStat('sock 0\n').value, { sockBytes: 0, sockLine: 1 });
});

test('memory.stat of v1 has no sock, and nothing is wrong with it', () => {
  const { value, problems } = parseCgroupStat(
    'cache 1\nrss 2\nsock_x 3\nhierarchical_memory_limit 9223372036854771712\ntotal_cache 4\n',
  );
  assert.deepEqual([value.sockBytes, problems], [null, []]);
});

test('memory.stat of v2 without sock is said to be without it', () => {
  assert.deepEqual(english(parseCgroupStat('anon 1\nfile 2\n').problems), [
    { line: 1, message: 'The line "sock" is missing.' },
  ]);
});

test('lines that are no counts are told, each with its own', () => {
  const { value, problems } = parseCgroupStat('anon x\nsock 5\nfile\n\nslab 1 2\n');
  assert.equal(value.sockBytes, 5);
  assert.deepEqual(
    problems.map(({ line }) => line),
    [1, 3, 5],
  );
});

test('a value that is no exact count is none', () => {
  for (const text of ['', 'sock\n', 'sock many\n', 'sock -1\n', 'sock 9007199254740993\n']) {
    assert.equal(parseCgroupStat(text).value.sockBytes, null, text);
    assert.equal(parseCgroupStat(text).problems.length, 1, text);
  }
});

const BYTES: readonly (readonly [text: string, bytes: number | null])[] = [
  ['0\n', 0],
  ['536870912\n', 536_870_912],
  [' 4096 ', 4096],
  ['max\n', null],
  // Never set, v1: 2^63 less one, in whole pages of 4 KiB and of 64 KiB.
  ['9223372036854771712\n', null],
  ['9223372036854710272\n', null],
  ['4611686018427387904\n', null],
  ['4611686018427000000\n', 4_611_686_018_427_000_000],
  ['', null],
  ['-1', null],
  ['1 2', null],
  ['0x10', null],
  ['100000000000000000000000', null],
];
for (const [text, bytes] of BYTES) {
  test(`a limit of ${JSON.stringify(text)} is ${bytes === null ? 'no number of bytes' : bytes}`, () => {
    const { value, problems } = parseCgroupBytes(text);
    assert.equal(value, bytes);
    assert.equal(problems.length, /^ *(?:max|\d{1,20})\s*$/.test(text) ? 0 : 1);
  });
}
