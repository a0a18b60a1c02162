import assert from 'node:assert/strict';
import { test } from 'node:test';
import { visible } from '../../webview/visible.ts';

test('text from a bundle cannot turn its neighbours around or hide letters', () => {
  assert.equal(visible('a\u202eb\u2066c\u200bd'), 'a\ufffdb\ufffdc\ufffdd');
});

test('control characters become their pictures, white space a space', () => {
  assert.equal(visible('a\u0000b\u001bc\u007fd'), 'a\u2400b\u241bc\u2421d');
  assert.equal(visible('a\tb\nc'), 'a b c');
});

test('letters of any script stay as they are', () => {
  assert.equal(visible('прокси 代理 وكيل 🦀'), 'прокси 代理 وكيل 🦀');
});

test('a name of ten thousand letters is cut, never through the middle of a letter', () => {
  assert.equal(visible('x'.repeat(10000), 5), 'xxxxx…');
  assert.equal(visible('ab🦀🦀', 3), 'ab…');
});
