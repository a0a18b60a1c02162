import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { analyze } from '../../../src/core/analyze.ts';
import { findCgroups } from '../../../src/core/editor/log-cgroup-names.ts';
import { cgroupPlaces } from '../../../src/core/editor/log-cgroups.ts';
import { memoryBundle, toMembers } from '../support/bundles.ts';
import { analyzeFixture } from '../support/corpus.ts';

const POD = '/kubepods/burstable/pod11111111-2222-3333-4444-555555555555';
const ID = '0123456789abcdef'.repeat(4);
const CONTAINER = `${POD}/${ID}`;

test('every path of a real report of the OOM killer is found where it stands', () => {
  const report = readFileSync(new URL('../../fixtures/logs/report-oom-kill.dmesg', import.meta.url), 'utf8');
  const found = report.split('\n').flatMap((line) =>
    findCgroups(line).map(({ path, start, end }) => {
      assert.equal(line.slice(start, end), path);
      return path;
    }),
  );
  assert.deepEqual(found, Array(3).fill(`${POD}/c0ffee`));
});

for (const [form, line, paths] of [
  ['Linux 2.6.30 to 4.18', `Task in ${CONTAINER} killed as a result of limit of ${POD}`, [CONTAINER, POD]],
  ['a group that is killed', `Tasks in ${POD} are going to be killed due to memory.oom.group set`, [POD]],
  ['a path with a colon', `oom-kill:constraint=X,task_memcg=/a.slice:cri:${ID},task=x`, [`/a.slice:cri:${ID}`]],
  ['the root', 'oom-kill:constraint=CONSTRAINT_NONE,task_memcg=/,task=java,pid=123,uid=0', []],
  ['no cgroup', 'Memory cgroup out of memory: Killed process 123 (java)', []],
] as const) {
  test(`the cgroups of a line: ${form}`, () => {
    assert.deepEqual(
      findCgroups(`[   10.000000] ${line}`).map(({ path }) => path),
      paths,
    );
  });
}

test('a long line of nothing but cgroups is cut', () => {
  assert.ok(findCgroups(' limit of /a'.repeat(100_000)).length <= 8);
});

const members = {
  'proc/uptime': '20 1\n',
  'proc/7/comm': 'pause\n',
  'proc/7/cgroup': `0::${POD}/${'f'.repeat(64)}\n`,
  'proc/42/comm': 'java\n',
  'proc/42/cgroup': `12:pids:/\n11:memory:${CONTAINER}\n10:cpu:${CONTAINER}\n`,
  'proc/43/comm': 'java\n',
  'proc/43/cgroup': `0::${CONTAINER}\n`,
  'proc/50/comm': 'kubelet\n',
  'proc/50/cgroup': '0::/system.slice/kubelet.service\n',
  'proc/51/comm': 'init\n',
  'proc/51/cgroup': '0::/\n',
};

test('a cgroup leads to the first line that holds it, of its first process, and the pod to any of its containers', async () => {
  const { snapshot } = await analyze(memoryBundle(toMembers(members)));
  const places = new Map(cgroupPlaces(snapshot.processes).map((place) => [place.path, place]));
  const told = (path: string) => {
    const place = places.get(path);
    return place === undefined ? null : [place.entry, place.line, place.subject.pid, place.processes];
  };
  assert.deepEqual(told(CONTAINER), ['proc/42/cgroup', 2, 42, 2]);
  assert.deepEqual(told(POD), ['proc/7/cgroup', 1, 7, 3]);
  assert.deepEqual(told('/system.slice/kubelet.service'), ['proc/50/cgroup', 1, 50, 1]);
  for (const path of ['/', '', '/kubepods', '/kubepods/burstable', '/system.slice']) assert.equal(told(path), null);
});

test('of a real node every container has its place, with the name of its pod', async () => {
  const { snapshot } = await analyzeFixture('leak-closewait-k6.1');
  const places = cgroupPlaces(snapshot.processes);
  const leaky = places.find(({ subject, path }) => subject.pid === 185 && path.endsWith('.scope'));
  assert.deepEqual([leaky?.entry, leaky?.line], ['proc/185/cgroup', 1]);
  assert.match(leaky?.subject.pod ?? '', /^live-stream-/);
});
