import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { ENGLISH } from '../../src/core/wording/languages.ts';
import { logHint, zeroOfLog } from '../../src/extension/editor/log-hint.ts';

const linesOf = (name: string) =>
  readFileSync(new URL(`../fixtures/logs/${name}`, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '');

test('of a stamp the time of day is shown before the text, when the boot is known', () => {
  const zero = { utcMs: Date.UTC(2026, 10, 22, 23, 10, 9), wallMs: null };
  const hint = logHint('[   45.006070][    T1] TCP: out of memory', zero, ENGLISH);
  assert.deepEqual(hint, { column: 23, label: '23:10:54', utc: '2026-11-22 23:10:54 UTC' });
});

for (const [name, label] of [
  ['dmesg-ctime.txt', '+45 s'],
  ['dmesg-ctime-berlin.txt', '+12,345 s'],
  ['journal-short.txt', '+45 s'],
  ['journal-short-precise.txt', '+45 s'],
] as const) {
  test(`${name}: seconds since boot are shown, by the line of the boot`, () => {
    const lines = linesOf(name);
    const hints = lines.map((line) => logHint(line, zeroOfLog(lines), ENGLISH));
    assert.ok(hints.some((hint) => hint?.label === label));
    assert.ok(hints.every((hint, index) => hint === null || lines[index]?.slice(hint.column) !== ''));
  });
}

for (const name of ['dmesg-t.txt', 'dmesg.txt', 'dmesg-d.txt']) {
  test(`${name}: alone, nothing is made up`, () => {
    const lines = linesOf(name);
    assert.deepEqual(
      lines.filter((line) => logHint(line, zeroOfLog(lines), ENGLISH) !== null),
      [],
    );
  });
}

test('a stamp beyond all time has no hint', () => {
  assert.equal(logHint('[999999999999.000000] x', { utcMs: 8e15, wallMs: null }, ENGLISH), null);
});
