import assert from 'node:assert/strict';
import test from 'node:test';
import type { ListenerFact } from '../../../src/core/facts/facts.ts';
import {
  acceptQueueStalled,
  FULL_SHARE,
  MIN_CLOSED_IN_QUEUE,
  MIN_QUEUE,
  MIN_SMALL_QUEUE,
  MIN_WAITING_BYTES,
} from '../../../src/core/rules/accept-queue-stalled.ts';
import { LARGE_SHARE_OF_ALLOC, MANY, SKEW_SOCKETS } from '../../../src/core/rules/thresholds.ts';
import { english } from '../support/english.ts';
import { counters, findings, ledger, listener, verdicts } from '../support/facts.ts';

type Queue = Partial<ListenerFact['listener']>;
type Around = Partial<Omit<ListenerFact, 'listener'>>;

function check(queue: Queue, expected: readonly string[], around: Around = {}, alloc = 1_000_000): void {
  const facts = { listeners: [listener(queue, around)], ledger: ledger(alloc) };
  assert.deepEqual(verdicts(acceptQueueStalled, facts), expected, JSON.stringify(queue));
}

const LONG = ['warning queue-long medium'];
/** It may be one that moves. */
const SHORT = ['note queue-long medium'];
const SURE = ['warning queue-long high'];
const OVERFLOWED: Around = { counters: counters({ 'TcpExt.ListenOverflows': 7 }) };
const NO_OVERFLOW: Around = { counters: counters({ 'TcpExt.ListenOverflows': 0 }) };

test('fires at the least length that is no burst, not one below', () => {
  check({ queue: MIN_QUEUE }, LONG);
  check({ queue: MIN_QUEUE - 1 }, []);
});

test('quiet on an empty queue and on a short one, whatever has overflowed before', () => {
  check({ queue: 0 }, [], OVERFLOWED);
  check({ queue: 3 }, [], OVERFLOWED);
  check({ queue: 3, backlog: 128 }, []);
});

test('connections that were reset while they waited are enough, one less is skew', () => {
  const reset = (closedInQueue: number) => ({ queue: closedInQueue, waiting: 0, closedInQueue });
  check(reset(MIN_CLOSED_IN_QUEUE), ['warning queue-of-reset high']);
  check(reset(MIN_CLOSED_IN_QUEUE - 1), []);
});

test('reset connections that alloc has no room for are not believed', () => {
  const queue = { queue: MANY, waiting: 0, closedInQueue: MANY };
  const at = (unhashed: number | null) =>
    verdicts(acceptQueueStalled, { listeners: [listener(queue)], ledger: ledger(1000, { unhashed }) });
  assert.deepEqual(at(MANY - SKEW_SOCKETS), ['error queue-of-reset high']);
  assert.deepEqual(at(MANY - SKEW_SOCKETS - 1), ['warning queue-of-reset low']);
  assert.deepEqual(at(null), ['error queue-of-reset high']);
});

test('a queue is one of reset connections when these are more than the others', () => {
  check({ queue: 41, waiting: 20, closedInQueue: 21 }, ['warning queue-of-reset high']);
  check({ queue: 40, waiting: 20, closedInQueue: 20 }, SURE);
});

test('where the limit is known, half of it is enough, but only of a queue that is more than a burst', () => {
  const backlog = MIN_SMALL_QUEUE / FULL_SHARE;
  check({ queue: MIN_SMALL_QUEUE, backlog }, SHORT);
  check({ queue: MIN_SMALL_QUEUE, backlog: backlog + 1 }, []);
  check({ queue: MIN_SMALL_QUEUE - 1, backlog: MIN_SMALL_QUEUE }, []);
});

test('where the limit is not known, connections turned away make a short queue a stalled one', () => {
  check({ queue: MIN_SMALL_QUEUE }, SHORT, OVERFLOWED);
  check({ queue: MIN_SMALL_QUEUE - 1 }, [], OVERFLOWED);
  check({ queue: MIN_SMALL_QUEUE }, [], NO_OVERFLOW);
});

test('a queue with room has turned nobody away: the counter of its namespace is about another port or another day', () => {
  check({ queue: MIN_SMALL_QUEUE, backlog: 4096 }, [], OVERFLOWED);
  check({ queue: MIN_QUEUE, backlog: 4096 }, LONG, OVERFLOWED);
  check({ queue: MIN_QUEUE }, SURE, OVERFLOWED);
  check({ queue: MIN_QUEUE, backlog: MIN_QUEUE / FULL_SHARE }, SURE, OVERFLOWED);
  check({ queue: MIN_QUEUE, backlog: MIN_QUEUE / FULL_SHARE + 1 }, LONG, OVERFLOWED);
});

test('a queue is full above its limit, not at it, and a long one that is full is an error', () => {
  check({ queue: 129, backlog: 128 }, ['error queue-full high']);
  check({ queue: MIN_SMALL_QUEUE + 1, backlog: MIN_SMALL_QUEUE }, ['warning queue-full high']);
  check({ queue: 128, backlog: 128 }, LONG);
});

test('a tiny queue that is full counts only when it has turned somebody away', () => {
  check({ queue: 6, backlog: 5 }, ['note queue-full high'], OVERFLOWED);
  check({ queue: 6, backlog: 5 }, [], NO_OVERFLOW);
  check({ queue: 5, backlog: 5 }, [], OVERFLOWED);
});

test('is an error from many on, or above a share of alloc', () => {
  check({ queue: MANY }, ['error queue-long medium']);
  check({ queue: MANY - 1 }, LONG);
  check({ queue: 201 }, ['error queue-long medium'], {}, 200 / LARGE_SHARE_OF_ALLOC);
  check({ queue: 200 }, LONG, {}, 200 / LARGE_SHARE_OF_ALLOC);
});

test('a process that is stopped or dead makes it certain, one that may wake does not', () => {
  for (const processState of ['T', 't', 'Z']) check({ queue: MIN_QUEUE }, SURE, { processState });
  for (const processState of ['S', 'R', 'D', '']) check({ queue: MIN_QUEUE }, LONG, { processState });
  const [finding] = findings(acceptQueueStalled, { listeners: [listener({ queue: 500 }, { processState: 'T' })] });
  assert.match(english(finding?.message ?? ''), /stopped/);
});

test('runs without alloc; the limit that ss would tell is a doubt', () => {
  const doubts = (queue: Queue) => findings(acceptQueueStalled, { listeners: [listener(queue)] })[0]?.doubts.length;
  assert.equal(doubts({ queue: 500 }), 1);
  assert.equal(doubts({ queue: 500, backlog: 511 }), 0);
});

test('names the port, the process, what lies there and what was turned away', () => {
  const queue = { queue: 300, waiting: 250, closedInQueue: 50, waitingRxBytes: 4096, port: 9090 };
  const facts = { listeners: [listener(), listener(queue, OVERFLOWED)], ledger: ledger(10_000) };
  const [finding, ...others] = findings(acceptQueueStalled, facts);
  assert.deepEqual(others, []);
  assert.deepEqual(finding?.measures, {
    acceptQueue: 300,
    waitingConnections: 250,
    closedInQueue: 50,
    waitingRxBytes: 4096,
    localPort: 9090,
    listenOverflows: 7,
  });
  assert.deepEqual(
    finding?.subjects.map((subject) => subject.pid),
    [700],
  );
  for (const text of ['9090', '300', '50', '4 KiB', 'turned away 7'])
    assert.ok(english(finding?.message ?? '').includes(text), text);
  assert.equal(finding?.evidence.length, 2);
});

test('says nothing of resets, of what was turned away or of a state where there is none', () => {
  const [finding] = findings(acceptQueueStalled, { listeners: [listener({ queue: 200, backlog: 4096 }, OVERFLOWED)] });
  assert.doesNotMatch(english(finding?.message ?? ''), /reset|turned away|state/);
  assert.equal(finding?.measures['listenOverflows'], 7);
});

test('the end-of-file byte of each waiting connection is no data', () => {
  const message = (waitingRxBytes: number) =>
    findings(acceptQueueStalled, { listeners: [listener({ queue: 200, waitingRxBytes })] })[0]?.message ?? '';
  assert.doesNotMatch(english(message(200)), /unread/);
  assert.match(english(message(201)), /unread/);
});

test('the cure is no larger queue', () => {
  const [finding] = findings(acceptQueueStalled, { listeners: [listener({ queue: 200 })] });
  assert.doesNotMatch(english(finding?.fixes ?? []).join(' '), /backlog|somaxconn|tcp_mem/);
  assert.match(english(finding?.nonFixes ?? []).join(' '), /backlog/);
});

test('a short queue is stalled when its process is stopped, an error when it is full too', () => {
  check({ queue: MIN_SMALL_QUEUE }, ['warning queue-long high'], { processState: 'T' });
  check({ queue: MIN_SMALL_QUEUE - 1 }, [], { processState: 'T' });
  check({ queue: MIN_SMALL_QUEUE + 1, backlog: MIN_SMALL_QUEUE }, ['error queue-full high'], { processState: 'T' });
});

test('a short queue is stalled when much data lies in it', () => {
  check({ queue: MIN_SMALL_QUEUE, waitingRxBytes: MIN_WAITING_BYTES }, LONG);
  check({ queue: MIN_SMALL_QUEUE, waitingRxBytes: MIN_WAITING_BYTES - 1 }, []);
  check({ queue: MIN_SMALL_QUEUE - 1, waitingRxBytes: MIN_WAITING_BYTES }, []);
});

test('one full queue of several at a port is not hidden by the room in the others', () => {
  const workers = { queue: 70, longest: 65, longestBacklog: 64, backlog: 512 };
  check(workers, ['warning queue-full high'], OVERFLOWED);
  check({ ...workers, longest: 9 }, [], OVERFLOWED);
});
