import assert from 'node:assert/strict';
import test from 'node:test';
import { scanArchive } from '../../src/archive/scan-archive.ts';
import { createSource } from '../../src/archive/source.node.ts';
import { buildEntryTree, findNode, findPart, findPlace, listFolder } from '../../src/worker/entry-tree.ts';
import { END_MARKER, joinBytes, rawFile, rawLink } from '../core/support/raw-tar.ts';
import { createRecorder } from '../core/support/recorder.ts';

type Part = readonly [name: string, link?: string];

async function treeOf(...parts: readonly Part[]) {
  const members = parts.map(([name, link]) => (link === undefined ? rawFile(name, 'x') : rawLink(name, link)));
  const { index } = await scanArchive(
    createSource({ bytes: joinBytes([...members, END_MARKER]) }),
    createRecorder().visitor,
  );
  return buildEntryTree(index);
}

function namesIn(tree: Awaited<ReturnType<typeof treeOf>>, path: string): readonly string[] {
  const node = findNode(tree, path);
  assert.ok(node?.kind === 'folder', path);
  return listFolder(node).entries.map(({ name, kind }) => (kind === 'file' ? name : `${name} (${kind})`));
}

test('folders come first, and numbers in names count by their value', async () => {
  const tree = await treeOf(
    ['proc/uptime'],
    ['proc/10/comm'],
    ['proc/9/comm'],
    ['dmesg'],
    ['proc/9/fd/3', 'socket:[1]'],
  );
  assert.deepEqual(namesIn(tree, ''), ['proc (folder)', 'dmesg']);
  assert.deepEqual(namesIn(tree, 'proc'), ['9 (folder)', '10 (folder)', 'uptime']);
  assert.deepEqual(namesIn(tree, 'proc/9'), ['comm', 'fd (links)']);
});

test('a folder of links that holds files too keeps both', async () => {
  for (const parts of [
    [['a/link', 'x'], ['a/file']],
    [['a/file'], ['a/link', 'x']],
  ] as const)
    assert.deepEqual(namesIn(await treeOf(...parts), 'a'), ['(links) (links)', 'file']);
});

test('no name climbs out of the tree', async () => {
  const tree = await treeOf(['../../etc/passwd'], ['/etc/shadow'], ['./a/../b']);
  assert.deepEqual(namesIn(tree, ''), ['(..) (folder)', 'a (folder)', 'etc (folder)']);
  assert.equal(findNode(tree, '../../etc/passwd'), undefined);
  assert.equal(findNode(tree, '(..)/(..)/etc/passwd')?.kind, 'file');
});

test('an entry of evidence is found as a file, or as a line of the listing of its folder', async () => {
  const tree = await treeOf(
    ['proc/1/comm'],
    ['proc/1/fd/3', 'socket:[1]'],
    ['proc/1/ns/net', 'net:[1]'],
    ['proc/1/ns/x'],
  );
  assert.deepEqual(findPlace(tree, 'proc/1/comm', 7), { path: 'proc/1/comm', link: null, firstLine: 1 });
  assert.deepEqual(findPlace(tree, './proc/1/fd/3', 7), { path: 'proc/1/fd', link: '3', firstLine: 1 });
  assert.deepEqual(findPlace(tree, 'proc/1/ns/net', 7), { path: 'proc/1/ns/(links)', link: 'net', firstLine: 1 });
  assert.equal(findPlace(tree, 'proc/2/comm', 7), null);
});

test('of a folder without end only so many names are listed, and the rest is counted', async () => {
  const tree = await treeOf(...Array.from({ length: 20_005 }, (_, i): Part => [`a/${i}`]));
  const node = findNode(tree, 'a');
  assert.ok(node?.kind === 'folder');
  const { entries, more } = listFolder(node);
  assert.deepEqual([entries.length, more, entries.at(-1)?.name], [20_000, 5, '19999']);
});

test('of an entry that is too large for a document the lines around a place are one', async () => {
  const text = Buffer.alloc(50 << 20, `${'x'.repeat(99)}\n`);
  const bytes = joinBytes([rawFile('dmesg', text), rawFile('dmesg.lines-1-9', 'own'), END_MARKER]);
  const { index } = await scanArchive(createSource({ bytes }), createRecorder().visitor);
  const tree = buildEntryTree(index);
  const place = { path: 'dmesg.lines-40001-60000', link: null, firstLine: 40_001 };
  for (const line of [40_001, 60_000]) assert.deepEqual(findPlace(tree, 'dmesg', line), place);
  const part = findPart(tree, place.path);
  assert.deepEqual([part?.member.name, part?.start, part?.end], ['dmesg', 40_001, 60_000]);
  assert.equal(findNode(tree, 'dmesg.lines-1-9')?.kind, 'file', 'an entry of that name is itself');
  for (const path of ['dmesg.lines-1', 'other.lines-1-2', '.lines-1-2']) assert.equal(findPart(tree, path), undefined);
});
