import assert from 'node:assert/strict';
import test from 'node:test';
import { closeWaitLeak, MIN_RATIO_TO_ESTABLISHED } from '../../../src/core/rules/close-wait-leak.ts';
import { LARGE_SHARE_OF_ALLOC, MANY, MIN_CLOSE_WAIT } from '../../../src/core/rules/thresholds.ts';
import type { Holder } from '../../../src/core/snapshot/holders.ts';
import { findings, holder, ledger, verdicts } from '../support/facts.ts';

function check(change: Partial<Holder>, expected: readonly string[], alloc = 1_000_000): void {
  assert.deepEqual(verdicts(closeWaitLeak, { holders: [holder(change)], ledger: ledger(alloc) }), expected);
}

const WARNING = ['warning close-wait-eof-read high'];
const ERROR = ['error close-wait-eof-read high'];

test('fires at the least number of CLOSE_WAIT sockets, not one below', () => {
  check({ closeWait: MIN_CLOSE_WAIT }, WARNING);
  check({ closeWait: MIN_CLOSE_WAIT - 1 }, []);
});

test('fires when CLOSE_WAIT is more than the ratio to ESTABLISHED, not at it', () => {
  check({ closeWait: 5 * 40 + 1, established: 40 }, WARNING);
  check({ closeWait: MIN_RATIO_TO_ESTABLISHED * 40, established: 40 }, []);
});

test('fires beside many established ones too when CLOSE_WAIT is many and more than they are, with less confidence', () => {
  const maybe = ['error close-wait-eof-read medium'];
  check({ closeWait: 10_000, established: 3000 }, maybe);
  check({ closeWait: MANY, established: MANY - 1 }, maybe);
  check({ closeWait: MANY, established: MANY }, []);
  check({ closeWait: MANY - 1, established: 500 }, []);
});

test('leaves a leak that is mostly closed to the other rule, at equality it keeps it', () => {
  check({ closeWait: 200, closedHeld: 200 }, WARNING);
  check({ closeWait: 200, closedHeld: 201 }, []);
});

test('is an error from many sockets on, or above a share of alloc', () => {
  check({ closeWait: MANY }, ERROR);
  check({ closeWait: MANY - 1 }, WARNING);
  check({ closeWait: 201 }, ERROR, 200 / LARGE_SHARE_OF_ALLOC);
  check({ closeWait: 200 }, WARNING, 200 / LARGE_SHARE_OF_ALLOC);
});

test('unread data on more than half of them is another sentence', () => {
  check({ closeWait: 200, closeWaitUnread: 101 }, ['warning close-wait-unread high']);
  check({ closeWait: 200, closeWaitUnread: 100 }, WARNING);
});

test('quiet on a node of listeners and open connections, and on connections before accept()', () => {
  check({ established: 100_000 }, []);
  check({ closeWaitUnaccepted: 10_000 }, []);
  assert.deepEqual(verdicts(closeWaitLeak, { holders: [] }), []);
});

test('runs without alloc and without fds, then says what it does not know', () => {
  const [finding] = findings(closeWaitLeak, {
    holders: [holder({ closeWait: 500, process: null, subject: { kind: 'namespace', netns: 5 }, fdEvidence: null })],
  });
  assert.equal(finding?.confidence, 'medium');
  assert.match(finding?.doubts.join(' ') ?? '', /fd/);
});

test('each leaking holder is a finding of its own, and closed or shared sockets are doubts', () => {
  const result = findings(closeWaitLeak, {
    holders: [holder({ closeWait: 300, closedHeld: 20, sharedSockets: 3 }), holder({ closeWait: 200 }), holder()],
  });
  assert.deepEqual(
    result.map((finding) => finding.measures['closeWaitSockets']),
    [300, 200],
  );
  assert.equal(result[0]?.doubts.length, 2);
});

test('the cure is never a sysctl', () => {
  const [finding] = findings(closeWaitLeak, { holders: [holder({ closeWait: 300 })] });
  assert.doesNotMatch((finding?.fixes ?? []).join(' '), /tcp_mem|sysctl|keepalive/i);
  assert.match((finding?.nonFixes ?? []).join(' '), /tcp_mem/);
});
