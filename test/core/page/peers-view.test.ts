import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { analyze } from '../../../src/core/analyze.ts';
import { buildFilteredPage } from '../../../src/core/page/filtered-page.ts';
import type { PeerLink, PeersView } from '../../../src/core/page/peers-model.ts';
import { buildPeersView } from '../../../src/core/page/peers-view.ts';
import type { Analysis } from '../../../src/core/snapshot/analysis.ts';
import { type Member, memoryBundle } from '../support/bundles.ts';
import { analyzeFixture, FIXTURES } from '../support/corpus.ts';
import { HOST_NETNS, inodes, nodeMembers, rows } from '../support/nodes.ts';
import { pageContext } from '../support/page-context.ts';
import type { TcpRow } from '../support/tables.ts';

function peersOf(analysis: Analysis): PeersView {
  const view = buildPeersView(pageContext(analysis));
  assert.ok(view !== null);
  return view;
}

async function viewOf(members: readonly Member[]): Promise<PeersView> {
  return peersOf(await analyze(memoryBundle(members)));
}

/** `from 3 > to 2 :80, joined 2, conntrack 0`. */
function brief(link: PeerLink): string {
  const side = (name: string, { sockets }: PeerLink['fromSide']) => `${name} ${sockets}`;
  return `${side(link.from.label, link.fromSide)} > ${side(link.to.label, link.toSide)} :${link.port}, joined ${link.joined}, conntrack ${link.throughConntrack}`;
}

test('leak-closewait: the leak is one link of two pods, and its other ends are gone', async () => {
  const view = peersOf(await analyzeFixture('leak-closewait-k6.1'));
  const [leak, ...others] = view.links;
  assert.ok(leak !== undefined);
  assert.match(leak.from.label, /^edge\/player-sim-/);
  assert.match(leak.to.label, /^default\/live-stream-/);
  assert.deepEqual(leak.toSide.states, [
    { state: 'CLOSE_WAIT', count: 5335 },
    { state: 'ESTABLISHED', count: 1 },
  ]);
  assert.equal(leak.toSide.rxQueueBytes, 24_772_374);
  assert.deepEqual([leak.fromSide.sockets, leak.joined, leak.port, leak.otherPorts], [1, 1, 8888, 0]);
  assert.match(
    leak.note,
    /^5,336 sockets are at default\/live-stream-\S+, 1 at edge\/player-sim-\S+\. The other ends of the rest are gone/,
  );
  assert.equal(leak.tone, 'bad');
  assert.equal(leak.evidence?.label, 'proc/183/net/tcp:3');
  assert.ok(others.length > 3);
  assert.ok(others.every((link) => link.tone !== 'bad' && link.note === ''));
});

test('the filter of a pair picks its sockets at the end that can be named', async () => {
  const analysis = await analyzeFixture('leak-closewait-k6.1');
  for (const link of peersOf(analysis).links) {
    if (link.filter === '') continue;
    const { matched } = buildFilteredPage(analysis, link.filter, 0).view;
    assert.ok(
      [link.toSide.sockets, link.fromSide.sockets].includes(matched.sockets),
      `${link.filter}: ${matched.sockets}`,
    );
  }
  const [leak] = peersOf(analysis).links;
  assert.equal(leak?.filter, `pod:${leak?.to.label} peer:${leak?.from.label}`);
});

test('slow-peer: the bytes stand at the end that has them', async () => {
  const [link] = peersOf(await analyzeFixture('slow-peer-k6.1')).links;
  assert.equal(link?.tone, 'bad');
  assert.equal(link?.joined, 37);
  assert.ok((link?.fromSide.txQueueBytes ?? 0) > 50_000_000);
  assert.equal(link?.fromSide.rxQueueBytes, 0);
});

test('orphans: peers on another node are told by address, and that a service might be behind it', async () => {
  const view = peersOf(await analyzeFixture('orphans-k6.1'));
  const [link] = view.links;
  assert.deepEqual([link?.to.kind, link?.to.label, link?.toSide.seen], ['private', '10.244.14.14', false]);
  assert.equal(link?.note, '');
  assert.match(view.caveat, /^900 sockets lead to a private address/);
});

for (const name of FIXTURES) {
  test(`${name}: every socket that is no listener is in one link, at one side`, async () => {
    const analysis = await analyzeFixture(name);
    const { links, more } = peersOf(analysis);
    const { sockets } = analysis.snapshot;
    let full = 0;
    for (let row = 0; row < sockets.count; row++) {
      const isMini = sockets.state[row] === 6 || sockets.timer[row] === 3;
      const isRequest = sockets.state[row] === 3 && sockets.inode[row] === 0;
      if (sockets.state[row] !== 10 && !isMini && !isRequest) full++;
    }
    assert.equal(more, null);
    assert.equal(
      links.reduce((sum, link) => sum + link.fromSide.sockets + link.toSide.sockets, 0),
      full,
    );
  });
}

const captured = (name: string) => readFileSync(new URL(`../../fixtures/conntrack/${name}`, import.meta.url), 'utf8');
const CLIENT = '11111111-1111-4111-8111-111111111111';
const SERVER = '22222222-2222-4222-8222-222222222222';

/** The two pods whose tables were captured beside the conntrack table. */
function translated(conntrack: Readonly<Record<string, string>>): readonly Member[] {
  const members = nodeMembers({
    namespaces: [{ netns: HOST_NETNS }, { netns: 4026532001 }, { netns: 4026532002 }],
    processes: [
      { pid: 1, comm: 'systemd', namespace: 0 },
      { pid: 50, comm: 'client', namespace: 1, podUid: CLIENT, sockets: inodes(7, 12_310_786) },
      { pid: 60, comm: 'server', namespace: 2, podUid: SERVER, sockets: inodes(4, 12_310_723) },
    ],
  });
  const tables: Readonly<Record<string, string>> = {
    'proc/50/net/tcp': 'client-tcp.txt',
    'proc/50/net/tcp6': 'client-tcp6.txt',
    'proc/60/net/tcp': 'server-tcp.txt',
    'proc/60/net/tcp6': 'server-tcp6.txt',
  };
  return [
    ...members.map((member) => {
      const table = tables[member.name];
      return table === undefined ? member : { name: member.name, text: captured(table) };
    }),
    ...Object.entries(conntrack).map(([name, text]) => ({ name, text })),
  ];
}

for (const [name, file] of [
  ['proc/net/nf_conntrack', 'nf_conntrack.txt'],
  ['conntrack-L.txt', 'conntrack-L.txt'],
] as const) {
  test(`${file}: connections through a service and with another source address are joined, IPv6 too`, async () => {
    const view = await viewOf(translated({ [name]: captured(file) }));
    // Eight established ones; the one that the client closed has a minisock at its end.
    assert.deepEqual(view.links.map(brief), [`${CLIENT} 7 > ${SERVER} 8 :8080, joined 7, conntrack 6`]);
    assert.match(view.links[0]?.note ?? '', /but for 1 minisock without a process/);
    assert.equal(view.caveat, '');
    assert.match(view.summary, /6 of them told by conntrack/);
  });
}

test('the same table captured twice joins nothing twice', async () => {
  const table = captured('nf_conntrack.txt');
  const view = await viewOf(translated({ 'proc/net/nf_conntrack': table, 'proc/1/net/nf_conntrack': table }));
  assert.deepEqual(view.links.map(brief), [`${CLIENT} 7 > ${SERVER} 8 :8080, joined 7, conntrack 6`]);
});

test('without conntrack the clients of a service are found by their own address, masqueraded ones are not', async () => {
  const view = await viewOf(translated({}));
  assert.deepEqual(view.links.map(brief), [
    `${CLIENT} 7 > ${SERVER} 6 :8080, joined 5, conntrack 0`,
    `10.244.2.1 0 > ${SERVER} 2 :9090, joined 0, conntrack 0`,
  ]);
});

test('where only the client is in the bundle, conntrack tells who answers behind the service', async () => {
  const table = captured('nf_conntrack.txt').replaceAll('10.244.2.9', '10.244.7.7');
  const view = await viewOf(translated({ 'proc/net/nf_conntrack': table }));
  const link = view.links.find(({ to }) => to.label === '10.244.7.7');
  assert.equal(link?.from.label, CLIENT);
  assert.equal(link?.port, 8080);
  assert.ok(view.links.every(({ to }) => to.label !== '10.96.0.10'));
});

/** A node whose second namespace, a pod's, has these rows; all of them are the pod's. */
function podWith(tcp: readonly TcpRow[], host: readonly TcpRow[] = []): readonly Member[] {
  return nodeMembers({
    namespaces: [
      { netns: HOST_NETNS, tcp: host },
      { netns: 4026532001, tcp },
    ],
    processes: [
      { pid: 1, comm: 'systemd', namespace: 0, sockets: host.flatMap(({ inode }) => inode ?? []) },
      { pid: 50, comm: 'app', namespace: 1, podUid: CLIENT, sockets: tcp.flatMap(({ inode }) => inode ?? []) },
    ],
  });
}

test('loopback of one namespace is not that of another', async () => {
  const client = { state: 1, local: '127.0.0.1:40000', remote: '127.0.0.1:80' };
  const server = { state: 1, local: '127.0.0.1:80', remote: '127.0.0.1:40000' };
  const view = await viewOf(podWith([{ ...client, inode: 11 }], [{ ...server, inode: 12 }]));
  assert.deepEqual(view.links.map(brief).sort(), [
    `${CLIENT} 1 > loopback of net:[4026532001] 0 :80, joined 0, conntrack 0`,
    'loopback of the host 0 > systemd 1 :80, joined 0, conntrack 0',
  ]);
  const same = await viewOf(
    podWith([
      { ...client, inode: 11 },
      { ...server, inode: 12 },
    ]),
  );
  assert.deepEqual(same.links.map(brief), [`${CLIENT} 1 > ${CLIENT} 1 :80, joined 1, conntrack 0`]);
});

test('private, shared, link-local and public addresses are told apart', async () => {
  const kinds: Readonly<Record<string, string>> = {
    '10.1.2.3': 'private',
    '172.16.0.1': 'private',
    '172.31.255.255': 'private',
    '172.32.0.1': 'public',
    '172.15.0.1': 'public',
    '192.168.1.1': 'private',
    '192.169.1.1': 'public',
    '100.64.0.1': 'private',
    '100.128.0.1': 'public',
    '169.254.20.10': 'private',
    '203.0.113.9': 'public',
  };
  const view = await viewOf(
    podWith(
      Object.keys(kinds).map((address, i) => ({
        state: 1,
        local: '10.9.9.9:40000',
        remote: `${address}:443`,
        inode: i + 10,
      })),
    ),
  );
  assert.deepEqual(Object.fromEntries(view.links.map(({ to }) => [to.label, to.kind])), kinds);
});

test('a hundred thousand peers: two hundred are listed, the rest is counted, and nothing takes long', async () => {
  const many = Array.from({ length: 100_000 }, (_, i) => ({
    state: 1,
    local: '10.9.9.9:80',
    remote: `11.${i >> 16}.${(i >> 8) & 255}.${i & 255}:40000`,
    inode: i + 1000,
  }));
  const analysis = await analyze(memoryBundle(podWith(many)));
  const started = performance.now();
  const view = peersOf(analysis);
  const took = performance.now() - started;
  assert.equal(view.links.length, 200);
  assert.match(view.links[0]?.from.label ?? '', /^other public addresses/);
  const listed = view.links.reduce((sum, link) => sum + link.toSide.sockets, 0);
  assert.equal(listed + (view.more?.sockets ?? 0), 100_000);
  assert.ok(took < 2000, `${took} ms`);
});

test('rows that are all the same fill one bucket, and cost no more than others', async () => {
  const same = rows(200_000, 1000, { state: 1 }).map((row) => ({
    ...row,
    local: '10.9.9.9:80',
    remote: '10.8.8.8:4000',
  }));
  const analysis = await analyze(memoryBundle(podWith(same)));
  const started = performance.now();
  const view = peersOf(analysis);
  const took = performance.now() - started;
  assert.equal(view.links.length, 1);
  assert.ok(took < 2000, `${took} ms`);
});

test('a bundle without socket tables has no such view', async () => {
  const analysis = await analyze(memoryBundle([{ name: 'proc/uptime', text: '1 2\n' }]));
  assert.equal(buildPeersView(pageContext(analysis)), null);
});
