import assert from 'node:assert/strict';
import test from 'node:test';
import type { AvailableFacts } from '../../../src/core/facts/facts.ts';
import type { Subject } from '../../../src/core/report/report.ts';
import { oomKill } from '../../../src/core/rules/oom-kill.ts';
import { english } from '../support/english.ts';
import { findings, kernelLog, verdicts } from '../support/facts.ts';

const GROUP = 'Memory cgroup out of memory: Killed process 4242 (java) total-vm:10kB';
const NODE = 'Out of memory: Killed process 4242 (java) total-vm:10kB';
// Before Linux 4.20 or so a kill was two lines; the second one is the same for both kinds.
const OLD_GROUP = 'Memory cgroup out of memory: Kill process 4242 (java) score 900 or sacrifice child';
const OLD_NODE = 'Out of memory: Kill process 4242 (java) score 900 or sacrifice child';
const OLD_SECOND = 'Killed process 4242 (java) total-vm:10kB, anon-rss:1kB, file-rss:0kB';

/** The kills among two other lines. */
function log(texts: readonly (string | undefined)[], firstSeconds: number | null = 0): AvailableFacts['kernelLog'] {
  const hits = texts.map((text, i) => ({
    id: 'oom-kill',
    line: 10 + i,
    seconds: 50,
    ...(text === undefined ? {} : { text: `[   50.0] ${text}` }),
  }));
  const others = [
    { id: 'tcp-out-of-memory', line: 1, seconds: 1 },
    { id: 'oom-kill-cgroup', line: 99, seconds: 51 },
  ];
  return kernelLog('', [], { hits: [...hits, ...others], firstSeconds });
}

function check(texts: readonly (string | undefined)[], expected: readonly string[], group: number): void {
  assert.deepEqual(verdicts(oomKill, { kernelLog: log(texts) }), expected);
  const [finding] = findings(oomKill, { kernelLog: log(texts) });
  if (expected.length > 0) assert.deepEqual(finding?.measures, { killLines: texts.length, cgroupKillLines: group });
}

test('a kill of a cgroup above its limit and one for lack of RAM are told apart', () => {
  check([GROUP], ['warning cgroup-limit high'], 1);
  check([NODE], ['warning node-memory high'], 0);
  check([GROUP, NODE, GROUP], ['warning node-memory high'], 2);
});

test('the second line of old kernels does not turn a kill of a cgroup into one of the node', () => {
  check([OLD_GROUP, OLD_SECOND], ['warning cgroup-limit high'], 1);
  check([OLD_NODE, OLD_SECOND], ['warning node-memory high'], 0);
});

test('a line that does not say which it was, or was not kept, decides nothing', () => {
  check([OLD_SECOND], ['warning node-memory high'], 0);
  check([undefined], ['warning node-memory high'], 0);
  check([GROUP, undefined], ['warning cgroup-limit high'], 1);
});

test('quiet without a kill: TCP: out of memory is another matter', () => {
  check([], [], 0);
});

test('the lines from the first to the last kill are evidence', () => {
  const [finding] = findings(oomKill, { kernelLog: log([GROUP, GROUP, GROUP]) });
  assert.deepEqual(
    finding?.evidence.map(({ entry, startLine, endLine }) => [entry, startLine, endLine]),
    [['dmesg', 10, 12]],
  );
});

test('the victims are the subjects, else the node', () => {
  const victims: readonly Subject[] = [
    { kind: 'process', pid: 4242, comm: 'java', podUid: 'u-1', pod: 'web-1', podNamespace: 'shop' },
    { kind: 'process', pid: 9, comm: 'etcd' },
  ];
  const [finding] = findings(oomKill, { kernelLog: log([GROUP, GROUP]), oomVictims: victims });
  assert.deepEqual(finding?.subjects, victims);
  assert.match(english(finding?.message ?? ''), /java \(pid 4242\) in pod shop\/web-1, etcd \(pid 9\)\. /);
  for (const oomVictims of [null, []])
    assert.deepEqual(findings(oomKill, { kernelLog: log([GROUP]), oomVictims })[0]?.subjects, [{ kind: 'node' }]);
});

test('of many victims three are told and twenty are subjects', () => {
  const oomVictims = Array.from({ length: 30 }, (_, i): Subject => ({ kind: 'process', pid: i + 1, comm: `v${i}` }));
  const [finding] = findings(oomKill, { kernelLog: log([NODE]), oomVictims });
  assert.equal(finding?.subjects.length, 20);
  assert.match(english(finding?.message ?? ''), /v0.*v1.*v2 \(pid 3\) and 27 more/);
});

test('a log whose start is overwritten may have lost kills', () => {
  const doubts = (firstSeconds: number | null) =>
    findings(oomKill, { kernelLog: log([NODE], firstSeconds) })[0]?.doubts.length;
  assert.equal(doubts(1), 0);
  assert.equal(doubts(1.1), 1);
  assert.equal(doubts(null), 0);
});
