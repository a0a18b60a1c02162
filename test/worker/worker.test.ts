import assert from 'node:assert/strict';
import { readFile, stat } from 'node:fs/promises';
import test, { type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { serialize } from 'node:v8';
import { MessageChannel } from 'node:worker_threads';
import { gzipSync } from 'node:zlib';
import { createArchiveBundle } from '../../src/archive/archive-bundle.ts';
import { type BlockStore, createBlockStore } from '../../src/archive/block-store.ts';
import { createSource } from '../../src/archive/source.node.ts';
import { analyze } from '../../src/core/analyze.ts';
import { withTexts } from '../../src/core/formats/json-texts.ts';
import { CallFailed, type Client, createClient } from '../../src/protocol/client.ts';
import { type FromWorker, type Progress, parseToWorker } from '../../src/protocol/worker-messages.ts';
import { HOST } from '../../src/worker/host.node.ts';
import { createServer } from '../../src/worker/server.ts';
import { packTar, packTarGz } from '../core/support/bundles.ts';
import { fixtureMembers } from '../core/support/corpus.ts';
import { END_MARKER, joinBytes, rawFile, rawLink } from '../core/support/raw-tar.ts';
import { ROOT, toSockscope } from '../core/support/sockscope.ts';
import { tcpTable } from '../core/support/tables.ts';
import { limits } from './support/limits.ts';
import { reportOf, textOf } from './support/rendered.ts';

const LEAK = fileURLToPath(new URL('../fixtures/bundles/leak-closewait-k6.1.tar.gz', import.meta.url));

/** In a block of text that Markdown shows as it is. */
const QUOTED = /^```text\n(?:.*\n)*?.*TCP: out of memory/m;

/** Client and server with a real message port between them, as between the threads. */
function connect(context: TestContext): Client {
  const { port1, port2 } = new MessageChannel();
  const client = createClient((message) => port1.postMessage(message));
  const server = createServer((message, transfer) => port2.postMessage(message, [...(transfer ?? [])]), HOST);
  port1.on('message', (message) => client.receive(message));
  port2.on('message', (message) => void server.receive(message));
  context.after(() => port1.close());
  return client;
}

test('a bundle is opened by path, with progress, and its entries can be read', async (context) => {
  const client = connect(context);
  const seen: Progress[] = [];
  const opened = await client.call(
    'open',
    { name: 'leak', source: { path: LEAK }, limits: limits() },
    { onProgress: (progress) => seen.push(progress) },
  );
  assert.equal(opened.summary.bundle.hostname, 'worker-f25');
  assert.equal((await reportOf(client)).verdict.countOwner?.pid, 185);
  const steps = [...new Set(seen.map(({ step }) => step))];
  assert.deepEqual(steps, ['reading', 'joining', 'drawing']);
  assert.equal(seen.at(-1)?.packedBytesRead, (await stat(LEAK)).size);
  const found = await client.call('stat', { path: 'proc/net/sockstat' });
  const bytes = await client.call('readEntry', { path: 'proc/net/sockstat' });
  assert.equal(bytes.length, found?.sizeBytes);
  assert.match(new TextDecoder().decode(bytes), /^sockets: used 20\nTCP: inuse 7 /);
  const links = new TextDecoder().decode(await client.call('readEntry', { path: 'proc/185/ns' }));
  assert.match(links, /^net -> net:\[4026532398\]$/m);
  const part = new TextDecoder().decode(await client.call('readEntry', { path: 'dmesg.lines-432-434' }));
  assert.equal(part.split('\n').length, 4);
  assert.match(part.split('\n')[1] ?? '', /TCP: out of memory/);
  assert.equal((await client.call('stat', { path: 'dmesg.lines-432-434' }))?.kind, 'file');
  assert.match(await textOf(client, 'markdown', true), QUOTED);
});

test('every place that the page links to exists, and every link of the page has its place', async (context) => {
  const client = connect(context);
  const opened = await client.call('open', { name: 'leak', source: { path: LEAK }, limits: limits() });
  for (const { entry } of opened.places) {
    const place = await client.call('findPlace', { entry, line: 1 });
    const found = await client.call('stat', { path: place?.path ?? '' });
    assert.equal(found?.kind, place?.link === null ? 'file' : 'links', entry);
  }
  assert.ok(opened.documents.size > 0);
  for (const entry of opened.documents)
    assert.deepEqual(await client.call('findPlace', { entry, line: 1 }), { path: entry, link: null, firstLine: 1 });
  const ids = [...JSON.stringify(opened.page).matchAll(/"id":(\d+)/g)].map(([, id]) => Number(id));
  assert.ok(ids.length > 20);
  assert.ok(ids.every((id) => opened.places[id] !== undefined));
});

test('a bundle from elsewhere is opened by its bytes, to the same report', async (context) => {
  const bytes = new Uint8Array(await readFile(LEAK));
  const [byBytes, byPath] = [connect(context), connect(context)];
  await byBytes.call('open', { name: 'leak', source: { bytes }, limits: limits() });
  await byPath.call('open', { name: 'leak', source: { path: LEAK }, limits: limits() });
  assert.deepEqual(await reportOf(byBytes), await reportOf(byPath));
});

test('a call that fails says why, by code and sentence', async (context) => {
  const client = connect(context);
  await assert.rejects(
    client.call('open', { name: 'x', source: { path: '/no/such/file' }, limits: limits() }),
    (error) => error instanceof CallFailed && error.code === 'not-found',
  );
  await client.call('open', { name: 'leak', source: { path: LEAK }, limits: limits() });
  await assert.rejects(
    client.call('readEntry', { path: 'etc/passwd' }),
    (error) => error instanceof CallFailed && error.code === 'no-such-entry',
  );
});

test('when the worker is gone, pending and later calls are rejected', async () => {
  const client = createClient(() => {});
  const pending = client.call('readEntry', { path: 'dmesg' });
  client.fail({ code: 'ended', message: 'gone' });
  await assert.rejects(pending, /gone/);
  await assert.rejects(client.call('readEntry', { path: 'dmesg' }), /gone/);
  client.fail({ code: 'ended', message: 'exit status 1' });
  await assert.rejects(client.call('readEntry', { path: 'dmesg' }), /gone/, 'the first reason is the one that is told');
});

test('messages that are none are ignored', async (context) => {
  const client = connect(context);
  client.receive('noise');
  client.receive({ id: 99, ok: true, result: null });
  const opened = await client.call('open', { name: 'leak', source: { path: LEAK }, limits: limits() });
  assert.equal(opened.summary.bundle.hostname, 'worker-f25');
});

test('the first finding is told while the archive is still read: the lines of the kernel log', async (context) => {
  const seen: Progress[] = [];
  const client = connect(context);
  await client.call(
    'open',
    { name: 'leak', source: { path: LEAK }, limits: limits() },
    { onProgress: (progress) => seen.push(progress) },
  );
  const first = seen.find(({ log }) => log !== null);
  assert.equal(first?.step, 'reading');
  const countOf = (progress: Progress | undefined) =>
    progress?.log?.find(({ id }) => id === 'tcp-out-of-memory')?.lines ?? 0;
  assert.ok(countOf(first) > 0);
  const { log } = await reportOf(client);
  const lines = log?.events.filter(({ id }) => id === 'tcp-out-of-memory').map((event) => event.lines) ?? [];
  assert.equal(
    countOf(seen.at(-1)),
    lines.reduce((sum, count) => sum + count, 0),
    'at the end all of them',
  );
});

for (const [change, named] of [
  [{ maxEntries: 1000 }, /limit of 1,000 members \(setting sockscope\.limits\.maxMembers\)/],
  [{ maxBytes: 2 ** 20 }, /of unpacked data \(setting sockscope\.limits\.maxUnpackedMegabytes\)/],
] as const) {
  test(`a limit that ends the reading is named with its setting: ${Object.keys(change)}`, async (context) => {
    const params = { name: 'leak', source: { path: LEAK }, limits: limits(change) };
    const client = connect(context);
    await client.call('open', params);
    const report = await reportOf(client);
    assert.match(report.problems.map(({ message }) => message).join('\n'), named);
    const { entries } = await client.call('list', { path: '' });
    assert.ok(entries.length > 0, 'what came before is there');
  });
}

test('an entry above its limit is not opened, and the setting is named', async (context) => {
  const client = connect(context);
  await client.call('open', { name: 'leak', source: { path: LEAK }, limits: limits({ maxMemberBytes: 10 }) });
  await assert.rejects(client.call('readEntry', { path: 'dmesg' }), /limit .*sockscope\.limits\.maxEntryMegabytes/);
  assert.match(await textOf(client, 'markdown', true), QUOTED);
});

test('memory outside the heap beyond its limit ends the reading, and the setting is named', async () => {
  const answers: FromWorker[] = [];
  const server = createServer((message) => answers.push(message), { ...HOST, offHeapBytes: () => 3 * 2 ** 30 });
  const bytes = await packTar([{ name: 'proc/zeros', text: new Uint8Array(1 << 20) }]);
  await server.receive({ id: 1, method: 'open', params: { name: 'b.tar', source: { bytes }, limits: limits() } });
  const last = answers.at(-1);
  assert.ok(last !== undefined && 'ok' in last && !last.ok, JSON.stringify(answers).slice(0, 300));
  assert.equal(last.error.code, 'out-of-memory');
  assert.match(last.error.message, /^b\.tar needs more than 2,048 MB .*sockscope\.limits\.maxMemoryMegabytes/);
});

/** A node with so many processes, each with one socket. */
async function nodeOf(processes: number): Promise<Uint8Array<ArrayBuffer>> {
  const each = Array.from({ length: processes }, (_, i) => i);
  const members = each.flatMap((i) => [
    { name: `proc/${1000 + i}/comm`, text: `worker-${i}\n` },
    { name: `proc/${1000 + i}/ns/net`, link: 'net:[4026531840]' },
    { name: `proc/${1000 + i}/fd/3`, link: `socket:[${5000 + i}]` },
  ]);
  const rows = each.map((i) => ({ state: 1, inode: 5000 + i, rx: 10_000 + i }));
  return new Uint8Array(await packTar([...members, { name: 'proc/1000/net/tcp', text: tcpTable(rows) }]));
}

test('all owners of memory are in the rendered report, and what the host holds is not longer for more of them', async (context) => {
  const held: number[] = [];
  for (const processes of [150, 600]) {
    const bytes = await nodeOf(processes);
    const { report } = await analyze(createArchiveBundle('b', createSource({ bytes: bytes.slice() })));
    assert.equal(report.memory.owners.length, processes);
    const client = connect(context);
    const { page, ...opened } = await client.call('open', { name: 'b', source: { bytes }, limits: limits() });
    assert.deepEqual(await reportOf(client), JSON.parse(JSON.stringify(withTexts(report))));
    assert.deepEqual(opened.summary.memory.owners, report.memory.owners.slice(0, 1));
    held.push(serialize({ ...opened, stamp: '', places: [] }).length);
  }
  const [few = 0, many = 0] = held;
  assert.ok(Math.abs(many - few) < 200, `${few} bytes of 150 processes, ${many} of 600`);
});

test('entries of a large bundle are made ready in the background, and then read from there', async () => {
  const listing = Array.from({ length: 40 }, (_, fd) => rawLink(`proc/7/fd/${fd}`, `socket:[${fd}]`));
  const log = rawFile('dmesg', '[    1.500000] TCP: out of memory -- consider tuning tcp_mem\n');
  const filler = rawFile('proc/filler', Buffer.alloc(40 << 20, 'filler of a log\n').toString());
  const bytes = gzipSync(joinBytes([filler, log, rawFile('proc/7/comm', 'last\n'), ...listing, END_MARKER]));
  let client: Client | null = null;
  let fromStore = 0;
  const server = createServer((message) => client?.receive(message), HOST, {
    storeAfterMs: 0,
    createStore(source, end, packer, options) {
      const { store, filled } = createBlockStore(source, end, packer, options);
      const pieces: BlockStore['pieces'] = (from, to) => {
        fromStore++;
        return store.pieces(from, to);
      };
      return { store: { ...store, pieces }, filled };
    },
  });
  client = createClient((message) => void server.receive(message));
  await client.call('open', { name: 'large', source: { bytes }, limits: limits() });
  const read = async (path: string) => new TextDecoder().decode(await client.call('readEntry', { path }));
  const before = { comm: await read('proc/7/comm'), fds: await read('proc/7/fd') };
  assert.equal(before.comm, 'last\n');
  assert.match(before.fds, /^0 -> socket:\[0\]\n(?:.*\n){38}39 -> socket:\[39\]\n$/);
  await server.settled();
  fromStore = 0;
  assert.deepEqual({ comm: await read('proc/7/comm'), fds: await read('proc/7/fd') }, before);
  assert.equal(await read('proc/filler.lines-2000000-2000000'), 'filler of a log\n');
  assert.equal(fromStore, 3);
  assert.match(await textOf(client, 'markdown', true), QUOTED);
  assert.equal(fromStore, 4);
});

test('the sockets of an open bundle are picked by a filter, listed in any order and led to their lines', async (context) => {
  const client = connect(context);
  const opened = await client.call('open', { name: 'leak', source: { path: LEAK }, limits: limits() });
  const { view, firstId, places } = await client.call('filter', { filter: 'state:close-wait' });
  assert.deepEqual(view.matched, { sockets: 5335, miniSockets: 0 });
  assert.equal(firstId, opened.places.length);
  const again = await client.call('filter', { filter: 'pid:185' });
  assert.equal(again.firstId, firstId + places.length, 'ids of an earlier answer keep their meaning');
  const order = { column: 'rxq', descending: true } as const;
  const window = await client.call('sockets', { filter: 'state:close-wait', order, first: 2, count: 3 });
  assert.equal(window.total, 5335);
  assert.equal(window.rows.length, 3);
  const [row] = window.rows;
  assert.deepEqual([row?.comm, row?.pid, row?.state], ['python3', 185, 'CLOSE_WAIT']);
  const place = await client.call('socketPlace', { item: row?.item ?? 0 });
  const path = `${place?.entry}.lines-${place?.startLine}-${place?.startLine}`;
  const line = new TextDecoder().decode(await client.call('readEntry', { path }));
  assert.match(line, new RegExp(`\\b${row?.inode}\\b.*\\n$`));
  assert.equal(await client.call('socketPlace', { item: 99_999_999 }), null);
  const copied = await client.call('socketText', { filter: 'pid:185 state:listen', order, format: 'tsv' });
  const lines = copied.text.trimEnd().split('\n');
  assert.equal(copied.total, 1);
  assert.deepEqual(lines[0]?.split('\t').slice(0, 3), ['State', 'Process', 'PID']);
  assert.deepEqual(lines[1]?.split('\t').slice(0, 5), [
    'LISTEN',
    'python3',
    '185',
    'default/live-stream-297vtlpgjj-tg86q',
    '0.0.0.0:8888',
  ]);
});

test('the processes that a log names are looked up where the bundle has them, in the format of the collector too', async (context) => {
  const client = connect(context);
  const plain = await fixtureMembers('leak-closewait-k6.1');
  await client.call('open', { name: 'leak', source: { path: LEAK }, limits: limits() });
  const found = { pid: 185, entry: 'proc/185/status', line: 1 };
  assert.deepEqual(await client.call('findProcesses', { pids: [4_000_000, 185, 185] }), [found]);
  const bytes = new Uint8Array(await packTarGz(toSockscope(plain)));
  await client.call('open', { name: 'own', source: { bytes }, limits: limits() });
  const [own, ...others] = await client.call('findProcesses', { pids: [185] });
  assert.deepEqual([own?.entry, others], [`${ROOT}processes.txt`, []]);
  const { entry = '', line = 0 } = own ?? {};
  const place = await client.call('findPlace', { entry, line });
  assert.deepEqual(place, { path: entry, link: null, firstLine: 1 });
  const lines = new TextDecoder().decode(await client.call('readEntry', { path: entry })).split('\n');
  assert.deepEqual(lines.slice(line - 2, line), ['==> /proc/185/status <==', 'Name:\tpython3']);
  assert.equal(parseToWorker({ id: 1, method: 'findProcesses', params: { pids: Array(5000).fill(1) } }), undefined);
});

test('the cgroups that a log names are looked up among those of the captured processes', async (context) => {
  const client = connect(context);
  await client.call('open', { name: 'leak', source: { path: LEAK }, limits: limits() });
  const text = new TextDecoder().decode(await client.call('readEntry', { path: 'proc/185/cgroup' }));
  const path = text.trim().split('::')[1] ?? '';
  const [place, ...others] = await client.call('findCgroups', { paths: [path, '/no/such', path] });
  assert.equal(others.length, 0);
  assert.equal(place?.path, path);
  assert.equal(place?.subject.podNamespace, 'default');
  assert.equal(parseToWorker({ id: 1, method: 'findCgroups', params: { paths: Array(5000).fill(path) } }), undefined);
});

test('of several nodes the worst is opened, the page lists all, and any of them can be opened', async (context) => {
  const below = async (root: string, name: string) =>
    (await fixtureMembers(name)).map((member) => ({ ...member, name: `${root}/${member.name}` }));
  const members = [...(await below('a', 'healthy-k6.1')), ...(await below('b', 'leak-closed-held-k6.1'))];
  const bytes = new Uint8Array(await packTarGz(members));
  const client = connect(context);
  const open = (more: { readonly node?: string }) =>
    client.call('open', { name: 'two', source: { bytes }, limits: limits(), ...more });
  const worst = await open({});
  assert.deepEqual(worst.nodeRoots, ['b/', 'a/']);
  const { nodes } = worst.page.header;
  assert.deepEqual(
    nodes.map(({ tone, isShown }) => [tone, isShown]),
    [
      ['bad', true],
      ['good', false],
    ],
  );
  assert.equal(worst.page.header.title, nodes[0]?.name);
  const other = await open({ node: 'a/' });
  assert.deepEqual(
    other.page.header.nodes.map(({ isShown }) => isShown),
    [false, true],
  );
  assert.equal(other.page.verdict.tone, 'good');
  assert.equal((await reportOf(client)).bundle.root, 'a/');
  await assert.rejects(open({ node: 'c/' }), (error) => error instanceof CallFailed && error.code === 'no-such-node');
});

test('the page of a bundle of one node lists none', async (context) => {
  const client = connect(context);
  const opened = await client.call('open', { name: 'leak', source: { path: LEAK }, limits: limits() });
  assert.deepEqual(opened.page.header.nodes, []);
  assert.deepEqual(opened.nodeRoots, ['']);
});
