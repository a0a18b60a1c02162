/** Archives that hold several nodes, and what only looks like a node. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { analyze } from '../../src/core/analyze.ts';
import { NoSuchNode } from '../../src/core/nodes.ts';
import type { NodeReport, Report } from '../../src/core/report/report.ts';
import { ENGLISH } from '../../src/core/wording/languages.ts';
import { type Member, memoryBundle } from './support/bundles.ts';
import { fixtureMembers } from './support/corpus.ts';
import { HOST_NETNS, inodes, nodeMembers, rows } from './support/nodes.ts';
import { shuffled } from './support/random.ts';
import { toSockscope } from './support/sockscope.ts';

const LEAK = 'leak-closed-held-k6.1';
const HEALTHY = 'healthy-k6.1';

function below(folder: string, members: readonly Member[]): readonly Member[] {
  return members.map((member) => ({ ...member, name: `${folder}/${member.name}` }));
}

async function reportOf(members: readonly Member[], node?: string): Promise<Report> {
  return (await analyze(memoryBundle(members), { node })).report;
}

function names(report: Report): readonly string[] {
  return report.nodes.map(({ root, verdict }) => `${root} ${verdict.status}`);
}

/** A node that is well, with a few sockets. */
function smallNode(hostname: string): readonly Member[] {
  const members = nodeMembers({
    namespaces: [{ netns: HOST_NETNS, tcp: rows(3, 100, { state: 1 }) }],
    processes: [{ pid: 1, comm: 'init', namespace: 0, sockets: inodes(3, 100) }],
  });
  return members.map((member) =>
    member.name === 'meta.json' && 'text' in member
      ? { name: member.name, text: String(member.text).replace('node-1', hostname) }
      : member,
  );
}

const two = (async () => [...below('a', await fixtureMembers(HEALTHY)), ...below('b', await fixtureMembers(LEAK))])();

test('the node in trouble is shown, wherever it lies in the archive, and the others are told of', async () => {
  const members = await two;
  const report = await reportOf(members);
  assert.deepEqual(names(report), ['b/ findings', 'a/ healthy']);
  assert.equal(report.bundle.root, 'b/');
  assert.deepEqual(report.nodes[0]?.verdict, report.verdict);
  assert.equal(report.nodes[0]?.level, 'error');
  assert.deepEqual(report.problems, []);
  assert.deepEqual(await reportOf(shuffled(members, 1)), report);
});

test('each node is judged as it is alone', async () => {
  const report = await reportOf(await two);
  for (const [index, name] of [LEAK, HEALTHY].entries()) {
    const alone = await reportOf(await fixtureMembers(name));
    const { sentence, status, countOwner } = alone.verdict;
    const node = report.nodes[index]?.verdict;
    assert.deepEqual([node?.sentence, node?.status, node?.countOwner], [sentence, status, countOwner]);
    assert.deepEqual(
      alone.nodes.map((only) => only.verdict),
      [alone.verdict],
    );
  }
});

test('any node can be shown, by its root, its folder or its name, and the list stays the same', async () => {
  const members = await two;
  const { nodes } = await reportOf(members);
  const healthy = nodes.find(({ root }) => root === 'a/');
  for (const wanted of ['a/', 'a', healthy?.name ?? '']) {
    const report = await reportOf(members, wanted);
    assert.equal(report.bundle.root, 'a/', wanted);
    assert.equal(report.verdict.status, 'healthy');
    assert.deepEqual(names(report), ['b/ findings', 'a/ healthy']);
    assert.equal(report.nodes[0]?.verdict.finding, null, 'the findings of the other are not in this report');
  }
});

async function refused(members: readonly Member[], node: string): Promise<readonly NodeReport[]> {
  let nodes: readonly NodeReport[] = [];
  await assert.rejects(reportOf(members, node), (error) => {
    assert.ok(error instanceof NoSuchNode);
    ({ nodes } = error);
    return true;
  });
  return nodes;
}

test('a node that is not there is refused, with the names of those that are', async () => {
  const nodes = await refused([...below('x', smallNode('one')), ...below('y', smallNode('two'))], 'three');
  assert.deepEqual(
    nodes.map(({ name }) => name),
    ['one', 'two'],
  );
});

test('nodes of one name are told apart by their folders, and asked for by them', async () => {
  const members = [...below('x', smallNode('one')), ...below('y', smallNode('one'))];
  const nodes = await refused(members, 'one');
  assert.deepEqual(
    nodes.map(({ name }) => name),
    ['one (x/)', 'one (y/)'],
  );
  assert.equal((await reportOf(members, 'y/')).bundle.root, 'y/');
});

test('what lies around in other folders is no node, is told of, and hides none', async () => {
  const members = [
    ...below('a', smallNode('one')),
    { name: 'sos_commands/kernel/dmesg', text: '[    1.000000] TCP: out of memory -- consider tuning tcp_mem\n' },
    { name: 'logs/dmesg.txt', text: '[    1.000000] TCP: out of memory -- consider tuning tcp_mem\n' },
    { name: 'container/proc/meminfo', text: 'MemTotal: 1 kB\n' },
    { name: 'etc/hostname', text: 'other\n' },
  ];
  const report = await reportOf(members);
  assert.equal(report.bundle.root, 'a/');
  assert.deepEqual(
    report.problems.map(({ entry, message }) => [entry, ENGLISH.text(message)]),
    ['', 'container/', 'logs/'].map((entry) => [
      entry,
      'what lies in this folder is too little to be a node, and was not analysed',
    ]),
  );
});

test('the kernel log of a sosreport is one of its node, and the bundle that lies in it is a node beside it', async () => {
  const members = [
    { name: 'sos/proc/net/sockstat', text: 'sockets: used 1\nTCP: inuse 1 orphan 0 tw 0 alloc 1 mem 1\n' },
    { name: 'sos/proc/1/status', text: 'Name:\tinit\n' },
    { name: 'sos/sos_commands/kernel/dmesg', text: '[    1.000000] eth0: link down\n' },
    ...below('sos', toSockscope(await fixtureMembers(HEALTHY))),
  ];
  const { nodes, bundle } = await reportOf(members);
  assert.deepEqual(
    nodes.map(({ root, verdict }) => [root.split('-')[0], verdict.status]),
    [
      ['sos/sockscope', 'healthy'],
      ['sos/', 'insufficient'],
    ],
  );
  assert.match(bundle.root, /^sos\/sockscope-/);
  const sos = await reportOf(members, 'sos/');
  assert.equal(sos.log?.entry, 'sos/sos_commands/kernel/dmesg');
});

test('logs alone are nodes when nothing else is there', async () => {
  const report = await reportOf([
    { name: 'n1/dmesg', text: '[    1.000000] eth0: link down\n' },
    { name: 'n2/dmesg', text: '[    1.000000] TCP: out of memory -- consider tuning tcp_mem\n' },
  ]);
  assert.deepEqual(
    report.nodes.map(({ name }) => name),
    ['n2', 'n1'],
  );
  assert.equal(report.bundle.root, 'n2/');
});

test('of more nodes than are judged the others are named', async () => {
  const members = Array.from({ length: 103 }, (_, i) => below(`n${String(i).padStart(3, '0')}`, smallNode(`h${i}`)));
  const report = await reportOf([...members.flat()]);
  assert.equal(report.nodes.length, 100);
  assert.deepEqual(
    report.problems.map(({ entry }) => entry),
    ['n100/', 'n101/', 'n102/'],
  );
});

test('an archive without any node has a report of none', async () => {
  const { nodes } = await reportOf([{ name: 'notes.txt', text: 'x\n' }]);
  assert.deepEqual(
    nodes.map(({ name, root, verdict }) => [name, root, verdict.status]),
    [['test-bundle', '', 'insufficient']],
  );
});
