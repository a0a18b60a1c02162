import assert from 'node:assert/strict';
import test from 'node:test';
import type { Holder } from '../../../src/core/facts/holder.ts';
import { closedSocketLeak } from '../../../src/core/rules/closed-socket-leak.ts';
import {
  LARGE_SHARE_OF_ALLOC,
  MANY,
  MIN_CLOSED,
  SKEW_SHARE,
  SKEW_SOCKETS,
} from '../../../src/core/rules/thresholds.ts';
import { english } from '../support/english.ts';
import { type ClosedCase, closedFacts, counters, findings, holder, ledger, verdicts } from '../support/facts.ts';

function check(given: ClosedCase, expected: readonly string[]): void {
  assert.deepEqual(verdicts(closedSocketLeak, closedFacts('reset', given)), expected, JSON.stringify(given));
}

const WARNING = ['warning closed-but-held high'];
const ERROR = ['error closed-but-held high'];
const UNSURE = ['error closed-but-held medium'];

test('fires at the least number of closed sockets, not one below', () => {
  check({ holder: { closedHeld: MIN_CLOSED } }, WARNING);
  check({ holder: { closedHeld: MIN_CLOSED - 1 } }, []);
});

test('fires for each of several holders, however small its share is, while alloc has room for all', () => {
  const total = 10 * MIN_CLOSED;
  check({ holder: { closedHeld: MIN_CLOSED }, ledger: { closedHeld: total, unhashed: total } }, WARNING);
  check({ holder: { closedHeld: MIN_CLOSED }, ledger: { closedHeld: total, unhashed: total - 1 } }, []);
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

test('fires only for as many as the namespaces count beyond their open sockets', () => {
  check({ holder: { closedHeld: 500 }, certain: 250 }, WARNING);
  check({ holder: { closedHeld: 500 }, certain: 249 }, ['warning closed-but-held medium']);
  check({ holder: { closedHeld: 500 }, certain: MIN_CLOSED }, ['warning closed-but-held medium']);
  check({ holder: { closedHeld: 500 }, certain: MIN_CLOSED - 1 }, []);
});

test('is less sure where no namespace counts its sockets: the rows may be older than the fds', () => {
  check({ holder: { closedHeld: 500 }, ledger: { gap: null } }, ['warning closed-but-held medium']);
});

test('what was reset in accept queues takes its room in alloc, and nobody holds it', () => {
  const parked = (acceptQueueClosed: number) => ({ ledger: { unhashed: 500, acceptQueueClosed }, alloc: 10_000 });
  check({ holder: { closedHeld: 500 }, ...parked(500 - MIN_CLOSED) }, ['warning closed-but-held medium']);
  check({ holder: { closedHeld: 500 }, ...parked(501 - MIN_CLOSED) }, []);
});

test('is not fooled by a holder of many sockets of other families', () => {
  // 800 of systemd are unix sockets that nobody captured; the 400 that alloc has room for are those of another one.
  check({ holder: { closedHeld: 800 }, ledger: { closedHeld: 1200, unhashed: 400 } }, []);
});

test('is an error from many on, or above a share of alloc', () => {
  check({ holder: { closedHeld: MANY } }, ERROR);
  check({ holder: { closedHeld: MANY - 1 } }, WARNING);
  check({ holder: { closedHeld: 201 }, alloc: 200 / LARGE_SHARE_OF_ALLOC }, ERROR);
  check({ holder: { closedHeld: 200 }, alloc: 200 / LARGE_SHARE_OF_ALLOC }, WARNING);
});

test('is sure only when alloc leaves just the room that they need, within the skew of the capture', () => {
  check({ holder: { closedHeld: 500 }, ledger: { unhashed: 500 + SKEW_SOCKETS }, alloc: 2000 }, ERROR);
  check({ holder: { closedHeld: 500 }, ledger: { unhashed: 501 + SKEW_SOCKETS }, alloc: 2000 }, UNSURE);
  const large = 100_000;
  const slack = SKEW_SHARE * large;
  check({ holder: { closedHeld: 5000 }, ledger: { unhashed: 5000 + slack }, alloc: large }, ERROR);
  check({ holder: { closedHeld: 5000 }, ledger: { unhashed: 5001 + slack }, alloc: large }, UNSURE);
});

test('a slack as wide as alloc moved during the capture is granted, no wider', () => {
  const moved = { value: 2000, min: 1990, max: 2005 };
  const unhashed = 500 + SKEW_SOCKETS + 15;
  check({ holder: { closedHeld: 500 }, ledger: { alloc: moved, unhashed } }, ERROR);
  check({ holder: { closedHeld: 500 }, ledger: { alloc: moved, unhashed: unhashed + 1 } }, UNSURE);
});

test('connections reset before accept() are part of what alloc leaves room for', () => {
  check({ holder: { closedHeld: 500 }, ledger: { unhashed: 900, acceptQueueClosed: 400 }, alloc: 2000 }, ERROR);
  check({ holder: { closedHeld: 500 }, ledger: { unhashed: 900 }, alloc: 2000 }, UNSURE);
});

test('is never sure, and never an error, while a namespace is missing, the archive is cut or alloc is not known', () => {
  for (const gap of [{ namespacesSeen: 4 }, { truncated: true }])
    check({ holder: { closedHeld: 5000 }, coverage: gap }, ['warning closed-but-held low']);
  for (const unknown of [{ alloc: null }, { unhashed: null }])
    check({ holder: { closedHeld: 5000 }, ledger: unknown }, ['warning closed-but-held low']);
});

test('quiet without closed sockets, and not run without fds', () => {
  check({ holder: {} }, []);
  assert.throws(() => verdicts(closedSocketLeak, { holders: [], ledger: ledger(1) }), /fd links/);
});

test('takes resets and what nobody can tell; failed connects and shutdowns have rules of their own', () => {
  const of = (route: Parameters<typeof closedFacts>[0]) =>
    verdicts(closedSocketLeak, closedFacts(route, { holder: { closedHeld: 500 } }));
  assert.deepEqual(of('reset'), WARNING);
  assert.deepEqual(of('unknown'), WARNING);
  assert.deepEqual(of('failed-connect'), []);
  assert.deepEqual(of('shutdown'), []);
});

test('sockets that were never connected are another sentence, never an error and never sure', () => {
  const of = (given: ClosedCase) => verdicts(closedSocketLeak, closedFacts('never-connected', given));
  assert.deepEqual(of({ holder: { closedHeld: MIN_CLOSED } }), ['warning never-connected medium']);
  assert.deepEqual(of({ holder: { closedHeld: 50_000 } }), ['warning never-connected medium']);
  assert.deepEqual(of({ holder: { closedHeld: 500 }, coverage: { namespacesSeen: 4 } }), [
    'warning never-connected low',
  ]);
  const [finding] = findings(closedSocketLeak, closedFacts('never-connected', { holder: { closedHeld: 500 } }));
  assert.match(english(finding?.doubts ?? []).join(' '), /pool/);
});

test('counters of the namespace and the doubts about other families are in the finding', () => {
  const [finding] = findings(closedSocketLeak, {
    ...closedFacts('reset', { holder: { closedHeld: 500 }, ledger: { unhashed: 450 } }),
    netstat: [counters({ 'Tcp.EstabResets': 1 }, 1), counters({ 'Tcp.EstabResets': 499, 'Tcp.AttemptFails': 0 })],
  });
  assert.equal(finding?.measures['estabResets'], 499);
  assert.equal(finding?.measures['attemptFails'], 0);
  assert.match(english(finding?.doubts ?? []).join(' '), /450/);
  assert.match(english(finding?.next ?? ''), /getfattr/);
});

test('nothing is in doubt where the capture is whole and alloc has the room', () => {
  const [finding] = findings(closedSocketLeak, closedFacts('reset', { holder: { closedHeld: 500, topLocalPort: 0 } }));
  assert.deepEqual(finding?.doubts, []);
  assert.equal(finding?.measures['unhashedSockets'], 500);
  assert.equal(finding?.measures['localPort'], undefined);
  assert.doesNotMatch(english(finding?.message ?? ''), /processes/);
});

test('missing namespaces are a doubt', () => {
  const [finding] = findings(
    closedSocketLeak,
    closedFacts('reset', { holder: { closedHeld: 500 }, coverage: { namespacesSeen: 2 } }),
  );
  assert.match(english(finding?.doubts ?? []).join(' '), /3 namespaces/);
});

/** Workers of one container with so many closed sockets each, and their sum. */
function pool(each: number, workers: number, change: Partial<Holder> = {}) {
  const pids = Array.from({ length: workers }, (_, i) => 701 + i);
  const subjects = pids.map((pid) => ({ kind: 'process', pid, comm: 'worker', netns: 4026532000 }) as const);
  return {
    ...closedFacts('reset', {
      holder: {},
      ledger: {
        closedHeld: each * workers,
        unhashed: each * workers,
        gap: each * workers,
        closedHeldByOwner: subjects.map((subject) => ({ subject, count: each, certain: each, route: 'reset' })),
      },
    }),
    holders: subjects.map((subject, i) => holder({ subject, pids: [701 + i], closedHeld: each })),
    pools: [holder({ subject: subjects[0] ?? { kind: 'node' }, pids, closedHeld: each * workers, ...change })],
  };
}

test('a pool of workers leaks as one where no worker stands out', () => {
  assert.deepEqual(verdicts(closedSocketLeak, pool(25, 4)), WARNING);
  const [finding] = findings(closedSocketLeak, pool(25, 4));
  assert.equal(finding?.measures['closedHeldSockets'], 100);
  assert.equal(finding?.measures['processes'], 4);
  assert.match(english(finding?.message ?? ''), /4 processes/);
  assert.deepEqual(verdicts(closedSocketLeak, pool(24, 4)), []);
});

test('a pool whose worker is named already is not named again', () => {
  const facts = pool(100, 4);
  const found = findings(closedSocketLeak, facts);
  assert.deepEqual(
    found.map((finding) => finding.measures['processes']),
    [undefined, undefined, undefined, undefined],
  );
});

test('the route of a pool is that of most of its sockets', () => {
  const facts = pool(40, 3);
  const [first, second, third] = facts.ledger.closedHeldByOwner;
  if (first === undefined || second === undefined || third === undefined) throw new Error('three workers');
  const closedHeldByOwner = [first, { ...second, route: 'shutdown' }, { ...third, route: 'shutdown' }] as const;
  assert.deepEqual(verdicts(closedSocketLeak, facts), WARNING);
  assert.deepEqual(verdicts(closedSocketLeak, { ...facts, ledger: { ...facts.ledger, closedHeldByOwner } }), []);
});

test('the cure is not ss -K, keepalive or a sysctl', () => {
  const [finding] = findings(closedSocketLeak, closedFacts('reset', { holder: { closedHeld: 500 } }));
  assert.doesNotMatch(english(finding?.fixes ?? []).join(' '), /tcp_mem|ss -K|keepalive/i);
  assert.match(english(finding?.nonFixes ?? []).join(' '), /ss -K/);
});

test('on a node with very many sockets the skew does not explain more than half of what the holder has', () => {
  const alloc = 10_000_000;
  check({ holder: { closedHeld: 500 }, ledger: { unhashed: 750 }, alloc }, WARNING);
  check({ holder: { closedHeld: 500 }, ledger: { unhashed: 751 }, alloc }, ['warning closed-but-held medium']);
});

test('those in CLOSE_WAIT count with the closed ones, of which there must be more', () => {
  check({ holder: { closedHeld: MIN_CLOSED / 2 + 1, closeWait: MIN_CLOSED / 2 - 1 } }, WARNING);
  check({ holder: { closedHeld: MIN_CLOSED / 2 + 1, closeWait: MIN_CLOSED / 2 - 2 } }, []);
});
