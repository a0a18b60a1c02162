import assert from 'node:assert/strict';
import test from 'node:test';
import { type InodeTable, parseSocketInodes } from '../../../src/core/parsers/proc/net-inodes.ts';
import { english } from '../support/english.ts';

const TABLES: readonly (readonly [InodeTable, string, readonly number[]])[] = [
  [
    'udp',
    `   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
  323: 00000000:0143 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 11145 2 00000000ec1dbb29 0
`,
    [11145],
  ],
  [
    'raw6',
    `  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
   58: 00000000000000000000000000000000:003A 00000000000000000000000000000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 22222 2 00000000ec1dbb29 0
`,
    [22222],
  ],
  [
    'unix',
    `Num       RefCount Protocol Flags    Type St Inode Path
0000000030a44ac4: 00000002 00000000 00010000 0001 01 11143 /run/systemd/journal/stdout
000000007d3c4d21: 00000003 00000000 00000000 0001 03 11144
00000000de988fd7: 00000002 00000000 00010000 0001 01  1337 @name with blanks
`,
    [11143, 11144, 1337],
  ],
  [
    'netlink',
    `sk               Eth Pid        Groups   Rmem     Wmem     Dump  Locks    Drops    Inode
00000000a5c4a03e 0   1148       00000550 0        0        0     2        0        27419
000000005b1bcbd6 0   0          00000000 0        0        0     2        0        0
`,
    [27419],
  ],
  [
    'packet',
    `sk               RefCnt Type Proto  Iface R Rmem   User   Inode
000000009b1bcbd6 3      3    0003   2     1 0      0      34567
`,
    [34567],
  ],
];

for (const [table, text, inodes] of TABLES) {
  test(`${table} gives its inodes, zero left out`, () => {
    const { value, problems } = parseSocketInodes(text, table);
    assert.deepEqual(value.inodes, inodes);
    assert.deepEqual(problems, []);
  });

  test(`a malformed row of ${table} is reported with its line and the rest is kept`, () => {
    const lines = text.split('\n');
    lines.splice(1, 0, 'oops');
    const { value, problems } = parseSocketInodes(lines.join('\r\n').trimEnd(), table);
    assert.deepEqual(value.inodes, inodes);
    assert.deepEqual(
      problems.map((problem) => problem.line),
      [2],
    );
  });
}

test('an inode above 32 bits is not taken', () => {
  const { value, problems } = parseSocketInodes(
    'Num       RefCount Protocol Flags    Type St Inode Path\n0: 2 0 1 1 1 4294967296 /x\n0: 2 0 1 1 1 4294967295 /y\n',
    'unix',
  );
  assert.deepEqual(value.inodes, [4294967295]);
  assert.equal(problems[0]?.line, 2);
});

test('an empty text has no rows and no problems', () => {
  assert.deepEqual(parseSocketInodes('', 'udp'), { value: { rows: 0, inodes: [] }, problems: [] });
});

test('only the first few of many malformed rows are described', () => {
  const { problems } = parseSocketInodes(`header\n${'oops\n'.repeat(500)}`, 'udp');
  assert.ok(problems.length > 0 && problems.length <= 10);
  assert.equal(english(problems.at(-1)?.message), '495 more problems are not listed for this file.');
});
