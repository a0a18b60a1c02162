import assert from 'node:assert/strict';
import test from 'node:test';
import {
  closedSocketLeak,
  MIN_SHARE_OF_CLOSED,
  SKEW_SHARE,
  SKEW_SOCKETS,
} from '../../../src/core/rules/closed-socket-leak.ts';
import { LARGE_SHARE_OF_ALLOC, MANY, MIN_CLOSED } from '../../../src/core/rules/thresholds.ts';
import { coverage, finding, findings, holder, ledger } from '../support/facts.ts';

const range = (value: number) => ({ value, min: value, max: value });

/** A node whose alloc leaves just the room that the closed sockets need. */
function node(closedHeld: number, changes: { held?: number; closed?: number; unhashed?: number; alloc?: number } = {}) {
  const { held = closedHeld, closed = closedHeld, unhashed = closed, alloc = 100_000 } = changes;
  return {
    holders: [holder({ closedHeld: held, connections: held })],
    ledger: ledger({ closedHeld: closed, unhashed, alloc: range(alloc) }),
  };
}

test('fires at a hundred closed sockets under one holder, and is quiet just below', () => {
  assert.equal(findings(closedSocketLeak, node(MIN_CLOSED)).length, 1);
  assert.deepEqual(findings(closedSocketLeak, node(MIN_CLOSED - 1)), []);
});

test('is quiet when the holder has no more than half of all closed sockets', () => {
  const closed = 400;
  assert.deepEqual(findings(closedSocketLeak, node(closed, { held: MIN_SHARE_OF_CLOSED * closed })), []);
  assert.equal(findings(closedSocketLeak, node(closed, { held: MIN_SHARE_OF_CLOSED * closed + 1 })).length, 1);
});

test('counts only what alloc has room for: the rest is not TCP', () => {
  assert.deepEqual(findings(closedSocketLeak, node(400, { unhashed: MIN_CLOSED - 1 })), []);
  assert.equal(findings(closedSocketLeak, node(400, { unhashed: MIN_CLOSED })).length, 1);
});

test('is quiet when CLOSE_WAIT prevails: that finding tells of both', () => {
  const { holders, ledger: sums } = node(400);
  assert.deepEqual(
    findings(closedSocketLeak, { holders: holders.map((each) => ({ ...each, closeWait: 400 })), ledger: sums }),
    [],
  );
});

test('is sure when alloc leaves just the room for them, within the skew of a capture', () => {
  const slack = Math.max(SKEW_SOCKETS, SKEW_SHARE * 5000);
  const of = (unhashed: number) => finding(closedSocketLeak, node(400, { unhashed, alloc: 5000 })).confidence;
  assert.equal(of(400 + slack), 'high');
  assert.equal(of(400 + slack + 1), 'medium');
});

test('is only possible when namespaces are missing: the sockets may be open in one of them', () => {
  const draft = finding(closedSocketLeak, { ...node(400), coverage: coverage({ namespacesSeen: 8 }) });
  assert.equal(draft.confidence, 'low');
  assert.match(draft.doubts?.[0] ?? '', /1 namespace have no table/);
});

test('is an error from a thousand on, or from a tenth of alloc', () => {
  const of = (held: number, alloc: number) => finding(closedSocketLeak, node(held, { alloc })).level;
  assert.equal(of(MANY - 1, 1_000_000), 'warning');
  assert.equal(of(MANY, 1_000_000), 'error');
  assert.equal(of(200, 200 / LARGE_SHARE_OF_ALLOC), 'warning');
  assert.equal(of(201, 200 / LARGE_SHARE_OF_ALLOC), 'error');
});
