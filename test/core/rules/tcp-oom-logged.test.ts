import assert from 'node:assert/strict';
import test from 'node:test';
import { tcpOomLogged } from '../../../src/core/rules/tcp-oom-logged.ts';
import { CULPRIT, counters, finding, findings, kernelLog } from '../support/facts.ts';

test('fires on the first line, of either era', () => {
  for (const id of ['tcp-out-of-memory', 'tcp-out-of-socket-memory']) {
    assert.equal(finding(tcpOomLogged, { kernelLog: kernelLog([[id, 10]]) }).measures['oomLines'], 1);
  }
});

test('is quiet on a log without such a line, and on the OOM killer, which is about RAM', () => {
  assert.deepEqual(
    findings(tcpOomLogged, {
      kernelLog: kernelLog([
        ['oom-kill', 10],
        ['net-ratelimit', 11],
      ]),
    }),
    [],
  );
});

test('names the victims by TCPAbortOnMemory and says that they are not the cause', () => {
  const draft = finding(tcpOomLogged, {
    kernelLog: kernelLog([['tcp-out-of-memory', 10]]),
    netstat: [counters({ 'TcpExt.TCPAbortOnMemory': 36 }), counters({ 'TcpExt.TCPAbortOnMemory': 0 })],
  });
  assert.deepEqual(draft.subjects, [CULPRIT]);
  assert.equal(draft.measures['abortsOnMemory'], 36);
  assert.match(draft.message, /victims are not the cause/);
});

test('calls the count a lower bound when the kernel suppressed messages', () => {
  const draft = finding(tcpOomLogged, { kernelLog: kernelLog([['tcp-out-of-memory', 10]], 7) });
  assert.match(draft.doubts?.[0] ?? '', /7 messages of any kind were suppressed/);
});

test('points at the first to the last line', () => {
  const draft = finding(tcpOomLogged, {
    kernelLog: kernelLog([
      ['tcp-out-of-memory', 10],
      ['net-ratelimit', 11],
      ['tcp-out-of-memory', 12],
    ]),
  });
  assert.deepEqual(draft.evidence[0], { entry: 'dmesg', startLine: 400, endLine: 402, note: '2 OOM lines' });
});
