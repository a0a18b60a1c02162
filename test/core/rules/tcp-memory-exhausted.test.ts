import assert from 'node:assert/strict';
import test from 'node:test';
import { OWNER_SHARE, RECENT_SECONDS, tcpMemoryExhausted } from '../../../src/core/rules/tcp-memory-exhausted.ts';
import { defined } from '../support/defined.ts';
import { CULPRIT, facts, finding, findings, kernelLog, memory, owner } from '../support/facts.ts';

const of = (memPages: number) => finding(tcpMemoryExhausted, { memory: memory(memPages) });

test('is quiet up to the low mark and speaks above each mark', () => {
  assert.deepEqual(findings(tcpMemoryExhausted, { memory: memory(100_000) }), []);
  assert.deepEqual([of(100_001).messageId, of(100_001).level], ['elevated', 'note']);
  assert.deepEqual([of(200_000).messageId, of(200_001).messageId], ['elevated', 'pressure']);
  assert.deepEqual([of(300_000).level, of(300_001).level], ['warning', 'error']);
});

test('is sure only beyond the error of the count', () => {
  assert.equal(of(300_512).confidence, 'medium');
  assert.equal(of(300_513).confidence, 'high');
});

test('takes the pressure flag of the kernel for what it is, whatever mem reads', () => {
  const draft = finding(tcpMemoryExhausted, { memory: memory(10, { pressureFlag: true }) });
  assert.deepEqual([draft.messageId, draft.confidence], ['pressure', 'high']);
});

test('takes OOM lines of the last minute for exhaustion now, and older ones not', () => {
  const uptime = defined(facts().node?.uptimeSeconds);
  const at = (seconds: number) =>
    findings(tcpMemoryExhausted, { kernelLog: kernelLog([['tcp-out-of-memory', seconds]]) });
  assert.equal(at(uptime - RECENT_SECONDS)[0]?.messageId, 'exhausted-recently');
  assert.deepEqual(at(uptime - RECENT_SECONDS - 1), []);
});

test('names an owner from thirty per cent on, and nobody below', () => {
  const limit = OWNER_SHARE * 400_000;
  const by = (pages: number) => finding(tcpMemoryExhausted, { memory: memory(400_000, { owners: [owner(pages)] }) });
  assert.deepEqual(by(limit).subjects, [{ kind: 'node' }, CULPRIT]);
  assert.deepEqual(by(limit - 1).subjects, [{ kind: 'node' }]);
});

test('says that payload alone is a lower bound', () => {
  const draft = finding(tcpMemoryExhausted, {
    memory: memory(400_000, { owners: [owner(300_000, { source: 'queues' })] }),
  });
  assert.match(draft.message, /at least 75 %/);
  assert.match(draft.next ?? '', /ss -tanpeim/);
});

test('says that closed sockets may hold what open ones do not explain', () => {
  const draft = finding(tcpMemoryExhausted, { memory: memory(400_000, { unexplainedPages: 390_000 }) });
  assert.match(draft.doubts?.[0] ?? '', /closed but held sockets/);
});
