/** What a bundle can make the analysis keep has an end. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { analyze } from '../../../src/core/analyze.ts';
import { createCollector } from '../../../src/core/collect/collect.ts';
import { memoryBundle } from '../support/bundles.ts';
import { english } from '../support/english.ts';
import { shuffled } from '../support/random.ts';
import { block, ROOT } from '../support/sockscope.ts';

test('folders of more nodes than any archive has are not kept', async () => {
  const collector = createCollector();
  const nodes = Array.from({ length: 3000 }, (_, i) => ({ name: `n${i}/proc/1/fd/1`, link: 'socket:[1]' }));
  await memoryBundle(nodes).visit(collector.visitor);
  const found = collector.finish();
  assert.deepEqual([found.nodes.length, found.beyondLimit.length], [100, 900]);
});

const SHELL_ERROR = 'cat: x: No such file or directory';

test('a thousand problems are told, and how many more there are', async () => {
  const sysctls = Array.from({ length: 3000 }, (_, i) => ({ name: `proc/sys/net/core/x${i}`, text: SHELL_ERROR }));
  const { report } = await analyze(memoryBundle(sysctls));
  assert.equal(report.problems.length, 1001);
  assert.equal(english(report.problems.at(-1)?.message), '2,000 more problems are not listed');
});

const LIMITS = 'Max open files            many                 1048576              files     \n';

test('of the files of thousands of processes the first problems are told, and how many more there are', async () => {
  const blocks = Array.from({ length: 3000 }, (_, i) => block(`/proc/${i + 1}/limits`, `x\n${LIMITS}`));
  const { report } = await analyze(memoryBundle([{ name: `${ROOT}processes.txt`, text: blocks.join('') }]));
  const entry = `${ROOT}processes.txt`;
  assert.deepEqual(
    report.problems.slice(0, 5).map((problem) => [problem.entry, problem.line]),
    [3, 6, 9, 12, 15].map((line) => [entry, line]),
  );
  assert.deepEqual(english(report.problems.slice(5)), [
    { entry, line: 15, message: '2,995 more problems are not listed for files of this kind (limits).' },
  ]);
});

test('the problems that are told of many files are the same whatever the order of the files', async () => {
  const files = Array.from({ length: 300 }, (_, i) => [
    { name: `proc/${i + 1}/status`, text: i % 2 === 0 ? 'Name:\tx\nPPid:\tx\n' : SHELL_ERROR },
    { name: `proc/${i + 1}/cgroup`, text: 'oops\n'.repeat(i) },
    { name: `proc/${i + 1}/fdinfo/3`, text: 'pos:\t0\nscm_fds: x\n' },
    { name: `proc/${i + 1}/net/arp`, text: 'oops\n' },
    { name: `sys/fs/cgroup/kubepods/${i}/memory.stat`, text: 'oops\n' },
    { name: `proc/${i + 1}/ns/net`, link: 'mnt:[5]' },
  ]).flat();
  const { problems } = (await analyze(memoryBundle(files))).report;
  assert.equal(problems.length, 6 * 6);
  for (const seed of [1, 2, 3])
    assert.deepEqual((await analyze(memoryBundle(shuffled(files, seed)))).report.problems, problems);
});

test('a process or a cgroup that ended while it was read leaves an empty file, which is no problem', async () => {
  const files = ['stat', 'status', 'limits', 'cgroup', 'fdinfo/3'].map((file) => ({
    name: `proc/7/${file}`,
    text: '',
  }));
  const stat = { name: 'sys/fs/cgroup/kubepods/x/memory.stat', text: '' };
  assert.deepEqual((await analyze(memoryBundle([...files, stat]))).report.problems, []);
});
