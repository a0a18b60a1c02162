import assert from 'node:assert/strict';
import test from 'node:test';
import { parsePidStat } from '../../../src/core/parsers/proc/pid-stat.ts';

const TAIL =
  'S 181 185 185 0 -1 4194560 3000 0 0 0 12 34 0 0 20 0 1 0 1234 21889024 2500 18446744073709551615 1 1 0 0 0 0 0 0 0 0 0 0 17 1 0 0 0 0 0';

for (const name of ['python3', 'a b', 'evil) R 1 (', '))((', '']) {
  test(`the fields after the name "${name}" are found by its last bracket`, () => {
    assert.deepEqual(parsePidStat(`185 (${name}) ${TAIL}\n`), {
      value: { state: 'S', parentPid: 181, startTicks: 1234, virtualBytes: 21889024 },
      problems: [],
    });
  });
}

test('a kernel thread has no virtual memory', () => {
  const text = '2 (kthreadd) S 0 0 0 0 -1 2129984 0 0 0 0 0 0 0 0 20 0 1 0 5 0 0 18446744073709551615 0 0\n';
  assert.equal(parsePidStat(text).value.virtualBytes, 0);
});

test('a text that is too short is a problem and gives null, not zero', () => {
  const { value, problems } = parsePidStat('185 (python3) S 1');
  assert.equal(value.startTicks, null);
  assert.equal(value.virtualBytes, null);
  assert.equal(problems.length, 1);
  assert.equal(parsePidStat('').problems.length, 1);
});

for (const [what, text, expected] of [
  ['no name', `185 python3 ${TAIL}`, { state: '', parentPid: null, startTicks: null, virtualBytes: null }],
  ['no state', `185 (x) ?${TAIL.slice(1)}`, { state: '', parentPid: 181, startTicks: 1234, virtualBytes: 21889024 }],
  ['a word as parent', `185 (x) ${TAIL.replace('181', 'me')}`, { state: 'S', parentPid: null, startTicks: 1234 }],
  ['a negative start', `185 (x) ${TAIL.replace('1234', '-1')}`, { startTicks: null, virtualBytes: 21889024 }],
] as const) {
  test(`a text with ${what} is told, and what is not known is null`, () => {
    const { value, problems } = parsePidStat(text);
    assert.deepEqual({ ...value, ...expected }, value);
    assert.deepEqual(
      problems.map(({ line }) => line),
      [1],
    );
  });
}

test('a size beyond 2^53, which addresses of 57 bits allow, is not known, and no problem', () => {
  const { value, problems } = parsePidStat(`185 (x) ${TAIL.replace('21889024', '72057594037927935')}`);
  assert.deepEqual([value.virtualBytes, problems], [null, []]);
});
