import assert from 'node:assert/strict';
import test from 'node:test';
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatPages,
  formatQuantity,
  formatShare,
} from '../../../src/core/wording/format.ts';
import { describeNetns, describeSubject, podName } from '../../../src/core/wording/subject-text.ts';

const CASES: readonly (readonly [actual: string, expected: string])[] = [
  [formatCount(1234567), '1,234,567'],
  [formatQuantity(1, 'socket'), '1 socket'],
  [formatQuantity(0, 'socket'), '0 sockets'],
  [formatQuantity(5335, 'process', 'processes'), '5,335 processes'],
  [formatBytes(0), '0 B'],
  [formatBytes(1023), '1,023 B'],
  [formatBytes(1024), '1.0 KiB'],
  [formatBytes(12302 * 4096), '48.1 MiB'],
  [formatBytes(3 * 2 ** 40), '3.0 TiB'],
  [formatPages(1, 4096), '1 page (4.0 KiB)'],
  [formatShare(0, 0), '0 %'],
  [formatShare(0, 10), '0 %'],
  [formatShare(1, 100_000), '< 0.1 %'],
  [formatShare(1, 40), '2.5 %'],
  [formatShare(999, 1000), '99 %'],
  [formatShare(1000, 1000), '100 %'],
  [formatDuration(63.52), '63.5 s'],
  [formatDuration(120), '2 min'],
  [formatDuration(3780), '1 h 3 min'],
  [formatDuration(90_000), '1 d 1 h'],
];
for (const [actual, expected] of CASES) {
  test(`"${expected}" is written so`, () => assert.equal(actual, expected));
}

test('a subject is named by process and pod, by pod, by namespace or as the node', () => {
  const pod = { pod: 'cart-0', podNamespace: 'shop' };
  assert.equal(describeSubject({ kind: 'process', pid: 7, comm: 'app', ...pod }), 'app (pid 7) in pod shop/cart-0');
  assert.equal(describeSubject({ kind: 'process', pid: 7, comm: 'app' }), 'app (pid 7)');
  assert.equal(describeSubject({ kind: 'namespace', netns: 5, ...pod }), 'pod shop/cart-0 (namespace net:[5])');
  assert.equal(describeSubject({ kind: 'namespace', netns: -9 }), 'namespace of pid 9');
  assert.equal(describeSubject({ kind: 'node' }), 'the node');
  assert.equal(podName({ kind: 'pod', podUid: 'u' }), 'u');
  assert.equal(describeNetns(0), 'of proc/net');
});
