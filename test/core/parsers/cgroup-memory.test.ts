import assert from 'node:assert/strict';
import test from 'node:test';
import { parseCgroupBytes, parseCgroupStat } from '../../../src/core/parsers/proc/cgroup-memory.ts';

const STAT = 'anon 12345\nfile 4096\nkernel 8192\nsock 49152\nshmem 0\n';

test('sock of memory.stat is read with its line', () => {
  assert.deepEqual(parseCgroupStat(STAT), { value: { sockBytes: 49_152, sockLine: 4 }, problems: [] });
  assert.deepEqual(parseCgroupStat(STAT.replaceAll('\n', '\r\n').trimEnd()).value, { sockBytes: 49_152, sockLine: 4 });
  assert.deepEqual(parseCgroupStat('sock 0\n').value, { sockBytes: 0, sockLine: 1 });
});

test('memory.stat of v1, which has no sock, is said to be without it', () => {
  const { value, problems } = parseCgroupStat('cache 1\nrss 2\nsock_x 3\ntotal_sock 4\n');
  assert.equal(value.sockBytes, null);
  assert.equal(problems.length, 1);
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
    assert.equal(parseCgroupBytes(text), bytes);
  });
}
