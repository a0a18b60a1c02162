import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { findLogReports } from '../../../src/core/editor/log-reports.ts';
import { outlineLog } from '../support/outline.ts';

const DUMP = readFileSync(new URL('../../fixtures/logs/report-oom-kill.dmesg', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n');
const find = (lines: readonly string[]) =>
  findLogReports(lines.length, (line) => lines[line - 1] ?? '', outlineLog(lines).lines);

const KILL = {
  kind: 'oom-kill',
  pid: 23829,
  comm: 'python3',
  cgroup: '/kubepods/burstable/pod11111111-2222-3333-4444-555555555555/c0ffee',
};

test('what the OOM killer printed is one report, with whom it killed and the pod of it', () => {
  assert.deepEqual(find(DUMP), [{ ...KILL, line: 1, endLine: DUMP.length }]);
});

test('lines around it do not belong to it, but that of the reaper does', () => {
  const around = [
    '[39000.000000] before',
    ...DUMP,
    '[39236.600000] oom_reaper: reaped process 23829 (python3)',
    '[39300.0] after',
  ];
  assert.deepEqual(find(around), [{ ...KILL, line: 2, endLine: DUMP.length + 2 }]);
});

for (const [form, prefix] of [
  ['rsyslog', 'Nov 22 18:00:00 worker-7 kernel: '],
  ['dmesg -T', '[Sun Nov 22 18:55:58 2026] '],
  ['no stamps', ''],
] as const) {
  test(`it is the same report with the prefix of ${form}`, () => {
    const lines = DUMP.map((line) => `${prefix}${line.replace(/^\[[ \d.]+\] /, '')}`);
    assert.deepEqual(find(lines), [{ ...KILL, line: 1, endLine: DUMP.length }]);
  });
}

test('a report whose end is missing, or in which another begins, is none', () => {
  assert.deepEqual(find(DUMP.slice(0, -1)), []);
  assert.deepEqual(find([...DUMP.slice(0, 20), ...DUMP]), [{ ...KILL, line: 21, endLine: DUMP.length + 20 }]);
});

test('of an older kernel, which does not name the cgroup, the killed process is known', () => {
  const old = [
    '[ 9.1] java invoked oom-killer: gfp_mask=0x201da, order=0, oom_score_adj=0',
    '[ 9.1] java cpuset=/ mems_allowed=0',
    '[ 9.1] Out of memory: Kill process 4242 (java) score 900 or sacrifice child',
    '[ 9.1] Killed process 4242 (java) total-vm:10kB, anon-rss:1kB, file-rss:0kB',
  ];
  const [report] = find(old);
  assert.deepEqual([report?.line, report?.pid, report?.comm, report?.cgroup], [1, 4242, 'java', null]);
});

test('a failed allocation is one report up to the end of the state of memory', () => {
  const lines = [
    '[ 10.0] swapper/3: page allocation failure: order:3, mode:0x40a20(GFP_ATOMIC|__GFP_COMP), nodemask=(null)',
    '[ 10.0] CPU: 3 PID: 77 Comm: kworker/3:1 Not tainted 6.1.0 #1',
    '[ 10.0] Call Trace:',
    '[ 10.0]  <IRQ>',
    '[ 10.0]  dump_stack_lvl+0x44/0x5c',
    '[ 10.0] Mem-Info:',
    '[ 10.0] active_anon:1 inactive_anon:2 isolated_anon:0',
    '[ 10.0]  active_file:1 inactive_file:2 isolated_file:0',
    '[ 10.0] Node 0 active_anon:4kB',
    '[ 10.0] 1234 total pagecache pages',
    '[ 12.0] TCP: out of memory -- consider tuning tcp_mem',
  ];
  assert.deepEqual(find(lines), [
    { kind: 'page-allocation-failure', line: 1, endLine: 10, pid: 77, comm: 'swapper/3', cgroup: null },
  ]);
});

test('a log of nothing but beginnings takes time by its length', () => {
  const lines = Array.from({ length: 50_000 }, () => 'x invoked oom-killer: gfp_mask=y');
  assert.deepEqual(find(lines), []);
});

test('the victim is known in the form of 2.6.32, which has the UID before the name', () => {
  const [report] = find([
    '[ 9.1] httpd invoked oom-killer: gfp_mask=0x201da, order=0, oom_score_adj=0',
    '[ 9.1] Killed process 4242, UID 48, (httpd) total-vm:10kB, anon-rss:1kB, file-rss:0kB',
  ]);
  assert.deepEqual([report?.endLine, report?.pid, report?.comm], [2, 4242, 'httpd']);
});
