import assert from 'node:assert/strict';
import test from 'node:test';
import { parsePidStatus } from '../../../src/core/parsers/proc/pid-status.ts';
import { english } from '../support/english.ts';

const TEXT =
  'Name:\tpython3\nUmask:\t0022\nState:\tS (sleeping)\nTgid:\t185\nPid:\t185\nPPid:\t181\nUid:\t1000\t0\t0\t0\nFDSize:\t8192\nVmSize:\t   21384 kB\nThreads:\t4\n';

test('status gives name, state and parent', () => {
  assert.deepEqual(parsePidStatus(TEXT), {
    value: { name: 'python3', state: 'S', parentPid: 181, hasMemory: true },
    problems: [],
  });
});

test('a kernel thread has no Vm lines', () => {
  const { value, problems } = parsePidStatus(TEXT.replace(/^VmSize.*\n/m, ''));
  assert.deepEqual([value.hasMemory, problems], [false, []]);
});

test('CRLF, a missing final newline and lines that nobody reads change nothing', () => {
  const parsed = parsePidStatus(`${TEXT.replaceAll('\n', '\r\n')}nonsense`);
  assert.deepEqual(parsed, parsePidStatus(TEXT));
});

for (const [from, to, line, expected] of [
  ['State:\tS (sleeping)', 'State:\t(sleeping)', 3, { state: '' }],
  ['State:\tS (sleeping)', 'State:', 3, { state: '' }],
  ['PPid:\t181', 'PPid:\tmany', 6, { parentPid: null }],
  ['VmSize:\t   21384 kB', 'VmSize:\tlarge', 9, { hasMemory: true }],
] as const) {
  test(`${JSON.stringify(to)} is told with its line`, () => {
    const { value, problems } = parsePidStatus(TEXT.replace(from, to));
    assert.deepEqual({ ...value, ...expected }, value);
    assert.deepEqual(
      problems.map((problem) => problem.line),
      [line],
    );
  });
}

test('an empty text gives nulls, not zeros', () => {
  assert.deepEqual(parsePidStatus('').value, {
    name: '',
    state: '',
    parentPid: null,
    hasMemory: false,
  });
});

test('a text that is no status is said to be none', () => {
  assert.deepEqual(english(parsePidStatus('nonsense\n').problems), [
    { line: 1, message: 'The line "Name" is missing.' },
  ]);
});
