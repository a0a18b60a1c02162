import assert from 'node:assert/strict';
import test from 'node:test';
import { createTcpTableParser, type TcpTable } from '../../../src/core/parsers/proc/net-tcp.ts';
import type { Family } from '../../../src/core/parsers/proc/net-tcp-row.ts';
import { inChunks, toBytes } from '../support/bundles.ts';
import { english } from '../support/english.ts';
import { tcp6Table, tcpTable } from '../support/tables.ts';

const HEADER =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode                                                     \n';
const HEADER6 =
  '  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';

function parse(text: string | Uint8Array, family: Family = 4, chunkBytes = 1 << 20, maxRows?: number): TcpTable {
  const parser = maxRows === undefined ? createTcpTableParser(family) : createTcpTableParser(family, 0, maxRows);
  for (const chunk of inChunks(toBytes(text), chunkBytes)) parser.write(chunk);
  return parser.end(true);
}

interface Row {
  state: number;
  local: string;
  remote: string;
  tx: number;
  rx: number;
  timer: number;
  retransmits: number;
  inode: number;
  line: number;
}

function hex(value: number | undefined): string {
  return (value ?? 0).toString(16).toUpperCase().padStart(8, '0');
}

function rowsOf(table: TcpTable, family: Family = 4): readonly Row[] {
  const { columns } = table;
  const address = (word: number) =>
    family === 4 ? hex(word) : [0, 1, 2, 3].map((i) => hex(columns.words6[word + i])).join('');
  return Array.from({ length: columns.count }, (_, i) => ({
    state: columns.state[i] ?? -1,
    local: `${address(columns.local[i] ?? 0)}:${columns.localPort[i]}`,
    remote: `${address(columns.remote[i] ?? 0)}:${columns.remotePort[i]}`,
    tx: columns.txQueueBytes[i] ?? -1,
    rx: columns.rxQueueBytes[i] ?? -1,
    timer: columns.timer[i] ?? -1,
    retransmits: columns.retransmits[i] ?? -1,
    inode: columns.inode[i] ?? -1,
    line: columns.line[i] ?? -1,
  }));
}

/** One row under the header of its family. */
function parseRow(row: string, family: Family = 4): Row {
  const table = parse(`${family === 4 ? HEADER : HEADER6}${row}\n`, family);
  assert.deepEqual(table.problems, []);
  const [first, ...more] = rowsOf(table, family);
  assert.ok(first !== undefined && more.length === 0, 'exactly one row');
  return first;
}

function expectRow(row: string, expected: Partial<Row>, family: Family = 4): void {
  const actual = parseRow(row, family);
  assert.deepEqual({ ...actual, ...expected }, actual);
}

// Vectors A1 to A11 of the appendix of the kernel notes, printed by Linux 6.18. Where the notes elide the addresses
// ("..."), those of A2 stand in.
const VECTORS: readonly (readonly [name: string, row: string, expected: Partial<Row>, family?: Family])[] = [
  [
    'A1: a listener gives its accept queue as rx_queue',
    '   0: 0100007F:1F95 00000000:0000 0A 00000000:00000004 00:00000000 00000000     0        0 122894 5 000000005ea404d7 100 0 0 10 0',
    { state: 10, local: '0100007F:8085', remote: '00000000:0', rx: 4, tx: 0, inode: 122894 },
  ],
  [
    'A2: a connection before accept() is ESTABLISHED with inode 0',
    '   1: 0100007F:1F95 0100007F:C572 01 00000000:00000258 00:00000000 00000000     0        0 0 1 000000004baafaf7 20 4 30 10 -1',
    { state: 1, inode: 0, rx: 600, remote: '0100007F:50546' },
  ],
  [
    'A3: an end of file that nobody read is one byte of CLOSE_WAIT',
    '   2: 0100007F:1F95 0100007F:C572 08 00000000:00000001 00:00000000 00000000     0        0 82884 1 000000004baafaf7 20 4 0 10 -1',
    { state: 8, rx: 1, timer: 0, inode: 82884 },
  ],
  [
    'A4: CLOSE_WAIT whose end of file was read has an empty queue',
    '   3: 0100007F:1F95 0100007F:C572 08 00000000:00000000 00:00000000 00000000     0        0 82886 1 000000004baafaf7 20 4 0 10 -1',
    { state: 8, rx: 0, inode: 82886 },
  ],
  [
    'A5: CLOSE_WAIT with 100,000 unread bytes counts the end of file too',
    '   4: 0100007F:1F95 0100007F:C572 08 00000000:000186A1 00:00000000 00000000     0        0 82886 1 000000004baafaf7 20 4 0 10 -1',
    { state: 8, rx: 100001 },
  ],
  [
    'A6: CLOSE_WAIT with keepalive armed has timer 2',
    '   5: 0100007F:1F95 0100007F:C572 08 00000000:00000001 02:000000F9 00000000     0        0 82886 1 000000004baafaf7 20 4 0 10 -1',
    { state: 8, timer: 2, rx: 1 },
  ],
  [
    'A7: a FIN_WAIT2 minisock ends after the pointer and has timer 3',
    '   1: 0100007F:EC3C 0100007F:1F90 05 00000000:00000000 03:0000175C 00000000     0        0 0 3 000000005928a001',
    { state: 5, timer: 3, inode: 0 },
  ],
  [
    'A8: a TIME_WAIT row has timer 3 and no inode',
    '   1: 0100007F:EC3C 0100007F:1F90 06 00000000:00000000 03:0000175B 00000000     0        0 0 3 000000005928a001',
    { state: 6, timer: 3, inode: 0 },
  ],
  [
    'A9: an orphan keeps its unsent bytes, its timer and its owner',
    '   2: 0100007F:1F92 0100007F:9D70 04 002AC801:00000000 04:00000020 00000000  1234        0 0 2 000000006f441bd9 20 0 0 12 -1',
    { state: 4, tx: 2803713, timer: 4, inode: 0 },
  ],
  [
    'A10: SYN_SENT counts its SYN as one byte and retransmits by timer 1',
    '   3: 0100007F:1F92 0100007F:9D70 02 00000001:00000000 01:00000030 00000000  1234        0 86568 2 000000006f441bd9 20 0 0 12 -1',
    { state: 2, tx: 1, timer: 1, inode: 86568 },
  ],
  [
    'A11: a dual-stack listener shows an IPv4 peer as a mapped address',
    '   2: 0000000000000000FFFF00000100007F:1F91 0000000000000000FFFF00000100007F:BDCE 08 00000000:00000001 00:00000000 00000000  1234        0 0 1 00000000a1c5b8e4 20 4 0 10 -1',
    {
      state: 8,
      local: '0000000000000000FFFF00000100007F:8081',
      remote: '0000000000000000FFFF00000100007F:48590',
      rx: 1,
      inode: 0,
    },
    6,
  ],
];

for (const [name, row, expected, family] of VECTORS) {
  test(name, () => expectRow(row, expected, family));
}

test('padding of tcp rows and its absence in tcp6 rows make no difference', () => {
  const [, row] = VECTORS[1] ?? ['', ''];
  assert.deepEqual(parseRow(row.padEnd(149)), parseRow(row));
});

test('a row number of more than four digits moves nothing', () => {
  expectRow(
    '123456: 0100007F:1F95 0100007F:C572 01 00000000:00000258 00:00000000 00000000     0        0 77 1 000000004baafaf7 20 4 30 10 -1',
    { inode: 77, rx: 600 },
  );
});

test('the probe counter and large uids are read past', () => {
  expectRow(
    '   1: 0100007F:1F95 0100007F:C572 01 00000000:00000258 04:00000258 0000000F 4294967294       12 77 1 000000004baafaf7 20 4 30 10 -1',
    { retransmits: 15, timer: 4, inode: 77 },
  );
});

test('a line end in place of the colon behind the row number does not join two lines', () => {
  const text = '\n 0100000A:0050 0200000A:0400 08 00000000:00000000 00:00000000 00000000 0 30 0';
  const table = parse(text);
  assert.equal(table.columns.count, 0);
  assert.deepEqual(
    table.problems.map(({ line }) => line),
    [2],
  );
});

test('more retransmits than fit a byte are shown as 255', () => {
  expectRow(
    '   1: 0100007F:1F95 0100007F:C572 01 00000000:00000258 01:00000258 00000200     0        0 77 1 000000004baafaf7 20 4 30 10 -1',
    { retransmits: 255 },
  );
});

test('queues up to 32 bits are exact', () => {
  expectRow(
    '   1: 0100007F:1F95 0100007F:C572 01 FFFFFFFF:FFFFFFFE 01:00000258 00000000     0        0 77 1 000000004baafaf7 20 4 30 10 -1',
    { tx: 4294967295, rx: 4294967294 },
  );
});

const SMALL = tcpTable([
  { state: 10, inode: 100 },
  { state: 8, inode: 101, rx: 1 },
  { state: 6, timer: 3 },
]);

test('the last row counts without a final newline', () => {
  assert.deepEqual(rowsOf(parse(SMALL.replace(/\n$/, ''))), rowsOf(parse(SMALL)));
});

test('CRLF line ends are tolerated', () => {
  const crlf = SMALL.replaceAll('\n', '\r\n');
  assert.deepEqual(rowsOf(parse(crlf)), rowsOf(parse(SMALL)));
  assert.deepEqual(parse(crlf.replaceAll(/ +\r/g, '\r')).problems, []);
});

test('a table of only a header is an empty table, an empty text is none', () => {
  const empty = parse(HEADER);
  assert.equal(empty.hasHeader, true);
  assert.equal(empty.columns.count, 0);
  const none = parse('');
  assert.equal(none.hasHeader, false);
  assert.deepEqual(none.problems, []);
});

test('the error of a shell is not a table', () => {
  const table = parse('cat: /proc/123/net/tcp: No such file or directory\n');
  assert.equal(table.hasHeader, false);
  assert.equal(table.columns.count, 0);
  assert.equal(table.malformedRows, 1);
});

test('rows without a header are still read', () => {
  const table = parse(SMALL.split('\n').slice(1).join('\n'));
  assert.equal(table.hasHeader, false);
  assert.equal(table.columns.count, 3);
  assert.deepEqual(rowsOf(table)[0]?.line, 1);
});

const BROKEN: readonly (readonly [what: string, row: string])[] = [
  ['text', 'Segmentation fault'],
  ['a row that ends in its queues', '   1: 0100007F:1F95 0100007F:C572 01 00000000:000'],
  [
    'a row that ends before its inode',
    '   1: 0100007F:1F95 0100007F:C572 01 00000000:00000258 00:00000000 00000000     0        0',
  ],
  [
    'an address that is not hexadecimal',
    '   1: 0100007G:1F95 0100007F:C572 01 00000000:00000258 00:00000000 00000000     0        0 7 1 0000',
  ],
  [
    'an inode above 32 bits',
    '   1: 0100007F:1F95 0100007F:C572 01 00000000:00000258 00:00000000 00000000     0        0 4294967296 1 0000',
  ],
  [
    'an inode above 2^53',
    '   1: 0100007F:1F95 0100007F:C572 01 00000000:00000258 00:00000000 00000000     0        0 9007199254740993 1 0000',
  ],
  [
    'a negative inode',
    '   1: 0100007F:1F95 0100007F:C572 01 00000000:00000258 00:00000000 00000000     0        0 -5 1 0000',
  ],
  [
    'a row of the other family',
    '   2: 0000000000000000FFFF00000100007F:1F91 0000000000000000FFFF00000100007F:BDCE 08 00000000:00000001 00:00000000 00000000  1234        0 0 1 0000',
  ],
  [
    'digits glued to letters in the inode',
    '   1: 0100007F:1F95 0100007F:C572 01 00000000:00000258 00:00000000 00000000     0        0 77x 1 0000',
  ],
];

for (const [what, row] of BROKEN) {
  test(`${what} in the middle is reported with its line and the rest is kept`, () => {
    const lines = SMALL.split('\n');
    lines.splice(2, 0, row);
    const table = parse(lines.join('\n'));
    assert.deepEqual(
      rowsOf(table).map(({ inode, line }) => [inode, line]),
      [
        [100, 2],
        [101, 4],
        [0, 5],
      ],
    );
    assert.deepEqual(
      table.problems.map((problem) => problem.line),
      [3],
    );
    assert.equal(table.malformedRows, 1);
  });
}

test('a broken row of tcp6 leaves the addresses of the next rows right', () => {
  const lines = tcp6Table([
    { state: 10, inode: 100, local: '10.0.0.1:80' },
    { state: 1, inode: 101, local: '10.0.0.2:80' },
  ]).split('\n');
  lines.splice(2, 0, '   9: 0000000000000000FFFF00000100007F:1F91 0000');
  const table = parse(lines.join('\n'), 6);
  assert.deepEqual(
    rowsOf(table, 6).map((row) => row.local),
    ['0000000000000000FFFF00000100000A:80', '0000000000000000FFFF00000200000A:80'],
  );
});

test('only the first few broken rows are described, all are counted', () => {
  const table = parse(`${HEADER}${'nonsense\n'.repeat(1000)}`);
  assert.equal(table.malformedRows, 1000);
  assert.ok(table.problems.length > 0 && table.problems.length <= 10);
});

test('rows beyond the limit are counted as problems, not stored', () => {
  const table = parse(SMALL, 4, 1 << 20, 2);
  assert.equal(table.columns.count, 2);
  assert.equal(table.malformedRows, 1);
  assert.match(english(table.problems[0]?.message ?? ''), /more than 2 rows/);
});

for (const size of [1, 7, 64, 149, 150, 151]) {
  test(`chunks of ${size} bytes give the table of the whole text`, () => {
    const text = tcpTable(
      Array.from({ length: 300 }, (_, i) => ({
        state: (i % 11) + 1,
        inode: i * 7,
        rx: i,
        remote: `10.1.${i % 256}.9:${i}`,
      })),
    );
    const lines = text.split('\n');
    lines.splice(150, 0, 'broken', '');
    const whole = parse(lines.join('\n'));
    const pieces = parse(lines.join('\n'), 4, size);
    assert.deepEqual(rowsOf(pieces), rowsOf(whole));
    assert.deepEqual(pieces.problems, whole.problems);
    assert.equal(whole.columns.count, 300);
  });
}

test('a row that the archive cuts inside is left out: half an inode is another inode', () => {
  const cut = SMALL.slice(0, SMALL.indexOf(' 101 ') + 3);
  const parser = createTcpTableParser(4);
  parser.write(toBytes(cut));
  const table = parser.end(false);
  assert.deepEqual(
    rowsOf(table).map((row) => row.inode),
    [100],
  );
});

for (const size of [1 << 20, 5000, 4097, 1000]) {
  test(`a row with 10,000 bytes behind its inode is one row, in chunks of ${size} bytes`, () => {
    for (const [family, text] of [
      [4, SMALL],
      [
        6,
        tcp6Table([
          { state: 1, inode: 100 },
          { state: 1, inode: 101 },
        ]),
      ],
    ] as const) {
      const [header, first, ...more] = text.split('\n');
      const table = parse([header, `${first}${' 0'.repeat(5000)}`, ...more].join('\n'), family, size);
      assert.ok(table.columns.count >= 2);
      assert.deepEqual(rowsOf(table, family), rowsOf(parse(text, family), family));
      assert.deepEqual(table.problems, []);
    }
  });
}

for (const size of [1 << 20, 65536, 1000]) {
  test(`a line of 30 MB in chunks of ${size} bytes costs no memory and hides only itself`, () => {
    const parser = createTcpTableParser(4);
    const [header = '', first = '', second = ''] = SMALL.split('\n');
    parser.write(toBytes(`${header}\n${first}\n`));
    const filler = new Uint8Array(size).fill(0x30);
    const before = process.memoryUsage().arrayBuffers;
    for (let written = 0; written < 30_000_000; written += size) parser.write(filler);
    assert.ok(process.memoryUsage().arrayBuffers - before < 16 << 20, 'the line is not kept');
    parser.write(toBytes(`\n${second}\n`));
    const table = parser.end(true);
    assert.deepEqual(
      rowsOf(table).map(({ inode, line }) => [inode, line]),
      [
        [100, 2],
        [101, 4],
      ],
    );
    assert.equal(table.malformedRows, 1);
  });
}

test('random bytes never throw and never become more rows than lines', () => {
  const bytes = new Uint8Array(200_000);
  let state = 42;
  for (let i = 0; i < bytes.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[i] = state >>> 24;
  }
  const lines = bytes.filter((byte) => byte === 10).length + 1;
  const table = parse(bytes);
  assert.ok(table.columns.count + table.malformedRows <= lines);
});
