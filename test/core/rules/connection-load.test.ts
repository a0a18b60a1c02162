import assert from 'node:assert/strict';
import test from 'node:test';
import type { Ledger, Memory } from '../../../src/core/report/report.ts';
import {
  connectionLoad,
  MAX_OWNER_SHARE,
  MAX_PAGES_PER_SOCKET,
  MIN_ESTABLISHED,
  MIN_SHARE,
} from '../../../src/core/rules/connection-load.ts';
import { SKEW_SHARE, SKEW_SOCKETS } from '../../../src/core/rules/thresholds.ts';
import { english } from '../support/english.ts';
import { findings, holder, ledger, memory, memoryOwner, SOCKSTAT, verdicts } from '../support/facts.ts';

interface Case {
  readonly established?: number;
  readonly alloc?: number;
  readonly memPages?: number;
  readonly ledger?: Partial<Ledger>;
  readonly memory?: Partial<Memory>;
}

/** 10,000 sockets, nearly all established, with 20,000 pages on a node under pressure. */
function facts(given: Case = {}) {
  const alloc = given.alloc ?? 10_000;
  return {
    memory: memory(given.memPages ?? 20_000, { status: 'pressure', ...given.memory }),
    ledger: ledger(alloc, { states: { ESTABLISHED: given.established ?? 9000 }, ...given.ledger }),
    holders: [holder({ connections: 4000, established: 4000 }), holder({ connections: 3000 })],
    sockstat: SOCKSTAT,
  };
}

function check(given: Case, expected: readonly string[]): void {
  assert.deepEqual(verdicts(connectionLoad, facts(given)), expected, JSON.stringify(given));
}

const LOAD = ['warning spread medium'];

test('fires while memory is short only', () => {
  for (const status of ['pressure', 'exhausted'] as const) check({ memory: { status } }, LOAD);
  for (const status of ['healthy', 'elevated', 'unknown'] as const) check({ memory: { status } }, []);
});

test('fires from so many established connections on that a node really serves', () => {
  const of = (established: number) => ({ established, alloc: established, memPages: 2000 });
  check(of(MIN_ESTABLISHED), LOAD);
  check(of(MIN_ESTABLISHED - 1), []);
});

test('fires at the share of established sockets, not below', () => {
  check({ established: MIN_SHARE * 10_000 }, LOAD);
  check({ established: MIN_SHARE * 10_000 - 1 }, []);
});

test('quiet when one process has its share of the memory, at it already', () => {
  const share = MAX_OWNER_SHARE * 20_000;
  check({ memory: { owners: [memoryOwner({ pages: share - 1 })] } }, LOAD);
  check({ memory: { owners: [memoryOwner({ pages: share })] } }, []);
});

test('quiet when the queues are too long for requests in flight, by pages of 4 KiB', () => {
  check({ memPages: MAX_PAGES_PER_SOCKET * 10_000 - 1 }, LOAD);
  check({ memPages: MAX_PAGES_PER_SOCKET * 10_000 }, []);
  const large = { pageSizeBytes: 65_536 };
  check({ memPages: (MAX_PAGES_PER_SOCKET * 10_000) / 16 - 1, memory: large }, LOAD);
  check({ memPages: (MAX_PAGES_PER_SOCKET * 10_000) / 16, memory: large }, []);
});

test('quiet when more sockets have no row than the skew of the capture explains: they may hold the memory', () => {
  const alloc = 100_000;
  const of = (unhashed: number) => ({ established: 90_000, alloc, ledger: { unhashed } });
  check(of(SKEW_SHARE * alloc), LOAD);
  check(of(SKEW_SHARE * alloc + 1), []);
  check({ established: 1900, alloc: 2000, memPages: 4000, ledger: { unhashed: SKEW_SOCKETS } }, LOAD);
  check({ established: 1900, alloc: 2000, memPages: 4000, ledger: { unhashed: SKEW_SOCKETS + 1 } }, []);
});

test('quiet on a leak: few of the sockets are established', () => {
  check({ established: 2000, ledger: { states: { ESTABLISHED: 2000, CLOSE_WAIT: 8000 } } }, []);
});

test('blames the node first and names the process with most connections second', () => {
  const [finding] = findings(connectionLoad, facts());
  assert.deepEqual(finding?.subjects, [
    { kind: 'node' },
    { kind: 'process', pid: 700, comm: 'leaky', netns: 4026532000 },
  ]);
  assert.deepEqual(finding?.measures, { establishedSockets: 9000, allocSockets: 10_000, memPages: 20_000 });
  for (const text of ['9,000', '10,000', '90 %', '20,000', '4,000'])
    assert.ok(english(finding?.message ?? '').includes(text), text);
  const nobody = { ...facts(), holders: [holder({ process: null, subject: { kind: 'namespace', netns: 5 } })] };
  assert.deepEqual(findings(connectionLoad, nobody)[0]?.subjects, [{ kind: 'node' }]);
  assert.deepEqual(findings(connectionLoad, { ...facts(), holders: [] })[0]?.subjects, [{ kind: 'node' }]);
});

test('shares that are payload only are a doubt more', () => {
  const doubts = (source: 'skmem' | 'queues') =>
    findings(connectionLoad, facts({ memory: { owners: [memoryOwner({ pages: 10, source })] } }))[0]?.doubts.length;
  assert.equal(doubts('skmem'), 1);
  assert.equal(doubts('queues'), 2);
});

test('is the one cause that more memory cures, and a restart does not', () => {
  const [finding] = findings(connectionLoad, facts());
  assert.match(english(finding?.fixes ?? []).join(' '), /tcp_mem/);
  assert.doesNotMatch(english(finding?.fixes ?? []).join(' '), /restart/i);
});
