import assert from 'node:assert/strict';
import test from 'node:test';
import { closedRoute } from '../../../src/core/ledger/closed-route.ts';
import type { ClosedRoute } from '../../../src/core/report/report.ts';

interface Counts {
  readonly resets?: number;
  readonly fails?: number;
  readonly active?: number;
  readonly passive?: number;
}

/** Of 100 closed sockets in a namespace that has made and accepted many connections, unless said. */
function check(given: Counts, expected: ClosedRoute, listens = false): void {
  const counters = new Map([
    ['Tcp.EstabResets', given.resets ?? 0],
    ['Tcp.AttemptFails', given.fails ?? 0],
    ['Tcp.ActiveOpens', given.active ?? 5000],
    ['Tcp.PassiveOpens', given.passive ?? 5000],
  ]);
  assert.equal(closedRoute(100, counters, listens), expected, JSON.stringify(given));
}

test('failed attempts for half of the sockets are the route, not for one less', () => {
  check({ fails: 50 }, 'failed-connect');
  check({ fails: 49 }, 'shutdown');
});

test('resets for half of the sockets are the route, not for one less', () => {
  check({ resets: 50 }, 'reset');
  check({ resets: 49 }, 'shutdown');
});

test('too few of each kind, but enough together, are resets', () => {
  check({ resets: 1, fails: 49 }, 'reset');
  check({ resets: 1, fails: 48 }, 'shutdown');
});

test('where both would do, who only connects has failed, and who listens was reset', () => {
  check({ resets: 60, fails: 60 }, 'failed-connect');
  check({ resets: 60, fails: 60 }, 'reset', true);
  check({ resets: 60, fails: 600 }, 'reset', true);
  check({ resets: 50, fails: 50 }, 'reset', true);
  check({ resets: 61, fails: 60 }, 'reset');
});

test('a server whose resets do not suffice has failed connects like any other', () => {
  check({ resets: 49, fails: 50 }, 'failed-connect', true);
});

test('no more connects failed than were tried: a client that gives up its handshake leaves no socket', () => {
  check({ fails: 9000, active: 50 }, 'failed-connect', true);
  check({ fails: 9000, active: 49 }, 'shutdown', true);
  check({ fails: 9000, active: 0, resets: 50 }, 'reset', true);
});

test('sockets that nothing ended were shut down where connections for half of them were opened, else never connected', () => {
  check({ active: 20, passive: 30 }, 'shutdown');
  check({ active: 20, passive: 29 }, 'never-connected');
  check({ active: 0, passive: 0 }, 'never-connected');
});

test('without the counters of the namespace, or with one of them missing, the route is not known', () => {
  assert.equal(closedRoute(100, null, false), 'unknown');
  const all = ['Tcp.EstabResets', 'Tcp.AttemptFails', 'Tcp.ActiveOpens', 'Tcp.PassiveOpens'];
  assert.equal(closedRoute(100, new Map(all.map((name) => [name, 100])), false), 'failed-connect');
  for (const missing of all) {
    const rest = all.filter((name) => name !== missing);
    assert.equal(closedRoute(100, new Map(rest.map((name) => [name, 100])), false), 'unknown', missing);
  }
});
