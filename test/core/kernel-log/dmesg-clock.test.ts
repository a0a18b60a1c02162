import assert from 'node:assert/strict';
import test from 'node:test';
import { parseDmesgClock } from '../../../src/core/kernel-log/dmesg-clock.ts';

const ISO = '2026-11-22T18:55:58,351998+00:00 TCP: Hash tables configured\n';
const CTIME = '[Sun Nov 22 18:55:58 2026] TCP: reno registered\n';

function check(text: string, texts: readonly string[], problemLines: readonly number[] = []): void {
  const { value, problems } = parseDmesgClock(text);
  assert.deepEqual(
    value.map((line) => line.text),
    texts,
  );
  assert.deepEqual(
    problems.map(({ line }) => line),
    problemLines,
  );
}

const TEXTS = ['TCP: Hash tables configured', 'TCP: reno registered'];

test('lines of both forms of dmesg are read, with CRLF and without a final newline too', () => {
  check(ISO + CTIME, TEXTS);
  check((ISO + CTIME).replaceAll('\n', '\r\n').trimEnd(), TEXTS);
  check('', []);
});

test('the further lines of a message, which dmesg indents, are no problem', () => {
  check(`${ISO}                                 second line\n${CTIME}`, TEXTS);
});

test('a line without a time of day is told and left out', () => {
  check(`oops\n${ISO}[    1.430255] TCP: cubic registered\n${CTIME}`, TEXTS, [1, 3]);
});
