/** The tables below the charts: that sums add up, that every pod is counted, that nothing is claimed without need. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { analyze } from '../../../src/core/analyze.ts';
import { buildPage } from '../../../src/core/page/page.ts';
import type { PageModel } from '../../../src/core/page/page-model.ts';
import type { SumTerm } from '../../../src/core/page/table-model.ts';
import { analyzeScenario, SCENARIOS } from '../../accuracy/scenarios.ts';
import { type Member, memoryBundle } from '../support/bundles.ts';
import { analyzeFixture, FIXTURES } from '../support/corpus.ts';
import { english } from '../support/english.ts';
import { HOST_NETNS, inodes, nodeMembers, rows } from '../support/nodes.ts';

async function scenario(name: string): Promise<PageModel> {
  return buildPage(await analyzeScenario(name)).model;
}

async function ofMembers(members: readonly Member[]): Promise<PageModel> {
  return buildPage(await analyze(memoryBundle(members))).model;
}

function sum(values: readonly (number | null)[]): number {
  return values.reduce<number>((total, value) => total + (value ?? 0), 0);
}

/** `label count` of every term, as the page shows them. */
function counts(terms: readonly SumTerm[]): readonly string[] {
  return terms.map((term) => `${term.label} ${term.count ?? 'not known'}`);
}

for (const name of [...FIXTURES, ...SCENARIOS]) {
  test(`${name}: the terms of the sum are alloc, each with its scope`, async () => {
    const analysis = await (FIXTURES.includes(name) ? analyzeFixture(name) : analyzeScenario(name));
    const { sockets } = buildPage(analysis).model;
    const { ledger } = analysis.report;
    assert.equal(sockets.sum[0]?.count, ledger.alloc?.value ?? null);
    if (ledger.residual !== null) {
      const plus = sockets.sum.filter((term) => term.role === 'plus').map((term) => term.count);
      assert.equal(sum(plus), ledger.alloc?.value);
    }
    for (const term of sockets.sum) assert.match(term.scope, /^(?:node|.+ of .+)$/);
    const parts = sockets.sum.filter((term) => term.role === 'part').map((term) => term.count);
    if (parts.length > 0) assert.equal(sum(parts), ledger.closedHeld);
  });
}

test('each way to be in alloc without a row is a term of its own', async () => {
  const closed = 'closed, but held by fds';
  assert.deepEqual(counts((await scenario('accept-queue-reset')).sockets.sum), [
    'alloc 152',
    'with a row in net/tcp or net/tcp6 2',
    `${closed} 0`,
    'reset before accept() 150',
    'unexplained 0',
  ]);
  const never = (await scenario('created-never-connected')).sockets.sum.find((term) => term.label === closed);
  assert.deepEqual([never?.count, never?.detail], [800, 'likely never connected']);
  const reset = buildPage(await analyzeFixture('leak-closed-held-k6.1')).model.sockets.sum;
  const held = reset.find((term) => term.label === closed);
  assert.deepEqual([held?.count, held?.detail], [1618, 'likely after a reset or a timeout']);
  assert.equal(held?.evidence?.label, 'proc/184/fd/7');
});

test('sockets of a namespace that was not captured are not called closed', async () => {
  const { sum: terms, gaps, shortcuts } = (await scenario('processless-namespace-not-captured')).sockets;
  const foreign = terms.find((term) => term.label === 'held by fds, of no captured namespace');
  assert.equal(foreign?.count, 115);
  assert.match(foreign?.detail ?? '', /open or closed/);
  assert.equal(terms.find((term) => term.label === 'closed, but held by fds')?.count, 6);
  assert.equal(terms[1]?.scope, '2 of 3+ namespaces');
  assert.deepEqual(
    gaps?.rows.map((row) => [row.label, row.gap, row.found]),
    [['host', 6, 121]],
  );
  assert.deepEqual(shortcuts, [], 'what agrees by chance is not shown');
});

test('what is not known is not written as 0', async () => {
  assert.deepEqual(counts((await scenario('only-sockstat')).sockets.sum).slice(2), [
    'closed, but held by fds not known',
    'reset before accept() 0',
    'unexplained 321',
  ]);
  const model = await ofMembers([]);
  assert.deepEqual(model.sockets.sum, []);
  assert.equal(model.sockets.gaps, null);
  assert.deepEqual(model.sockets.shortcuts, []);
  assert.equal(model.processes.pods, null);
  assert.equal(model.memory.pods, null);
});

test('more seen than alloc has is a term below zero, with the reason', async () => {
  const model = await scenario('syn-backlog-overflow-burst');
  const last = model.sockets.sum.at(-1);
  assert.equal(last?.count, -1);
  assert.match(last?.detail ?? '', /not of one moment/);
  assert.equal(model.sockets.notes.length, 1);
});

test('only namespaces with room for closed sockets are listed, most room first', async () => {
  const { gaps } = (await scenario('accept-queue-reset')).sockets;
  assert.deepEqual(
    gaps?.rows.map((row) => [row.label, row.used, row.gap, row.found]),
    [
      ['shop/tax-calc-6kpkrbl5xp-qwphg', 151, 150, 150],
      ['host', 12, 9, 0],
    ],
  );
  assert.equal(buildPage(await analyzeFixture('leak-closewait-k6.1')).model.sockets.gaps, null);
});

test('namespaces beyond the first few are summed up', async () => {
  const model = await ofMembers(manyNamespaces(12));
  const { gaps } = model.sockets;
  assert.equal(gaps?.rows.length, 8);
  assert.deepEqual(gaps?.more, { namespaces: 4, gap: 3 + 4 + 5 + 6, found: 0 });
  assert.match(gaps?.summary ?? '', /^Room for closed sockets: 102 in 12 namespaces$/);
});

/** Namespace i counts i + 3 sockets that no table lists. */
function manyNamespaces(count: number): readonly Member[] {
  const processes = Array.from({ length: count }, (_, i) => ({ pid: i + 1, comm: `p${i}`, namespace: i }));
  const namespaces = processes.map((_, i) => ({ netns: HOST_NETNS + i }));
  return nodeMembers({ namespaces, processes }).map((member) => {
    const pid = /^proc\/(\d+)\/net\/sockstat$/.exec(member.name)?.[1];
    if (pid === undefined || !('text' in member)) return member;
    return { name: member.name, text: String(member.text).replace(/used \d+/, `used ${Number(pid) + 2}`) };
  });
}

test('a formula is shown with what it gives, what is true and why, where the two differ', async () => {
  const { shortcuts } = buildPage(await analyzeFixture('leak-closed-held-k6.1')).model.sockets;
  assert.deepEqual(
    shortcuts.map((row) => [row.value, row.truth, row.truthIsBound]),
    [
      [1692, 1618, false],
      [1683, 1618, false],
    ],
  );
  for (const row of shortcuts) assert.match(row.explanation, /65 open in other namespaces/);
  assert.deepEqual((await scenario('created-never-connected')).sockets.shortcuts, []);
});

test('a pool of workers shares its sockets: the sum over processes is named as wrong', async () => {
  const { pods } = (await scenario('benign-prefork')).processes;
  const [first] = pods?.rows ?? [];
  assert.deepEqual(
    [first?.label, first?.processes, first?.openFds, first?.socketFds, first?.distinctSockets, first?.tcpSockets],
    ['legacy/httpd-lrbgpksddg-cwx9z', 18, 1261, 867, 51, 51],
  );
  assert.match(pods?.wrong ?? '', /legacy\/httpd-lrbgpksddg-cwx9z shows 867 and has 51 sockets, 816 fewer\.$/);
});

test('a pod that leaks is marked, one in the network of the host too, and nothing is wrong without shared sockets', async () => {
  const { pods } = buildPage(await analyzeFixture('leak-closed-held-k6.1')).model.processes;
  const bad = pods?.rows.filter((row) => row.tone === 'bad');
  assert.deepEqual(
    bad?.map((row) => [row.label, row.closedHeld]),
    [['shop/doc-convert-jb2fwdsrbs-vl86w', 1618]],
  );
  assert.equal(pods?.rows.filter((row) => row.hostNetwork).length, 3);
  assert.match(pods?.wrong ?? '', /1 more pod is off by less\.$/);
  assert.equal((await scenario('benign-many-pods')).processes.pods?.wrong, '');
});

const POD = 'cef93934-6214-4ba6-907b-0000000000';
const uid = (pod: number) => `${POD}${String(pod).padStart(2, '0')}`;

/** Pod i has i + 1 sockets, and i MiB of socket memory; every second a limit of 100 MiB. */
function manyPods(count: number): readonly Member[] {
  const processes = Array.from({ length: count }, (_, i) => ({
    pid: 100 + i,
    comm: `p${i}`,
    namespace: 0,
    podUid: uid(i),
    sockets: inodes(i + 1, 1000 + i * 100),
  }));
  const tcp = processes.flatMap((process, i) => rows(process.sockets.length, 1000 + i * 100, { state: 1 }));
  const cgroups = processes.flatMap(({ podUid }, i) => {
    const folder = `sys/fs/cgroup/kubepods.slice/kubepods-pod${podUid.replaceAll('-', '_')}.slice`;
    return [
      { name: `${folder}/memory.stat`, text: `anon 4096\nsock ${i << 20}\n` },
      { name: `${folder}/memory.max`, text: i % 2 === 0 ? 'max\n' : `${100 << 20}\n` },
    ];
  });
  return [...nodeMembers({ namespaces: [{ netns: HOST_NETNS, tcp }], processes }), ...cgroups];
}

test('twenty pods are listed, the others are summed up, and none is lost', async () => {
  const analysis = await analyze(memoryBundle(manyPods(30)));
  const { pods } = buildPage(analysis).model.processes;
  assert.equal(pods?.rows.length, 20);
  assert.equal(pods?.more?.pods, 10);
  const all = sum(analysis.report.ledger.pods.map((pod) => pod.openFds));
  assert.equal(sum(pods?.rows.map((row) => row.openFds) ?? []) + (pods?.more?.openFds ?? 0), all);
  assert.equal(pods?.rows[0]?.label, uid(29));
  assert.match(pods?.rows[0]?.evidence?.label ?? '', /^proc\/129\/fd\/\d+$/);
});

test('socket memory of pods comes with the limit, most first, and leads to the line of memory.stat', async () => {
  const { pods } = (await ofMembers(manyPods(30))).memory;
  assert.equal(pods?.rows.length, 8);
  assert.deepEqual(
    pods?.rows.slice(0, 2).map((row) => [row.label, row.sockBytes, row.limitBytes, row.tone]),
    [
      [uid(29), 29 << 20, 100 << 20, 'warn'],
      [uid(28), 28 << 20, null, 'plain'],
    ],
  );
  assert.match(pods?.rows[0]?.evidence?.label ?? '', /00000029\.slice\/memory\.stat:2$/);
  assert.equal(pods?.more?.pods, 22);
  assert.equal(sum([...(pods?.rows.map((row) => row.sockBytes) ?? []), pods?.more?.sockBytes ?? 0]), 435 << 20);
});

test('every finding carries what cures it, what does not and what would settle it', async () => {
  const { report } = await analyzeFixture('leak-closed-held-k6.1');
  const { findings } = buildPage(await analyzeFixture('leak-closed-held-k6.1')).model;
  const of = (lists: readonly { fixes: readonly string[]; nonFixes: readonly string[]; next?: string }[]) =>
    lists.map(({ fixes, nonFixes, next }) => [fixes, nonFixes, next ?? '']);
  assert.deepEqual(of(findings), of(english(report.findings)));
  assert.ok(findings.some((finding) => finding.fixes.length > 0 && finding.nonFixes.length > 0));
});

test('the panel of closed sockets says how they closed, and not that foreign ones did', async () => {
  const reading = (model: PageModel) =>
    model.states.states.find((state) => state.id === 'CLOSED_HELD')?.reading.map((line) => line.text)[0];
  assert.match(reading(buildPage(await analyzeFixture('leak-closed-held-k6.1')).model) ?? '', /^Reset or timed out/);
  assert.match(reading(await scenario('created-never-connected')) ?? '', /^Made and never connected/);
  const foreign = await scenario('processless-namespace-not-captured');
  assert.match(
    reading(foreign) ?? '',
    /^At least 115 of them are of a namespace that was not captured, and may be open/,
  );
  assert.equal(foreign.sockets.parts[0]?.detail, '121 held without a row');
});
