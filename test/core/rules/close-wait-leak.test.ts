import assert from 'node:assert/strict';
import test from 'node:test';
import type { Holder } from '../../../src/core/facts/holder.ts';
import { closeWaitLeak, MIN_EACH, MIN_SPREAD, MIRROR_SHARE } from '../../../src/core/rules/close-wait-leak.ts';
import {
  LARGE_SHARE_OF_ALLOC,
  MANY,
  MIN_CLOSE_WAIT,
  MIN_RATIO_TO_ESTABLISHED,
} from '../../../src/core/rules/thresholds.ts';
import { english } from '../support/english.ts';
import { closedFacts, findings, holder, ledger, memory, memoryOwner, verdicts } from '../support/facts.ts';

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
  mixed(200, 200, WARNING);
  mixed(200, 201, []);
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
  check({ waiting: 10_000 }, []);
  assert.deepEqual(verdicts(closeWaitLeak, { holders: [] }), []);
});

test('runs without alloc and without fds, then says what it does not know', () => {
  const [finding] = findings(closeWaitLeak, {
    holders: [holder({ closeWait: 500, process: null, subject: { kind: 'namespace', netns: 5 }, fdEvidence: null })],
  });
  assert.equal(finding?.confidence, 'medium');
  assert.match(english(finding?.doubts ?? []).join(' '), /fd/);
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

const BACKEND = { kind: 'process', pid: 9, comm: 'backend' } as const;

test('nearly as many in FIN_WAIT2 make it a proxy and a note, within the share both ways', () => {
  const mirrored = ['note close-wait-mirrored high'];
  check({ closeWait: 5000, finWait2: 5000 }, mirrored);
  check({ closeWait: 500, finWait2: 500 * MIRROR_SHARE }, mirrored);
  check({ closeWait: 500, finWait2: 500 * MIRROR_SHARE - 1 }, WARNING);
  check({ closeWait: 500 * MIRROR_SHARE, finWait2: 500 }, mirrored);
  check({ closeWait: 500 * MIRROR_SHARE - 1, finWait2: 500 }, WARNING);
});

test('a proxy is told whom it waits for, on the node or not', () => {
  const message = (change: Partial<Holder>) =>
    findings(closeWaitLeak, { holders: [holder({ closeWait: 500, finWait2: 490, ...change })] })[0]?.message ?? '';
  assert.match(english(message({ finWait2Remote: '10.0.0.9', finWait2RemotePort: 5432 })), /490.*10\.0\.0\.9:5432/);
  assert.match(english(message({ finWait2Peer: BACKEND })), /490.*backend \(pid 9\)/);
});

test('a process that talks to itself is no proxy: it is what it waits for', () => {
  const self = { kind: 'process', pid: 700, comm: 'leaky' } as const;
  check({ closeWait: 500, finWait2: 500, finWait2Peer: self }, WARNING);
});

/** Workers of one container with so many in CLOSE_WAIT each, and their sum. */
function pool(each: number, workers: number) {
  const pids = Array.from({ length: workers }, (_, i) => 700 + i);
  return {
    holders: pids.map((pid) =>
      holder({ subject: { kind: 'process', pid, comm: 'worker' }, pids: [pid], closeWait: each }),
    ),
    pools: [holder({ pids, closeWait: each * workers })],
    ledger: ledger(1_000_000),
  };
}

test('a pool of workers leaks as one where no worker stands out', () => {
  assert.deepEqual(verdicts(closeWaitLeak, pool(MIN_CLOSE_WAIT / 4, 4)), WARNING);
  assert.deepEqual(verdicts(closeWaitLeak, pool(MIN_CLOSE_WAIT / 4 - 1, 4)), []);
});

test('a pool has its number of processes and the memory of all of them', () => {
  const owners = [700, 701, 702, 703, 704].map((pid) =>
    memoryOwner({ subject: { kind: 'process', pid, comm: 'worker' }, pages: 10 }),
  );
  const [finding] = findings(closeWaitLeak, { ...pool(50, 4), memory: memory(1000, { owners }) });
  assert.equal(finding?.measures['closeWaitSockets'], 200);
  assert.equal(finding?.measures['processes'], 4);
  assert.equal(finding?.measures['memPages'], 40);
  assert.match(english(finding?.message ?? ''), /4 processes/);
});

test('a pool whose worker is named already is not named again', () => {
  const found = findings(closeWaitLeak, pool(MIN_CLOSE_WAIT, 2));
  assert.deepEqual(
    found.map((finding) => finding.measures['closeWaitSockets']),
    [MIN_CLOSE_WAIT, MIN_CLOSE_WAIT],
  );
});

test('the cure is never a sysctl', () => {
  const [finding] = findings(closeWaitLeak, { holders: [holder({ closeWait: 300 })] });
  assert.doesNotMatch(english(finding?.fixes ?? []).join(' '), /tcp_mem|sysctl|keepalive/i);
  assert.match(english(finding?.nonFixes ?? []).join(' '), /tcp_mem/);
});

test('an old leak has both: closed ones count up to as many as are in CLOSE_WAIT', () => {
  mixed(60, 40, WARNING);
  mixed(60, 39, []);
  mixed(50, 50, WARNING);
  mixed(49, 51, []);
});

/** Closed sockets beside those in CLOSE_WAIT; `certain` of them are TCP. */
function mixed(closeWait: number, closedHeld: number, expected: readonly string[], certain = closedHeld): void {
  const given = closedFacts('reset', { holder: { closeWait, closedHeld }, certain });
  assert.deepEqual(verdicts(closeWaitLeak, given), expected);
}

test('what is held without a row hides no leak as far as it is not certain to be TCP', () => {
  mixed(200, 500, WARNING, 200);
  mixed(200, 500, [], 201);
});

test('by their age: old ones are a leak whatever else is established, fresh ones may pass, those in use accuse nobody', () => {
  const beside = { closeWait: 300, closeWaitTimed: 300, established: 300 };
  check({ ...beside, closeWaitOld: MIN_CLOSE_WAIT }, WARNING);
  check({ ...beside, closeWaitOld: MIN_CLOSE_WAIT - 1 }, []);
  const alone = { closeWait: 300, closeWaitTimed: 300 };
  check({ ...alone, closeWaitFresh: 151 }, ['warning close-wait-eof-read medium']);
  check({ ...alone, closeWaitFresh: 150 }, WARNING);
  check({ ...alone, closeWait: MANY, closeWaitTimed: MANY, closeWaitFresh: MANY }, [
    'warning close-wait-eof-read medium',
  ]);
  check({ ...alone, closeWaitSending: 151 }, ['note close-wait-in-use medium']);
  check({ ...alone, closeWaitSending: 150 }, WARNING);
  // ss told of too few of them.
  check({ ...alone, closeWaitTimed: 150, closeWaitSending: 150 }, WARNING);
});

test('sockets that no process of their namespace holds are those of another one, and nobody is sure of', () => {
  const unknown = { process: null, pids: [], fdEvidence: null, subject: { kind: 'namespace', netns: 5 } } as const;
  check({ closeWait: 300, ...unknown }, ['warning close-wait-eof-read medium']);
  check({ closeWait: 300, ...unknown, outside: true }, ['warning close-wait-eof-read low']);
});

test('replicas that leak a little each are one finding, from so many each and so many in all', () => {
  const replicas = (count: number, each: number, alloc = 1000) => ({
    holders: Array.from({ length: count }, (_, i) =>
      holder({ pids: [800 + i], closeWait: each, subject: { kind: 'process', pid: 800 + i } }),
    ),
    ledger: ledger(alloc),
  });
  const spread = ['warning close-wait-spread medium'];
  assert.deepEqual(verdicts(closeWaitLeak, replicas(MIN_SPREAD / MIN_EACH, MIN_EACH)), spread);
  assert.deepEqual(verdicts(closeWaitLeak, replicas(MIN_SPREAD / MIN_EACH - 1, MIN_EACH)), []);
  assert.deepEqual(verdicts(closeWaitLeak, replicas(MIN_SPREAD, MIN_EACH - 1)), []);
  assert.deepEqual(verdicts(closeWaitLeak, replicas(4, 50, 200 / LARGE_SHARE_OF_ALLOC)), []);
});
