import assert from 'node:assert/strict';
import test from 'node:test';
import { analyze } from '../../../src/core/analyze.ts';
import type { Analysis } from '../../../src/core/snapshot/analysis.ts';
import { localAddress, remoteAddress, stateName } from '../../../src/core/snapshot/sockets.ts';
import { type Member, memoryBundle } from '../support/bundles.ts';
import { english } from '../support/english.ts';
import { HOST_NETNS, inodes, type NodeSpec, nodeMembers, rows } from '../support/nodes.ts';
import { sockstatText, type TcpRow } from '../support/tables.ts';

async function model(members: readonly Member[]): Promise<Analysis> {
  return analyze(memoryBundle(members));
}

/** One namespace with these rows and one process that holds their inodes. */
function single(tcp: readonly TcpRow[], change: Partial<NodeSpec> = {}): readonly Member[] {
  const held = tcp.flatMap((row) => (row.inode === undefined || row.inode === 0 ? [] : [row.inode]));
  return nodeMembers({
    namespaces: [{ netns: HOST_NETNS, tcp }],
    processes: [{ pid: 1, comm: 'app', namespace: 0, sockets: held }],
    ...change,
  });
}

function replaced(members: readonly Member[], name: string, text: string): readonly Member[] {
  return [...members.filter((member) => member.name !== name), { name, text }];
}

// Addresses

const BIG_ENDIAN = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 7F000001:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 100 1 0 100 0 0 10 0
   1: 0AF4310E:22B8 0AF4310F:36DC 01 00000000:00000000 00:00000000 00000000     0        0 101 1 0 20 4 28 10 -1
`;
const V6 = `  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000000000000000000000000000:280A 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 200 1 0 100 0 0 10 0
   1: 00000000000000000000000001000000:0016 B80D01200000000000000000010000FE:0050 01 00000000:00000000 00:00000000 00000000     0        0 201 1 0 100 0 0 10 0
   2: 0000000000000000FFFF00000E31F40A:22B8 0000000000000000FFFF00000F31F40A:36DC 08 00000000:00000001 00:00000000 00000000     0        0 202 1 0 100 0 0 10 0
   3: B80D0120000001000000020000000300:0050 B80D0120010000000200000003000000:0050 01 00000000:00000000 00:00000000 00000000     0        0 203 1 0 100 0 0 10 0
`;

test('addresses of a little-endian node are turned round, also mapped and IPv6 ones', async () => {
  const members = replaced(single([{ state: 10, inode: 100, local: '127.0.0.1:80' }]), 'proc/net/tcp6', V6);
  const { snapshot } = await model(replaced(members, 'proc/1/net/tcp6', V6));
  const { sockets } = snapshot;
  const shown = Array.from({ length: sockets.count }, (_, row) => [
    localAddress(sockets, row),
    remoteAddress(sockets, row),
  ]);
  assert.deepEqual(shown, [
    ['127.0.0.1', '10.0.0.2'],
    ['::', '::'],
    ['::1', '2001:db8::fe00:1'],
    ['10.244.49.14', '10.244.49.15'],
    ['2001:db8:1:0:2:0:3:0', '2001:db8:0:1:0:2:0:3'],
  ]);
});

test('a listener on loopback shows that a node is big-endian', async () => {
  const members = replaced(single([]), 'proc/net/tcp', BIG_ENDIAN);
  const { snapshot } = await model(replaced(members, 'proc/1/net/tcp', BIG_ENDIAN));
  assert.equal(snapshot.sockets.littleEndian, false);
  assert.equal(remoteAddress(snapshot.sockets, 1), '10.244.49.15');
  assert.equal(snapshot.sockets.localPort[1], 8888);
});

// Counting

test('minisocks and request sockets are outside alloc, orphans and unaccepted connections inside', async () => {
  const { report } = await model(
    single([
      { state: 10, inode: 100, rx: 2 },
      { state: 1, inode: 101 },
      { state: 1, inode: 0, rx: 600 },
      { state: 8, inode: 0 },
      { state: 3, inode: 0 },
      { state: 4, inode: 0, tx: 10 },
      { state: 5, inode: 0, timer: 3 },
      { state: 5, inode: 0, timer: 2 },
      { state: 6, inode: 0, timer: 3 },
    ]),
  );
  const { ledger } = report;
  assert.equal(ledger.tcpSockets, 6);
  assert.equal(ledger.requestSockets, 1);
  assert.equal(ledger.timeWait, 2);
  assert.equal(ledger.states['FIN_WAIT2_MINISOCK'], 1);
  assert.equal(ledger.states['SYN_RECV_REQUEST'], 1);
  assert.equal(ledger.acceptQueueClosed, 0);
  assert.equal(ledger.residual, 0);
});

test('connections that were reset before accept() are counted from the accept queue', async () => {
  const { report } = await model(
    single(
      [
        { state: 10, inode: 100, local: '10.0.0.1:80', rx: 4 },
        { state: 1, inode: 0, local: '10.0.0.1:80' },
      ],
      {
        unhashed: 3,
      },
    ),
  );
  assert.equal(report.ledger.acceptQueueClosed, 3);
  assert.equal(report.ledger.residual, 0);
});

test('the formula of the blogs is not used: TIME_WAIT and orphans are not subtracted', async () => {
  // A12: host alone has 1 socket, the pod 6 of 8; alloc 9, tw 4 in all.
  const { report } = await model(
    nodeMembers({
      namespaces: [
        {
          netns: HOST_NETNS,
          tcp: [
            { state: 10, inode: 100 },
            { state: 6, timer: 3 },
          ],
        },
        {
          netns: 4026532000,
          tcp: [
            { state: 10, inode: 200 },
            ...rows(3, 201, { state: 8 }),
            ...rows(2, 210, { state: 1 }),
            ...rows(3, 0, { state: 5, timer: 3 }),
          ],
        },
      ],
      processes: [
        { pid: 1, comm: 'systemd', namespace: 0, sockets: [100] },
        { pid: 700, comm: 'app', namespace: 1, sockets: [200, 201, 202, 203, 210, 211, 301, 302] },
      ],
      unhashed: 2,
    }),
  );
  assert.equal(report.ledger.alloc?.value, 9);
  assert.equal(report.ledger.unhashed, 2);
  assert.equal(report.ledger.closedHeld, 2);
  assert.equal(report.ledger.timeWait, 4);
});

test('the host and a second copy of its tables through another process are one namespace', async () => {
  const members = single([
    { state: 10, inode: 100 },
    { state: 1, inode: 101 },
  ]);
  const copies = members
    .filter((member) => member.name.startsWith('proc/1/net/'))
    .map((member) => ({ ...member, name: member.name.replace('proc/1/', 'proc/50/') }));
  for (const more of [[{ name: 'proc/50/ns/net', link: `net:[${HOST_NETNS}]` }], []]) {
    const { report } = await model([...members, ...copies, ...more]);
    assert.equal(report.ledger.namespaces.length, 1);
    assert.equal(report.ledger.inuse, 2);
  }
});

test('alloc that moves while the bundle is taken is a range, and the host gives its value', async () => {
  const members = replaced(
    single([{ state: 10, inode: 100 }]),
    'proc/1/net/sockstat',
    sockstatText({ inuse: 1, alloc: 40, mem: 7 }),
  );
  const { report } = await model(
    replaced(members, 'proc/50/net/sockstat', sockstatText({ inuse: 0, alloc: 55, mem: 3 })),
  );
  assert.deepEqual([report.ledger.alloc?.min, report.ledger.alloc?.max], [1, 55]);
  assert.ok(report.ledger.notes.some((note) => english(note).includes('55')));
});

// Holders

test('a socket that parent and children share belongs to the parent, a passed one to the older process', async () => {
  const { report } = await model(
    nodeMembers({
      namespaces: [{ netns: HOST_NETNS, tcp: rows(3, 100, { state: 1 }) }],
      processes: [
        { pid: 1, comm: 'systemd', namespace: 0 },
        { pid: 50, comm: 'master', namespace: 0, sockets: [100], startTicks: 900 },
        { pid: 60, comm: 'child', namespace: 0, sockets: [100, 101], parentPid: 50, startTicks: 100 },
        { pid: 70, comm: 'younger', namespace: 0, sockets: [101, 102], startTicks: 800 },
      ],
    }),
  );
  assert.deepEqual(
    report.ledger.byOwner.map(({ subject, count }) => [subject.pid, count]),
    [
      [50, 1],
      [60, 1],
      [70, 1],
    ],
  );
});

test('a socket of another namespace than that of its process is found over all tables', async () => {
  const { report } = await model(
    nodeMembers({
      namespaces: [
        { netns: HOST_NETNS, tcp: [{ state: 10, inode: 100 }] },
        { netns: 4026532000, tcp: rows(5, 200, { state: 1 }) },
      ],
      processes: [
        { pid: 1, comm: 'systemd', namespace: 0, sockets: [100] },
        { pid: 300, comm: 'ztunnel', namespace: 0, sockets: [...inodes(5, 200)] },
        { pid: 700, comm: 'pause', namespace: 1 },
      ],
    }),
  );
  assert.equal(report.ledger.closedHeld, 0);
  assert.deepEqual(report.ledger.byOwner[0]?.subject.comm, 'ztunnel');
});

test('sockets of unix, netlink and packet tables are not taken for closed TCP', async () => {
  const members = single([{ state: 10, inode: 100 }]);
  const { report } = await model([
    ...members,
    { name: 'proc/1/fd/50', link: 'socket:[900]' },
    { name: 'proc/1/fd/51', link: 'socket:[901]' },
    { name: 'proc/1/net/netlink', text: 'sk Eth Pid Groups Rmem Wmem Dump Locks Drops Inode\n0 0 0 0 0 0 0 0 0 901\n' },
    ...replaced([], 'proc/1/net/unix', 'Num RefCount Protocol Flags Type St Inode Path\n0: 2 0 1 1 1 900 /x\n'),
  ]);
  assert.equal(report.ledger.closedHeld, 0);
  assert.equal(report.ledger.distinctSocketInodes, 3);
});

test('names of pods come from the directories of their logs', async () => {
  const podUid = 'cef93934-6214-4ba6-907b-c562e50cedf2';
  const members = nodeMembers({
    namespaces: [
      { netns: HOST_NETNS, tcp: [] },
      { netns: 4026532000, tcp: rows(200, 200, { state: 8 }) },
    ],
    processes: [
      { pid: 1, comm: 'systemd', namespace: 0 },
      { pid: 700, comm: 'app', namespace: 1, sockets: inodes(200, 200), podUid },
    ],
  });
  for (const log of [
    { name: `var/log/pods/shop_cart-0_${podUid}/web/0.log`, text: '' },
    { name: `var/log/pods/shop_cart-0_${podUid}/web`, directory: true as const },
  ]) {
    const { report } = await model([...members, log]);
    const owner = report.verdict.countOwner;
    assert.deepEqual([owner?.podNamespace, owner?.pod, owner?.container], ['shop', 'cart-0', 'web']);
  }
});

// Memory

test('mem of a kernel before 6 with large pages is converted, its limits are not', async () => {
  const meta = '{"hostname":"arm","kernel":"5.10.0","captured_at":"2026-11-22T20:22:34Z","page_size":65536}';
  const old = replaced(single([{ state: 10, inode: 100 }], { memPages: 1600 }), 'meta.json', meta);
  const { report } = await model(replaced(old, 'proc/version', 'Linux version 5.10.0 (x) #1\n'));
  assert.equal(report.memory.memPages?.value, 100);
  assert.equal(report.memory.maxPages, 68748);
  assert.equal(report.memory.errorPages, 0);
  const newer = await model(replaced(old, 'proc/version', 'Linux version 6.1.0 (x) #1\n'));
  assert.equal(newer.report.memory.memPages?.value, 1600);
  assert.equal(newer.report.memory.errorPages, 16);
});

test('the error of mem is the reserve of every CPU: from the sysctl where there is one', async () => {
  const members = single([], { cpus: 4 });
  assert.equal((await model(members)).report.memory.errorPages, 1024);
  const tuned = [...members, { name: 'proc/sys/net/core/mem_pcpu_rsv', text: '512\n' }];
  assert.equal((await model(tuned)).report.memory.errorPages, 2048);
});

test('without ss memory is a lower bound of the payload, a page a socket at least, and LISTEN counts nothing', async () => {
  const { report } = await model(
    single(
      [
        { state: 10, inode: 100, rx: 5000 },
        { state: 1, inode: 101, rx: 1 },
        { state: 1, inode: 102, tx: 8192 },
      ],
      { memPages: 50 },
    ),
  );
  const [owner] = report.memory.owners;
  assert.deepEqual([owner?.pages, owner?.source, owner?.rxQueueBytes, owner?.txQueueBytes], [3, 'queues', 1, 8192]);
});

test('with ss memory is that of skmem', async () => {
  const ss =
    'ESTAB 0 0 10.0.0.1:80 10.0.0.2:4000 users:(("app",pid=1,fd=3)) ino:101 sk:1 <-> skmem:(r8192,rb1,t0,tb1,f4096,w4096,o0,bl0,d0)\n';
  const { report } = await model([
    ...single([{ state: 1, inode: 101, rx: 10 }]),
    { name: `ss/ss-tanpeim.${HOST_NETNS}.txt`, text: ss },
  ]);
  const [owner] = report.memory.owners;
  assert.deepEqual([owner?.source, owner?.queuedPages, owner?.reservedPages, owner?.pages], ['skmem', 3, 1, 4]);
});

// Several nodes, several logs

test('of two nodes in one archive the fuller one is shown, the other is listed, in any order', async () => {
  const small = nodeMembers({ namespaces: [{ netns: HOST_NETNS }], processes: [{ pid: 1, comm: 'a', namespace: 0 }] });
  const large = single(rows(30, 100, { state: 1 })).concat([{ name: 'proc/9/comm', text: 'more\n' }]);
  const both = [
    ...small.map((member) => ({ ...member, name: `node-a/${member.name}` })),
    ...large.map((member) => ({ ...member, name: `node-b/${member.name}` })),
  ];
  for (const members of [both, [...both].reverse()]) {
    const { report } = await model(members);
    assert.equal(report.bundle.root, 'node-b/');
    assert.equal(report.ledger.tcpSockets, 30);
    assert.deepEqual(
      report.nodes.map(({ root }) => root),
      ['node-b/', 'node-a/'],
    );
  }
});

test('two equal nodes give the same report whatever comes first', async () => {
  const members = single(rows(3, 100, { state: 1 }));
  const both = ['n2/', 'n1/'].flatMap((root) => members.map((member) => ({ ...member, name: root + member.name })));
  for (const order of [both, [...both].reverse()]) assert.equal((await model(order)).report.bundle.root, 'n1/');
});

test('an empty log does not hide a full one, and the kernel ring comes before its copies', async () => {
  const oom = '[    1.0] TCP: out of memory -- consider tuning tcp_mem\n';
  const members = replaced(single([]), 'dmesg', '');
  const { report } = await model([...members, { name: 'var/log/dmesg', text: oom }]);
  assert.equal(report.log?.entry, 'var/log/dmesg');
  const full = await model([...single([]), { name: 'dmesg.txt', text: oom }]);
  assert.equal(full.report.log?.entry, 'dmesg');
});

test('an unknown state is counted under no other name', async () => {
  const { snapshot, report } = await model(single([{ state: 15, inode: 100 }]));
  assert.equal(stateName(snapshot.sockets, 0), 'UNKNOWN');
  assert.equal(report.ledger.states['UNKNOWN'], 1);
});

test('a table of only the header is an empty namespace, not a missing one', async () => {
  const members = nodeMembers({
    namespaces: [{ netns: HOST_NETNS, tcp: [{ state: 10, inode: 100 }] }, { netns: 4026532000 }],
    processes: [
      { pid: 1, comm: 'systemd', namespace: 0, sockets: [100] },
      { pid: 700, comm: 'pause', namespace: 1 },
    ],
  });
  const { report } = await model(members);
  assert.equal(report.coverage.namespacesSeen, 2);
  assert.equal(report.verdict.status, 'healthy');
  const { report: without } = await model(replaced(members, 'proc/700/net/tcp', ''));
  assert.equal(without.coverage.namespacesSeen, 1);
  assert.equal(without.verdict.status, 'insufficient');
});
