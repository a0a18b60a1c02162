import assert from 'node:assert/strict';
import test from 'node:test';
import { parsePidLimits } from '../../../src/core/parsers/proc/pid-limits.ts';

const TEXT = `Limit                     Soft Limit           Hard Limit           Units     
Max cpu time              unlimited            unlimited            seconds   
Max open files            1024                 1048576              files     
`;

test('soft and hard limit of open files are read, with their line', () => {
  assert.deepEqual(parsePidLimits(TEXT), {
    value: { openFilesSoft: 1024, openFilesHard: 1048576, line: 3 },
    problems: [],
  });
});

test('unlimited is null, not zero', () => {
  assert.deepEqual(parsePidLimits('Max open files            unlimited            unlimited            files').value, {
    openFilesSoft: null,
    openFilesHard: null,
    line: 1,
  });
});

test('a text without the line is said to be without it', () => {
  assert.deepEqual(parsePidLimits('').value, { openFilesSoft: null, openFilesHard: null, line: 1 });
  assert.equal(parsePidLimits('').problems.length, 1);
  assert.equal(parsePidLimits('Max open files\r\n').problems.length, 1);
});

for (const row of [
  'Max open files            many                 1048576              files',
  'Max open files            1024                 -1                   files',
  'Max open files            1024',
]) {
  test(`"${row}" is told with its line`, () => {
    const { value, problems } = parsePidLimits(TEXT.replace(/^Max open files.*$/m, row));
    assert.ok(value.openFilesSoft === null || value.openFilesHard === null);
    assert.deepEqual(
      problems.map(({ line }) => line),
      [3],
    );
  });
}
