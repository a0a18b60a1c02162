import assert from 'node:assert/strict';
import test from 'node:test';
import { hoverEntry } from '../../../src/core/editor/entry-hover.ts';
import type { EntryHover } from '../../../src/core/editor/hover/hover-model.ts';
import { ENGLISH } from '../../../src/core/wording/languages.ts';
import type { Member } from '../support/bundles.ts';
import { analyzeFixture, fixtureMembers } from '../support/corpus.ts';
import { english } from '../support/english.ts';
import { createRandom } from '../support/random.ts';

const NAME = 'leak-closewait-k6.1';
const { report, snapshot } = await analyzeFixture(NAME);
const context = { report, littleEndian: snapshot.sockets.littleEndian };
const members = new Map((await fixtureMembers(NAME)).map((member) => [member.name, member]));

const linesOf = (member: Member | undefined) =>
  member !== undefined && 'text' in member ? Buffer.from(member.text).toString().split('\n') : [];

function hoverAt(entry: string, lines: readonly string[], line: number, column: number): EntryHover | null {
  return hoverEntry({ entry, line, column, textOf: (at) => lines[at] }, english(context), ENGLISH);
}

/** The cursor on the first place of a word in a line that begins so. */
function hover(entry: string, begin: string, word: string): EntryHover {
  const lines = linesOf(members.get(entry));
  const line = lines.findIndex((each) => each.trimStart().startsWith(begin));
  assert.ok(line >= 0, `${entry}: ${begin}`);
  const found = hoverAt(entry, lines, line, lines[line]?.indexOf(word) ?? -1);
  assert.ok(found !== null, `${entry}: ${word}`);
  return found;
}

const SOCKSTAT = 'proc/183/net/sockstat';
const SCOPES = [
  ['proc/net/sockstat', 'TCP:', 'alloc', 'node'],
  ['proc/net/sockstat', 'TCP:', 'mem', 'node'],
  ['proc/net/sockstat', 'TCP:', 'orphan', 'node'],
  ['proc/net/sockstat', 'TCP:', 'inuse', 'namespace'],
  ['proc/net/sockstat', 'TCP:', 'tw', 'namespace'],
  ['proc/net/sockstat', 'sockets:', 'used', 'namespace'],
  [SOCKSTAT, 'TCP:', 'alloc', 'node'],
  [SOCKSTAT, 'TCP:', 'inuse', 'namespace'],
  ['proc/sys/net/ipv4/tcp_max_orphans', '', '', 'node'],
  ['proc/sys/net/ipv4/tcp_max_tw_buckets', '', '', 'namespace'],
  ['proc/sys/net/ipv4/tcp_rmem', '', '', 'namespace'],
] as const;
for (const [entry, begin, word, scope] of SCOPES) {
  test(`${entry} ${word}: it is of ${scope === 'node' ? 'the node' : 'one namespace'}`, () => {
    assert.equal(hover(entry, begin, word).scope, scope);
  });
}

test('mem is in pages, and stands against the limit of this bundle', () => {
  const found = hover(SOCKSTAT, 'TCP:', 'mem');
  assert.match(found.unit, /page/);
  assert.match(found.title, /12,302 pages \(48\.1 MiB\)/);
  assert.match(found.paragraphs.join('\n'), /11,202/);
});

test('each of the three numbers of tcp_mem is pages of the node', () => {
  const lines = linesOf(members.get('proc/sys/net/ipv4/tcp_mem'));
  const columns = [...(lines[0] ?? '').matchAll(/\d+/g)].map(({ index }) => index);
  const found = columns.map((column) => hoverAt('proc/sys/net/ipv4/tcp_mem', lines, 0, column));
  assert.equal(found.length, 3);
  for (const each of found) assert.deepEqual([each?.scope, /page/.test(each?.unit ?? '')], ['node', true]);
  assert.equal(new Set(found.map((each) => each?.title)).size, 3);
});

test('of a row of net/tcp the address, the state and the queue are told in words', () => {
  const lines = linesOf(members.get('proc/183/net/tcp'));
  const line = lines.findIndex((each) => / 08 /.test(each));
  const text = lines[line] ?? '';
  const at = (column: number) => hoverAt('proc/183/net/tcp', lines, line, column);
  assert.match(at(text.indexOf(':') + 3)?.title ?? '', /\d+\.\d+\.\d+\.\d+:\d+/);
  assert.match(at(text.indexOf(' 08 ') + 1)?.title ?? '', /CLOSE_WAIT/);
  assert.match(at(text.indexOf(' 08 ') + 14)?.unit ?? '', /byte/);
});

test('a counter is named by the line above it, and is of its namespace', () => {
  const entry = 'proc/183/net/netstat';
  const lines = linesOf(members.get(entry));
  const names = (lines[0] ?? '').split(' ');
  const values = lines[1] ?? '';
  const column = values.split(' ').slice(0, names.indexOf('TCPAbortOnMemory')).join(' ').length + 1;
  const found = hoverAt(entry, lines, 1, column);
  assert.match(found?.title ?? '', /TCPAbortOnMemory/);
  assert.equal(found?.scope, 'namespace');
});

test('nothing is told where nothing is known', () => {
  for (const entry of ['proc/185/comm', 'proc/185/cmdline', 'dmesg', 'no/such/file'])
    assert.equal(hoverAt(entry, linesOf(members.get(entry)), 0, 0), null, entry);
});

test('lines that are cut, swapped or endless never throw', () => {
  const random = createRandom(4);
  const entries = [
    SOCKSTAT,
    'proc/183/net/tcp',
    'proc/183/net/netstat',
    'proc/sys/net/ipv4/tcp_mem',
    'proc/185/limits',
  ];
  const pool = entries.flatMap((entry) => linesOf(members.get(entry)).slice(0, 20));
  for (let round = 0; round < 3000; round++) {
    const lines = Array.from({ length: 4 }, () =>
      (pool[random(pool.length)] ?? '').slice(random(30), 20 + random(200)),
    );
    const line = random(4);
    hoverAt(entries[random(entries.length)] ?? '', lines, line, random((lines[line]?.length ?? 0) + 2));
  }
  assert.equal(hoverAt(SOCKSTAT, ['TCP: '.repeat(300_000)], 0, 5), null);
});
