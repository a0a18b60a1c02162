/** What a bundle can make the analysis keep has an end. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { analyze } from '../../../src/core/analyze.ts';
import { createCollector } from '../../../src/core/collect/collect.ts';
import { memoryBundle } from '../support/bundles.ts';
import { block, ROOT } from '../support/sockscope.ts';

test('folders of more nodes than any archive has are not kept', async () => {
  const collector = createCollector();
  const nodes = Array.from({ length: 3000 }, (_, i) => ({ name: `n${i}/proc/1/fd/1`, link: 'socket:[1]' }));
  await memoryBundle(nodes).visit(collector.visitor);
  assert.equal(collector.finish().otherRoots.length, 999);
});

test('a thousand problems are told, and how many more there are', async () => {
  const blocks = Array.from({ length: 3000 }, (_, i) =>
    block(`/proc/${i + 1}/comm`, 'cat: x: No such file or directory'),
  );
  const { report } = await analyze(memoryBundle([{ name: `${ROOT}processes.txt`, text: blocks.join('') }]));
  assert.equal(report.problems.length, 1001);
  assert.equal(report.problems.at(-1)?.message, '2000 more problems are not listed');
});
