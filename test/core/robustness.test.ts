import assert from 'node:assert/strict';
import test from 'node:test';
import { analyze } from '../../src/core/analyze.ts';
import { withTexts } from '../../src/core/formats/json-texts.ts';
import { buildFilteredPage } from '../../src/core/page/filtered-page.ts';
import { buildPage } from '../../src/core/page/page.ts';
import { orderSockets, socketRow } from '../../src/core/query/socket-table.ts';
import type { Report } from '../../src/core/report/report.ts';
import { cleanText, isShellError, quote } from '../../src/core/text.ts';
import { ENGLISH } from '../../src/core/wording/languages.ts';
import { type Member, memoryBundle } from './support/bundles.ts';
import { fixtureMembers } from './support/corpus.ts';
import { english } from './support/english.ts';
import { HOST_NETNS, inodes, nodeMembers, rows } from './support/nodes.ts';
import { createRandom } from './support/random.ts';
import { rendered } from './support/rendered.ts';

const BAD = [...'\u0000\u0007\u001b\u007f\u009b\u00ad\u061c\u200b\u200f\u202a\u202e\u2066\u2069\ufeff\u2028'];
const UID = 'cef93934-6214-4ba6-907b-c562e50cedf2';

/** A leak whose every name tries to be more than a name. */
function hostile(name: string): readonly Member[] {
  const members = nodeMembers({
    namespaces: [
      { netns: HOST_NETNS, tcp: [] },
      { netns: 4026532000, tcp: rows(2000, 200, { state: 8, rx: 1 }) },
    ],
    processes: [
      { pid: 1, comm: name, namespace: 0 },
      { pid: 700, comm: name, namespace: 1, sockets: inodes(2000, 200), podUid: UID },
    ],
  });
  return [
    ...members.filter((member) => member.name !== 'meta.json'),
    { name: 'hostname', text: `${name}\nsecond line` },
    { name: 'meta.json', text: JSON.stringify({ hostname: name, kernel: name, captured_at: name }) },
    { name: `var/log/pods/${name}_${name}_${UID}/${name}/0.log`, text: '' },
    { name: 'proc/5/cgroup', text: `0::/system.slice/${name}.service\n` },
    { name: 'proc/5/comm', text: 'x\n' },
    { name: 'proc/5/fd/1', link: name },
    { name: `proc/sys/net/${name}`, text: name },
    { name: 'proc/6/net/tcp', text: name },
    { name: 'proc/6/net/sockstat', text: name },
    { name: `dir ${name}/proc/9/comm`, text: name },
  ];
}

/** Every string of a value, keys left out; entries of evidence are names of members and stay as they are. */
function texts(value: unknown, key = ''): readonly string[] {
  if (typeof value === 'string') return key === 'entry' || key === 'root' ? [] : [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([each, child]) => texts(child, each));
}

for (const name of [
  `ev${BAD.join('')}il`,
  'a|b<script>alert(1)</script>',
  '`x` [y](http://z) ![i](http://j) **b** @all',
  '\u001b]0;owned\u0007\u001b[2J',
  '"},{"',
  '%s%n$(x)',
  '__proto__',
  '\ud800 lone \udfff',
  'x'.repeat(5000),
]) {
  test(`names like ${JSON.stringify(name.slice(0, 24))} are shown and never obeyed`, async () => {
    const analysis = await analyze(memoryBundle(hostile(name)));
    const { report } = analysis;
    assert.equal(report.verdict.countOwner?.pid, 700);
    const page = buildPage(analysis).model;
    const { view } = buildFilteredPage(analysis, 'pid:700', 0);
    assert.ok(view.views !== null && view.matched.sockets > 0);
    const rows = Array.from(orderSockets(analysis.snapshot, null, { column: 'comm', descending: true }), (item) =>
      socketRow(analysis.snapshot, item, ENGLISH),
    );
    for (const text of [...texts(report), ...texts(page), ...texts(view), ...texts(rows)]) {
      assert.equal(cleanText(text), text, JSON.stringify(text.slice(0, 80)));
      assert.ok(text.length < 3000, `${text.length} characters: ${text.slice(0, 80)}`);
    }
    const text = rendered('text', report).replaceAll('\n', '');
    assert.equal(cleanText(text), text);
    assert.deepEqual(JSON.parse(rendered('json', report)), JSON.parse(JSON.stringify(withTexts(report))));
    assertInert(rendered('markdown', report));
  });
}

/** Parts between the bars of each table: numbers, namespaces, pods, formulas. */
const TABLES = [5, 6, 8, 10];

/** No tag, no link, no image, no table cell comes out of bundle text. */
function assertInert(markdown: string): void {
  assert.doesNotMatch(markdown, /(?<!\\)<[a-z/!]/i);
  assert.doesNotMatch(markdown, /(?<!\\)\]\(/);
  assert.doesNotMatch(markdown, /https?:\/\//);
  const tables = markdown.split('\n').filter((line) => line.startsWith('|'));
  const cells = (line: string) => line.split(/(?<!\\)\|/).length;
  for (const line of tables) assert.ok(TABLES.includes(cells(line)), line);
}

test('control, invisible and direction characters become visible, others stay', () => {
  for (const bad of BAD) assert.equal(cleanText(`a${bad}b`), 'a\ufffdb', JSON.stringify(bad));
  for (const good of ['a b', 'n\u00f6de-\u4e2d\u6587', '\u{1f600}', '<b>&']) assert.equal(cleanText(good), good);
  assert.equal(quote(`${'y'.repeat(100)}`).length <= 62, true);
});

const SHELL: readonly (readonly [string, boolean])[] = [
  ['cat: /proc/1/net/tcp: No such file or directory', true],
  ["cat: can't open '/proc/1/net/tcp': No such file or directory", true],
  ['bash: line 3: ss: command not found', true],
  ['sh: 1: ss: not found', true],
  ['/bin/sh: dmesg: not found', true],
  ["ls: cannot open directory '/proc/1/fd': Permission denied", true],
  ['dmesg: read kernel buffer failed: Operation not permitted', true],
  ['34374\t45835\t68748', false],
  ['python3', false],
  ['Name:\tnot found', false],
  ['[    1.0] init: cannot open console', false],
  ['', false],
];
for (const [text, expected] of SHELL) {
  test(`${JSON.stringify(text)} is ${expected ? 'an error of the shell' : 'data'}`, () =>
    assert.equal(isShellError(text), expected));
}

/** Nothing but finite numbers in a report: JSON has no others. */
function assertFinite(value: unknown, path = ''): void {
  if (typeof value === 'number') assert.ok(Number.isFinite(value), path);
  if (typeof value !== 'object' || value === null) return;
  for (const [key, child] of Object.entries(value)) assertFinite(child, `${path}/${key}`);
}

for (let seed = 1; seed <= 6; seed++) {
  test(`files with bytes changed at random never throw and give a whole report (seed ${seed})`, async () => {
    const random = createRandom(seed);
    const members = await fixtureMembers(seed % 2 === 0 ? 'orphans-k6.1' : 'slow-peer-k6.1');
    const damaged = members.map((member): Member => {
      if (!('text' in member) || random(3) > 0) return member;
      const bytes = new Uint8Array(Buffer.from(member.text));
      for (let i = 0; i < 1 + bytes.length / 50; i++) bytes[random(Math.max(1, bytes.length))] = random(256);
      return { name: member.name, text: random(4) === 0 ? bytes.subarray(0, random(bytes.length + 1)) : bytes };
    });
    const analysis = await analyze(memoryBundle(damaged));
    assertFinite(analysis.report);
    assert.ok(analysis.report.problems.length > 0, 'damage is said');
    for (const rule of analysis.report.notRun) assert.doesNotMatch(english(rule.reason), /^failed/);
    assertFinite(buildPage(analysis).model);
  });
}

test('numbers at the edge of what fits do not break the sums', async () => {
  const huge = '9007199254740991';
  const members = nodeMembers({
    namespaces: [{ netns: HOST_NETNS, tcp: rows(5, 4294967290, { state: 1, tx: 0xffffffff, rx: 0xffffffff }) }],
    processes: [{ pid: 2147483647, comm: 'x', namespace: 0, sockets: inodes(5, 4294967290) }],
    tcpMem: `${huge} ${huge} ${huge}`,
    memPages: Number(huge),
  });
  const analysis = await analyze(memoryBundle(members));
  assertFinite(analysis.report);
  assert.equal(analysis.report.memory.txQueueBytes, 5 * 0xffffffff);
  assertFinite(buildPage(analysis).model);
});

test('a name of a megabyte is passed over in no time', async () => {
  const long = 'proc/'.repeat(200_000);
  const report: Report = (
    await analyze(
      memoryBundle([
        { name: `${long}\nx`, text: 'x' },
        { name: `${long}\nx`, link: 'x' },
        { name: `${'./'.repeat(500_000)}\nproc/1`, directory: true },
        { name: 'proc/version', text: 'Linux version 6.1.0\n' },
      ]),
    )
  ).report;
  assert.equal(report.bundle.kernel, '6.1.0');
});
