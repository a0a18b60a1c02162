import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { gzipSync } from 'node:zlib';
import type { BundleSource } from '../../src/archive/bundle-source.ts';
import { DEFAULT_LIMITS } from '../../src/archive/limits.ts';
import type { LinkFolder, MemberIndex } from '../../src/archive/member-index.ts';
import { readLinks, readMember, readMemberLines } from '../../src/archive/read-entry.ts';
import { scanArchive } from '../../src/archive/scan-archive.ts';
import { createSource } from '../../src/archive/source.node.ts';
import { packTar, packTarGz, toMembers } from '../core/support/bundles.ts';
import { FIXTURES, fixtureBytes, fixtureMembers, fixturePath } from '../core/support/corpus.ts';
import { END_MARKER, gnuLong, joinBytes, paxHeader, rawFile, rawLink } from '../core/support/raw-tar.ts';
import { createRecorder } from '../core/support/recorder.ts';

async function indexOf(source: BundleSource): Promise<MemberIndex> {
  const { index } = await scanArchive(source, { ...createRecorder().visitor, file: () => undefined });
  return index;
}

for (const name of FIXTURES) {
  test(`${name}: the index has every file, at the place where its bytes are`, async () => {
    const bytes = await packTar(await fixtureMembers(name));
    const index = await indexOf(createSource({ bytes }));
    const members = await fixtureMembers(name);
    const files = members.filter((member) => 'text' in member);
    assert.equal(index.files.size, files.length);
    for (const member of files) {
      const place = index.files.get(member.name);
      assert.ok(place !== undefined, member.name);
      const body = bytes.subarray(place.offset, place.offset + place.sizeBytes);
      assert.ok(Buffer.compare(body, Buffer.from('text' in member ? member.text : '')) === 0, member.name);
    }
  });
}

test('readMember gives the very bytes that tar xO gives', async () => {
  const name = 'slow-peer-k6.1';
  const source = createSource({ path: fixturePath(name) });
  const folder = mkdtempSync(join(tmpdir(), 'sockscope-'));
  try {
    execFileSync('tar', ['xzf', fixturePath(name), '-C', folder]);
    const index = await indexOf(source);
    assert.ok(index.files.size > 100);
    const chosen = [...index.files.values()].filter((_, i) => i % 9 === 0 || i >= index.files.size - 3);
    for (const member of chosen) {
      const expected = readFileSync(join(folder, member.name));
      assert.ok(Buffer.compare(await readMember(source, member), expected) === 0, member.name);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('readLinks gives the links of one folder, sorted by number, and no other', async () => {
  const source = createSource({ bytes: fixtureBytes('leak-closed-held-k6.1') });
  const expected = (await fixtureMembers('leak-closed-held-k6.1'))
    .filter((member) => /^proc\/184\/fd\//.test(member.name))
    .map((member) => ({ fd: Number(member.name.split('/').at(-1)), target: 'link' in member ? member.link : '' }))
    .sort((a, b) => a.fd - b.fd)
    .map(({ fd, target }) => `${fd} -> ${target}\n`);
  assert.equal(expected.length, 1627);
  const { linkFolders } = await indexOf(source);
  assert.equal(await readLinks(source, folderIn(linkFolders, 'proc/184/fd')), expected.join(''));
  assert.ok(!linkFolders.has('proc/18/fd'), 'which begins like it');
});

test('the index counts the links of each folder', async () => {
  const { linkFolders } = await indexOf(createSource({ bytes: fixtureBytes('leak-closed-held-k6.1') }));
  assert.equal(linkFolders.get('proc/184/fd')?.count, 1627);
  assert.equal(linkFolders.get('proc/184/ns')?.count, 1);
});

test('links of one folder are found wherever they lie, with long names and with those of pax', async () => {
  const long = `/run/${'x'.repeat(200)}`;
  const bytes = joinBytes([
    gnuLong('K', long),
    rawLink('proc/1/fd/1', 'cut', { format: 'gnu' }),
    rawLink('proc/1/fd/2', 'two'),
    rawFile('proc/1/comm', 'x'),
    rawLink('proc/2/fd/1', 'other'),
    rawLink('proc/1/fd/3', 'three'),
    paxHeader({ linkpath: `${long}/pax` }),
    rawLink('proc/3/fd/1', 'cut'),
    rawLink('top', 'at the root'),
    END_MARKER,
  ]);
  for (const source of [createSource({ bytes }), createSource({ bytes: gzipSync(bytes) })]) {
    const { linkFolders } = await indexOf(source);
    const read = (folder: string) => readLinks(source, folderIn(linkFolders, folder));
    assert.equal(await read('proc/1/fd'), `1 -> ${long}\n2 -> two\n3 -> three\n`);
    assert.equal(await read('proc/2/fd'), '1 -> other\n');
    assert.equal(await read('proc/3/fd'), `1 -> ${long}/pax\n`);
    assert.equal(await read(''), 'top -> at the root\n');
  }
});

test('links are listed without control and direction characters', async () => {
  const bytes = await packTar(toMembers({ 'proc/1/fd/3': { link: '/tmp/\u202egpj.exe\u001b[2J' } }));
  const { linkFolders } = await indexOf(createSource({ bytes }));
  assert.equal(
    await readLinks(createSource({ bytes }), folderIn(linkFolders, 'proc/1/fd')),
    '3 -> /tmp/\ufffdgpj.exe\ufffd[2J\n',
  );
});

test('an empty file is read as empty, from gzip and from tar', async () => {
  const members = toMembers({ 'proc/empty': '', 'proc/after': 'x' });
  for (const bytes of [await packTar(members), await packTarGz(members)]) {
    const member = (await indexOf(createSource({ bytes }))).files.get('proc/empty');
    assert.ok(member !== undefined);
    assert.equal((await readMember(createSource({ bytes }), member)).length, 0);
  }
});

test('lines of a member are found wherever its pieces end, and only so many bytes of them are given', async () => {
  const lines = Array.from({ length: 60_000 }, (_, i) => `${i + 1} ${'.'.repeat(i % 80)}\n`);
  const bytes = await packTarGz(toMembers({ before: 'x', log: lines.join(''), after: 'y' }));
  const member = (await indexOf(createSource({ bytes }))).files.get('log');
  assert.ok(member !== undefined);
  const read = async (start: number, end: number, maxBytes = 1 << 30) =>
    new TextDecoder().decode(await readMemberLines(createSource({ bytes }), member, { start, end }, maxBytes));
  for (const [start, end] of [
    [1, 1],
    [1, 3],
    [25_000, 25_001],
    [59_999, 60_000],
    [100, 59_000],
  ] as const)
    assert.equal(await read(start, end), lines.slice(start - 1, end).join(''), `${start} to ${end}`);
  assert.equal(await read(60_000, 70_000), lines.at(-1));
  assert.equal(await read(60_002, 70_000), '');
  assert.equal((await read(100, 59_000, 5000)).length, 5000);
});

test('a member of a cut archive is given as far as it goes', async () => {
  const text = Array.from({ length: 40_000 }, (_, i) => `line ${(i * 7919) % 100_003}\n`).join('');
  const bytes = await packTarGz(toMembers({ 'proc/big': text }));
  const member = (await indexOf(createSource({ bytes }))).files.get('proc/big');
  assert.ok(member !== undefined);
  const part = await readMember(createSource({ bytes: bytes.subarray(0, bytes.length >> 1) }), member);
  assert.ok(part.length < text.length);
  assert.ok(text.startsWith(new TextDecoder().decode(part)));
});

test('a member above the limit is refused by its size alone', async () => {
  const member = { name: 'proc/huge', offset: 512, sizeBytes: DEFAULT_LIMITS.maxMemberBytes + 1 };
  await assert.rejects(readMember(createSource({ bytes: fixtureBytes('healthy-k6.1') }), member), {
    code: 'not-readable',
  });
});

test('reading a member or links can be cancelled', async () => {
  const source = createSource({ bytes: fixtureBytes('healthy-k6.1') });
  const member = [...(await indexOf(source)).files.values()].at(-1);
  assert.ok(member !== undefined);
  const { signal, abort } = abortedController();
  abort();
  await assert.rejects(readMember(source, member, { signal }), { code: 'cancelled' });
  await assert.rejects(readLinks(source, { folder: 'proc/1/fd', count: 1, start: 0, end: 1024 }, { signal }), {
    code: 'cancelled',
  });
});

function folderIn(folders: MemberIndex['linkFolders'], name: string): LinkFolder {
  const found = folders.get(name);
  assert.ok(found !== undefined, name);
  return found;
}

function abortedController(): { signal: AbortSignal; abort: () => void } {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}
