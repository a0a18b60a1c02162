import assert from 'node:assert/strict';
import test from 'node:test';
import { analyze } from '../../../src/core/analyze.ts';
import type { Report } from '../../../src/core/report/report.ts';
import { analyzeScenario } from '../../accuracy/scenarios.ts';
import { type Member, memoryBundle } from '../support/bundles.ts';
import { analyzeFixture, fixtureMembers } from '../support/corpus.ts';
import { english } from '../support/english.ts';
import { rendered } from '../support/rendered.ts';

async function reportOf(members: readonly Member[], complete = true): Promise<Report> {
  return (await analyze(memoryBundle(members, { complete }))).report;
}

function wanted(report: Report): readonly string[] {
  return report.toCollect.map(({ what }) => english(what));
}

const ONLY_LOG = '[   10.000000] TCP: out of memory -- consider tuning tcp_mem\n';

test('a proved leak asks for nothing that would change the verdict', async () => {
  const { report } = await analyzeFixture('leak-closewait-k6.1');
  assert.deepEqual(wanted(report), []);
});

test('only dmesg: that TCP ran out is said, nobody is blamed, and everything else is asked for', async () => {
  const report = await reportOf([{ name: 'dmesg', text: ONLY_LOG }]);
  assert.equal(report.verdict.status, 'insufficient');
  assert.match(english(report.verdict.sentence), /dropped connections for lack of TCP memory/);
  assert.deepEqual([report.verdict.countOwner, report.verdict.memoryOwner], [null, null]);
  assert.deepEqual(wanted(report), [
    'sockstat',
    'net.ipv4.tcp_mem',
    'the socket tables of every namespace',
    'the fds of the processes',
    'the memory of each socket',
  ]);
});

test('only sockstat and tcp_mem: the memory is judged, and the tables and fds are asked for', async () => {
  const { report } = await analyzeScenario('only-sockstat');
  assert.equal(report.memory.status, 'healthy');
  assert.equal(report.verdict.status, 'insufficient');
  assert.deepEqual(wanted(report).slice(0, 2), ['the socket tables of every namespace', 'the fds of the processes']);
});

test('no fds: the namespace is named, and the fds are asked for as root', async () => {
  const { report } = await analyzeScenario('no-fds');
  assert.deepEqual(wanted(report)[0], 'the fds of the processes');
  assert.match(english(report.toCollect[0]?.command ?? ''), /^ls -l \/proc\/\[0-9\]\*\/fd/);
  assert.match(english(report.toCollect[0]?.gain ?? ''), /root/);
});

test('only the namespace of the host: the tables of the others are asked for', async () => {
  const { report } = await analyzeScenario('host-namespace-only');
  assert.equal(wanted(report)[0], 'the socket tables of every namespace');
});

test('a cut archive is asked for again, first of all', async () => {
  const members = await fixtureMembers('leak-closewait-k6.1');
  const report = await reportOf(members.slice(0, members.length >> 1), false);
  assert.equal(wanted(report)[0], 'the whole archive');
});

test('sockets of a namespace that was not captured: the pinned namespaces are asked for', async () => {
  const { report } = await analyzeScenario('processless-namespace-not-captured');
  assert.ok(wanted(report).includes('namespaces without a process'));
});

test('a medium verdict asks for a second capture', async () => {
  const { report } = await analyzeScenario('non-tcp-fd-leak-unix');
  assert.equal(report.verdict.confidence, 'medium');
  assert.equal(wanted(report).at(-1), 'a second capture, some minutes later');
});

test('every command of the list is in the Markdown report as it stands', async () => {
  const report = await reportOf([{ name: 'dmesg', text: ONLY_LOG }]);
  const text = rendered('markdown', report);
  for (const { command } of english(report.toCollect)) assert.ok(text.includes(`\n  ${command}\n`), command);
});
