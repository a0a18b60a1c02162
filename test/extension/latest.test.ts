import assert from 'node:assert/strict';
import test from 'node:test';
import { latest } from '../../src/extension/editor/latest.ts';

test('of what comes while one is run only the last is run, and after a failure the next', async () => {
  const run: string[] = [];
  const ends: (() => void)[] = [];
  const ask = latest(async (value: string) => {
    run.push(value);
    if (value === 'fails') throw new Error('failed');
    await new Promise<void>((resolve) => ends.push(resolve));
  });
  const first = ask('a');
  await ask('ab');
  await ask('abc');
  assert.deepEqual(run, ['a']);
  ends[0]?.();
  await new Promise(setImmediate);
  assert.deepEqual(run, ['a', 'abc']);
  ends[1]?.();
  await first;
  await assert.rejects(ask('fails'), /failed/);
  void ask('b');
  assert.deepEqual(run, ['a', 'abc', 'fails', 'b']);
  ends[2]?.();
});

test('what waits is run although the one before it failed, and only that it is of use to nobody', async () => {
  const run: string[] = [];
  let fail = (_: Error) => {};
  const ask = latest(async (value: string) => {
    run.push(value);
    if (value === 'a') await new Promise<void>((_, reject) => (fail = reject));
  });
  const first = ask('a');
  await ask('ab');
  fail(new Error('the worker died'));
  await first;
  assert.deepEqual(run, ['a', 'ab']);
});
