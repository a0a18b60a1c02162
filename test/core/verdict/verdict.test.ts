import assert from 'node:assert/strict';
import test from 'node:test';
import type { Claim } from '../../../src/core/report/claim.ts';
import type { MemoryOwner } from '../../../src/core/report/report.ts';
import type { RuleId } from '../../../src/core/rules/index.ts';
import type { FindingDraft } from '../../../src/core/rules/rule.ts';
import { drawVerdict, type VerdictInput } from '../../../src/core/verdict/verdict.ts';
import { claimOf, processSubject, ruleOf, textOf } from '../support/claims.ts';
import { english } from '../support/english.ts';
import { coverage, ledger, memory } from '../support/facts.ts';

function claim(id: RuleId, pid: number, change: Partial<FindingDraft> = {}): Claim {
  return claimOf(ruleOf(id), pid, change);
}

function owner(pid: number, pages: number): MemoryOwner {
  return {
    subject: processSubject(pid),
    pages,
    rxQueueBytes: 0,
    txQueueBytes: 0,
    sockets: 1,
    source: 'skmem',
    queuedPages: pages,
    reservedPages: 0,
  };
}

function draw(change: Partial<VerdictInput>) {
  return drawVerdict({
    claims: [],
    notRun: [],
    essentialCapture: '',
    ledger: ledger(1000),
    memory: memory(10),
    coverage: coverage(),
    ...change,
  });
}

test('nothing found in a complete bundle is healthy', () => {
  assert.equal(draw({}).status, 'healthy');
});

for (const [what, change] of [
  ['sockstat', { ledger: ledger(0, { alloc: null }) }],
  ['tcp_mem', { memory: memory(10, { maxPages: null }) }],
  ['a namespace', { coverage: coverage({ namespacesSeen: 4 }) }],
  ['every table', { coverage: coverage({ namespacesSeen: 0 }) }],
  ['every fd', { coverage: coverage({ processesReadable: 0 }) }],
  ['the end of the archive', { coverage: coverage({ truncated: true }) }],
] as const) {
  test(`nothing found without ${what} is insufficient, and says how to go on`, () => {
    const verdict = draw(change);
    assert.equal(verdict.status, 'insufficient');
    assert.notEqual(verdict.next ?? '', '');
    assert.deepEqual([verdict.countOwner, verdict.memoryOwner], [null, null]);
  });
}

test('sockets of alloc that nothing explains are a gap above the skew, not within it', () => {
  const status = (alloc: number, residual: number) => draw({ ledger: ledger(alloc, { residual }) }).status;
  assert.equal(status(1000, 50), 'healthy');
  assert.equal(status(1000, 51), 'insufficient');
  assert.equal(status(100_000, 2000), 'healthy');
  assert.equal(status(100_000, 2001), 'insufficient');
});

test('tables with more sockets than alloc contradict it beyond the skew', () => {
  const status = (unhashed: number) => draw({ ledger: ledger(1000, { unhashed }) }).status;
  assert.equal(status(-50), 'healthy');
  assert.equal(status(-51), 'insufficient');
});

test('closed sockets of many processes are no health', () => {
  const status = (closed: number, alloc: number) =>
    draw({ ledger: ledger(alloc, { closedHeld: closed, unhashed: closed }) }).status;
  assert.equal(status(100, 999), 'insufficient');
  assert.equal(status(100, 1000), 'healthy');
  assert.equal(status(99, 200), 'healthy');
});

test('notes alone are no trouble', () => {
  assert.equal(draw({ claims: [claim('tcp-mem-misconfigured', 1, { level: 'note' })] }).status, 'healthy');
});

test('of several leaks the larger one is named, whatever its kind and place in the list', () => {
  const small = claim('close-wait-leak', 1, { stuckSockets: 1200 });
  const large = claim('closed-socket-leak', 2, { stuckSockets: 50_000 });
  for (const claims of [
    [small, large],
    [large, small],
  ]) {
    const verdict = draw({ claims });
    assert.equal(verdict.countOwner?.pid, 2);
    assert.match(english(verdict.sentence), /p2/);
  }
});

test('an error comes before a warning, whatever its kind', () => {
  const verdict = draw({
    claims: [claim('stalled-peer', 1), claim('close-wait-leak', 2, { level: 'warning' })],
    memory: memory(1000, { status: 'exhausted', owners: [owner(1, 900)] }),
  });
  assert.match(english(verdict.sentence), /^p1/);
  assert.equal(verdict.memoryOwner?.pid, 1);
});

test('who holds the sockets and who holds the memory may differ, and both are said', () => {
  const verdict = draw({
    claims: [claim('close-wait-leak', 1, { stuckSockets: 5000 })],
    memory: memory(1000, { status: 'exhausted', owners: [owner(2, 900), owner(1, 50)] }),
  });
  assert.deepEqual([verdict.countOwner?.pid, verdict.memoryOwner?.pid], [1, 2]);
  assert.match(english(verdict.sentence), /p1.*elsewhere.*p2/);
});

test('memory is owned from half of mem on, beyond the error of the count, and not on a healthy node', () => {
  const owned = (pages: number, change = {}) =>
    draw({
      claims: [claim('tcp-memory-exhausted', 9)],
      memory: memory(1000, { status: 'exhausted', owners: [owner(2, pages)], ...change }),
    }).memoryOwner?.pid;
  assert.equal(owned(500), 2);
  assert.equal(owned(499), undefined);
  assert.equal(owned(600, { errorPages: 1200 }), undefined);
  assert.equal(owned(601, { errorPages: 1200 }), 2);
  assert.equal(owned(900, { status: 'healthy' }), undefined);
});

test('a cause of low confidence in a bundle with gaps is possible, and nobody is named as owner', () => {
  const verdict = draw({
    claims: [claim('closed-socket-leak', 1, { confidence: 'low' })],
    coverage: coverage({ namespacesSeen: 3 }),
  });
  assert.equal(verdict.status, 'insufficient');
  assert.equal(verdict.countOwner, null);
  assert.match(english(verdict.sentence), /^Possibly: p1/);
});

test('orphans that nobody can be found for are nobody’s', () => {
  const verdict = draw({ claims: [claim('orphan-flood', 1, { subjects: [{ kind: 'node' }] })] });
  assert.equal(verdict.status, 'findings');
  assert.equal(verdict.countOwner, null);
});

test('a limit that is too small has no owner', () => {
  const verdict = draw({
    claims: [claim('tcp-mem-misconfigured', 1, { subjects: [{ kind: 'node' }] })],
    memory: memory(1000, { status: 'exhausted', owners: [owner(2, 900)] }),
  });
  assert.deepEqual([verdict.countOwner, verdict.memoryOwner], [null, null]);
});

test('trouble without a cause in an incomplete bundle is insufficient, in a complete one a finding', () => {
  const claims = [claim('tcp-oom-logged', 1)];
  assert.equal(draw({ claims, coverage: coverage({ processesReadable: 0 }) }).status, 'insufficient');
  const complete = draw({ claims });
  assert.equal(complete.status, 'findings');
  assert.deepEqual([complete.countOwner, complete.memoryOwner], [null, null]);
});

test('a server that is out of fds for its leak accepts nothing: the leak is the cause', () => {
  const leak = claim('close-wait-leak', 1, { level: 'warning', stuckSockets: 480 });
  const queue = claim('accept-queue-stalled', 1, { stuckSockets: 1025 });
  assert.match(english(draw({ claims: [queue, leak] }).sentence), /close-wait-leak/);
  const stranger = claim('accept-queue-stalled', 2, { stuckSockets: 1025 });
  assert.equal(draw({ claims: [stranger, leak] }).countOwner?.pid, 2);
});

test('who waits for others to close is not the cause while somebody does not close', () => {
  const waiting = claim('half-closed-held', 1, { stuckSockets: 330 });
  const leaks = [2, 3, 4].map((pid) => claim('close-wait-leak', pid, { stuckSockets: 110 }));
  assert.equal(draw({ claims: [waiting, ...leaks] }).countOwner?.pid, 2);
  assert.equal(draw({ claims: [waiting] }).countOwner?.pid, 1);
});

test('of several full queues the fullest is the cause, and its share is that of its owner', () => {
  const small = claim('stalled-reader', 1, { queuedBytes: 3_000_000 });
  const large = claim('stalled-peer', 2, { queuedBytes: 21_000_000 });
  const owners = [owner(2, 900), owner(1, 100)];
  const both = draw({ claims: [small, large], memory: memory(1000, { status: 'exhausted', owners }) });
  assert.match(english(both.sentence), /^p2/);
  assert.equal(both.memoryOwner?.pid, 2);
  const one = draw({ claims: [small], memory: memory(1000, { status: 'exhausted', owners }) });
  assert.match(english(one.sentence), /^p1.*The memory is elsewhere: p2/);
});

test('warnings that accuse nobody are no health', () => {
  const hint = (level: 'warning' | 'note') =>
    claim('unattributed-sockets', 1, { level, message: textOf('Look here.') });
  const verdict = draw({ claims: [hint('warning')] });
  assert.equal(verdict.status, 'insufficient');
  assert.deepEqual(verdict.because, textOf('Look here.'));
  assert.equal(draw({ claims: [hint('note')] }).status, 'healthy');
});

test('many processes that could not be read, or CLOSE_WAIT that nobody is accused of, are no health', () => {
  const unread = (missing: number) =>
    draw({ coverage: coverage({ processesTotal: 100, processesReadable: 100 - missing }) }).status;
  assert.equal(unread(5), 'healthy');
  assert.equal(unread(6), 'insufficient');
  const stuck = (closeWait: number, established: number) =>
    draw({ ledger: ledger(900, { states: { CLOSE_WAIT: closeWait, ESTABLISHED: established } }) }).status;
  assert.equal(stuck(100, 99), 'insufficient');
  assert.equal(stuck(99, 0), 'healthy');
  assert.equal(stuck(100, 100), 'healthy');
});

test('the paragraph says what it is, how sure, what to do, what will not help and what would settle the rest', () => {
  const leak = claim('close-wait-leak', 1, {
    fixes: [textOf('Close them.')],
    nonFixes: [textOf('Raising tcp_mem.')],
    next: textOf('ls /proc/1/fd'),
    stuckSockets: 500,
  });
  const { paragraph, sentence } = draw({ claims: [leak] });
  assert.ok(english(paragraph).startsWith(english(sentence)));
  for (const part of [
    'We are certain',
    'What to do: Close them.',
    'What will not help: Raising tcp_mem.',
    'ls /proc/1/fd',
  ])
    assert.ok(english(paragraph).includes(part), part);
  assert.doesNotMatch(english(draw({}).paragraph), /What to do/);
});
