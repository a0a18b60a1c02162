import assert from 'node:assert/strict';
import test from 'node:test';
import { parseSlabinfo } from '../../../src/core/parsers/proc/slabinfo.ts';

const TEXT = `slabinfo - version: 2.1
# name            <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab> : tunables <limit> <batchcount> <sharedfactor> : slabdata <active_slabs> <num_slabs> <sharedavail>
TCPv6               9     13   2432   13    8 : tunables    0    0    0 : slabdata      1      1      0
TCP              5409   5420   2304   14    8 : tunables    0    0    0 : slabdata    387    387      0
`;

test('caches come with active objects, objects and size', () => {
  const { value, problems } = parseSlabinfo(TEXT);
  assert.deepEqual(value.get('TCP'), { activeObjects: 5409, objects: 5420, objectBytes: 2304 });
  assert.equal(value.size, 2);
  assert.deepEqual(problems, []);
});

test('an empty text has no caches; CRLF and a missing final newline change nothing', () => {
  assert.deepEqual([parseSlabinfo('').value.size, parseSlabinfo('').problems], [0, []]);
  const { value, problems } = parseSlabinfo(TEXT.replaceAll('\n', '\r\n').trimEnd());
  assert.deepEqual([value.size, problems], [2, []]);
});

test('a name with blanks, the statistics of a debug kernel and the heading of one are known', () => {
  const { value, problems } = parseSlabinfo(
    `slabinfo - version: 2.1 (statistics)\nsome driver (v2)     7     21   192   21    1 : tunables    0    0    0 : slabdata      1      1      0 : globalstat 1 2 3\n`,
  );
  assert.deepEqual([[...value.keys()], problems], [['some driver (v2)'], []]);
});

for (const row of ['TCP one 2 3 4 5 : tunables 0 0 0', 'TCP 5 6', 'TCP 5 -6 7 8 9 : tunables', '1 2 3 4 5']) {
  test(`"${row}" is told with its line and left out`, () => {
    const { value, problems } = parseSlabinfo(`${TEXT}${row}\n`);
    assert.equal(value.size, 2);
    assert.deepEqual(
      problems.map(({ line }) => line),
      [5],
    );
  });
}
