/** Reports of many lines, as records of the scan, of the JSON report and of the Markdown. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { analyze } from '../../../src/core/analyze.ts';
import { findLogReports } from '../../../src/core/editor/log-reports.ts';
import { createLogScanner } from '../../../src/core/kernel-log/kernel-log.ts';
import { inChunks, memoryBundle, toBytes, toMembers } from '../support/bundles.ts';
import { outlineLog } from '../support/outline.ts';
import { rendered } from '../support/rendered.ts';

const DUMP = readFileSync(new URL('../../fixtures/logs/report-oom-kill.dmesg', import.meta.url), 'utf8').trimEnd();
const POD_UID = '11111111-2222-3333-4444-555555555555';
const CGROUP = `/kubepods/burstable/pod${POD_UID}/c0ffee`;
const PAGES = [
  '[ 10.0] nginx: page allocation failure: order:3, mode:0x40a20(GFP_ATOMIC|__GFP_COMP), nodemask=(null)',
  '[ 10.0] CPU: 3 PID: 77 Comm: nginx Not tainted 6.1.0 #1',
  '[ 10.0] Call Trace:',
  '[ 10.0]  dump_stack_lvl+0x44/0x5c',
  '[ 10.0] Mem-Info:',
  '[ 10.0] active_anon:1 inactive_anon:2 isolated_anon:0',
  '[ 10.0] 1234 total pagecache pages',
  '[ 12.0] TCP: out of memory -- consider tuning tcp_mem',
].join('\n');

function reportsOf(text: string, chunkBytes = 1 << 16) {
  const scanner = createLogScanner();
  for (const chunk of inChunks(toBytes(`${text}\n`), chunkBytes)) scanner.write(chunk);
  return scanner.end().reports;
}

test('a kill and a failed allocation are a record each, whatever the chunks are, and as the editor folds them', () => {
  const text = `[ 9.0] before\n${PAGES}\n${DUMP}\n[39236.600000] oom_reaper: reaped process 23829 (python3)\n[39300.0] after`;
  const killed = DUMP.split('\n').length;
  const expected = {
    records: [
      { kind: 'page-allocation-failure', line: 2, endLine: 8, pid: 77, comm: 'nginx', cgroup: null },
      { kind: 'oom-kill', line: 10, endLine: 10 + killed, pid: 23829, comm: 'python3', cgroup: CGROUP },
    ],
    more: 0,
  };
  for (const size of [1, 13, 512, 1 << 16]) assert.deepEqual(reportsOf(text, size), expected);
  const lines = text.split('\n');
  const found = findLogReports(lines.length, (line) => lines[line - 1] ?? '', outlineLog(lines).lines);
  assert.deepEqual(found, expected.records);
});

test('in JSON of the journal they are the same', () => {
  const records = DUMP.split('\n').map((line) =>
    JSON.stringify({ MESSAGE: line.replace(/^\[[ \d.]+\] /, ''), _TRANSPORT: 'kernel' }),
  );
  const [record] = reportsOf(records.join('\n')).records;
  assert.deepEqual([record?.line, record?.endLine, record?.pid, record?.cgroup], [1, records.length, 23829, CGROUP]);
});

test('of a kill whose beginning is lost there is a record too; both lines of an old kernel are one', () => {
  assert.deepEqual(reportsOf('[ 9.1] Out of memory: Killed process 7 (a b) total-vm:10kB').records, [
    { kind: 'oom-kill', line: 1, endLine: 1, pid: 7, comm: 'a b', cgroup: null },
  ]);
  const old = [
    '[ 9.1] java invoked oom-killer: gfp_mask=0x201da, order=0, oom_score_adj=0',
    '[ 9.1] java cpuset=/ mems_allowed=0',
    '[ 9.1] Out of memory: Kill process 4242 (java) score 900 or sacrifice child',
    '[ 9.1] eth0: link up',
    '[ 9.1] Killed process 4242 (java) total-vm:10kB, anon-rss:1kB, file-rss:0kB',
  ];
  assert.deepEqual(
    reportsOf(old.join('\n')).records.map(({ line, endLine, pid }) => [line, endLine, pid]),
    [[1, 5, 4242]],
  );
});

const killsOf = (count: number) =>
  Array.from({ length: count }, (_, i) => `[ 9.1] Out of memory: Killed process ${i} (x) total-vm:10kB`);

test('records of each kind are bounded, the others are counted', () => {
  const [failed = ''] = PAGES.split('\n');
  const { records, more } = reportsOf([...Array.from({ length: 1005 }, () => failed), ...killsOf(1020)].join('\n'));
  assert.equal(records.length, 2000);
  assert.equal(more, 25);
  assert.deepEqual(
    [999, 1000].map((at) => records[at]?.kind),
    ['page-allocation-failure', 'oom-kill'],
  );
});

test('the report has the first fifty records, and how many more there are', async () => {
  const { report } = await analyze(memoryBundle(toMembers({ dmesg: killsOf(1020).join('\n') })));
  assert.equal(report.log?.reports.length, 50);
  assert.equal(report.log?.moreReports, 970);
});

test('a kill takes no cgroup from the report of another victim, of which the end is lost', () => {
  const kill = '[ 9.2] Out of memory: Killed process 7 (etcd) total-vm:10kB';
  const [record] = reportsOf([...DUMP.split('\n').slice(0, -1), kill].join('\n')).records;
  assert.deepEqual([record?.line, record?.pid, record?.cgroup], [DUMP.split('\n').length, 7, null]);
});

test('neither a name with brackets nor one that looks like a pid hides who was killed', () => {
  const group = `[ 9.1] oom-kill:constraint=CONSTRAINT_NONE,task_memcg=${CGROUP},task=a,pid=1,pid=7,uid=0`;
  const [first] = reportsOf(`${group}\n[ 9.1] Out of memory: Killed process 7 (a,pid=1) total-vm:10kB`).records;
  assert.deepEqual([first?.comm, first?.cgroup], ['a,pid=1', CGROUP]);
  const [second] = reportsOf('[ 9.1] Out of memory: Killed process 7 ((sd-pam)) total-vm:10kB').records;
  assert.equal(second?.comm, '(sd-pam)');
});

test('a failed allocation without an end, with catalogued lines in it, takes time by its length', () => {
  const line = '[ 10.0]  TCP: out of memory -- consider tuning tcp_mem\n';
  const [first = ''] = PAGES.split('\n');
  const { records } = reportsOf(`${first}\n${line.repeat(100_000)}`);
  assert.deepEqual([records.length, records[0]?.endLine], [1, 20_000]);
});

test('the report has the pod and the time of each, and the Markdown a table whose cells cannot be broken', async () => {
  const hostile = DUMP.replaceAll('(python3)', '(a|b`c)');
  const { report } = await analyze(
    memoryBundle(
      toMembers({
        dmesg: `${PAGES}\n${hostile}\n`,
        'proc/stat': 'cpu  1 2 3\nbtime 1795334400\n',
        'proc/77/comm': 'nginx\n',
        'proc/77/cgroup': `0::/kubepods/pod${POD_UID.replace('1111', '9999')}/x\n`,
        [`var/log/pods/shop_web-0_${POD_UID}/web/0.log`]: 'x\n',
      }),
    ),
  );
  const [pages, kill] = report.log?.reports ?? [];
  assert.deepEqual(
    [pages?.kind, pages?.podUid, pages?.pod, pages?.seconds],
    ['page-allocation-failure', POD_UID.replace('1111', '9999'), null, 10],
  );
  assert.deepEqual(
    [kill?.podNamespace, kill?.pod, kill?.cgroup, kill?.comm, kill?.unixSeconds],
    ['shop', 'web-0', CGROUP, 'a|b`c', 1795334400 + 39236.568764],
  );
  const text = rendered('markdown', report);
  assert.match(
    text,
    /\| killed for lack of memory \| a\\\|b\\`c \(pid 23829\) \| shop\/web-0 \| \/kubepods\/\S+ \| lines 9–87, 39236\.6 s, 2026-11-22 18:53:56 UTC \|/,
  );
  assert.match(text, /\| allocation of pages failed \| nginx \(pid 77\) \| 99991111-/);
});
