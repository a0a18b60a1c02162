import assert from 'node:assert/strict';
import test from 'node:test';
import { tcpOomLogged } from '../../../src/core/rules/tcp-oom-logged.ts';
import { english } from '../support/english.ts';
import { counters, findings, kernelLog, verdicts } from '../support/facts.ts';

test('fires from the first line on', () => {
  assert.deepEqual(verdicts(tcpOomLogged, { kernelLog: kernelLog('tcp-out-of-memory', [5]) }), [
    'error oom-lines high',
  ]);
});

test('fires for the message of kernels before 3.4, less sure: it may mean orphans', () => {
  const log = kernelLog('tcp-out-of-socket-memory', [5]);
  assert.deepEqual(verdicts(tcpOomLogged, { kernelLog: log }), ['error oom-lines medium']);
});

test('quiet without such a line, also when RAM ran out or messages were suppressed', () => {
  for (const id of ['oom-kill', 'net-ratelimit', 'tcp-too-many-orphans'])
    assert.deepEqual(verdicts(tcpOomLogged, { kernelLog: kernelLog(id, [5], { suppressed: 9 }) }), []);
  assert.deepEqual(verdicts(tcpOomLogged, { kernelLog: kernelLog('tcp-out-of-memory', []) }), []);
});

test('victims are the namespaces whose sockets were aborted, and no others', () => {
  const [finding] = findings(tcpOomLogged, {
    kernelLog: kernelLog('tcp-out-of-memory', [5, 6]),
    netstat: [
      counters({ 'TcpExt.TCPAbortOnMemory': 36 }, 4026532000),
      counters({ 'TcpExt.TCPAbortOnMemory': 0 }, 4026532001),
      counters({}, 4026532002),
    ],
  });
  assert.equal(finding?.messageId, 'oom-lines-with-victims');
  assert.deepEqual(
    finding?.subjects.map((subject) => subject.netns),
    [4026532000],
  );
  assert.equal(finding?.measures['abortsOnMemory'], 36);
  assert.equal(finding?.measures['oomLines'], 2);
});

test('lines are a lower bound when messages were suppressed, lost or cut', () => {
  const doubts = (log: Parameters<typeof kernelLog>[2]) =>
    findings(tcpOomLogged, { kernelLog: kernelLog('tcp-out-of-memory', [5], log), netstat: [] })[0]?.doubts ?? [];
  assert.deepEqual(doubts({}), []);
  assert.match(english(doubts({ suppressed: 4 })[0] ?? ''), /lower bound/);
  assert.match(english(doubts({ firstSeconds: 1.01 })[0] ?? ''), /lost/);
  assert.deepEqual(doubts({ firstSeconds: 1 }), []);
});

test('suppressed messages are never added to the lines', () => {
  const [finding] = findings(tcpOomLogged, { kernelLog: kernelLog('tcp-out-of-memory', [5], { suppressed: 1000 }) });
  assert.equal(finding?.measures['oomLines'], 1);
});

test('evidence is the run of lines in the log', () => {
  const [finding] = findings(tcpOomLogged, { kernelLog: kernelLog('tcp-out-of-memory', [5, 6, 7]) });
  const [place] = finding?.evidence ?? [];
  assert.deepEqual([place?.entry, place?.startLine, place?.endLine], ['dmesg', 10, 12]);
});
