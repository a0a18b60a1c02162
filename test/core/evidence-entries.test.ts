/** Whatever is missing from a bundle, no finding names an entry that it does not have. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { gunzipSync } from 'node:zlib';
import { analyze } from '../../src/core/analyze.ts';
import { normaliseName } from '../../src/core/layouts/entry-path.ts';
import type { Report } from '../../src/core/report/report.ts';
import { SCENARIOS, scenarioPath } from '../accuracy/scenarios.ts';
import { type Member, memoryBundle, toMembers } from './support/bundles.ts';
import { FIXTURES, fixtureMembers, readTar } from './support/corpus.ts';
import { english } from './support/english.ts';
import { toSockscope } from './support/sockscope.ts';
import { droppedClasses } from './support/variants.ts';

/** Evidence, also of a bundle that ends early: then there is always something to say. */
async function assertEntriesExist(what: string, members: readonly Member[], complete = false): Promise<Report> {
  const names = new Set(members.flatMap((member) => ('directory' in member ? [] : [normaliseName(member.name)])));
  const { report } = await analyze(memoryBundle(members, { complete }));
  for (const { ruleId, evidence } of report.findings) {
    assert.ok(evidence.length > 0, `${what}: ${ruleId}`);
    for (const { entry } of evidence) assert.ok(names.has(entry), `${what}: ${ruleId} names ${JSON.stringify(entry)}`);
  }
  for (const { reason } of report.notRun) assert.doesNotMatch(english(reason), /^failed/, what);
  return report;
}

/** Files that tell of the bundle as a whole; without them another one must stand for it. */
const OF_THE_WHOLE = /(?:^|\/)(?:manifest\.json|meta\.json|dmesg|proc\/version|net\/sockstat6?)$/;

function emptied(members: readonly Member[]): readonly (readonly [string, readonly Member[]])[] {
  const half = members.slice(0, members.length >> 1);
  return [
    ['whole', members],
    ['without what tells of the whole', members.filter(({ name }) => !OF_THE_WHOLE.test(name))],
    ['the links alone', members.filter((member) => 'link' in member)],
    ['the links to namespaces alone', members.filter(({ name }) => /\/ns\/net$/.test(name))],
    ['the first half', half],
    ['the first half without what tells of the whole', half.filter(({ name }) => !OF_THE_WHOLE.test(name))],
  ];
}

for (const name of FIXTURES) {
  test(`${name}: without any of its kinds of files, findings name entries that are there`, async () => {
    const members = await fixtureMembers(name);
    for (const [what, kept] of [...emptied(members), ...emptied(toSockscope(members)), ...droppedClasses(members)])
      await assertEntriesExist(what, kept);
  });
}

test('each kind of file alone gives no finding that names an entry that is not there', async () => {
  const members = await fixtureMembers('leak-closewait-k6.1');
  for (const [what, others] of droppedClasses(members)) {
    const dropped = new Set(others);
    await assertEntriesExist(
      `${what} alone`,
      members.filter((member) => !dropped.has(member)),
    );
  }
});

test('in every scenario, whole and in part, findings name entries that are there', async () => {
  for (const name of SCENARIOS) {
    const members = await readTar(gunzipSync(readFileSync(scenarioPath(name))));
    for (const [what, kept] of emptied(members).slice(0, 3)) await assertEntriesExist(`${name}: ${what}`, kept);
  }
});

test('a bundle that holds nothing of a node has no findings, and its verdict is that it does not suffice', async () => {
  for (const members of [{}, { 'notes.txt': 'x' }, { 'var/notes': { link: 'x' } }, { 'proc/5/fd/0': { link: '/x' } }]) {
    const report = await assertEntriesExist('nothing', toMembers(members));
    assert.deepEqual(report.findings, []);
    assert.equal(report.verdict.status, 'insufficient');
    assert.equal(report.coverage.truncated, true);
    assert.ok(report.notRun.some(({ ruleId }) => ruleId === 'bundle-incomplete'));
  }
});
