import assert from 'node:assert/strict';
import test from 'node:test';
import { closeWaitLeak, MIN_RATIO_TO_ESTABLISHED } from '../../../src/core/rules/close-wait-leak.ts';
import { LARGE_SHARE_OF_ALLOC, MANY, MIN_CLOSE_WAIT } from '../../../src/core/rules/thresholds.ts';
import { finding, findings, holder, ledger } from '../support/facts.ts';

const leak = (closeWait: number, changes = {}) => holder({ closeWait, connections: closeWait, ...changes });

test('fires at a hundred connections in CLOSE_WAIT under one holder, and is quiet just below', () => {
  assert.equal(findings(closeWaitLeak, { holders: [leak(MIN_CLOSE_WAIT)] }).length, 1);
  assert.deepEqual(findings(closeWaitLeak, { holders: [leak(MIN_CLOSE_WAIT - 1)] }), []);
});

test('is quiet where most connections are established: a busy server passes through CLOSE_WAIT', () => {
  const established = 100;
  const limit = MIN_RATIO_TO_ESTABLISHED * established;
  assert.deepEqual(findings(closeWaitLeak, { holders: [leak(limit, { established })] }), []);
  assert.equal(findings(closeWaitLeak, { holders: [leak(limit + 1, { established })] }).length, 1);
});

test('leaves a holder with more closed than CLOSE_WAIT sockets to the other rule: one leak, one finding', () => {
  assert.deepEqual(findings(closeWaitLeak, { holders: [leak(200, { closedHeld: 201 })] }), []);
  assert.equal(findings(closeWaitLeak, { holders: [leak(200, { closedHeld: 200 })] }).length, 1);
});

test('is an error from a thousand on, or from a tenth of alloc', () => {
  const of = (closeWait: number, alloc: number) =>
    finding(closeWaitLeak, {
      holders: [leak(closeWait)],
      ledger: ledger({ alloc: { value: alloc, min: alloc, max: alloc } }),
    }).level;
  assert.equal(of(MANY - 1, 1_000_000), 'warning');
  assert.equal(of(MANY, 1_000_000), 'error');
  assert.equal(of(200, 200 / LARGE_SHARE_OF_ALLOC), 'warning');
  assert.equal(of(201, 200 / LARGE_SHARE_OF_ALLOC), 'error');
});

test('tells apart end of file that was never read from end of file that was read', () => {
  assert.equal(
    finding(closeWaitLeak, { holders: [leak(200, { closeWaitUnread: 101 })] }).messageId,
    'close-wait-unread',
  );
  assert.equal(
    finding(closeWaitLeak, { holders: [leak(200, { closeWaitUnread: 100 })] }).messageId,
    'close-wait-eof-read',
  );
});

test('names the namespace with less confidence when no fd tells the process', () => {
  const draft = finding(closeWaitLeak, { holders: [leak(200, { process: null })], fdLinks: null });
  assert.equal(draft.confidence, 'medium');
  assert.match(draft.doubts?.[0] ?? '', /the process is not known/);
});

test('says when part of the leak is already invisible, or shared with other processes', () => {
  const draft = finding(closeWaitLeak, { holders: [leak(200, { closedHeld: 50, sharedSockets: 3 })] });
  assert.equal(draft.doubts?.length, 2);
  assert.equal(draft.measures['closedHeldSockets'], 50);
});
