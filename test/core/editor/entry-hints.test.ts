import assert from 'node:assert/strict';
import test from 'node:test';
import { type EntryHint, hintsOfEntry } from '../../../src/core/editor/entry-hints.ts';
import { ENGLISH } from '../../../src/core/wording/languages.ts';
import { analyzeFixture, fixtureMembers } from '../support/corpus.ts';
import { english } from '../support/english.ts';

const NAME = 'leak-closewait-k6.1';
const { report, snapshot } = await analyzeFixture(NAME);
const context = { report, littleEndian: snapshot.sockets.littleEndian };
const alone = { report: null, littleEndian: null };
const members = new Map((await fixtureMembers(NAME)).map((member) => [member.name, member]));

function linesOf(entry: string): readonly string[] {
  const member = members.get(entry);
  assert.ok(member !== undefined && 'text' in member, entry);
  return Buffer.from(member.text).toString().split('\n');
}

function hints(
  path: string,
  lines: readonly string[],
  {
    from = context,
    first = 0,
    last = lines.length - 1,
  }: { from?: typeof context | typeof alone; first?: number; last?: number } = {},
): readonly EntryHint[] {
  return hintsOfEntry({ path, first, last, textOf: (line) => lines[line] }, english(from), ENGLISH);
}
const labels = (found: readonly EntryHint[]) => found.map(({ label }) => label);

test('a row of a real table has both addresses and its state, each right behind its column', () => {
  const lines = linesOf('proc/183/net/tcp');
  const line = lines.findIndex((text) => / 08 /.test(text));
  const text = lines[line] ?? '';
  const found = hints('proc/183/net/tcp', lines, { first: line, last: line });
  assert.equal(found.length, 3);
  assert.match(found[0]?.label ?? '', /^10\.244\.\d+\.\d+:\d+$/);
  assert.equal(found[2]?.label, 'CLOSE_WAIT');
  const ends = found.map(({ column }) => text.slice(0, column).trim().split(/\s+/).at(-1) ?? '');
  for (const [index, shape] of [/^[0-9A-F]{8}:[0-9A-F]{4}$/, /^[0-9A-F]{8}:[0-9A-F]{4}$/, /^08$/].entries())
    assert.match(ends[index] ?? '', shape);
  for (const { column } of found) assert.equal(text[column], ' ');
});

test('the first line of a table and a cut row have nothing, or what is whole', () => {
  const lines = [
    '  sl  local_address rem_address   st',
    '   0: 0100007F:1F90 0200007F:C350 0A 0',
    '   1: 0100007F:1F90 0200',
  ];
  assert.deepEqual(
    hints('proc/net/tcp', lines).map(({ line, label }) => [line, label]),
    [
      [1, '127.0.0.1:8080'],
      [1, '127.0.0.2:50000'],
      [1, 'LISTEN'],
      [2, '127.0.0.1:8080'],
    ],
  );
});

test('words are in the byte order of the node, and where it is not known that is said', () => {
  const lines = ['   0: 7F000001:1F90 00000000:0000 0A'];
  const big = hints('proc/net/tcp', lines, { from: { report, littleEndian: false } });
  assert.equal(big[0]?.label, '127.0.0.1:8080');
  const [first] = hints('/cases/case 7/net/tcp', lines, { from: alone });
  assert.equal(first?.label, '1.0.0.127:8080');
  assert.match(first.tooltip, /not known/);
});

test('IPv6 is written as such, and an IPv4 peer in it too', () => {
  const lines = ['   0: 00000000000000000000000001000000:1F90 0000000000000000FFFF00000100007F:C350 01'];
  assert.deepEqual(labels(hints('netns/4026532000/net/tcp6', lines)), [
    '[::1]:8080',
    '[::ffff:127.0.0.1]:50000',
    'ESTABLISHED',
  ]);
});

test('mem of sockstat and tcp_mem are in bytes, by the page size of the node; counts are left alone', () => {
  const found = hints('proc/net/sockstat', linesOf('proc/net/sockstat'));
  assert.ok(labels(found).includes('48.1 MiB'));
  assert.ok(found.length <= 2);
  assert.ok(found.every(({ tooltip }) => tooltip === ''));
  const limits = hints('proc/sys/net/ipv4/tcp_mem', linesOf('proc/sys/net/ipv4/tcp_mem'));
  assert.equal(limits.length, 3);
  assert.equal(limits[2]?.label, '43.8 MiB');
  assert.match(hints('/tmp/tcp_mem', ['1 2 256'], { from: alone })[2]?.tooltip ?? '', /4 KiB/);
});

test('sockstat in a block file of the collector is read too, and what only looks like it is not', () => {
  const lines = [
    '==> /proc/1/net/sockstat <==',
    'TCP: inuse 4 orphan 0 tw 0 alloc 9 mem 256',
    'FRAG: inuse 0 memory 4096',
  ];
  assert.deepEqual(labels(hints('netns.txt', lines)), ['1 MiB']);
  assert.deepEqual(hints('proc/1/comm', lines), []);
  assert.deepEqual(hints('proc/net/tcp', ['x'.repeat(20_000), '']), []);
});

test('of a range that is too large only its begin is decoded, and a range beyond the end is nothing', () => {
  const lines = Array.from({ length: 5000 }, (_, i) => `${String(i).padStart(4)}: 0100007F:1F90 0200007F:C350 01`);
  const found = hints('proc/net/tcp', lines, { first: 100 });
  assert.deepEqual([found[0]?.line, found.at(-1)?.line], [100, 1099]);
  assert.deepEqual(hints('proc/net/tcp', lines, { first: 6000, last: 7000 }), []);
});
