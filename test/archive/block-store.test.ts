import assert from 'node:assert/strict';
import test from 'node:test';
import { gzipSync } from 'node:zlib';
import { createBlockStore } from '../../src/archive/block-store.ts';
import { readExcerpts } from '../../src/archive/excerpts.ts';
import { createPacker } from '../../src/archive/pack.node.ts';
import { readLinks, readMember } from '../../src/archive/read-entry.ts';
import { scanArchive } from '../../src/archive/scan-archive.ts';
import { createSource } from '../../src/archive/source.node.ts';
import { packTar } from '../core/support/bundles.ts';
import { FIXTURES, fixtureMembers } from '../core/support/corpus.ts';
import { createRandom } from '../core/support/random.ts';
import { createRecorder } from '../core/support/recorder.ts';

const PACKER = createPacker();

/** Bytes that do not pack well, so that the packed size is near theirs. */
function noise(bytes: number): Uint8Array {
  const random = createRandom(5);
  return Uint8Array.from({ length: bytes }, () => random(256));
}

async function stored(store: ReturnType<typeof createBlockStore>['store'], from: number, to: number) {
  const parts: Uint8Array[] = [];
  for await (const piece of store.pieces(from, to)) parts.push(piece.slice());
  return Buffer.concat(parts);
}

/** A tar of one file, because whatever is stored must be an archive. */
const archiveOf = (bytes: Uint8Array) => packTar([{ name: 'noise', text: bytes }]);

test('any stretch of the archive is given back, wherever it lies in the blocks', async () => {
  const tar = await archiveOf(noise(50_000));
  for (const bytes of [tar, gzipSync(tar)]) {
    const { store, filled } = createBlockStore(createSource({ bytes }), tar.length, PACKER, { blockBytes: 1000 });
    await filled;
    assert.ok(store.has(tar.length));
    for (const [from, to] of [
      [0, tar.length],
      [0, 1],
      [999, 1001],
      [1000, 2000],
      [1500, 9999],
      [tar.length - 3, tar.length],
      [7, 7],
    ] as const) {
      assert.deepEqual(await stored(store, from, to), Buffer.from(tar.subarray(from, to)), `${from} to ${to}`);
    }
  }
});

test('beyond its limit nothing is stored, and it is not said to be', async () => {
  const tar = await archiveOf(noise(50_000));
  const { store, filled } = createBlockStore(createSource({ bytes: tar }), tar.length, PACKER, {
    blockBytes: 1000,
    maxBytes: 10_000,
  });
  await filled;
  assert.ok(!store.has(tar.length) && !store.has(20_000) && store.has(9000));
  assert.deepEqual(await stored(store, 3000, 9000), Buffer.from(tar.subarray(3000, 9000)));
});

test('what lies behind the end that was read is not stored', async () => {
  const tar = await archiveOf(noise(50_000));
  const { store, filled } = createBlockStore(createSource({ bytes: tar }), 4100, PACKER, { blockBytes: 1000 });
  await filled;
  assert.ok(store.has(4100) && !store.has(4101));
  assert.deepEqual(await stored(store, 4000, 4100), Buffer.from(tar.subarray(4000, 4100)));
});

test('of a cut archive what could be unpacked is stored, and nothing fails', async () => {
  const tar = await archiveOf(noise(50_000));
  const packed = gzipSync(tar);
  const bytes = packed.subarray(0, packed.length >> 1);
  const { store, filled } = createBlockStore(createSource({ bytes }), tar.length, PACKER, { blockBytes: 1000 });
  await filled;
  assert.ok(store.has(20_000) && !store.has(40_000));
  assert.deepEqual(await stored(store, 0, 20_000), Buffer.from(tar.subarray(0, 20_000)));
});

test('where nothing can be packed nothing is stored', async () => {
  const tar = await archiveOf(noise(50_000));
  const { store, filled } = createBlockStore(createSource({ bytes: tar }), tar.length, null);
  await filled;
  assert.ok(!store.has(1));
});

test('a source that is no archive any more leaves it empty', async () => {
  const { store, filled } = createBlockStore(createSource({ path: '/nowhere/bundle.tar.gz' }), 1000, PACKER);
  await filled;
  assert.ok(!store.has(1));
});

for (const name of FIXTURES.slice(0, 3)) {
  test(`${name}: entries are the same from the store as from the archive`, async () => {
    const tar = await packTar(await fixtureMembers(name));
    const source = createSource({ bytes: gzipSync(tar) });
    const { index } = await scanArchive(source, { ...createRecorder().visitor, file: () => undefined });
    const { store, filled } = createBlockStore(source, tar.length, PACKER, { blockBytes: 4096 });
    await filled;
    const gone = createSource({ bytes: new Uint8Array(0) });
    const random = createRandom(3);
    const some = <T>(all: Iterable<T>) => [...all].filter(() => random(12) === 0);
    for (const member of some(index.files.values()))
      assert.deepEqual(await readMember(gone, member, { store }), await readMember(source, member), member.name);
    for (const folder of some(index.linkFolders.values()))
      assert.equal(await readLinks(gone, folder, { store }), await readLinks(source, folder), folder.folder);
    const places = [3, 40].map((line) => ({ entry: 'dmesg', startLine: line, endLine: line + 2, note: '' }));
    assert.deepEqual(await readExcerpts(gone, index, places, store), await readExcerpts(source, index, places));
  });
}
