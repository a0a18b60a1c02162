import assert from 'node:assert/strict';
import test from 'node:test';
import { parseNetDev } from '../../../src/core/parsers/proc/net-dev.ts';

const TEXT = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo:    4242      42    0    1    0     0          0         0     4343      43    0    2    0     0       0          0
veth1a2b:1234567890123 42    0    0    0     0          0         0     7      43    0    0    0     0       0          0
`;

test('interfaces come with bytes and drops of both directions', () => {
  assert.deepEqual(parseNetDev(TEXT).value, [
    { name: 'lo', rxBytes: 4242, rxDropped: 1, txBytes: 4343, txDropped: 2 },
    { name: 'veth1a2b', rxBytes: 1234567890123, rxDropped: 0, txBytes: 7, txDropped: 0 },
  ]);
});

test('an empty text has no interfaces; CRLF and a missing final newline change nothing', () => {
  assert.deepEqual(parseNetDev(''), { value: [], problems: [] });
  const { value, problems } = parseNetDev(TEXT.replaceAll('\n', '\r\n').trimEnd());
  assert.deepEqual([value.length, problems], [2, []]);
});

test('a driver without counts and counts of another version are no problem', () => {
  const text = `${TEXT}  tap0: No statistics available.\n  eth0:${' 1'.repeat(16)} 17\n`;
  assert.deepEqual(parseNetDev(text).problems, []);
  assert.equal(parseNetDev(text).value.length, 3);
});

test('a count that is too large to be exact is null, and no problem', () => {
  const { value, problems } = parseNetDev(`eth0: 18446744073709551615${' 1'.repeat(15)}\n`);
  assert.deepEqual([value, problems], [[{ name: 'eth0', rxBytes: null, rxDropped: 1, txBytes: 1, txDropped: 1 }], []]);
});

for (const row of [
  'eth0: 1 2 3',
  'eth0',
  `:${' 1'.repeat(16)}`,
  `eth0: 1 x${' 1'.repeat(14)}`,
  `eth0: 1 -1${' 1'.repeat(14)}`,
]) {
  test(`"${row}" is told with its line and left out`, () => {
    const { value, problems } = parseNetDev(`${TEXT}${row}\n`);
    assert.equal(value.length, 2);
    assert.deepEqual(
      problems.map(({ line }) => line),
      [5],
    );
  });
}
