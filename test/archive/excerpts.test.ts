import assert from 'node:assert/strict';
import test from 'node:test';
import { readExcerpts } from '../../src/archive/excerpts.ts';
import { scanArchive } from '../../src/archive/scan-archive.ts';
import { createSource } from '../../src/archive/source.node.ts';
import { packTarGz, toMembers } from '../core/support/bundles.ts';
import { createRecorder } from '../core/support/recorder.ts';

const FILES = Object.fromEntries(
  Array.from({ length: 400 }, (_, i) => [
    `./proc/${i}/status`,
    `Name:\tp${i}\nPid:\t${i}\n${'pad\n'.repeat(i * 7)}last ${i}`,
  ]),
);

test('excerpts of hundreds of entries are the lines of each, in the order of the places', async () => {
  const source = createSource({ bytes: await packTarGz(toMembers(FILES)) });
  const { index } = await scanArchive(source, createRecorder().visitor);
  const places = Array.from({ length: 400 }, (_, at) => (at * 271) % 400).flatMap((i) => [
    { entry: `proc/${i}/status`, startLine: 2, endLine: 2 },
    { entry: `proc/${i}/status`, startLine: 3 + i * 7, endLine: 9 + i * 7 },
    { entry: `proc/${i}/fd/3`, startLine: 1, endLine: 1 },
  ]);
  const excerpts = await readExcerpts(source, index, places);
  assert.deepEqual(
    excerpts,
    places
      .filter(({ entry }) => entry.endsWith('status'))
      .map(({ entry, startLine }) => {
        const pid = Number(entry.split('/')[1]);
        return { entry, startLine, lines: [startLine === 2 ? `Pid:\t${pid}` : `last ${pid}`] };
      }),
  );
});

test('places of an archive that was cut are given as far as they go', async () => {
  const bytes = await packTarGz(toMembers(FILES));
  const { index } = await scanArchive(createSource({ bytes }), createRecorder().visitor);
  const places = [1, 399].map((i) => ({ entry: `proc/${i}/status`, startLine: 1, endLine: 1 }));
  const [first, last] = await readExcerpts(
    createSource({ bytes: bytes.subarray(0, bytes.length >> 1) }),
    index,
    places,
  );
  assert.deepEqual([first?.lines, last?.lines], [['Name:\tp1'], []]);
});
