import assert from 'node:assert/strict';
import test from 'node:test';
import type { ListenerFact } from '../../../src/core/facts/facts.ts';
import {
  FLOOD_SHARE,
  MIN_REQUESTS,
  MIN_SMALL_QUEUE,
  synBacklogOverflow,
} from '../../../src/core/rules/syn-backlog-overflow.ts';
import { MAX_REMOTES } from '../../../src/core/snapshot/listeners.ts';
import { english } from '../support/english.ts';
import { counters, findings, kernelLog, listener, PLACE, verdicts } from '../support/facts.ts';

type Queue = Partial<ListenerFact['listener']>;
type Around = Partial<Omit<ListenerFact, 'listener'>>;

/** Handshakes of one client that answers, unless said. */
function asking(queue: Queue, around: Around = {}): ListenerFact {
  return listener({ requestRemotes: 1, ...queue }, { requestEvidence: PLACE, ...around });
}

function check(queue: Queue, expected: readonly string[], around: Around = {}): void {
  assert.deepEqual(
    verdicts(synBacklogOverflow, { listeners: [asking(queue, around)] }),
    expected,
    JSON.stringify(queue),
  );
}

/** Lines of the log with these texts. */
function log(...texts: readonly string[]) {
  const hits = texts.map((text, i) => ({ id: 'syn-flood', line: 10 + i, seconds: 5, text }));
  return kernelLog('syn-flood', [], { hits });
}

const OLD_LINE = 'TCP: request_sock_TCP: Possible SYN flooding on port 8080. Sending cookies.  Check SNMP counters.';
const DROPPED: Around = { counters: counters({ 'TcpExt.TCPReqQFullDrop': 3, 'TcpExt.TCPReqQFullDoCookies': 4 }) };
const UNTOUCHED: Around = {
  counters: counters({ 'TcpExt.TCPReqQFullDrop': 0, 'TcpExt.TCPReqQFullDoCookies': 0, 'TcpExt.ListenOverflows': 9 }),
};
const FULL = ['warning backlog-full medium'];
const SURE = ['warning backlog-full high'];

test('fires at the least number of handshakes where the limit is not known, not one below', () => {
  check({ requests: MIN_REQUESTS }, FULL);
  check({ requests: MIN_REQUESTS - 1 }, []);
});

test('where the limit is known, so many as that are full, but not a burst of a few', () => {
  check({ requests: MIN_SMALL_QUEUE, backlog: MIN_SMALL_QUEUE }, FULL);
  check({ requests: MIN_SMALL_QUEUE, backlog: MIN_SMALL_QUEUE + 1 }, []);
  check({ requests: MIN_SMALL_QUEUE - 1, backlog: 5 }, []);
});

test('hundreds of handshakes in flight are no fault where the limit has room for them', () => {
  check({ requests: 4095, backlog: 4096 }, []);
  check({ requests: 4096, backlog: 4096 }, FULL);
});

test('counters of the namespace make it certain, other counters do not', () => {
  check({ requests: 500 }, SURE, DROPPED);
  check({ requests: 500 }, FULL, UNTOUCHED);
  check({ requests: 500 }, SURE, { counters: counters({ 'TcpExt.TCPReqQFullDrop': 1 }) });
  check({ requests: 500 }, SURE, { counters: counters({ 'TcpExt.TCPReqQFullDoCookies': 1 }) });
});

test('a line of the log about that port makes it certain, one about another port does not', () => {
  const sure = (text: string) =>
    verdicts(synBacklogOverflow, { listeners: [asking({ requests: 500 })], kernelLog: log(text) });
  assert.deepEqual(sure(OLD_LINE), SURE);
  assert.deepEqual(sure(OLD_LINE.replace('8080', '80')), FULL);
});

test('the port is found in every form of the line', () => {
  for (const text of [
    'possible SYN flooding on port 8080. Sending cookies.',
    OLD_LINE,
    'TCP: request_sock_TCP: Possible SYN flooding on port 10.244.49.15:8080. Sending cookies.',
    'TCP: request_sock_TCPv6: Possible SYN flooding on port [::]:8080. Dropping request.',
    'TCP: request_sock_TCPv6: Possible SYN flooding on port [2001:db8::1:80]:8080. Sending cookies.',
  ]) {
    const [finding] = findings(synBacklogOverflow, { listeners: [], kernelLog: log(text) });
    assert.equal(finding?.measures['localPort'], 8080, text);
  }
});

test('many addresses that do not answer are a flood, half of them not', () => {
  const half = FLOOD_SHARE * 500;
  const flood = ['warning flood medium'];
  check({ requests: 500, requestRemotes: half + 1, requestRetransmits: half + 1 }, flood);
  check({ requests: 500, requestRemotes: half, requestRetransmits: half + 1 }, FULL);
  check({ requests: 500, requestRemotes: half + 1, requestRetransmits: half }, FULL);
});

test('a flood is one before it has filled a large queue, a few lost handshakes are none', () => {
  const all = (requests: number) => ({ requests, requestRemotes: requests, requestRetransmits: requests });
  check({ ...all(MIN_REQUESTS), backlog: 4096 }, ['warning flood medium']);
  check({ ...all(MIN_REQUESTS - 1), backlog: 4096 }, []);
  const few = { listeners: [asking(all(2), DROPPED)], kernelLog: log(OLD_LINE) };
  assert.deepEqual(verdicts(synBacklogOverflow, few), ['warning backlog-was-full medium']);
});

test('a queue that was full is told by the log and the counters together, with another doubt', () => {
  const given = (around: Around, text = OLD_LINE) => ({
    listeners: [asking({ requests: 1 }, around)],
    kernelLog: log(text),
  });
  assert.deepEqual(verdicts(synBacklogOverflow, given(DROPPED)), ['warning backlog-was-full medium']);
  assert.deepEqual(verdicts(synBacklogOverflow, given(UNTOUCHED)), ['warning logged medium']);
  assert.deepEqual(verdicts(synBacklogOverflow, given(DROPPED, OLD_LINE.replace('8080', '80'))), [
    'warning logged medium',
  ]);
  const doubts = findings(synBacklogOverflow, given(DROPPED))[0]?.doubts ?? [];
  assert.equal(doubts.length, 1);
  assert.doesNotMatch(english(doubts).join(' '), /Neither/);
});

test('a line whose listener is gone is still a finding of the node, with its ports', () => {
  const kernel = log(OLD_LINE.replace('8080', '9090'), OLD_LINE);
  const [finding, ...others] = findings(synBacklogOverflow, { listeners: [], kernelLog: kernel });
  assert.deepEqual(others, []);
  assert.equal(finding?.messageId, 'logged');
  assert.deepEqual(finding?.subjects, [{ kind: 'node' }]);
  assert.match(english(finding?.message ?? ''), /8080, 9090/);
  assert.deepEqual(finding?.evidence, [{ entry: 'dmesg', startLine: 10, endLine: 11 }]);
});

test('a line whose text was not kept names no port', () => {
  const [finding] = findings(synBacklogOverflow, { listeners: [], kernelLog: kernelLog('syn-flood', [5]) });
  assert.equal(finding?.messageId, 'logged');
  assert.equal(finding?.measures['localPort'], undefined);
});

test('quiet without handshakes, without lines, and on other lines', () => {
  check({ requests: 0 }, [], DROPPED);
  assert.deepEqual(verdicts(synBacklogOverflow, { listeners: [] }), []);
  const other = kernelLog('tcp-out-of-memory', [1, 2]);
  assert.deepEqual(
    verdicts(synBacklogOverflow, { listeners: [asking({ requests: 3 }, DROPPED)], kernelLog: other }),
    [],
  );
});

test('quiet on an accept queue: that is another rule', () => {
  check({ queue: 5000, requests: 0 }, []);
});

test('each port is a finding of its own, with its numbers and its proofs', () => {
  const found = findings(synBacklogOverflow, {
    listeners: [
      asking({ requests: 300, requestRemotes: 7, requestRetransmits: 2, backlog: 128 }, DROPPED),
      asking({ requests: 200, port: 9090 }),
      asking({ requests: 1, port: 7070 }),
    ],
    kernelLog: log(OLD_LINE),
  });
  assert.deepEqual(
    found.map((finding) => finding.measures['localPort']),
    [8080, 9090],
  );
  assert.deepEqual(found[0]?.measures, {
    requests: 300,
    requestAddresses: 7,
    unansweredRequests: 2,
    localPort: 8080,
    backlog: 128,
    turnedAway: 7,
  });
  assert.equal(found[0]?.evidence.length, 5);
  assert.deepEqual(found[0]?.doubts, []);
  assert.equal(found[1]?.doubts.length, 1);
});

test('a flood is not cured by a larger backlog, and neither by memory', () => {
  const all = { requests: 500, requestRemotes: 500, requestRetransmits: 500 };
  const fixes = (queue: Queue) =>
    english(findings(synBacklogOverflow, { listeners: [asking(queue)] })[0]?.fixes ?? []).join(' ');
  assert.doesNotMatch(fixes(all), /somaxconn|tcp_mem/);
  assert.match(fixes({ requests: 500 }), /somaxconn/);
});

test('a flood that has just begun shows in what was turned away: no answer is known to be lost yet', () => {
  const many = { requests: 300, requestRemotes: 300, backlog: 256 };
  const fact = (turnedAway: number) =>
    listener(many, { requestEvidence: PLACE, counters: counters({ 'TcpExt.TCPReqQFullDoCookies': turnedAway }) });
  const found = (turnedAway: number) => verdicts(synBacklogOverflow, { listeners: [fact(turnedAway)] });
  assert.deepEqual(found(301), ['warning flood high']);
  assert.deepEqual(found(300), ['warning backlog-full high']);
});

test('addresses are counted up to a limit, and a flood beyond it is still one', () => {
  const flood = { requests: 10 * MAX_REMOTES, requestRemotes: MAX_REMOTES, requestRetransmits: 10 * MAX_REMOTES };
  assert.deepEqual(verdicts(synBacklogOverflow, { listeners: [listener(flood, { requestEvidence: PLACE })] }), [
    'warning flood medium',
  ]);
});
