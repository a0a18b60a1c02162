/** Live captures against the truth of their makers; and what may be done to a bundle without changing who is to blame. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { gunzipSync } from 'node:zlib';
import { analyze } from '../../src/core/analyze.ts';
import type { Confidence, Report } from '../../src/core/report/report.ts';
import { disagreements } from '../accuracy/judge.ts';
import { nodeTruth } from '../accuracy/node-truth.ts';
import { analyzeScenario, SCENARIOS, scenarioPath, scenarioTruth } from '../accuracy/scenarios.ts';
import { measureAccuracy } from '../accuracy/table.ts';
import { type Member, memoryBundle } from './support/bundles.ts';
import { analyzeFixture, FIXTURES, readTar } from './support/corpus.ts';
import { english } from './support/english.ts';
import { shuffled } from './support/random.ts';
import { droppedClasses, grown, renamed, withHealthyPod } from './support/variants.ts';

for (const name of SCENARIOS) {
  const truth = scenarioTruth(name);
  test(`${name}: ${truth.what}`, async () => {
    const { report } = await analyzeScenario(name);
    assert.deepEqual(disagreements(report, truth), [], english(report.verdict.paragraph));
  });
}

for (const name of FIXTURES) {
  test(`${name}: the truth in the form of the scenarios agrees too`, async () => {
    const { report } = await analyzeFixture(name);
    assert.deepEqual(disagreements(report, nodeTruth(name)), []);
  });
}

test('docs/accuracy.md is what npm run accuracy writes', async () => {
  const { markdown, wrong } = await measureAccuracy();
  assert.deepEqual(wrong, []);
  assert.equal(readFileSync(new URL('../../docs/accuracy.md', import.meta.url), 'utf8'), markdown);
});

test('the judge refuses a report that blames somebody else, nobody, or a healthy node', async () => {
  const [leak, benign] = ['close-wait-eof-read', 'benign-many-pods'] as const;
  const report = (await analyzeScenario(leak)).report;
  const truth = scenarioTruth(leak);
  const { verdict } = report;
  const blame = (owner: Report['verdict']['countOwner']) =>
    disagreements({ ...report, verdict: { ...verdict, countOwner: owner } }, truth);
  assert.deepEqual(blame(verdict.countOwner), []);
  assert.equal(blame({ kind: 'process', pid: 99, comm: 'other' }).length, 1);
  assert.deepEqual(disagreements({ ...report, findings: [] }, truth), ['close-wait-leak does not fire']);
  assert.equal(disagreements(report, { ...truth, counts: { ...truth.counts, close_wait: 299 } }).length, 1);
  assert.equal(disagreements(report, { ...truth, forbidden_rules: ['close-wait-leak'] }).length, 1);
  assert.deepEqual(disagreements(report, scenarioTruth(benign)).length > 0, true);
});

/** Leaks of every kind whose culprit the whole bundle proves. */
const PROVED = [
  'close-wait-eof-read',
  'close-wait-worker-pool',
  'closed-held-reset',
  'mixed-close-wait-and-closed',
  'failed-connect-leak',
  'shutdown-without-close',
  'half-closed-held',
  'proxy-mirrored-pairs',
  'accept-queue-stalled',
  'accept-queue-reset',
  'foreign-namespace-sockets',
  'forgotten-copy',
  'thread-own-fds',
  'two-leaks',
  'stalled-peer',
  'stalled-reader',
];
const RANK: Readonly<Record<Confidence, number>> = { low: 0, medium: 1, high: 2 };

function membersOf(name: string): Promise<readonly Member[]> {
  return readTar(gunzipSync(readFileSync(scenarioPath(name))));
}

async function reportOf(members: readonly Member[]): Promise<Report> {
  return (await analyze(memoryBundle(members))).report;
}

for (const name of PROVED) {
  test(`${name}: the order of the members makes no difference`, async () => {
    const members = await membersOf(name);
    const report = await reportOf(members);
    for (const seed of [1, 2])
      assert.equal(JSON.stringify(await reportOf(shuffled(members, seed))), JSON.stringify(report));
  });

  test(`${name}: other names of processes, pods and hosts make no difference`, async () => {
    const truth = scenarioTruth(name);
    const members = renamed(await membersOf(name));
    const { verdict } = await reportOf(members);
    const before = (await analyzeScenario(name)).report.verdict;
    assert.deepEqual(
      [verdict.status, verdict.confidence, verdict.countOwner?.pid, verdict.memoryOwner?.pid],
      [before.status, before.confidence, before.countOwner?.pid, before.memoryOwner?.pid],
    );
    if (truth.culprit !== null) assert.notEqual(verdict.countOwner?.comm, truth.culprit.comm);
  });

  test(`${name}: a healthy pod beside it is not blamed, and changes nothing`, async () => {
    const before = (await analyzeScenario(name)).report;
    const { verdict, ledger } = await reportOf(withHealthyPod(await membersOf(name), 40));
    assert.equal(ledger.alloc?.value, (before.ledger.alloc?.value ?? 0) + 41);
    assert.deepEqual(
      [verdict.status, verdict.countOwner, verdict.memoryOwner],
      [before.verdict.status, before.verdict.countOwner, before.verdict.memoryOwner],
    );
  });

  test(`${name}: whatever kind of file is missing, nobody else is blamed, and nobody more surely`, async () => {
    const before = (await analyzeScenario(name)).report.verdict;
    const allowed = [before.countOwner, before.memoryOwner].filter((owner) => owner !== null);
    const workers = scenarioTruth(name).culprit?.worker_pids ?? [];
    for (const [what, members] of droppedClasses(await membersOf(name))) {
      const { verdict } = await reportOf(members);
      for (const owner of [verdict.countOwner, verdict.memoryOwner]) {
        // Without the fds only the namespace or the pod can be named: it has to be that of the culprit.
        const same = allowed.some((one) =>
          owner?.pid === undefined
            ? owner?.netns === one.netns || (owner?.pod !== undefined && owner.pod === one.pod)
            : owner.pid === one.pid || workers.includes(owner.pid),
        );
        assert.ok(owner === null || same, `without ${what}: ${english(verdict.paragraph)}`);
      }
      // How young a socket is speaks for it, and only ss, read through its namespace, tells.
      if (verdict.countOwner !== null && what !== 'ss' && what !== 'proc/PID/ns/net')
        assert.ok(
          RANK[verdict.confidence] <= RANK[before.confidence],
          `without ${what}: ${english(verdict.paragraph)}`,
        );
    }
  });
}

for (const name of ['close-wait-eof-read', 'close-wait-unread', 'thread-own-fds']) {
  test(`${name}: ten times as large it is the same leak of the same process, and no less sure`, async () => {
    const truth = scenarioTruth(name);
    const before = (await analyzeScenario(name)).report;
    const { findings, verdict } = await reportOf(grown(await membersOf(name), truth.culprit?.pid ?? 0, 10));
    const leak = findings.find((finding) => finding.ruleId === 'close-wait-leak');
    assert.equal(leak?.measures['closeWaitSockets'], 10 * (truth.counts['close_wait'] ?? 0));
    assert.deepEqual(verdict.countOwner, before.verdict.countOwner);
    assert.ok(RANK[verdict.confidence] >= RANK[before.verdict.confidence]);
    assert.equal(leak?.level, 'error');
  });
}

for (const name of SCENARIOS.filter((each) => each.startsWith('benign-'))) {
  test(`${name}: whatever kind of file is missing, nobody is blamed`, async () => {
    for (const [what, members] of droppedClasses(await membersOf(name))) {
      const { verdict } = await reportOf(members);
      assert.deepEqual([verdict.countOwner, verdict.memoryOwner], [null, null], `without ${what}`);
      assert.notEqual(verdict.status, 'findings', `without ${what}: ${english(verdict.paragraph)}`);
    }
  });
}
