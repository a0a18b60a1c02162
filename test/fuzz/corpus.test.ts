/** The corpus: each hostile archive and text comes to the end that it must come to, and the rest is still read. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { gzipSync } from 'node:zlib';
import { createArchiveBundle } from '../../src/archive/archive-bundle.ts';
import { BundleError } from '../../src/archive/bundle-error.ts';
import { scanArchive } from '../../src/archive/scan-archive.ts';
import { createSource } from '../../src/archive/source.node.ts';
import { analyze } from '../../src/core/analyze.ts';
import { type Member, memoryBundle } from '../core/support/bundles.ts';
import { fixtureBytes } from '../core/support/corpus.ts';
import { english } from '../core/support/english.ts';
import { HOST_NETNS, inodes, nodeMembers, rows } from '../core/support/nodes.ts';
import { END_MARKER, joinBytes, octal, rawFile, rawHeader, rawLink } from '../core/support/raw-tar.ts';
import { createRecorder } from '../core/support/recorder.ts';
import { tcpTable } from '../core/support/tables.ts';
import { baseBundles } from './base-bundles.ts';
import { ARCHIVES, type ArchiveCase } from './corpus/archives.ts';
import { TEXTS } from './corpus/texts.ts';
import { HOSTILE_STRINGS } from './hostile-strings.ts';
import { errorFault, findFault, renderAll } from './oracles.ts';
import { packPieces } from './pack-raw.ts';
import { settled } from './settle.ts';
import { indexFault, memberFault, readAlone } from './tar-oracle.ts';

const UID = 'cef93934-6214-4ba6-907b-c562e50cedf2';

for (const each of ARCHIVES) test(`archive: ${each.name}`, () => checkArchive(each));

async function checkArchive(each: ArchiveCase): Promise<void> {
  const bytes = each.make();
  const recorder = createRecorder();
  const options = each.limits === undefined ? {} : { limits: each.limits };
  if (each.error !== undefined) {
    const error = await settled(scanArchive(createSource({ bytes }), recorder.visitor, options)).catch(
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof BundleError, String(error));
    assert.equal(error.code, each.error);
    assert.match(error.message, each.said ?? /./);
    assert.equal(errorFault(error), null);
    return;
  }
  const { end, index } = await settled(scanArchive(createSource({ bytes }), recorder.visitor, options));
  const names = recorder.seen.map(({ kind, name }) => `${kind} ${name}`);
  assert.equal(names[0], 'file proc/uptime');
  assert.equal(names.includes('file proc/loadavg'), each.isReadOn, names.join(', ').slice(0, 500));
  const between = names.slice(1, each.isReadOn ? -1 : undefined);
  if (each.shown !== undefined && each.isReadOn) assert.deepEqual(between, each.shown);
  assert.equal(end.complete, each.said === null);
  assert.equal(end.problems.length, each.said === null ? 0 : 1);
  if (each.said !== null) assert.match(english(end.problems[0]?.message ?? ''), each.said);
  assert.ok(
    recorder.seen.every(({ complete }) => complete !== null),
    'every file is ended',
  );
  if (bytes[0] !== 0x1f && each.limits === undefined) {
    assert.equal(memberFault(recorder.seen, end.complete, await readAlone(bytes)), null);
    assert.equal(indexFault(index.files.values(), recorder.seen, bytes), null);
  }
  const analysis = await settled(analyze(createArchiveBundle('x', createSource({ bytes }), options)));
  assert.equal(findFault(analysis, renderAll(analysis)), null);
  assert.equal(analysis.report.coverage.truncated, each.said !== null);
}

function leakyNode(): readonly Member[] {
  return nodeMembers({
    namespaces: [
      { netns: HOST_NETNS, tcp: [] },
      { netns: 4026532000, tcp: rows(2000, 200, { state: 8, rx: 1 }) },
    ],
    processes: [
      { pid: 1, comm: 'init', namespace: 0 },
      { pid: 700, comm: 'leaky', namespace: 1, sockets: inodes(2000, 200), podUid: UID },
    ],
  });
}

for (const each of TEXTS) {
  test(`text: ${each.name} in place of ${each.member}`, async () => {
    const members = leakyNode().map(
      (member): Member => (member.name === each.member ? { name: member.name, text: each.make() } : member),
    );
    assert.ok(members.some(({ name }) => name === each.member));
    const analysis = await analyze(memoryBundle(members));
    assert.equal(findFault(analysis, renderAll(analysis)), null);
    const said = analysis.report.problems.filter(({ entry }) => entry === each.member).map(({ message }) => message);
    if (each.said === null)
      assert.deepEqual(
        said.filter((message) => !/error of the shell|not a row/.test(english(message))),
        [],
      );
    else assert.match(english(said).join('\n'), each.said);
    // Whatever the text, the other files of the process still say how many sockets it holds.
    assert.equal(analysis.report.ledger.socketFds, 2000);
  });
}

for (const member of ['dmesg', 'proc/net/tcp', 'fds.txt', 'processes.txt', 'pods.txt', 'ss/ss-x.4026532000.txt']) {
  test(`text: a line of 100 MB in ${member} is passed over without being kept`, async () => {
    const size = 100 * 2 ** 20;
    const head = member.endsWith('s.txt') ? '==> /proc/1/fd <==\n' : '\n';
    const content = Buffer.alloc(size, head, 'latin1').fill('x', head.length);
    const bytes = gzipSync(joinBytes([rawHeader({ name: member, size: octal(size) }), content, END_MARKER]), {
      level: 1,
    });
    const analysis = await analyze(createArchiveBundle('x', createSource({ bytes })));
    assert.equal(analysis.report.bundle.entries, 1);
    assert.equal(findFault(analysis, renderAll(analysis)), null);
  });
}

/** The same hostile string in each place that a bundle names something. */
function withString(hostile: string): readonly Member[] {
  return [
    ...leakyNode().map((member): Member => {
      if (member.name === 'proc/700/comm') return { name: member.name, text: `${hostile}\n` };
      return member.name === 'dmesg' ? { name: 'dmesg', text: `[ 1.0] TCP: out of memory ${hostile}\n` } : member;
    }),
    { name: 'proc/700/cmdline', text: `${hostile}\0${hostile}` },
    { name: 'hostname', text: hostile },
    { name: 'meta.json', text: JSON.stringify({ hostname: hostile, kernel: hostile, captured_at: hostile }) },
    { name: `var/log/pods/${hostile}_${hostile}_${UID}/${hostile}/0.log`, text: '' },
    { name: 'proc/5/cgroup', text: `0::/system.slice/${hostile}.service\n` },
    { name: 'proc/5/fd/1', link: hostile },
    { name: `proc/sys/net/ipv4/${hostile}`, text: hostile },
    { name: `sys/fs/cgroup/kubepods/pod${UID}/${hostile}/memory.stat`, text: `sock ${hostile}\n` },
    { name: `${hostile}/proc/9/comm`, text: hostile },
    { name: 'proc/6/net/sockstat', text: `${hostile}: ${hostile} ${hostile}\n` },
    { name: 'netns/4026532900/path', text: hostile },
    { name: 'netns/4026532900/net/sockstat', text: 'TCP: inuse 1 orphan 0 tw 0 alloc 1 mem 1\n' },
    {
      name: 'crictl-pods.json',
      text: JSON.stringify({ items: [{ id: hostile, metadata: { name: hostile, uid: UID } }] }),
    },
    {
      name: 'manifest.json',
      text: JSON.stringify({ format: 'sockscope-bundle', items: [{ item: hostile, state: 'failed', note: hostile }] }),
    },
  ];
}

for (const hostile of HOSTILE_STRINGS) {
  test(`screen: ${JSON.stringify(hostile)} is text in every form of the report and in the page`, async () => {
    const analysis = await analyze(
      memoryBundle(withString(hostile), { name: hostile.replaceAll(/[\u0000-\u001f]/g, '') }),
    );
    const excerpts = analysis.report.findings.flatMap(({ evidence }) =>
      evidence.map((place) => ({ entry: place.entry, startLine: place.startLine, lines: [hostile, '```', hostile] })),
    );
    assert.equal(findFault(analysis, renderAll(analysis, excerpts)), null);
  });
}

test('files of a namespace without a number are those of none', async () => {
  const text = tcpTable(rows(2, 950, { state: 8 }));
  const analysis = await analyze(memoryBundle([{ name: 'netns/0/net/tcp', text }]));
  assert.equal(findFault(analysis, renderAll(analysis)), null);
});

test('links that chunks end in are those of their own node and folder', async () => {
  const bytes = joinBytes([
    rawFile('a/proc/1/comm', 'x\n'),
    ...['a/proc/1/fd/1', 'b/proc/1/fd/1', 'b/proc/1/fd/2'].map((name, i) => rawLink(name, `socket:[${i + 1}]`)),
    END_MARKER,
  ]);
  for (const chunkBytes of [513, 520, 600, 1000, 4096]) {
    const bundle = createArchiveBundle('x', createSource({ bytes }), { chunkBytes });
    const { report } = await analyze(bundle);
    assert.equal(report.ledger.socketFds, 1, `chunks of ${chunkBytes}`);
    assert.deepEqual(
      [...bundle.index().linkFolders.values()].map(({ folder, count }) => [folder, count]),
      [
        ['a/proc/1/fd', 1],
        ['b/proc/1/fd', 2],
      ],
    );
  }
});

test('a bundle cut at 80 % gives the findings of those 80 %, and says so', async () => {
  for (const name of ['leak-closewait-k6.1', 'orphans-k6.1']) {
    const bytes = fixtureBytes(name);
    const cut = bytes.subarray(0, Math.floor(bytes.length * 0.8));
    const recorder = createRecorder();
    await scanArchive(createSource({ bytes: cut }), recorder.visitor);
    const members = recorder.seen
      .filter(({ complete }) => complete === true)
      .map(({ kind, name, text }): Member => {
        if (kind === 'link') return { name, link: text };
        return kind === 'directory' ? { name, directory: true } : { name, text };
      });
    const { report } = await analyze(createArchiveBundle('x', createSource({ bytes: cut })));
    const expected = (await analyze(memoryBundle(members, { name: 'x', complete: false }))).report;
    assert.deepEqual(
      report.findings.map(({ ruleId, subjects }) => [ruleId, subjects]),
      expected.findings.map(({ ruleId, subjects }) => [ruleId, subjects]),
    );
    assert.ok(members.length > 500 && report.findings.length > 0, name);
    assert.equal(report.coverage.truncated, true);
    assert.match(report.problems.map(({ message }) => english(message)).join('\n'), /the archive is cut/);
  }
});

test('a bundle cut at every 512 bytes is read up to there, and never said to be whole', async () => {
  for (const { members } of (await baseBundles()).slice(2)) {
    const tar = joinBytes(packPieces(members, () => 0));
    const all = createRecorder();
    await scanArchive(createSource({ bytes: joinBytes([tar, END_MARKER]) }), all.visitor);
    for (let cut = 512; cut < tar.length; cut += 512) {
      const part = createRecorder();
      const { end } = await settled(scanArchive(createSource({ bytes: tar.subarray(0, cut) }), part.visitor));
      assert.equal(end.complete, false, `cut at ${cut}`);
      const done = part.seen.filter(({ complete }) => complete === true);
      assert.deepEqual(done, all.seen.slice(0, done.length), `cut at ${cut}`);
      assert.ok(part.seen.length - done.length <= 1, `cut at ${cut}`);
    }
  }
});

test('of a gzip with one bit flipped, what lies before the damage is analysed', async () => {
  const bytes = new Uint8Array(fixtureBytes('orphans-k6.1'));
  const at = Math.floor(bytes.length * 0.8);
  bytes[at] = (bytes[at] ?? 0) ^ 16;
  const readIn = async (chunkBytes: number) =>
    (await scanArchive(createSource({ bytes }), createRecorder().visitor, { chunkBytes })).end.bytes;
  const inSmall = await readIn(1024);
  const { end } = await scanArchive(createSource({ bytes }), createRecorder().visitor);
  assert.ok(end.bytes >= inSmall - 4096, `${end.bytes} of ${inSmall} bytes that can be unpacked`);
});
