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
