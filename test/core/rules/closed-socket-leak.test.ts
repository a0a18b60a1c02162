import assert from 'node:assert/strict';
import test from 'node:test';
import type { Coverage, Ledger } from '../../../src/core/report/report.ts';
import {
  closedSocketLeak,
  MIN_SHARE_OF_CLOSED,
  SKEW_SHARE,
  SKEW_SOCKETS,
} from '../../../src/core/rules/closed-socket-leak.ts';
import { LARGE_SHARE_OF_ALLOC, MANY, MIN_CLOSED } from '../../../src/core/rules/thresholds.ts';
import type { Holder } from '../../../src/core/snapshot/holders.ts';
import { counters, coverage, findings, holder, ledger, verdicts } from '../support/facts.ts';

interface Case {
  readonly holder: Partial<Holder>;
  readonly ledger?: Partial<Ledger>;
  readonly alloc?: number;
  readonly coverage?: Partial<Coverage>;
}

/** The ledger holds no other closed sockets than those of the holder, unless said. */
function facts(given: Case) {
  const closedHeld = given.holder.closedHeld ?? 0;
  return {
    holders: [holder(given.holder)],
    fdLinks: { processes: 40 },
    coverage: coverage(given.coverage),
    ledger: ledger(given.alloc ?? 1_000_000, { closedHeld, unhashed: closedHeld, ...given.ledger }),
  };
}

function check(given: Case, expected: readonly string[]): void {
  assert.deepEqual(verdicts(closedSocketLeak, facts(given)), expected);
}

const WARNING = ['warning closed-but-held high'];

test('fires at the least number of closed sockets, not one below', () => {
  check({ holder: { closedHeld: MIN_CLOSED } }, WARNING);
  check({ holder: { closedHeld: MIN_CLOSED - 1 } }, []);
});

test('fires for more than half of all closed sockets, not for half', () => {
  const total = 400 / MIN_SHARE_OF_CLOSED;
  check({ holder: { closedHeld: 401 }, ledger: { closedHeld: total, unhashed: total } }, WARNING);
  check({ holder: { closedHeld: 400 }, ledger: { closedHeld: total, unhashed: total } }, []);
});

test('leaves a leak that is at least half CLOSE_WAIT to the other rule', () => {
  check({ holder: { closedHeld: 201, closeWait: 200 } }, WARNING);
  check({ holder: { closedHeld: 200, closeWait: 200 } }, []);
});

test('fires only for as many as alloc proves to be TCP', () => {
  const held = 500;
  const alloc = held / LARGE_SHARE_OF_ALLOC;
  check({ holder: { closedHeld: held }, ledger: { unhashed: MIN_CLOSED }, alloc }, ['warning closed-but-held medium']);
  check({ holder: { closedHeld: held }, ledger: { unhashed: MIN_CLOSED - 1 }, alloc }, []);
  check({ holder: { closedHeld: held }, ledger: { unhashed: 0 } }, []);
});

test('is not fooled by a holder of many sockets of other families', () => {
  // 800 of systemd are unix sockets that nobody captured; the 400 that alloc has room for are those of another one.
  check({ holder: { closedHeld: 800 }, ledger: { closedHeld: 1200, unhashed: 400 } }, []);
});

test('is an error from many on, or above a share of alloc', () => {
  check({ holder: { closedHeld: MANY } }, ['error closed-but-held high']);
  check({ holder: { closedHeld: MANY - 1 } }, WARNING);
  check({ holder: { closedHeld: 201 }, alloc: 200 / LARGE_SHARE_OF_ALLOC }, ['error closed-but-held high']);
  check({ holder: { closedHeld: 200 }, alloc: 200 / LARGE_SHARE_OF_ALLOC }, WARNING);
});

test('is sure only when alloc leaves just the room that they need, within the skew of the capture', () => {
  check({ holder: { closedHeld: 500 }, ledger: { unhashed: 500 + SKEW_SOCKETS }, alloc: 2000 }, [
    'error closed-but-held high',
  ]);
  check({ holder: { closedHeld: 500 }, ledger: { unhashed: 501 + SKEW_SOCKETS }, alloc: 2000 }, [
    'error closed-but-held medium',
  ]);
  const large = 100_000;
  const slack = SKEW_SHARE * large;
  check({ holder: { closedHeld: 5000 }, ledger: { unhashed: 5000 + slack }, alloc: large }, [
    'error closed-but-held high',
  ]);
  check({ holder: { closedHeld: 5000 }, ledger: { unhashed: 5001 + slack }, alloc: large }, [
    'error closed-but-held medium',
  ]);
});

test('is never sure, and never an error, while a namespace is missing or the archive is cut', () => {
  for (const gap of [{ namespacesSeen: 4 }, { truncated: true }])
    check({ holder: { closedHeld: 5000 }, coverage: gap }, ['warning closed-but-held low']);
});

test('quiet without closed sockets, and not run without fds', () => {
  check({ holder: {} }, []);
  assert.throws(() => verdicts(closedSocketLeak, { holders: [], ledger: ledger(1) }), /fd links/);
});

test('counters of the namespace and the doubts about other families are in the finding', () => {
  const [finding] = findings(closedSocketLeak, {
    ...facts({ holder: { closedHeld: 500 }, ledger: { unhashed: 450 } }),
    netstat: [counters({ 'Tcp.EstabResets': 1 }, 1), counters({ 'Tcp.EstabResets': 499, 'Tcp.AttemptFails': 0 })],
  });
  assert.equal(finding?.measures['estabResets'], 499);
  assert.match(finding?.doubts.join(' ') ?? '', /450/);
  assert.match(finding?.next ?? '', /getfattr/);
});
