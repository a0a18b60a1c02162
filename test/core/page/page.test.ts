import assert from 'node:assert/strict';
import test from 'node:test';
import { analyze } from '../../../src/core/analyze.ts';
import { buildPage } from '../../../src/core/page/page.ts';
import type { IcicleNode } from '../../../src/core/page/page-model.ts';
import { memoryBundle } from '../support/bundles.ts';
import { analyzeFixture, FIXTURES, fixtureMembers } from '../support/corpus.ts';
import { english } from '../support/english.ts';
import { HOST_NETNS, inodes, nodeMembers, rows } from '../support/nodes.ts';

/** Every evidence link in a value. */
function links(value: unknown): readonly { id: number; label: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = 'id' in value && 'label' in value && 'note' in value ? [value as { id: number; label: string }] : [];
  return [...own, ...Object.values(value).flatMap(links)];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function checkTree(node: IcicleNode): void {
  assert.ok(node.value > 0, node.label);
  if (node.children.length === 0) return;
  assert.ok(sum(node.children.map((child) => child.value)) <= node.value, `children of ${node.label}`);
  node.children.forEach(checkTree);
}

for (const name of FIXTURES) {
  test(`${name}: every link of the page leads to an entry of the archive`, async () => {
    const { model, places } = buildPage(await analyzeFixture(name));
    const entries = new Set((await fixtureMembers(name)).map((member) => member.name));
    const found = links(model);
    assert.ok(found.length > 10);
    for (const { id, label } of found) {
      const place = places[id];
      assert.ok(place !== undefined, label);
      assert.ok(entries.has(place.entry), place.entry);
      assert.ok(place.startLine >= 1 && place.endLine >= place.startLine);
    }
  });

  test(`${name}: the parts of the page add up to the report`, async () => {
    const analysis = await analyzeFixture(name);
    const { report } = analysis;
    const { model } = buildPage(analysis);
    assert.equal(model.sockets.alloc, report.ledger.alloc?.value);
    assert.equal(sum(model.sockets.parts.map((part) => part.count)), report.ledger.alloc?.value);
    assert.equal(model.processes.openFds, report.ledger.openFds);
    assert.equal(
      sum(model.processes.groups.map((group) => group.fds)) + (model.processes.moreGroups?.fds ?? 0),
      report.ledger.openFds,
    );
    assert.equal(model.processes.tree.value, report.ledger.openFds);
    checkTree(model.processes.tree);
    const states = new Map(model.states.states.map((state) => [state.id, state.count]));
    assert.equal(states.get('CLOSE_WAIT'), report.ledger.states['CLOSE_WAIT'] ?? 0);
    assert.equal(states.get('CLOSED_HELD'), report.ledger.closedHeld);
    assert.equal(states.get('MINISOCK'), report.ledger.timeWait);
    const live = model.states.states.filter(({ id }) => !['REQUEST', 'MINISOCK', 'ORPHAN', 'UNCONNECTED'].includes(id));
    assert.equal(sum(live.map((state) => state.count)), report.ledger.alloc?.value);
    for (const group of model.processes.groups)
      for (const row of group.processes) assert.equal(sum(row.kinds.map((kind) => kind.count)), row.fds, row.comm);
  });

  test(`${name}: lists of a state are complete, ranked and no longer than they show`, async () => {
    const { model } = buildPage(await analyzeFixture(name));
    for (const state of model.states.states) {
      if (state.count === 0 || state.id === 'CLOSED_QUEUED' || state.id === 'UNCONNECTED') continue;
      assert.equal(sum(state.holders.map((row) => row.count)), state.count, `holders of ${state.id}`);
      assert.ok(state.holders.length <= 11);
      const ranked = state.holders.filter((row) => row.evidence !== null).map((row) => row.count);
      assert.deepEqual(
        ranked,
        [...ranked].sort((a, b) => b - a),
      );
      if (state.unread.length > 0) assert.equal(sum(state.unread.map((bin) => bin.count)), state.count);
    }
  });

  test(`${name}: the log lanes hold the lines of the log`, async () => {
    const analysis = await analyzeFixture(name);
    const { log } = buildPage(analysis).model;
    for (const lane of log?.lanes ?? []) {
      assert.equal(sum(lane.bins.map((bin) => bin.lines)), analysis.report.log?.counts[lane.id]);
    }
    assert.ok((log?.endSeconds ?? 0) >= (log?.startSeconds ?? 0));
  });
}

const TONES: readonly (readonly [fixture: string, tone: string, stuck: string | null])[] = [
  ['healthy-k6.1', 'good', null],
  ['prefork-k6.1', 'good', null],
  ['leak-closewait-k6.1', 'bad', 'CLOSE_WAIT'],
  ['leak-closed-held-k6.1', 'bad', 'CLOSED_HELD'],
  ['orphans-k6.1', 'bad', 'ORPHAN'],
  ['timewait-k6.1', 'warn', 'MINISOCK'],
  ['slow-peer-k6.1', 'bad', null],
  ['tcpmem-misconfig-k6.1', 'bad', null],
];
for (const [name, tone, stuck] of TONES) {
  test(`${name}: the verdict is ${tone}, stuck is ${stuck ?? 'nothing'}`, async () => {
    const { model } = buildPage(await analyzeFixture(name));
    assert.equal(model.verdict.tone, tone);
    assert.equal(model.states.stuck?.id ?? null, stuck);
    const bad = model.processes.groups.flatMap((group) => group.processes).filter((row) => row.tone === 'bad');
    assert.ok(bad.length <= 1, 'at most one process is the culprit');
  });
}

test('a state that is stuck tells whose sockets they are', async () => {
  const stuck = async (name: string) => buildPage(await analyzeFixture(name)).model.states.stuck?.text ?? '';
  assert.match(await stuck('leak-closewait-k6.1'), /the peers have closed, python3 \(185\) has not/);
  assert.match(await stuck('orphans-k6.1'), /^log-shipper \(188\) has closed them\./);
  assert.match(await stuck('timewait-k6.1'), /reached in the namespace of poller \(\d+\)\./);
});

test('the time of the capture is one of the facts of the header', async () => {
  const { header } = buildPage(await analyzeFixture('leak-closewait-k6.1')).model;
  assert.match(header.captured, /\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$/);
  assert.ok(header.facts.includes(header.captured));
});

test('a bundle of nothing is a page without numbers, not a broken one', async () => {
  const { model } = buildPage(await analyze(memoryBundle([])));
  assert.equal(model.header.coverageTone, 'warn');
  assert.equal(model.header.captured, '');
  assert.equal(model.sockets.alloc, null);
  assert.equal(model.memory.memPages, null);
  assert.equal(model.log, null);
  assert.notEqual(model.processes.caveat, '');
});

test('many pods, processes and peers are merged into "more", and nothing is lost', async () => {
  const processes = Array.from({ length: 60 }, (_, i) => ({
    pid: 100 + i,
    comm: `p${i}`,
    namespace: 0,
    podUid: `cef93934-6214-4ba6-907b-0000000000${String(i % 20).padStart(2, '0')}`,
    sockets: inodes(20, 1000 + i * 20),
  }));
  const analysis = await analyze(
    memoryBundle(nodeMembers({ namespaces: [{ netns: HOST_NETNS, tcp: rows(1200, 1000, { state: 1 }) }], processes })),
  );
  const { model } = buildPage(analysis);
  assert.ok(model.processes.moreGroups !== null);
  assert.equal(sum(model.sockets.parts.map((part) => part.count)), 1200);
  checkTree(model.processes.tree);
  const established = model.states.states.find((state) => state.id === 'ESTABLISHED');
  assert.equal(sum(established?.holders.map((row) => row.count) ?? []), 1200);
});

test('measures are labelled and carry their unit', async () => {
  const { model } = buildPage(await analyzeFixture('leak-closewait-k6.1'));
  const measures = model.findings.flatMap((finding) => finding.measures);
  for (const text of ['sockets in CLOSE_WAIT: 5,335', 'last out of memory at: 57.5 s', 'max: 43.8 MiB'])
    assert.ok(measures.includes(text), `${text} in ${measures.join('; ')}`);
});

test('the cures under the verdict are those of the finding that it stands on', async () => {
  const node = nodeMembers({
    namespaces: [{ netns: HOST_NETNS, tcp: rows(5, 10, { state: 1 }) }],
    processes: [{ pid: 1, comm: 'init', namespace: 0, sockets: inodes(5, 10) }],
  });
  const log = [
    '[  1.000000] TCP: request_sock_TCP: Possible SYN flooding on port 8080. Sending cookies.',
    '[  2.000000] oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg=/kubepods,task_memcg=/kubepods,task=java,pid=7,uid=0',
    '[  2.100000] Memory cgroup out of memory: Killed process 7 (java) total-vm:1kB, anon-rss:1kB, file-rss:0kB, shmem-rss:0kB, UID:0 pgtables:1kB oom_score_adj:1',
  ];
  const analysis = await analyze(
    memoryBundle([...node.filter(({ name }) => name !== 'dmesg'), { name: 'dmesg', text: `${log.join('\n')}\n` }]),
  );
  const { verdict, findings } = analysis.report;
  assert.ok(findings.filter(({ level }) => level !== 'note').length > 1);
  const cause = findings[verdict.finding ?? -1];
  assert.ok(cause !== undefined && english(verdict.paragraph).includes(english(cause.fixes[0] ?? '?')));
  assert.deepEqual(buildPage(analysis).model.verdict.fixes, english(cause.fixes));
});
