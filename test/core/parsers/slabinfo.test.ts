import assert from 'node:assert/strict';
import test from 'node:test';
import { parseSlabinfo } from '../../../src/core/parsers/proc/slabinfo.ts';

const TEXT = `slabinfo - version: 2.1
# name            <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab> : tunables <limit> <batchcount> <sharedfactor> : slabdata <active_slabs> <num_slabs> <sharedavail>
TCPv6               9     13   2432   13    8 : tunables    0    0    0 : slabdata      1      1      0
TCP              5409   5420   2304   14    8 : tunables    0    0    0 : slabdata    387    387      0
`;

test('caches come with active objects, objects and size', () => {
  const { value } = parseSlabinfo(TEXT);
  assert.deepEqual(value.get('TCP'), { activeObjects: 5409, objects: 5420, objectBytes: 2304 });
  assert.equal(value.size, 2);
});

test('header lines, malformed rows and an empty text give nothing', () => {
  assert.equal(parseSlabinfo('').value.size, 0);
  assert.equal(parseSlabinfo('TCP one 2 3\nTCPv6 1\n').value.size, 0);
  assert.equal(parseSlabinfo(TEXT.replaceAll('\n', '\r\n').trimEnd()).value.size, 2);
});
