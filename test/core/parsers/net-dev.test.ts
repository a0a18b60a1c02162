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

test('headers, short rows and an empty text give nothing', () => {
  assert.deepEqual(parseNetDev('eth0: 1 2 3\n').value, []);
  assert.deepEqual(parseNetDev('').value, []);
  assert.equal(parseNetDev(TEXT.replaceAll('\n', '\r\n').trimEnd()).value.length, 2);
});
