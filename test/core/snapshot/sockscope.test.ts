/** A bundle of the collector says what a plain tree of the same node says; only the places of its evidence differ. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { analyze } from '../../../src/core/analyze.ts';
import type { Evidence, Report } from '../../../src/core/report/report.ts';
import type { Analysis } from '../../../src/core/snapshot/analysis.ts';
import { type Member, memoryBundle, toBytes } from '../support/bundles.ts';
import { FIXTURES, fixtureMembers } from '../support/corpus.ts';
import { defined } from '../support/defined.ts';
import { english } from '../support/english.ts';
import { HOST_NETNS, inodes, nodeMembers, rows } from '../support/nodes.ts';
import { shuffled } from '../support/random.ts';
import { block, ROOT, toSockscope } from '../support/sockscope.ts';
import { tcpTable } from '../support/tables.ts';

/** Everything that a report says, but where. */
function said({ verdict, ledger, memory, coverage, findings, notRun }: Report): unknown {
  return withoutPlaces({ verdict, ledger, memory, coverage, findings, notRun });
}

function withoutPlaces(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPlaces);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => !['entry', 'startLine', 'endLine'].includes(key));
  return Object.fromEntries(kept.map(([key, child]) => [key, withoutPlaces(child)]));
}

function places(report: Report): readonly Evidence[] {
  return report.findings.flatMap((finding) => finding.evidence);
}

/** The text that evidence leads to; of a link as a line of fds.txt shows it. */
function linesAt(members: readonly Member[], { entry, startLine, endLine }: Evidence): string {
  const member = defined(members.find((each) => each.name === entry));
  if ('link' in member) return `${entry.slice(entry.lastIndexOf('/') + 1)} -> ${member.link}`;
  const text = 'text' in member ? new TextDecoder().decode(toBytes(member.text)) : '';
  return text
    .split('\n')
    .slice(startLine - 1, endLine)
    .join('\n');
}

async function assertSame(members: readonly Member[]): Promise<Analysis> {
  const converted = toSockscope(members);
  const plain = await analyze(memoryBundle(members));
  const own = await analyze(memoryBundle(converted));
  assert.deepEqual(said(own.report), said(plain.report));
  assert.deepEqual(own.report.bundle.hostname, plain.report.bundle.hostname);
  assert.deepEqual(own.report.problems.length, plain.report.problems.length);
  const before = places(plain.report);
  places(own.report).forEach((place, i) => {
    const other = defined(before[i]);
    // What stands for the bundle as a whole is another file.
    if (place.entry.endsWith('manifest.json')) return;
    assert.equal(linesAt(converted, place), linesAt(members, other), `${place.entry}:${place.startLine}`);
  });
  return own;
}

for (const name of FIXTURES) {
  test(`${name} in the format of the collector gives the same report, and its evidence leads to the same lines`, async () => {
    await assertSame(await fixtureMembers(name));
  });
}

const POD = 4026532000;
const UID = 'cef93934-6214-4ba6-907b-c562e50cedf2';
const CGROUP = 'sys/fs/cgroup/kubepods.slice/kubepods-podcef93934_6214_4ba6_907b_c562e50cedf2.slice';

function node(): readonly Member[] {
  return nodeMembers({
    namespaces: [
      { netns: HOST_NETNS, tcp: [{ state: 10, inode: 100 }] },
      { netns: POD, tcp: rows(1000, 2000, { state: 8, local: '10.0.0.1:8080' }) },
    ],
    processes: [
      { pid: 1, comm: 'systemd', namespace: 0, sockets: [100] },
      { pid: 700, comm: 'leaky', namespace: 1, sockets: inodes(1000, 2000), podUid: UID },
    ],
  });
}

test('limits, memory of pods, fdinfo and threads lead to their lines in the block files', async () => {
  const own = await assertSame([
    ...node(),
    { name: `${CGROUP}/memory.current`, text: '1\n' },
    { name: `${CGROUP}/memory.stat`, text: 'anon 5\nsock 900000000\n' },
    { name: `${CGROUP}/memory.max`, text: '1000000000\n' },
    { name: 'proc/700/fdinfo/5', text: 'pos:\t0\nscm_fds:\t5000\n' },
    { name: 'proc/700/task/705/fd/9', link: 'socket:[77777]' },
  ]);
  const used = new Set(places(own.report).map((place) => place.entry.slice(ROOT.length)));
  for (const entry of ['processes.txt', 'cgroups.txt', 'fds.txt']) assert.ok(used.has(entry), entry);
  const flying = defined([...own.snapshot.raw.inFlight.values()][0]);
  assert.deepEqual([flying.entry, flying.line], [`${ROOT}fdinfo.txt`, 2]);
});

test('the order of members and the size of chunks change nothing', async () => {
  const members = toSockscope(node());
  const expected = (await analyze(memoryBundle(members))).report;
  for (const seed of [1, 2, 3]) {
    const { report } = await analyze(memoryBundle(shuffled(members, seed), { chunkBytes: 7 }));
    assert.deepEqual(report, expected);
  }
});

function own(members: Readonly<Record<string, string>>): Promise<Analysis> {
  return analyze(memoryBundle(Object.entries(members).map(([name, text]) => ({ name: `${ROOT}${name}`, text }))));
}

test('a block that its file is not meant for is left out, and so is one that leads out of the tree', async () => {
  const { snapshot, report } = await own({
    'processes.txt': [
      block('/proc/1/comm', 'init'),
      block('/proc/1/net/tcp', '  sl  local_address'),
      block('/../../etc/passwd', 'root'),
      block('/x/proc/2/comm', 'other'),
      block('/proc/1/fd', '3 -> socket:[9]'),
      block('/processes.txt', block('/proc/3/comm', 'nested')),
      block(`/proc/4/${'x'.repeat(5000)}/comm`, 'long'),
      block('/proc/5/ns', 'net -> net:[1]'),
    ].join(''),
    'cgroups.txt': block('/proc/6/comm', 'x'),
    'samples/1.txt': `${block('/proc/7/comm', 'x')}${block('/proc/7/net/arp', 'x')}${block('/proc/meminfo', 'x')}`,
    'fds.txt': `${block('/proc/8/fdinfo', '1 -> socket:[1]')}${block('/proc/08/fd', '1 -> socket:[1]')}`,
  });
  assert.deepEqual([...snapshot.raw.processes.keys()], [1]);
  assert.deepEqual(
    snapshot.processes.map(({ comm }) => comm),
    ['init'],
  );
  assert.deepEqual([snapshot.raw.net.size, snapshot.raw.cgroups.size, snapshot.raw.fds.count], [0, 0, 0]);
  const sample = defined(snapshot.raw.samples.get(1));
  assert.deepEqual([sample.processes.size, sample.net.size, sample.node.size], [0, 0, 0]);
  assert.deepEqual(english(report.problems), []);
});

test('a name cannot forge a heading', async () => {
  const { snapshot } = await own({
    'processes.txt': block('/proc/5/comm', '==> /proc/6/comm <=='),
    'fds.txt': block('/proc/5/fd', '1 -> /tmp/x\n==> /proc/6/fd <==\n2 -> socket:[9]'),
  });
  assert.deepEqual(
    snapshot.processes.map((process) => [process.pid, process.comm, process.openFds]),
    [[5, '==> /proc/6/comm <==', 2]],
  );
});

test('of two blocks with one path the first counts', async () => {
  const { snapshot } = await own({
    'processes.txt': `${block('/proc/1/comm', 'init')}${block('/proc/5/cmdline')}${block('/proc/1/comm', 'forged')}`,
  });
  assert.equal(snapshot.processes[0]?.comm, 'init');
});

test('a directory without fds is readable, a denied one is not, and that of a kernel thread says nothing', async () => {
  const thread = `2 (kthreadd) S 0 0 0 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 1 0 0`;
  const { snapshot, report } = await own({
    'processes.txt': [
      block('/proc/2/stat', thread),
      ...[5, 6, 7, 8, 9].map((pid) => block(`/proc/${pid}/comm`, 'x')),
    ].join(''),
    'fds.txt': [
      block('/proc/2/fd'),
      block('/proc/5/fd'),
      block('/proc/6/fd', '(denied)'),
      // busybox has told of the directory before it knows that it may not read it.
      block('/proc/8/fd'),
      block('/proc/8/fd', '(denied)'),
      block('/proc/9/fd', '0 -> (denied)'),
      block('/proc/7/fd', '0 -> /dev/null\nx -> y\n1 ->\n9 -> anon_inode:[eventpoll]\n12 -> pipe:[3]'),
    ].join(''),
  });
  assert.deepEqual(
    snapshot.processes.map((process) => [process.pid, process.isUser, process.fdsReadable, process.openFds]),
    [
      [2, false, false, 0],
      [5, true, true, 0],
      [6, true, false, 0],
      [7, true, true, 3],
      [8, true, false, 0],
      [9, true, true, 1],
    ],
  );
  assert.deepEqual([report.coverage.processesReadable, report.coverage.processesTotal], [3, 5]);
});

test('a process that ended before the fds were read is none, but for one that a namespace was read through', async () => {
  const members = {
    'processes.txt': [4, 5, 6].map((pid) => block(`/proc/${pid}/comm`, 'x')).join(''),
    'proc/6/net/tcp': tcpTable([]),
  };
  const pids = async (more: Readonly<Record<string, string>>) =>
    (await own({ ...members, ...more })).snapshot.processes.map(({ pid }) => pid);
  const fds = block('/proc/5/fd', '0 -> pipe:[1]');
  const manifest = (state: string) =>
    JSON.stringify({ format: 'sockscope-bundle', version: 1, items: [{ item: 'fds', files: ['fds.txt'], state }] });
  assert.deepEqual(await pids({ 'fds.txt': fds, 'manifest.json': manifest('ok') }), [5, 6]);
  assert.deepEqual(await pids({ 'fds.txt': fds, 'manifest.json': manifest('denied') }), [5, 6]);
  // Nobody is known to have ended where the listing may have.
  assert.deepEqual(await pids({ 'fds.txt': fds, 'manifest.json': manifest('cut') }), [4, 5, 6]);
  assert.deepEqual(await pids({ 'fds.txt': fds }), [4, 5, 6]);
  assert.deepEqual(await pids({ 'manifest.json': manifest('ok') }), [4, 5, 6]);
});

test('fds are counted once, however often their directory is listed, and in whatever order', async () => {
  const once = block('/proc/5/fd', '0 -> /dev/null\n10 -> socket:[30]\n9 -> socket:[20]');
  const { snapshot } = await own({ 'fds.txt': `${once}${once}${block('/proc/4/fd', '3 -> socket:[10]')}` });
  const { fds } = snapshot.join;
  assert.deepEqual(
    [[...fds.process], [...fds.fd], [...fds.inode], [...fds.line]],
    [
      [0, 1, 1],
      [3, 9, 10],
      [10, 20, 30],
      [10, 4, 3],
    ],
  );
  assert.deepEqual(
    snapshot.processes.map((process) => process.openFds),
    [1, 3],
  );
});

test('fds of a thread are those of its process where that has ended, and are counted beside a listing', async () => {
  const { snapshot } = await own({
    'fds.txt': `${block('/proc/5/fd', '3 -> socket:[10]')}${block('/proc/5/task/6/fd', '3 -> socket:[10]\n4 -> socket:[11]\n5 -> /x')}`,
  });
  assert.deepEqual([snapshot.processes[0]?.openFds, snapshot.join.fds.count], [2, 2]);
  assert.deepEqual(snapshot.raw.taskFds[1], { pid: 5, tid: 6, fd: 4, inode: 11, entry: `${ROOT}fds.txt`, line: 5 });
});

test('fds.txt of ls is still read as that', async () => {
  const { snapshot } = await own({
    'fds.txt': '/proc/5/fd:\ntotal 0\nlrwx------ 1 root root 64 Nov 22 20:22 7 -> socket:[12390]\n',
  });
  assert.deepEqual([snapshot.processes[0]?.openFds, snapshot.raw.fds.line[0]], [1, 3]);
});

test('where the archive ends inside a block file, its last block is left out and that is said', async () => {
  const files: Readonly<Record<string, string>> = {
    'processes.txt': `${block('/proc/5/comm', 'x')}${block('/proc/6/comm', 'y')}`,
    'fds.txt': `${block('/proc/5/fd', '1 -> /x')}${block('/proc/6/fd', '1 -> /x\n2 -> socket:[5]\n3 -> socket:[')}`,
  };
  for (const [name, text] of Object.entries(files)) {
    const { snapshot, report } = await analyze({
      name: 'cut',
      async visit(visitor) {
        const sink = visitor.file(name, text.length + 100);
        sink?.write(toBytes(text).subarray(0, -1));
        sink?.end(false);
        return { entries: 1, bytes: text.length, complete: false, problems: [] };
      },
    });
    assert.deepEqual(english(report.problems), [
      { entry: name, message: 'is cut: its last block and those after it are missing' },
    ]);
    const [first, last] = snapshot.processes;
    if (name === 'processes.txt') assert.deepEqual([first?.pid, last], [5, undefined]);
    else assert.deepEqual([first?.fdsReadable, last?.fdsReadable, last?.openFds], [true, false, 2]);
  }
});

test('an error of the shell in a block is told with its line', async () => {
  const { report } = await own({
    'processes.txt': `${block('/proc/5/comm', 'x')}${block('/proc/5/limits', 'cat: /proc/5/limits: Permission denied')}`,
  });
  assert.deepEqual(english(report.problems), [
    { entry: `${ROOT}processes.txt`, line: 4, message: 'holds an error of the shell instead of data' },
  ]);
});

test('the manifest names the node, wins over meta.json, and says what is missing', async () => {
  const { report, snapshot } = await own({
    'proc/uptime': '5.0 1.0\n',
    'meta.json': '{"hostname":"old","kernel":"5.4.0"}',
    'manifest.json': JSON.stringify({
      format: 'sockscope-bundle',
      version: 2,
      host: { hostname: 'new', page_size: 65536 },
      items: [{ item: 'kernel log', files: ['dmesg'], state: 'denied', note: 'needs CAP_SYSLOG' }],
    }),
  });
  assert.deepEqual(
    [report.bundle.hostname, report.bundle.kernel, report.bundle.pageSizeBytes],
    ['new', '5.4.0', 65536],
  );
  assert.equal(snapshot.node.pageSizeAssumed, false);
  assert.deepEqual(english(report.problems.map((problem) => [problem.entry.slice(ROOT.length), problem.message])), [
    ['dmesg', 'not complete: kernel log (denied): needs CAP_SYSLOG'],
    [
      'manifest.json',
      'This bundle was made by a newer collector (format 2): what this version does not know was left out',
    ],
  ]);
});

test('a manifest.json of another program is no part of the bundle', async () => {
  const { report, snapshot } = await own({ 'manifest.json': '[{"Config":"x"}]', 'proc/uptime': '5.0 1.0\n' });
  assert.deepEqual([report.problems, snapshot.manifest], [[], null]);
});

test('a collector that does not see the processes of the node is told of', async () => {
  const manifest = (sees: boolean) => ({
    'proc/uptime': '5.0 1.0\n',
    'manifest.json': `{\n"format": "sockscope-bundle",\n"view": { "sees_host": ${sees} }\n}\n`,
  });
  const found = async (sees: boolean) =>
    (await own(manifest(sees))).report.findings.filter((finding) => finding.ruleId === 'collector-in-pod');
  assert.deepEqual(await found(true), []);
  const [finding] = await found(false);
  assert.equal(finding?.messageId, 'own-pids');
  assert.deepEqual(finding?.evidence[0], { entry: `${ROOT}manifest.json`, startLine: 3, endLine: 3 });
});

const ID = 'ab'.repeat(32);

test('pods and containers have their names from any of the lists', async () => {
  const leaky = block('/proc/700/cgroup', `0::/kubepods/pod${UID}/${ID}`);
  const name = async (members: Readonly<Record<string, string>>) => {
    const { snapshot } = await own({ 'processes.txt': leaky, ...members });
    const process = defined(snapshot.processes[0]);
    return [process.podNamespace, process.pod, process.container];
  };
  const all = ['default', 'web-0', 'web'];
  const pods = JSON.stringify({ items: [{ id: 'S', metadata: { name: 'web-0', uid: UID, namespace: 'default' } }] });
  const container = { id: ID, podSandboxId: 'S', metadata: { name: 'web' } };
  const ps = JSON.stringify({ containers: [container] });
  const kubelet = `/var/lib/kubelet/pods/${UID}/containers/web\n`;
  const logs = `/var/log/pods/default_web-0_${UID}/web\n`;
  assert.deepEqual(await name({}), [null, null, null]);
  assert.deepEqual(await name({ 'crictl-pods.json': pods }), ['default', 'web-0', null]);
  assert.deepEqual(await name({ 'crictl-pods.json': pods, 'crictl-ps.json': ps }), all);
  assert.deepEqual(await name({ 'crictl-pods.json': pods, 'pods.txt': kubelet }), all);
  assert.deepEqual(await name({ 'pods.txt': `${logs}${kubelet}../../etc\n\n/x/var/log/pods/a_b_${UID}/c\n` }), all);
  assert.deepEqual(await name({ 'pods.txt': `${logs}/var/log/containers/web-0_default_web-${ID}.log\n` }), all);
  assert.deepEqual(
    await name({ 'crictl-pods.json': pods, 'pods.txt': `${logs}${kubelet}`, 'crictl-ps.json': ps }),
    all,
  );
});

test('crictl that failed is a problem, crictl that said nothing is none', async () => {
  const { report } = await own({
    'proc/uptime': '5.0 1.0\n',
    'crictl-pods.json': 'FATA[0000] no runtime\n',
    'crictl-ps.json': '\n',
  });
  assert.deepEqual(english(report.problems), [{ entry: `${ROOT}crictl-pods.json`, line: 1, message: 'not JSON' }]);
});
