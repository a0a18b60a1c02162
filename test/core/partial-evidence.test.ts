import assert from 'node:assert/strict';
import test from 'node:test';
import { analyze } from '../../src/core/analyze.ts';
import type { Report, Subject } from '../../src/core/report/report.ts';
import { type Member, memoryBundle } from './support/bundles.ts';
import { FIXTURES, fixtureMembers, truthOf } from './support/corpus.ts';
import { english } from './support/english.ts';
import { HOST_NETNS, inodes, type NodeSpec, nodeMembers, rows } from './support/nodes.ts';

async function reportOf(members: readonly Member[], complete = true): Promise<Report> {
  return (await analyze(memoryBundle(members, { complete }))).report;
}

async function fixtureReport(name: string, keep: (member: Member) => boolean, complete = true): Promise<Report> {
  return reportOf((await fixtureMembers(name)).filter(keep), complete);
}

/** Whom the truth blames for the count, the memory or both; nobody else may be named. */
function assertNobodyWronglyBlamed(report: Report, name: string): void {
  const { culprit, memory_holder: holder } = truthOf(name);
  const guilty = [culprit, holder].filter((each) => each !== undefined && each.pid !== undefined);
  for (const owner of [report.verdict.countOwner, report.verdict.memoryOwner]) {
    if (owner === null) continue;
    assert.ok(
      name !== 'healthy-k6.1' &&
        name !== 'prefork-k6.1' &&
        guilty.some((each) => isSame(owner, each?.pid ?? 0, Number(/\d+/.exec(each?.netns ?? '')?.[0]))),
      `${name}: ${owner.comm ?? owner.kind} (${owner.pid ?? owner.netns}) is blamed; ${english(report.verdict.sentence)}`,
    );
  }
}

/** The process itself, or its namespace where no fd names the process. */
function isSame(subject: Subject, pid: number, netns: number): boolean {
  return subject.pid === undefined ? subject.netns === netns : subject.pid === pid;
}

function assertHasNextStep(report: Report): void {
  assert.ok(
    (report.verdict.next ?? '') !== '' || report.notRun.some((rule) => rule.capture !== ''),
    'what to capture is said',
  );
}

/** Incomplete bundles may be undecided or right: never healthy, and never against the wrong one. */
function assertCautious(report: Report, name: string): void {
  assert.notEqual(report.verdict.status, 'healthy', english(report.verdict.sentence));
  assertNobodyWronglyBlamed(report, name);
}

const NET_OF_PID = /^proc\/\d+\/net\//;
const SS = /^ss\//;
const FD = /^proc\/\d+\/fd\//;

const LESS: readonly (readonly [what: string, keep: (member: Member) => boolean])[] = [
  ['only the kernel log', (member) => member.name === 'dmesg'],
  ['only sockstat and tcp_mem', (member) => /^proc\/(?:net\/sockstat6?|sys\/net\/ipv4\/tcp_mem)$/.test(member.name)],
  ['only the proc/net of the host', (member) => /^proc\/net\//.test(member.name)],
  ['no fds', (member) => !FD.test(member.name)],
  ['no fds and no ss', (member) => !FD.test(member.name) && !SS.test(member.name)],
  ['no socket tables', (member) => !/\/net\/tcp6?$/.test(member.name) && !SS.test(member.name)],
  ['no tables of IPv6', (member) => !/\/net\/(?:tcp6|sockstat6)$/.test(member.name)],
  ['no tables of IPv4', (member) => !/\/net\/tcp$/.test(member.name)],
  [
    'only the namespace of the host',
    (member) => !(NET_OF_PID.test(member.name) && !/^proc\/1\//.test(member.name)) && !SS.test(member.name),
  ],
  [
    'only proc/net of the host and no ns links',
    (member) => !NET_OF_PID.test(member.name) && !SS.test(member.name) && !/\/ns\/net$/.test(member.name),
  ],
  ['no sysctls', (member) => !/^proc\/sys\//.test(member.name)],
  ['nothing about memory limits, no log', (member) => !/tcp_mem$|^dmesg$/.test(member.name)],
  ['only processes, no network', (member) => /^proc\/\d+\//.test(member.name) && !NET_OF_PID.test(member.name)],
];

for (const [what, keep] of LESS) {
  test(`with ${what} nobody is wrongly blamed and nothing is called healthy`, async () => {
    for (const name of FIXTURES) {
      const report = await fixtureReport(name, keep);
      assertCautious(report, name);
      if (report.verdict.status === 'insufficient') assertHasNextStep(report);
    }
  });
}

for (const name of FIXTURES) {
  test(`${name}, cut off anywhere, blames nobody wrongly and is never healthy`, async () => {
    const members = await fixtureMembers(name);
    for (let part = 1; part < 16; part++) {
      const report = await reportOf(members.slice(0, Math.floor((members.length * part) / 16)), false);
      assertCautious(report, name);
      assert.equal(report.coverage.truncated, true);
      assert.ok(report.findings.some((finding) => finding.ruleId === 'bundle-incomplete'));
    }
  });
}

test('only the kernel log: the OOM lines are said, the rest is asked for', async () => {
  const report = await fixtureReport('leak-closewait-k6.1', (member) => member.name === 'dmesg');
  assert.equal(report.verdict.status, 'insufficient');
  assert.deepEqual(
    report.findings.map((finding) => finding.ruleId),
    ['tcp-oom-logged'],
  );
  const missing = new Set(report.notRun.map((rule) => rule.ruleId));
  for (const id of ['close-wait-leak', 'closed-socket-leak', 'tcp-memory-exhausted', 'orphan-flood', 'stalled-peer'])
    assert.ok(missing.has(id), id);
  for (const rule of report.notRun) assert.notEqual(rule.capture, '');
});

test('only sockstat and tcp_mem: that memory is exhausted is sure, by whom is not', async () => {
  const report = await fixtureReport('leak-closewait-k6.1', (member) =>
    /^proc\/(?:net\/sockstat6?|sys\/net\/ipv4\/tcp_mem)$/.test(member.name),
  );
  assert.equal(report.verdict.status, 'insufficient');
  assert.equal(report.memory.status, 'exhausted');
  assert.ok(report.findings.some((finding) => finding.ruleId === 'tcp-memory-exhausted'));
  assert.equal(report.verdict.countOwner, null);
});

test('no fds: a CLOSE_WAIT leak is still pinned to its pod', async () => {
  const report = await fixtureReport('leak-closewait-k6.1', (member) => !FD.test(member.name));
  const { culprit } = truthOf('leak-closewait-k6.1');
  assert.equal(report.verdict.status, 'findings');
  assert.equal(report.verdict.countOwner?.kind, 'namespace');
  assert.equal(report.verdict.countOwner?.pod, culprit?.pod);
  assert.ok(report.notRun.some((rule) => rule.ruleId === 'closed-socket-leak' && /fd/.test(english(rule.capture))));
});

test('no fds: closed sockets that are held cannot be pinned to anybody', async () => {
  const report = await fixtureReport('leak-closed-held-k6.1', (member) => !FD.test(member.name));
  assert.equal(report.verdict.status, 'insufficient');
  assert.match(english(report.verdict.next ?? ''), /fd/);
});

const PROXY = 700;

/** A healthy proxy with hundreds of open connections in the namespace of a pod. */
function proxyNode(family: 4 | 6): NodeSpec {
  const open = [{ state: 10, inode: 5000 }, ...rows(PROXY, 6000, { state: 1 })];
  return {
    namespaces: [
      { netns: HOST_NETNS, tcp: [{ state: 10, inode: 100 }] },
      { netns: 4026532000, ...(family === 4 ? { tcp: open } : { tcp6: open }) },
    ],
    processes: [
      { pid: 1, comm: 'systemd', namespace: 0, sockets: [100] },
      { pid: 700, comm: 'envoy', namespace: 1, sockets: [5000, ...inodes(PROXY, 6000)] },
    ],
  };
}

test('a node like the ones below is healthy when everything of it was captured', async () => {
  for (const family of [4, 6] as const)
    assert.equal((await reportOf(nodeMembers(proxyNode(family)))).verdict.status, 'healthy');
});

for (const family of [4, 6] as const) {
  test(`a proxy is not accused of closed sockets when its own namespace was not captured (IPv${family})`, async () => {
    const members = nodeMembers(proxyNode(family)).filter((member) => !/^proc\/700\/net\//.test(member.name));
    const report = await reportOf(members);
    assert.equal(report.verdict.status, 'insufficient');
    assert.equal(report.verdict.countOwner, null);
    assert.ok(!report.findings.some((finding) => finding.ruleId === 'closed-socket-leak'));
  });
}

test('a proxy is not accused of closed sockets when nobody captured net/tcp6', async () => {
  for (const lost of [/\/net\/tcp6$/, /\/net\/(?:tcp6|sockstat6)$/]) {
    const report = await reportOf(nodeMembers(proxyNode(6)).filter((member) => !lost.test(member.name)));
    assert.equal(report.verdict.status, 'insufficient', english(report.verdict.sentence));
    assert.equal(report.verdict.countOwner, null);
    assert.ok(!report.findings.some((finding) => finding.ruleId === 'closed-socket-leak' && finding.level === 'error'));
  }
});

test('a proxy is not accused of closed sockets when its table is cut', async () => {
  const members = nodeMembers(proxyNode(4)).map((member) =>
    member.name === 'proc/700/net/tcp' && 'text' in member
      ? { name: member.name, text: String(member.text).split('\n').slice(0, 300).join('\n') }
      : member,
  );
  const whole = memoryBundle(members);
  const cut = {
    name: whole.name,
    visit: (visitor: Parameters<typeof whole.visit>[0]) =>
      whole.visit({
        ...visitor,
        file(name, size) {
          const sink = visitor.file(name, size);
          return sink === undefined || name !== 'proc/700/net/tcp'
            ? sink
            : { write: sink.write, end: () => sink.end(false) };
        },
      }),
  };
  const { report } = await analyze(cut);
  assert.equal(report.verdict.countOwner, null, english(report.verdict.sentence));
  assert.notEqual(report.verdict.status, 'healthy');
});

test('a proxy is not accused of closed sockets when rows of its table cannot be read', async () => {
  const members = nodeMembers(proxyNode(4)).map((member) =>
    member.name === 'proc/700/net/tcp' && 'text' in member
      ? { name: member.name, text: String(member.text).replaceAll(/^ +\d+[1-9]: /gm, 'garbled ') }
      : member,
  );
  const report = await reportOf(members);
  assert.equal(report.verdict.status, 'insufficient', english(report.verdict.sentence));
  assert.equal(report.verdict.countOwner, null);
  assert.ok(report.problems.some((problem) => /more rows could not be read/.test(english(problem.message))));
});

test('an agent that works in the namespaces of pods is not accused when those were not captured', async () => {
  const spec = proxyNode(4);
  const [host, pod] = spec.namespaces;
  const agent: NodeSpec = {
    ...spec,
    namespaces: [host ?? { netns: 1 }, pod ?? { netns: 2 }],
    processes: [
      { pid: 1, comm: 'systemd', namespace: 0, sockets: [100] },
      { pid: 300, comm: 'ztunnel', namespace: 0, sockets: [5000, ...inodes(PROXY, 6000)] },
      { pid: 700, comm: 'app', namespace: 1 },
    ],
  };
  assert.equal((await reportOf(nodeMembers(agent))).verdict.status, 'healthy', 'with every table');
  const report = await reportOf(nodeMembers(agent).filter((member) => !/^proc\/700\/net\//.test(member.name)));
  assert.equal(report.verdict.status, 'insufficient', english(report.verdict.sentence));
  assert.equal(report.verdict.countOwner, null);
});

test('where the kernel runs without IPv6, net/tcp6 is not missed', async () => {
  const spec: NodeSpec = {
    namespaces: [
      { netns: HOST_NETNS, tcp: [{ state: 10, inode: 100 }] },
      { netns: 4026532000, tcp: [{ state: 10, inode: 5000 }] },
    ],
    processes: [
      { pid: 1, comm: 'systemd', namespace: 0, sockets: [100] },
      { pid: 700, comm: 'leaky', namespace: 1, sockets: [5000, ...inodes(500, 6000)] },
    ],
    unhashed: 500,
  };
  const members = nodeMembers(spec).filter((member) => !/\/net\/(?:tcp6|sockstat6)$/.test(member.name));
  const without = [...members, { name: 'proc/cmdline', text: 'BOOT_IMAGE=/vmlinuz ipv6.disable=1 quiet\n' }];
  const report = await reportOf(without);
  assert.equal(report.verdict.countOwner?.comm, 'leaky', english(report.verdict.sentence));
  assert.equal(report.coverage.namespacesSeen, 2);
});

test('a process in an uncaptured namespace does not spoil the proof against another one', async () => {
  const members = nodeMembers({
    namespaces: [
      { netns: HOST_NETNS, tcp: [{ state: 10, inode: 100 }] },
      {
        netns: 4026532000,
        tcp: [
          { state: 10, inode: 5000 },
          { state: 1, inode: 5001 },
        ],
      },
      { netns: 4026532001, tcp: [{ state: 10, inode: 8000 }] },
    ],
    processes: [
      { pid: 1, comm: 'systemd', namespace: 0, sockets: [100] },
      { pid: 700, comm: 'leaky', namespace: 1, sockets: [5000, 5001, ...inodes(2000, 6000)] },
      { pid: 800, comm: 'other', namespace: 2, sockets: [8000] },
    ],
    unhashed: 2000,
  }).filter((member) => !/^proc\/800\/net\//.test(member.name));
  const report = await reportOf(members);
  const finding = report.findings.find((each) => each.ruleId === 'closed-socket-leak');
  assert.equal(finding?.subjects[0]?.comm, 'leaky');
  assert.equal(finding?.confidence, 'low');
});

test('closed sockets that are spread over many processes are not called healthy', async () => {
  const workers = Array.from({ length: 10 }, (_, i) => ({
    pid: 700 + i,
    comm: 'worker',
    namespace: 0,
    sockets: inodes(90, 6000 + i * 90),
  }));
  const report = await reportOf(
    nodeMembers({
      namespaces: [{ netns: HOST_NETNS, tcp: [{ state: 10, inode: 100 }] }],
      processes: [{ pid: 1, comm: 'systemd', namespace: 0, sockets: [100] }, ...workers],
      unhashed: 900,
    }),
  );
  assert.equal(report.ledger.closedHeld, 900);
  assert.notEqual(report.verdict.status, 'healthy');
});

test('tables that are copies of one namespace are said, and nothing is called healthy', async () => {
  const spec: NodeSpec = {
    namespaces: [
      { netns: HOST_NETNS, tcp: [{ state: 10, inode: 100 }, ...rows(300, 1000, { state: 1 })] },
      { netns: 4026532000, tcp: [] },
      { netns: 4026532001, tcp: [] },
    ],
    processes: [
      { pid: 1, comm: 'systemd', namespace: 0, sockets: [100, ...inodes(300, 1000)] },
      { pid: 700, comm: 'a', namespace: 1 },
      { pid: 800, comm: 'b', namespace: 2 },
    ],
  };
  const members = nodeMembers(spec);
  const source = new Map(members.map((member) => [member.name, member]));
  const copied = members.map((member) => {
    const file = /^proc\/(?:700|800)\/net\/(.*)$/.exec(member.name)?.[1];
    const host = file === undefined ? undefined : source.get(`proc/net/${file}`);
    return host === undefined ? member : { ...host, name: member.name };
  });
  const report = await reportOf(copied);
  assert.notEqual(report.verdict.status, 'healthy');
  assert.ok(report.problems.some((problem) => /2 namespaces are copies/.test(english(problem.message))));
  assert.deepEqual([report.coverage.namespacesSeen, report.coverage.namespacesKnown], [1, 3]);
  assert.equal(report.verdict.countOwner, null);
});

test('a process whose ns/net could not be read is in the namespace whose sockets it sees', async () => {
  const members = nodeMembers({
    namespaces: [{ netns: HOST_NETNS, tcp: [{ state: 10, inode: 100 }, ...rows(20, 1000, { state: 1 })] }],
    processes: [
      { pid: 1, comm: 'init', namespace: 0 },
      { pid: 700, comm: 'server', namespace: 0, sockets: [100, ...inodes(20, 1000)] },
    ],
  });
  const source = members.filter((member) => member.name.startsWith('proc/1/net/'));
  const copies = source.map((member) => ({ ...member, name: member.name.replace('proc/1/', 'proc/700/') }));
  const report = await reportOf([...members.filter((member) => member.name !== 'proc/1/ns/net'), ...copies]);
  assert.deepEqual([report.coverage.namespacesSeen, report.coverage.namespacesKnown], [1, 1]);
  assert.deepEqual(report.problems, []);
  assert.equal(report.verdict.status, 'healthy');
});

test('copies of the tables of a pod are those of the pod, and the collector was in it', async () => {
  const members = nodeMembers({
    namespaces: [
      { netns: HOST_NETNS, tcp: [] },
      { netns: 4026532000, tcp: [{ state: 10, inode: 100 }, ...rows(30, 1000, { state: 1 })] },
    ],
    processes: [
      { pid: 1, comm: 'systemd', namespace: 0 },
      { pid: 700, comm: 'server', namespace: 1, sockets: [100, ...inodes(30, 1000)] },
    ],
  });
  const source = new Map(members.map((member) => [member.name, member]));
  const copied = members.map((member) => {
    const file = /^proc\/(?:1\/)?net\/(.*)$/.exec(member.name)?.[1];
    const pod = file === undefined ? undefined : source.get(`proc/700/net/${file}`);
    return pod === undefined ? member : { ...pod, name: member.name };
  });
  const report = await reportOf(copied);
  assert.deepEqual(
    report.ledger.namespaces.map((namespace) => [namespace.netns, namespace.tcpRows]),
    [[4026532000, 31]],
  );
  assert.equal(report.findings.find((each) => each.ruleId === 'collector-in-pod')?.messageId, 'copies');
  assert.notEqual(report.verdict.status, 'healthy');
});

test('a collector in a pod: proc/net is its own, proc/1/net is the host', async () => {
  const members = nodeMembers({
    namespaces: [
      { netns: HOST_NETNS, tcp: [{ state: 10, inode: 100 }, ...rows(20, 1000, { state: 1 })] },
      {
        netns: 4026532000,
        tcp: [
          { state: 10, inode: 5000 },
          { state: 1, inode: 5001 },
        ],
      },
    ],
    processes: [
      { pid: 1, comm: 'systemd', namespace: 0, sockets: [100, ...inodes(20, 1000)] },
      { pid: 700, comm: 'collector', namespace: 1, sockets: [5000, 5001] },
    ],
  });
  const source = new Map(members.map((member) => [member.name, member]));
  const inPod = members.map((member) => {
    const file = /^proc\/net\/(.*)$/.exec(member.name)?.[1];
    const own = file === undefined ? undefined : source.get(`proc/700/net/${file}`);
    return own === undefined ? member : { ...own, name: member.name };
  });
  const report = await reportOf(inPod);
  assert.equal(report.ledger.namespaces.length, 2, 'proc/net is no third namespace');
  assert.equal(report.ledger.namespaces.find((each) => each.isHost)?.inuse4, 21);
  assert.equal(report.ledger.inuse, 23);
  assert.equal(report.ledger.residual, 0);
});

test('a collector in a pod without the tables of the host: its own are not taken for those of the host', async () => {
  const members = nodeMembers(proxyNode(4));
  const source = new Map(members.map((member) => [member.name, member]));
  const inPod = members
    .filter((member) => !/^proc\/\d+\/net\/|tcp_mem$|tcp_max_/.test(member.name))
    .map((member) => {
      const file = /^proc\/net\/(.*)$/.exec(member.name)?.[1];
      const own = file === undefined ? undefined : source.get(`proc/700/net/${file}`);
      return own === undefined ? member : { ...own, name: member.name };
    });
  const report = await reportOf(inPod);
  assert.equal(report.verdict.status, 'insufficient');
  assert.ok(report.coverage.namespacesSeen < report.coverage.namespacesKnown);
  assert.equal(
    report.ledger.namespaces.some((namespace) => namespace.isHost && namespace.netns === HOST_NETNS),
    false,
  );
});

test('an empty bundle is insufficient and says what to capture', async () => {
  const report = await reportOf([]);
  assert.equal(report.verdict.status, 'insufficient');
  assertHasNextStep(report);
});

test('a sysctl, a count or a name that the archive ends in is not read by half', async () => {
  const members = nodeMembers({ ...proxyNode(4), memPages: 12 });
  const target = members.findIndex((member) => member.name === 'proc/sys/net/ipv4/tcp_mem');
  for (const keep of [2, 7, 13, 14, 15, 16]) {
    const whole = memoryBundle(members.slice(0, target), { complete: false });
    const cut = {
      name: whole.name,
      async visit(visitor: Parameters<typeof whole.visit>[0]) {
        const end = await whole.visit(visitor);
        const sink = visitor.file('proc/sys/net/ipv4/tcp_mem', 18);
        sink?.write(new TextEncoder().encode('34374\t45835\t68748\n'.slice(0, keep)));
        sink?.end(false);
        return end;
      },
    };
    const { report } = await analyze(cut);
    assert.equal(report.memory.maxPages, null, `after ${keep} bytes`);
    assert.ok(
      report.problems.some((problem) => problem.entry.endsWith('tcp_mem') && /cut/.test(english(problem.message))),
    );
  }
});

for (const text of [
  'cat: /proc/sys/net/ipv4/tcp_mem: No such file or directory\n',
  'sh: 1: sysctl: not found\n',
  "cat: can't open '/proc/sys/net/ipv4/tcp_mem': No such file or directory\n",
  'cubic\n',
]) {
  test(`"${text.trim()}" in place of tcp_mem is absence, and is said`, async () => {
    const members = nodeMembers(proxyNode(4)).map((member) =>
      member.name.endsWith('tcp_mem') ? { name: member.name, text } : member,
    );
    const report = await reportOf(members);
    assert.equal(report.memory.maxPages, null);
    assert.equal(report.verdict.status, 'insufficient');
    assert.ok(report.problems.some((problem) => problem.entry.endsWith('tcp_mem')));
    assert.ok(report.notRun.some((rule) => rule.ruleId === 'tcp-memory-exhausted'));
  });
}

for (const text of [
  'dmesg: read kernel buffer failed: Operation not permitted\n',
  'dmesg: klogctl: Operation not permitted\n',
  'bash: dmesg: command not found\n',
]) {
  test(`"${text.trim()}" is no kernel log`, async () => {
    const report = await reportOf(nodeMembers({ ...proxyNode(4), dmesg: text }));
    assert.equal(report.log, null);
    assert.ok(report.notRun.some((rule) => rule.ruleId === 'tcp-oom-logged'));
    assert.ok(report.problems.some((problem) => problem.entry === 'dmesg'));
  });
}

for (const name of FIXTURES.filter((each) => !/healthy|prefork|misconfig|timewait|orphans/.test(each))) {
  test(`${name}: with the tables of the host alone nobody is blamed, and neither is the limit`, async () => {
    const report = await fixtureReport(name, (member) => !/^proc\/\d+\//.test(member.name));
    assert.ok((report.ledger.residual ?? 0) > 0.5 * (report.ledger.alloc?.value ?? 0), name);
    assert.equal(report.verdict.status, 'insufficient', english(report.verdict.sentence));
    assert.equal(report.verdict.countOwner, null);
    assert.match(english(report.toCollect[0]?.what ?? ''), /socket tables of every namespace/);
    assert.doesNotMatch(english(report.verdict.sentence), /^(?!Possibly).*(?:no process leaks|tcp_mem itself)/i);
  });
}

test('a few connections that are not closed are not what fills a node most of which was not captured', async () => {
  const spec: NodeSpec = {
    namespaces: [{ netns: HOST_NETNS, tcp: rows(300, 1000, { state: 8, rx: 1 }) }],
    processes: [{ pid: 10, comm: 'agent', namespace: 0, sockets: inodes(300, 1000) }],
    unhashed: 20_000,
    memPages: 80_000,
    dmesg: '[  90.000000] TCP: out of memory -- consider tuning tcp_mem\n',
  };
  const members = nodeMembers(spec).filter(({ name }) => !/\/ns\/net$/.test(name));
  const report = await reportOf(members);
  assert.equal(report.verdict.status, 'insufficient', english(report.verdict.sentence));
  assert.equal(report.verdict.countOwner, null);
});
