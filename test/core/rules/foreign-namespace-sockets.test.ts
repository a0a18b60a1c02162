import assert from 'node:assert/strict';
import test from 'node:test';
import { foreignNamespaceSockets, MIN_SOCKETS } from '../../../src/core/rules/foreign-namespace-sockets.ts';
import { runRules } from '../../../src/core/rules/run-rules.ts';
import { english } from '../support/english.ts';
import { findings, NOTHING, verdicts, visitor } from '../support/facts.ts';

const FDS = { fdLinks: { processes: 10 } };

test('fires from ten sockets of other namespaces on, not one below', () => {
  const check = (sockets: number, expected: readonly string[]) =>
    assert.deepEqual(verdicts(foreignNamespaceSockets, { ...FDS, visitors: [visitor({ sockets })] }), expected);
  check(MIN_SOCKETS, ['note foreign high']);
  check(MIN_SOCKETS - 1, []);
});

test('the process comes first and the namespace of most of its sockets second', () => {
  const agent = visitor({ sockets: 5000, connections: 4998, namespaces: 3, topSockets: 3100 });
  const found = findings(foreignNamespaceSockets, { ...FDS, visitors: [agent, visitor({ sockets: 2 })] });
  assert.equal(found.length, 1);
  assert.deepEqual(found[0]?.subjects, [agent.subject, agent.topNamespace]);
  assert.deepEqual(found[0]?.measures, { foreignSockets: 5000, foreignConnections: 4998, namespaces: 3 });
  assert.match(
    english(found[0]?.message ?? ''),
    /agent \(pid 700\).*5,000 sockets.*3 other namespaces.*3,100.*shop\/web-1/,
  );
});

test('an agent that does so on purpose is no fault: never more than a note, and with that doubt', () => {
  const [finding] = findings(foreignNamespaceSockets, { ...FDS, visitors: [visitor({ sockets: 100_000 })] });
  assert.equal(finding?.level, 'note');
  assert.equal(finding?.doubts.length, 1);
});

test('without the fd links nobody is known to hold anything, so it does not run', () => {
  const { notRun } = runRules([foreignNamespaceSockets], { ...NOTHING, visitors: [visitor({ sockets: 50 })] });
  assert.match(english(notRun[0]?.reason ?? ''), /fd links/);
});
