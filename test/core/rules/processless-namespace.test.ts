import assert from 'node:assert/strict';
import test from 'node:test';
import type { EmptyNamespaceFact } from '../../../src/core/facts/facts.ts';
import type { Holder } from '../../../src/core/facts/holder.ts';
import type { NamespaceLedger } from '../../../src/core/report/report.ts';
import { MIN_SOCKETS, processlessNamespace } from '../../../src/core/rules/processless-namespace.ts';
import { MIN_CLOSED } from '../../../src/core/rules/thresholds.ts';
import { english } from '../support/english.ts';
import { emptyNamespace, findings, holder, ledger, verdicts } from '../support/facts.ts';

const FDS = { fdLinks: { processes: 10 } };

function check(change: Partial<EmptyNamespaceFact>, expected: readonly string[]): void {
  const facts = { ...FDS, emptyNamespaces: [emptyNamespace(change)] };
  assert.deepEqual(verdicts(processlessNamespace, facts), expected);
}

test('fires as soon as a namespace without a process has sockets, and not when it is empty', () => {
  check({ sockets: 1 }, ['note held-from-outside high']);
  check({ sockets: 0 }, []);
});

test('it is a warning from ten sockets on, one below it is a note', () => {
  check({ sockets: MIN_SOCKETS }, ['warning held-from-outside high']);
  check({ sockets: MIN_SOCKETS - 1 }, ['note held-from-outside high']);
});

test('sockets that no fd was seen to hold are less certain', () => {
  check({ sockets: MIN_SOCKETS, holder: null }, ['warning nobody-holds medium']);
  check({ sockets: 1, holder: null }, ['note nobody-holds medium']);
});

test('the holder comes before the namespace, which stands alone where nobody is known', () => {
  const subjects = (change: Partial<EmptyNamespaceFact>) =>
    findings(processlessNamespace, { ...FDS, emptyNamespaces: [emptyNamespace({ sockets: 20, ...change })] })[0]
      ?.subjects;
  assert.deepEqual(
    subjects({})?.map((subject) => subject.kind),
    ['process', 'namespace'],
  );
  assert.deepEqual(
    subjects({ holder: null })?.map((subject) => [subject.kind, subject.netns]),
    [['namespace', 4026532900]],
  );
});

test('the numbers and the place where it is pinned are given, doubts only where nobody holds them', () => {
  const find = (change: Partial<EmptyNamespaceFact>) =>
    findings(processlessNamespace, { ...FDS, emptyNamespaces: [emptyNamespace(change)] })[0];
  const held = find({ sockets: 400, heldSockets: 390, used: 410 });
  assert.deepEqual(held?.measures, { sockets: 400, heldSockets: 390, socketsUsed: 410 });
  assert.match(english(held?.message ?? ''), /net:\[4026532900\] \(\/run\/netns\/cni-1\) has 400 TCP sockets.*390/);
  assert.equal(held?.doubts.length, 0);
  const lost = find({ sockets: 400, holder: null, pin: '' });
  assert.equal(lost?.doubts.length, 1);
  assert.deepEqual(lost?.measures, { sockets: 400, heldSockets: 400 });
});

// Sockets of a namespace that is not in the bundle

const LEAKY = [holder({ closedHeld: 500 })];

function hidden(elsewhere: number, expected: readonly string[], holders: readonly Holder[] | null = LEAKY): void {
  const facts = { ...FDS, emptyNamespaces: [], ledger: ledger(1000, { elsewhere }), holders };
  assert.deepEqual(verdicts(processlessNamespace, facts), expected);
}

test('fires from a hundred held sockets that no namespace has room for, not one below', () => {
  hidden(MIN_CLOSED, ['warning not-captured medium']);
  hidden(MIN_CLOSED - 1, []);
  hidden(0, []);
});

test('hidden sockets that nobody can be named for are left to others', () => {
  hidden(500, [], null);
  hidden(500, [], [holder({ closedHeld: 0 })]);
});

test('without alloc nothing is known of hidden sockets', () => {
  const facts = { ...FDS, emptyNamespaces: [], ledger: null, holders: LEAKY };
  assert.deepEqual(verdicts(processlessNamespace, facts), []);
});

test('hidden sockets stand beside a captured namespace without a process', () => {
  const facts = { ...FDS, emptyNamespaces: [emptyNamespace({ sockets: 3 })], holders: LEAKY };
  assert.deepEqual(verdicts(processlessNamespace, { ...facts, ledger: ledger(1000, { elsewhere: 300 }) }), [
    'warning not-captured medium',
    'note held-from-outside high',
  ]);
});

test('who has closed sockets that its own namespace counts is not named for those of another one', () => {
  const leaky = holder({ closedHeld: 900, subject: { kind: 'process', pid: 1, comm: 'leaky', netns: 11 } });
  const agent = holder({ closedHeld: 300, subject: { kind: 'process', pid: 2, comm: 'agent', netns: 22 } });
  const rooms = [
    { netns: 11, gap: 900 },
    { netns: 22, gap: 5 },
  ] as readonly Partial<NamespaceLedger>[] as readonly NamespaceLedger[];
  for (const holders of [
    [leaky, agent],
    [agent, leaky],
  ]) {
    const change = { closedHeld: 1200, gap: 905, elsewhere: 295, namespaces: rooms };
    const [finding] = findings(processlessNamespace, {
      ...FDS,
      emptyNamespaces: [],
      ledger: ledger(3000, change),
      holders,
    });
    assert.deepEqual(finding?.subjects, [agent.subject]);
    assert.deepEqual(finding?.measures, { hiddenSockets: 295, closedHeldSockets: 1200, gap: 905 });
    assert.equal(finding?.doubts.length, 1);
  }
});
