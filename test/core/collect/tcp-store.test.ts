import assert from 'node:assert/strict';
import test from 'node:test';
import { createTcpStore, storeRows } from '../../../src/core/collect/tcp-store.ts';
import { createTcpTableParser } from '../../../src/core/parsers/proc/net-tcp.ts';
import { createColumns, type TcpRows } from '../../../src/core/parsers/proc/tcp-columns.ts';
import { tcpTable } from '../support/tables.ts';

function parse(rows: number, firstInode: number) {
  const text = tcpTable(
    Array.from({ length: rows }, (_, i) => ({ state: 1 + (i % 11), inode: firstInode + i, rx: i })),
  );
  const parser = createTcpTableParser(4);
  parser.write(new TextEncoder().encode(text));
  return parser.end(true).columns;
}

type ColumnName = Exclude<keyof TcpRows, 'count' | 'words6'>;
const NO_COLUMNS: readonly string[] = ['count', 'words6', 'words6Count'];
const isColumn = (name: string): name is ColumnName => !NO_COLUMNS.includes(name);
const COLUMNS = Object.keys(createColumns(0)).filter(isColumn);

const copyOf = (columns: ReturnType<typeof parse>) =>
  COLUMNS.map((name) => [...columns[name].subarray(0, columns.count)]);

test('each table keeps its rows, however many others come before and after it', () => {
  const store = createTcpStore();
  const sizes = [3, 0, 700, 1, 5000];
  const tables = sizes.map((size, index) => parse(size, 10_000 * (index + 1)));
  const expected = tables.map(copyOf);
  const stored = tables.map((table) => storeRows(store, table));
  assert.deepEqual(stored.map(copyOf), expected);
  assert.equal(store.count, 5704);
});

test('a table that was moved shows the rows of where it is', () => {
  const [from, to] = [createTcpStore(), createTcpStore()];
  const table = storeRows(from, parse(5, 100));
  const expected = copyOf(table);
  storeRows(to, parse(9, 900));
  const there = storeRows(to, parse(5, 100));
  table.move(to, 9);
  assert.deepEqual(copyOf(table), expected);
  assert.equal(table.state.buffer, there.state.buffer);
});
