import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import test from 'node:test';
import { analyze } from '../../../src/core/analyze.ts';
import { buildOomVictims } from '../../../src/core/facts/oom-victims.ts';
import type { Subject } from '../../../src/core/report/report.ts';
import { type Member, memoryBundle } from '../support/bundles.ts';
import { HOST_NETNS, nodeMembers } from '../support/nodes.ts';

const UID = 'cef93934-6214-4ba6-907b-c562e50cedf2';
const LOGS: Member = { name: `var/log/pods/shop_web-1_${UID}/app/0.log`, text: '' };

async function victims(dmesg: string, more: readonly Member[] = []): Promise<readonly Subject[] | null> {
  const members = nodeMembers({
    namespaces: [{ netns: HOST_NETNS }],
    processes: [{ pid: 1, comm: 'init', namespace: 0 }],
    dmesg,
  });
  return buildOomVictims((await analyze(memoryBundle([...members, ...more]))).snapshot);
}

function killed(pid: number, comm: string, what = 'Memory cgroup out of memory: Killed process'): string {
  return `[ 9.100000] ${what} ${pid} (${comm}) total-vm:10kB, anon-rss:1kB, UID:0 pgtables:9kB oom_score_adj:0\n`;
}

function groupOf(pid: number, path: string): string {
  return `[ 9.000000] oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=x,mems_allowed=0,oom_memcg=/kubepods.slice,task_memcg=${path},task=java,pid=${pid},uid=0\n`;
}

const PATH = `/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${UID.replaceAll('-', '_')}.slice/cri-containerd-${'ab'.repeat(32)}.scope`;

test('a victim is named with its pod, which the line of the cgroup beside it tells', async () => {
  assert.deepEqual(await victims(groupOf(4242, PATH) + killed(4242, 'java'), [LOGS]), [
    { kind: 'process', pid: 4242, comm: 'java', podUid: UID, pod: 'web-1', podNamespace: 'shop' },
  ]);
});

test('a pod whose name is not known is told by its uid', async () => {
  assert.deepEqual(await victims(groupOf(4242, PATH) + killed(4242, 'java')), [
    { kind: 'process', pid: 4242, comm: 'java', podUid: UID },
  ]);
});

test('the cgroup of another victim, or of no pod, gives no pod', async () => {
  const bare = [{ kind: 'process', pid: 4242, comm: 'java' }];
  assert.deepEqual(await victims(groupOf(99, PATH) + killed(4242, 'java')), bare);
  assert.deepEqual(await victims(groupOf(4242, '/system.slice/a.service') + killed(4242, 'java')), bare);
  assert.deepEqual(await victims(killed(4242, 'java')), bare);
});

test('kills for lack of RAM name their victim too, in the words of any kernel', async () => {
  for (const what of ['Out of memory: Killed process', 'Out of memory: Kill process', 'Killed process'])
    assert.deepEqual(await victims(killed(7, 'etcd', what)), [{ kind: 'process', pid: 7, comm: 'etcd' }], what);
});

test('the two lines that old kernels print of one kill are one victim', async () => {
  const log = '[ 9.1] Out of memory: Kill process 7 (etcd) score 900 or sacrifice child\n';
  assert.deepEqual(await victims(log + killed(7, 'etcd', 'Killed process')), [
    { kind: 'process', pid: 7, comm: 'etcd' },
  ]);
});

test('several victims come in the order of the log', async () => {
  const log = killed(900, 'b') + killed(5, 'a') + killed(40, 'c');
  assert.deepEqual(
    (await victims(log))?.map((victim) => victim.pid),
    [900, 5, 40],
  );
});

test('control characters in a name do not reach the report', async () => {
  const [victim] = (await victims(killed(7, 'a\u202eb\u0007c'))) ?? [];
  assert.equal(victim?.comm, 'a\ufffdb\ufffdc');
});

test('where only the last line of a report is left, the process tells the pod if it is still there', async () => {
  const other: readonly Member[] = [
    LOGS,
    { name: 'proc/4242/comm', text: 'java\n' },
    { name: 'proc/4242/cgroup', text: `0::${PATH}\n` },
  ];
  assert.deepEqual(await victims(killed(4242, 'java'), other), [
    { kind: 'process', pid: 4242, comm: 'java', podUid: UID, pod: 'web-1', podNamespace: 'shop' },
  ]);
  assert.deepEqual(
    await victims(killed(4242, 'nginx'), other),
    [{ kind: 'process', pid: 4242, comm: 'nginx' }],
    'another process has the number now',
  );
});

test('the second line of an old kernel loses nothing of the first, however far away it is', async () => {
  const log =
    groupOf(7, PATH) +
    '[ 9.1] Memory cgroup out of memory: Kill process 7 (etcd) score 900 or sacrifice child\n' +
    '[ 9.1] eth0: link up\n'.repeat(9) +
    killed(7, 'etcd', 'Killed process');
  assert.deepEqual(await victims(log), [{ kind: 'process', pid: 7, comm: 'etcd', podUid: UID }]);
});

test('victims are of this boot, however many an earlier one had', async () => {
  const earlier = Array.from({ length: 300 }, (_, i) => killed(i + 1, 'old')).join('');
  const boot = '[ 0.000000] Linux version 6.1.0 (a@b) #1 SMP\n';
  const found = await victims(boot + earlier + boot + killed(7, 'etcd'));
  assert.deepEqual(found, [{ kind: 'process', pid: 7, comm: 'etcd' }]);
});

test('two processes that had one number one after the other are two victims', async () => {
  const names = (await victims(killed(7, 'etcd') + killed(7, 'java')))?.map(({ comm }) => comm);
  assert.deepEqual(names, ['etcd', 'java']);
});

test('in every form of the log the last line of the report is enough', async () => {
  const folder = new URL('../../fixtures/logs/', import.meta.url);
  const expected = [{ kind: 'process', pid: 4242, comm: 'java' }];
  let forms = 0;
  for (const name of readdirSync(folder)) {
    const log = readFileSync(new URL(name, folder), 'utf8');
    const last = log.split('\n').find((line) => line.includes('Killed process 4242'));
    if (last === undefined) continue;
    forms++;
    assert.deepEqual(await victims(log), expected, name);
    assert.deepEqual(await victims(last), expected, `${name}: the last line`);
  }
  assert.ok(forms > 20);
});

test('a log without a kill has no victims, and without a log nothing is known', async () => {
  assert.deepEqual(await victims('[ 1.0] TCP: out of memory -- consider tuning tcp_mem\n'), []);
  const members: readonly Member[] = [{ name: 'proc/version', text: 'Linux version 6.1.0\n' }];
  assert.equal(buildOomVictims((await analyze(memoryBundle(members))).snapshot), null);
});

test('the UID that Linux 2.6.32 writes before the name hides no victim', async () => {
  const line = '[ 9.1] Killed process 7, UID 48, (etcd) total-vm:10kB, anon-rss:1kB, file-rss:0kB\n';
  assert.deepEqual(await victims(line), [{ kind: 'process', pid: 7, comm: 'etcd' }]);
});
