/** Who answers for what: acceptors, pools of workers, visitors, threads, pods; and what sums get wrong. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { analyze } from '../../../src/core/analyze.ts';
import type { Bundle } from '../../../src/core/bundle.ts';
import type { Analysis } from '../../../src/core/snapshot/analysis.ts';
import { type Member, memoryBundle } from '../support/bundles.ts';
import { defined } from '../support/defined.ts';
import { english } from '../support/english.ts';
import { HOST_NETNS, inodes, nodeMembers, type ProcessSpec, rows } from '../support/nodes.ts';
import type { TcpRow } from '../support/tables.ts';

const POD = 4026532000;
const UID = '11111111-2222-3333-4444-555555555555';

function model(members: readonly Member[]): Promise<Analysis> {
  return analyze(memoryBundle(members));
}

/** A host with systemd, and one pod with these rows and processes. */
function pod(tcp: readonly TcpRow[], processes: readonly ProcessSpec[], unhashed = 0): readonly Member[] {
  return nodeMembers({
    namespaces: [
      { netns: HOST_NETNS, tcp: [{ state: 10, inode: 100 }] },
      { netns: POD, tcp },
    ],
    processes: [{ pid: 1, comm: 'systemd', namespace: 0, sockets: [100] }, ...processes],
    unhashed,
  });
}

const LISTEN: TcpRow = { state: 10, local: '0.0.0.0:8080', inode: 5000 };

test('connections that wait for accept() are counted to the process that listens, reset ones beside them', async () => {
  const waiting = rows(7, 0, { state: 1, local: '10.0.0.1:8080', rx: 5000 });
  const members = pod(
    [{ ...LISTEN, rx: 10 }, ...waiting],
    [{ pid: 700, comm: 'server', namespace: 1, sockets: [5000] }],
    3,
  );
  const { report, snapshot } = await model(members);
  const listener = defined(snapshot.listeners.find((each) => each.port === 8080));
  assert.deepEqual(
    [listener.queue, listener.waiting, listener.closedInQueue, listener.waitingRxBytes],
    [10, 7, 3, 35_000],
  );
  assert.equal(report.ledger.acceptQueueClosed, 3);
  assert.equal(report.ledger.residual, 0);
  const owner = report.ledger.byOwner.find((each) => each.subject.pid === 700);
  assert.equal(owner?.count, 8);
  assert.deepEqual([report.memory.owners[0]?.subject.pid, report.memory.owners[0]?.rxQueueBytes], [700, 35_000]);
});

test('a connection that waits at another port is not taken for one of this queue', async () => {
  const other = rows(4, 0, { state: 1, local: '10.0.0.1:9090' });
  const { snapshot } = await model(
    pod([{ ...LISTEN, rx: 4 }, ...other], [{ pid: 700, comm: 'server', namespace: 1, sockets: [5000] }], 4),
  );
  const listener = defined(snapshot.listeners.find((each) => each.port === 8080));
  assert.deepEqual([listener.waiting, listener.closedInQueue], [0, 4]);
});

test('handshakes are counted to the listener of their port, each address once', async () => {
  const asking = rows(50, 0, { state: 3, local: '10.0.0.1:8080', timer: 1, retransmits: 2 });
  const { snapshot, report } = await model(
    pod([LISTEN, ...asking], [{ pid: 700, comm: 'server', namespace: 1, sockets: [5000] }]),
  );
  const listener = defined(snapshot.listeners.find((each) => each.port === 8080));
  assert.deepEqual([listener.requests, listener.requestRemotes, listener.requestRetransmits], [50, 1, 50]);
  assert.equal(report.ledger.requestSockets, 50);
  assert.equal(report.ledger.residual, 0);
});

/** Workers of one container that hold `each` connections in CLOSE_WAIT. */
function workers(count: number, each: number, parentPid: number): { tcp: TcpRow[]; processes: ProcessSpec[] } {
  const tcp: TcpRow[] = [];
  const processes = Array.from({ length: count }, (_, i): ProcessSpec => {
    const first = 10_000 + i * 1000;
    tcp.push(...rows(each, first, { state: 8, local: '10.0.0.1:8080' }));
    return { pid: 800 + i, comm: 'worker', namespace: 1, parentPid, podUid: UID, sockets: inodes(each, first) };
  });
  return { tcp, processes };
}

test('a pool of workers of which none leaks enough is one leak of their parent', async () => {
  const { tcp, processes } = workers(4, 30, 700);
  const parent: ProcessSpec = { pid: 700, comm: 'master', namespace: 1, podUid: UID, sockets: [5000] };
  const { report } = await model(pod([LISTEN, ...tcp], [parent, ...processes]));
  const leaks = report.findings.filter((finding) => finding.ruleId === 'close-wait-leak');
  assert.equal(leaks.length, 1);
  assert.equal(leaks[0]?.subjects[0]?.pid, 700);
  assert.deepEqual([leaks[0]?.measures['closeWaitSockets'], leaks[0]?.measures['processes']], [120, 5]);
  assert.equal(report.verdict.countOwner?.pid, 700);
});

test('a pool is not named again beside the one of its workers that leaks', async () => {
  const { tcp, processes } = workers(2, 150, 1);
  const { report } = await model(pod([LISTEN, ...tcp], processes));
  const leaks = report.findings.filter((finding) => finding.ruleId === 'close-wait-leak');
  assert.deepEqual(
    leaks.map((leak) => leak.subjects[0]?.pid),
    [800, 801],
  );
});

test('workers of different pods are no pool', async () => {
  const { tcp, processes } = workers(4, 30, 1);
  const strangers = processes.map((process, i) => ({ ...process, podUid: UID.replace('1111', `000${i}`) }));
  const { report } = await model(pod([LISTEN, ...tcp], strangers));
  assert.deepEqual(
    report.findings.filter((finding) => finding.ruleId === 'close-wait-leak'),
    [],
  );
});

test('sockets that only a thread holds are those of its process, and the evidence is the link of the thread', async () => {
  const members = [
    ...pod(
      [LISTEN, ...rows(120, 6000, { state: 8, local: '10.0.0.1:8080' })],
      [{ pid: 700, comm: 'server', namespace: 1, sockets: [5000] }],
    ),
    ...inodes(120, 6000).map((inode, i) => ({ name: `proc/700/task/705/fd/${i + 10}`, link: `socket:[${inode}]` })),
    // A thread that shares the table repeats what the process has.
    { name: 'proc/700/task/706/fd/3', link: 'socket:[5000]' },
  ];
  const { report, snapshot } = await model(members);
  assert.equal(report.verdict.countOwner?.pid, 700);
  assert.equal(snapshot.processes.find((process) => process.pid === 700)?.fdKinds.socket, 121);
  assert.equal(report.ledger.socketFds, 122);
});

test('the closed sockets of a process have no row, and the room for them is in the count of its namespace', async () => {
  const { report } = await model(
    pod([LISTEN], [{ pid: 700, comm: 'server', namespace: 1, sockets: [5000, ...inodes(300, 9000)] }], 300),
  );
  assert.deepEqual([report.ledger.closedHeld, report.ledger.gap, report.ledger.elsewhere], [300, 300, 0]);
  assert.deepEqual(
    report.ledger.namespaces.map((namespace) => namespace.gap),
    [0, 300],
  );
  assert.equal(report.verdict.countOwner?.pid, 700);
});

test('where no namespace has room for them they are open elsewhere, and nobody is accused', async () => {
  const members = pod(
    [LISTEN],
    [{ pid: 700, comm: 'agent', namespace: 1, sockets: [5000, ...inodes(300, 9000)] }],
    300,
  ).map((member) =>
    'text' in member && typeof member.text === 'string' && member.name.endsWith('/sockstat')
      ? { ...member, text: member.text.replace(/used \d+/, 'used 1') }
      : member,
  );
  const { report } = await model(members);
  assert.equal(report.ledger.elsewhere, 300);
  assert.equal(report.verdict.status, 'insufficient');
  assert.equal(report.verdict.countOwner, null);
  assert.deepEqual(
    report.findings.filter((finding) => finding.level !== 'note').map((finding) => finding.ruleId),
    ['bundle-incomplete', 'processless-namespace'],
  );
});

test('a protocol that was captured settles what a held socket is', async () => {
  const held = inodes(300, 9000);
  const members = pod([LISTEN], [{ pid: 700, comm: 'server', namespace: 1, sockets: [5000, ...held] }], 300);
  const lines = (protocol: string) => held.map((_, i) => `700 ${i + 4} ${protocol}\n`).join('');
  const tcp = await model([...members, { name: 'sockprotoname.txt', text: lines('TCPv6') }]);
  assert.equal(tcp.report.ledger.closedHeld, 300);
  const vsock = await model([...members, { name: 'sockprotoname.txt', text: lines('AF_VSOCK') }]);
  assert.equal(vsock.report.ledger.closedHeld, 0);
  assert.equal(vsock.report.verdict.countOwner, null);
});

test('a pod counts each shared socket once, and the sum over processes beside it', async () => {
  const shared = [5000, ...inodes(10, 7000)];
  const processes = [700, 701, 702].map(
    (pid): ProcessSpec => ({ pid, comm: 'web', namespace: 1, podUid: UID, sockets: shared }),
  );
  const { report } = await model(pod([LISTEN, ...rows(10, 7000, { state: 1, local: '10.0.0.1:8080' })], processes));
  const [count] = report.ledger.pods;
  assert.deepEqual(
    [count?.processes, count?.socketFds, count?.distinctSockets, count?.tcpSockets, count?.hostNetwork],
    [3, 33, 11, 11, false],
  );
});

test('a pod in the namespace of the host is marked', async () => {
  const members = nodeMembers({
    namespaces: [{ netns: HOST_NETNS, tcp: [{ state: 10, inode: 100 }] }],
    processes: [
      { pid: 1, comm: 'systemd', namespace: 0 },
      { pid: 700, comm: 'proxy', namespace: 0, podUid: UID, sockets: [100] },
    ],
  });
  const { report } = await model(members);
  assert.equal(report.ledger.pods[0]?.hostNetwork, true);
});

test('the common formulas are computed with the numbers of the host, and told from the truth', async () => {
  const members = pod(
    [LISTEN, ...rows(50, 7000, { state: 1, local: '10.0.0.1:8080' })],
    [{ pid: 700, comm: 'web', namespace: 1, sockets: [5000, ...inodes(50, 7000), ...inodes(20, 9000)] }],
    20,
  );
  const { report } = await model(members);
  assert.deepEqual(
    report.ledger.shortcuts.map(({ id, value, truth }) => [id, value, truth]),
    [
      // alloc 72, of which the host has one: all others are called closed.
      ['alloc-minus-sockstat', 71, 20],
      ['ss-closed', 71, 20],
    ],
  );
  assert.match(english(report.ledger.shortcuts[0]?.explanation ?? ''), /51 open in other namespaces/);
});

test('tables of a namespace without a process are read, and their holder is named', async () => {
  const source = await model(pod([LISTEN], [{ pid: 700, comm: 'x', namespace: 1, sockets: [5000] }]));
  assert.equal(source.report.verdict.status, 'healthy');
  const pinned = 4026532777;
  const table = nodeMembers({
    namespaces: [{ netns: HOST_NETNS, tcp: rows(150, 8000, { state: 8, local: '10.0.0.9:8080' }) }],
    processes: [{ pid: 1, comm: 'y', namespace: 0 }],
  });
  const netnsFiles = table.flatMap((member) => {
    const file = /^proc\/net\/(.*)$/.exec(member.name)?.[1];
    return file === undefined || !('text' in member) ? [] : [{ ...member, name: `netns/${pinned}/net/${file}` }];
  });
  const members = [
    ...pod([LISTEN], [{ pid: 700, comm: 'agent', namespace: 1, sockets: [5000, ...inodes(150, 8000)] }]),
    ...netnsFiles,
    { name: `netns/${pinned}/path`, text: '/run/netns/cni-1\n' },
  ];
  const { report } = await model(members);
  const finding = report.findings.find((each) => each.ruleId === 'processless-namespace');
  assert.deepEqual(
    finding?.subjects.map((subject) => subject.pid ?? subject.netns),
    [700, pinned],
  );
  assert.match(english(finding?.message ?? ''), /\/run\/netns\/cni-1/);
  assert.equal(report.verdict.countOwner?.pid, 700);
  const foreign = report.findings.find((each) => each.ruleId === 'foreign-namespace-sockets');
  assert.equal(foreign?.measures['foreignSockets'], 150);
});

test('in a cut table the missing rows may be those that wait: none is called reset', async () => {
  const members = pod([{ ...LISTEN, rx: 50 }], [{ pid: 700, comm: 'server', namespace: 1, sockets: [5000] }], 50);
  const cut = members.map((member) =>
    'text' in member && member.name === 'proc/700/net/tcp'
      ? { ...member, text: `${String(member.text)}   1: 0100000A:1F90 02000` }
      : member,
  );
  const { snapshot } = await analyze(cutAt(cut, 'proc/700/net/tcp'));
  const listener = defined(snapshot.listeners.find((each) => each.port === 8080));
  assert.deepEqual([listener.queue, listener.closedInQueue], [50, 0]);
});

/** The members as a bundle in which the archive ends inside one file, which comes last. */
function cutAt(members: readonly Member[], name: string): Bundle {
  const order = [...members.filter((member) => member.name !== name), ...members.filter((each) => each.name === name)];
  const whole = memoryBundle(order, { complete: false });
  return {
    name: whole.name,
    visit: (visitor) =>
      whole.visit({
        ...visitor,
        file(entry, size) {
          const sink = visitor.file(entry, size);
          return sink === undefined || entry !== name ? sink : { ...sink, end: () => sink.end(false) };
        },
      }),
  };
}

test('the limits of several listeners of one port add up, as their queues do', async () => {
  const two = [
    { ...LISTEN, rx: 60 },
    { ...LISTEN, rx: 60, inode: 5001 },
  ];
  const members = pod(
    [...two, ...rows(120, 0, { state: 1, local: '10.0.0.1:8080' })],
    [{ pid: 700, comm: 'server', namespace: 1, sockets: [5000, 5001] }],
  );
  const line = (inode: number) =>
    `LISTEN 60 100 0.0.0.0:8080 0.0.0.0:* ino:${inode} sk:1 skmem:(r0,rb1,t0,tb1,f0,w0,o0,bl0,d0)\n`;
  const { snapshot } = await model([
    ...members,
    { name: `ss/ss-tanpeim.${POD}.txt`, text: `State Recv-Q Send-Q\n${line(5000)}${line(5001)}` },
  ]);
  const listener = defined(snapshot.listeners.find((each) => each.port === 8080));
  assert.deepEqual([listener.queue, listener.backlog], [120, 200]);
});

test('the route of closed sockets is told by all that a namespace holds, not by one worker of many', async () => {
  const processes = [800, 801, 802, 803].map(
    (pid, i): ProcessSpec => ({
      pid,
      comm: 'worker',
      namespace: 1,
      podUid: UID,
      sockets: [5000, ...inodes(40, 20_000 + i * 100)],
    }),
  );
  const members = pod([LISTEN], processes, 160);
  const counters = (resets: number) =>
    `Tcp: RtoAlgorithm ActiveOpens PassiveOpens AttemptFails EstabResets\nTcp: 1 0 400 0 ${resets}\n`;
  const route = async (resets: number) => {
    const snmp = { name: 'proc/800/net/snmp', text: counters(resets) };
    const { report } = await model([...members, snmp]);
    return report.findings.find((finding) => finding.level !== 'note')?.ruleId;
  };
  // 40 resets would explain one worker, and not the 160 of all four.
  assert.equal(await route(40), 'shutdown-without-close');
  assert.equal(await route(160), 'closed-socket-leak');
});

test('counters of snmp are shown where they are, and are there without netstat', async () => {
  const members = pod(
    [LISTEN],
    [{ pid: 700, comm: 'server', namespace: 1, sockets: [5000, ...inodes(300, 9000)] }],
    300,
  );
  const snmp = 'Ip: A\nIp: 1\nTcp: ActiveOpens PassiveOpens AttemptFails EstabResets\nTcp: 0 300 0 300\n';
  const { report } = await model([...members, { name: 'proc/700/net/snmp', text: snmp }]);
  const leak = report.findings.find((finding) => finding.ruleId === 'closed-socket-leak');
  assert.equal(leak?.measures['estabResets'], 300);
  const place = leak?.evidence.find((evidence) => evidence.entry.endsWith('/snmp'));
  assert.equal(place?.startLine, 4);
});

test('a process is not believed to hold more closed sockets than its own namespace counts', async () => {
  // The other one holds unix sockets whose table was not captured; alloc has room for as many.
  const other = 4026532001;
  const members = nodeMembers({
    namespaces: [
      { netns: HOST_NETNS, tcp: [{ state: 10, inode: 100 }] },
      { netns: POD, tcp: [LISTEN] },
      { netns: other, tcp: [{ state: 10, inode: 6000, local: '0.0.0.0:5432' }] },
    ],
    processes: [
      { pid: 1, comm: 'systemd', namespace: 0, sockets: [100] },
      { pid: 700, comm: 'leaky', namespace: 1, sockets: [5000, ...inodes(300, 9000)] },
      { pid: 800, comm: 'database', namespace: 2, sockets: [6000, ...inodes(450, 20_000)] },
    ],
    unhashed: 300,
  }).filter((member) => !member.name.endsWith('/unix'));
  const { report } = await model(members);
  assert.deepEqual(
    report.ledger.closedHeldByOwner.map(({ subject, count, certain }) => [subject.comm, count, certain]),
    [
      ['database', 450, 0],
      ['leaky', 300, 300],
    ],
  );
  assert.equal(report.verdict.countOwner?.pid, 700);
});

test('closed sockets that were passed on are those of their holder, where nothing else can explain them', async () => {
  const broker = 4026532001;
  const spec = {
    namespaces: [
      { netns: HOST_NETNS, tcp: [{ state: 10, inode: 100 }] },
      { netns: broker, tcp: [LISTEN] },
      { netns: POD, tcp: [] },
    ],
    processes: [
      { pid: 1, comm: 'systemd', namespace: 0, sockets: [100] },
      { pid: 600, comm: 'broker', namespace: 1, sockets: [5000] },
      { pid: 700, comm: 'worker', namespace: 2, sockets: inodes(200, 9000) },
    ],
    unhashed: 200,
  };
  const { report } = await model(nodeMembers(spec));
  const [owner] = report.ledger.closedHeldByOwner;
  assert.deepEqual([owner?.subject.pid, owner?.certain, owner?.route], [700, 200, 'unknown']);
  assert.equal(report.verdict.countOwner?.pid, 700);
  const blind = await model(nodeMembers(spec).filter((member) => !member.name.endsWith('/unix')));
  assert.equal(blind.report.ledger.closedHeldByOwner[0]?.certain, 0);
  assert.equal(blind.report.verdict.countOwner, null);
});

test('a listener that init keeps for a service is the service’s', async () => {
  const members = nodeMembers({
    namespaces: [
      { netns: HOST_NETNS, tcp: [{ ...LISTEN, rx: 150 }, ...rows(150, 0, { state: 1, local: '10.0.0.1:8080' })] },
    ],
    processes: [
      { pid: 1, comm: 'systemd', namespace: 0, sockets: [5000], startTicks: 1 },
      { pid: 700, comm: 'gateway', namespace: 0, parentPid: 1, sockets: [5000], startTicks: 50 },
    ],
  });
  const { report } = await model(members);
  assert.equal(report.findings.find((each) => each.ruleId === 'accept-queue-stalled')?.subjects[0]?.pid, 700);
});

test('listeners of different addresses on one port have their own queues', async () => {
  const first = { ...LISTEN, local: '127.0.0.1:8080', rx: 120 };
  const second = { ...LISTEN, local: '127.0.0.2:8080', rx: 3, inode: 6000 };
  const waiting = [
    ...rows(120, 0, { state: 1, local: '127.0.0.1:8080' }),
    ...rows(3, 0, { state: 1, local: '127.0.0.2:8080' }),
  ];
  const { snapshot } = await model(
    pod(
      [first, second, ...waiting],
      [
        { pid: 700, comm: 'stuck', namespace: 1, sockets: [5000] },
        { pid: 701, comm: 'busy', namespace: 1, sockets: [6000] },
      ],
    ),
  );
  assert.deepEqual(
    snapshot.listeners
      .filter((each) => each.port === 8080)
      .map((each) => [each.queue, each.waiting, each.closedInQueue]),
    [
      [120, 120, 0],
      [3, 3, 0],
    ],
  );
});

/** A client in FIN_WAIT2 and servers in CLOSE_WAIT; what the client calls the server may be a service address. */
async function halfClosed(remote: string, serverLocal: string, clientLocal = '10.1.0.1') {
  const server = 4026532001;
  const ends = (count: number, port: number) => Array.from({ length: count }, (_, i) => port + i);
  const members = nodeMembers({
    namespaces: [
      { netns: HOST_NETNS, tcp: [{ state: 10, inode: 100 }] },
      {
        netns: POD,
        tcp: ends(150, 40_000).map((port, i) => ({
          state: 5,
          local: `${clientLocal}:${port}`,
          remote,
          inode: 7000 + i,
        })),
      },
      {
        netns: server,
        tcp: ends(150, 40_000).map((port, i) => ({
          state: 8,
          local: serverLocal,
          remote: `${clientLocal}:${port}`,
          inode: 8000 + i,
        })),
      },
    ],
    processes: [
      { pid: 1, comm: 'systemd', namespace: 0, sockets: [100] },
      { pid: 700, comm: 'client', namespace: 1, sockets: inodes(150, 7000) },
      { pid: 800, comm: 'server', namespace: 2, sockets: inodes(150, 8000) },
    ],
  });
  return (await model(members)).report;
}

test('who waits for others to close is not blamed, behind a service address either', async () => {
  for (const remote of ['10.2.0.1:80', '172.16.0.1:443']) {
    const report = await halfClosed(remote, '10.2.0.1:80');
    assert.equal(report.verdict.countOwner?.pid, 800);
    const waiting = report.findings.find((each) => each.ruleId === 'half-closed-held');
    assert.deepEqual([waiting?.level, waiting?.measures['answeredSockets']], ['note', 150]);
    assert.equal(waiting?.subjects[1]?.pid, 800);
  }
});

test('loopback of another namespace is not the other end', async () => {
  const report = await halfClosed('127.0.0.1:80', '127.0.0.1:80', '127.0.0.1');
  const waiting = report.findings.find((each) => each.ruleId === 'half-closed-held');
  assert.equal(waiting?.measures['answeredSockets'], 0);
});

test('a port whose handshakes were turned away is named from the log when its queue is empty again', async () => {
  const members = pod([LISTEN], [{ pid: 700, comm: 'server', namespace: 1, sockets: [5000] }]);
  const netstat = 'TcpExt: TCPReqQFullDoCookies TCPReqQFullDrop\nTcpExt: 12 0\n';
  const line = '[    5.000000] TCP: request_sock_TCP: Possible SYN flooding on port 0.0.0.0:8080. Sending cookies.\n';
  const { report } = await model([
    ...members.filter((member) => member.name !== 'dmesg'),
    { name: 'dmesg', text: line },
    { name: 'proc/700/net/netstat', text: netstat },
  ]);
  const finding = report.findings.find((each) => each.ruleId === 'syn-backlog-overflow');
  assert.deepEqual([finding?.messageId, finding?.subjects[0]?.pid], ['backlog-was-full', 700]);
});
