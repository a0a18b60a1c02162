import assert from 'node:assert/strict';
import test from 'node:test';
import { createArchiveBundle } from '../../src/archive/archive-bundle.ts';
import { createSource } from '../../src/archive/source.node.ts';
import { analyze } from '../../src/core/analyze.ts';
import type { Report, Subject } from '../../src/core/report/report.ts';
import { type Member, memoryBundle, packTar, packTarGz, rechunked } from './support/bundles.ts';
import {
  analyzeFixture,
  FIXTURES,
  fixtureBytes,
  fixtureMembers,
  fixturePath,
  type Truth,
  type TruthProcess,
  truthOf,
} from './support/corpus.ts';
import { english } from './support/english.ts';
import { shuffled } from './support/random.ts';

function netnsNumber(text: string): number {
  return Number(/\[(\d+)\]/.exec(text)?.[1]);
}

function statNumber(lines: readonly string[], group: string, name: string): number {
  const line = lines.find((candidate) => candidate.startsWith(`${group}:`)) ?? '';
  const value = new RegExp(` ${name} (\\d+)`).exec(line)?.[1];
  assert.ok(value !== undefined, `the truth has ${group} ${name}`);
  return Number(value);
}

/** A number in the bundle lies between what the kernel showed just before and just after the capture. */
function assertBetween(actual: number | null | undefined, before: number, after: number, what: string): void {
  assert.ok(
    actual !== null && actual !== undefined && actual >= Math.min(before, after) && actual <= Math.max(before, after),
    `${what}: ${actual} is not between ${before} and ${after}`,
  );
}

function assertIs(subject: Subject | null, truth: Partial<TruthProcess>): void {
  assert.ok(subject !== null, 'somebody is named');
  assert.deepEqual(
    [subject.kind, subject.pid, subject.comm, subject.netns, subject.podNamespace, subject.pod, subject.container],
    ['process', truth.pid, truth.comm, netnsNumber(truth.netns ?? ''), truth.namespace, truth.pod, truth.container],
  );
}

function finding(report: Report, ruleId: string) {
  const found = report.findings.filter((candidate) => candidate.ruleId === ruleId);
  assert.equal(found.length, 1, `one finding of ${ruleId}`);
  return found[0];
}

for (const name of FIXTURES) {
  const truth = truthOf(name);
  const { observed_before_capture: before, observed_after_capture: after } = truth;

  test(`${name}: host, kernel and coverage are those of the capture`, async () => {
    const { report } = await analyzeFixture(name);
    assert.equal(report.bundle.hostname, truth.hostname);
    assert.equal(report.bundle.kernel, truth.kernel);
    assert.equal(report.coverage.namespacesSeen, Object.keys(after.netns).length);
    assert.equal(report.coverage.namespacesKnown, report.coverage.namespacesSeen);
    assert.equal(report.coverage.processesReadable, report.coverage.processesTotal);
    assert.equal(report.coverage.truncated, false);
    // These captures have no memory.stat of cgroups; every other rule ran.
    assert.deepEqual(
      report.notRun.map((rule) => rule.ruleId),
      ['pod-socket-memory'],
    );
    assert.deepEqual(report.problems, []);
  });

  test(`${name}: alloc, orphans and mem of the node lie between before and after`, async () => {
    const { report } = await analyzeFixture(name);
    const host = (seen: typeof before) => seen.netns[seen.init_netns]?.sockstat ?? [];
    for (const [actual, field] of [
      [report.ledger.alloc?.value, 'alloc'],
      [report.ledger.orphans, 'orphan'],
      [report.memory.memPages?.value, 'mem'],
    ] as const) {
      assertBetween(actual, statNumber(host(before), 'TCP', field), statNumber(host(after), 'TCP', field), field);
    }
  });

  test(`${name}: inuse, TIME_WAIT and states of every namespace lie between before and after`, async () => {
    const { report } = await analyzeFixture(name);
    assert.equal(report.ledger.namespaces.filter((namespace) => namespace.isHost).length, 1);
    for (const [netns, seen] of Object.entries(after.netns)) {
      const ledger = report.ledger.namespaces.find((candidate) => candidate.netns === netnsNumber(netns));
      const earlier = before.netns[netns];
      assert.ok(ledger !== undefined && earlier !== undefined, netns);
      assert.equal(ledger.isHost, netns === after.init_netns);
      for (const [actual, lines, field] of [
        [ledger.inuse4, 'sockstat', 'TCP inuse'],
        [ledger.timeWait, 'sockstat', 'TCP tw'],
        [ledger.inuse6, 'sockstat6', 'TCP6 inuse'],
      ] as const) {
        const [group = '', key = ''] = field.split(' ');
        assertBetween(
          actual,
          statNumber(earlier[lines], group, key),
          statNumber(seen[lines], group, key),
          `${netns} ${field}`,
        );
      }
      const states = (observed: typeof seen, state: string) =>
        (observed.tcp.states[state] ?? 0) + (observed.tcp6.states[state] ?? 0);
      const names = new Set(
        [seen, earlier].flatMap((o) => [...Object.keys(o.tcp.states), ...Object.keys(o.tcp6.states)]),
      );
      for (const state of names) {
        const own = (ledger.states[state] ?? 0) + (ledger.states[`${state}_MINISOCK`] ?? 0);
        assertBetween(own, states(earlier, state), states(seen, state), `${netns} ${state}`);
      }
    }
  });

  test(`${name}: sockets behind fds are counted once, fds one by one`, async () => {
    const { report, snapshot } = await analyzeFixture(name);
    assertBetween(
      report.ledger.distinctSocketInodes,
      before.distinct_socket_inodes,
      after.distinct_socket_inodes,
      'distinct socket inodes',
    );
    assertBetween(report.ledger.socketFds, before.socket_links, after.socket_links, 'socket links');
    for (const [pid, seen] of Object.entries(after.processes_with_sockets)) {
      const earlier = before.processes_with_sockets[pid];
      const process = snapshot.processes.find((candidate) => candidate.pid === Number(pid));
      assert.ok(process !== undefined && earlier !== undefined, `pid ${pid}`);
      assert.equal(process.comm, seen.comm);
      assert.equal(process.netns, netnsNumber(seen.netns));
      assertBetween(process.openFds, earlier.fds, seen.fds, `fds of ${pid}`);
      assertBetween(process.fdKinds.socket, earlier.socket_fds, seen.socket_fds, `socket fds of ${pid}`);
    }
  });

  test(`${name}: alloc is the rows of real sockets and the closed ones that are held, nothing is left over`, async () => {
    const { report } = await analyzeFixture(name);
    const { ledger } = report;
    assert.equal(ledger.alloc?.value, ledger.tcpSockets + ledger.closedHeld);
    assert.equal(ledger.inuse, ledger.tcpSockets);
    assert.equal(ledger.residual, 0);
    assert.equal(
      ledger.byOwner.reduce((sum, owner) => sum + owner.count, 0) + (ledger.orphans ?? 0),
      ledger.alloc?.value,
    );
  });

  test(`${name}: every finding has evidence in entries of the archive, on lines that are there`, async () => {
    const { report } = await analyzeFixture(name);
    const entries = new Map((await fixtureMembers(name)).map((member) => [member.name, member]));
    for (const { ruleId, evidence } of report.findings) {
      assert.ok(evidence.length > 0, ruleId);
      for (const { entry, startLine, endLine } of evidence) {
        const member = entries.get(entry);
        assert.ok(member !== undefined, `${ruleId}: ${entry}`);
        const lines = 'text' in member ? Buffer.from(member.text).toString().split('\n').length : 1;
        assert.ok(startLine >= 1 && startLine <= endLine && endLine <= lines, `${ruleId}: ${entry}:${startLine}`);
      }
    }
  });

  test(`${name}: the log has the lines that the truth counted`, async () => {
    const { report } = await analyzeFixture(name);
    assert.equal(report.log?.counts['tcp-out-of-memory'] ?? 0, truth.dmesg_oom_lines ?? 0);
    assert.equal(report.log?.counts['tcp-too-many-orphans'] ?? 0, truth.dmesg_orphan_lines ?? 0);
  });

  if (truth.victims_of_oom !== undefined) {
    const victims = truth.victims_of_oom;
    test(`${name}: those who lost data are named as victims, and as nothing else`, async () => {
      const { report } = await analyzeFixture(name);
      const logged = finding(report, 'tcp-oom-logged');
      assert.ok((logged?.subjects.length ?? 0) > 0);
      for (const subject of logged?.subjects ?? []) {
        const victim = victims.find((candidate) => candidate.pid === subject.pid);
        assert.ok(victim !== undefined, `${subject.comm} is a victim`);
        assertIs(subject, victim);
        assert.ok(english(logged?.message ?? '').includes(victim.pod));
      }
      for (const owner of [report.verdict.countOwner, report.verdict.memoryOwner])
        assert.ok(!victims.some((victim) => victim.pid === owner?.pid), 'no victim is the owner');
    });
  }
}

const CULPRITS: Readonly<Record<string, (report: Report, truth: Truth) => void>> = {
  'healthy-k6.1': assertHealthy,
  'prefork-k6.1': assertHealthy,
  'leak-closewait-k6.1': (report, { culprit, expect, ...truth }) => {
    assertIs(report.verdict.countOwner, culprit ?? {});
    assertIs(report.verdict.memoryOwner, culprit ?? {});
    const leak = finding(report, 'close-wait-leak');
    assert.equal(leak?.level, 'error');
    assert.deepEqual(
      [
        leak?.measures['connectionsHeld'],
        leak?.measures['closeWaitSockets'],
        leak?.measures['establishedSockets'],
        leak?.measures['listenSockets'],
        leak?.measures['socketFds'],
        leak?.measures['closedHeldSockets'],
        leak?.measures['localPort'],
      ],
      [
        expect['connections_held_by_culprit'],
        expect.in_tables?.['CLOSE_WAIT'],
        expect.in_tables?.['ESTABLISHED'],
        expect['listen_sockets'],
        expect['socket_fds_of_culprit'],
        expect['held_but_absent_from_tables'],
        culprit?.listen_port,
      ],
    );
    const owner = report.memory.owners[0];
    assert.equal(owner?.subject.pid, culprit?.pid);
    const used = truth.tcp_mem_pages_used_by_leak ?? 0;
    assert.ok(Math.abs((owner?.pages ?? 0) - used) <= report.memory.errorPages, `${owner?.pages} pages, truth ${used}`);
    assert.equal(report.memory.status, 'exhausted');
  },
  'leak-closed-held-k6.1': (report, { culprit, expect }) => {
    assertIs(report.verdict.countOwner, culprit ?? {});
    const leak = finding(report, 'closed-socket-leak');
    assert.equal(leak?.confidence, 'high');
    assert.deepEqual(
      [
        leak?.measures['connectionsHeld'],
        leak?.measures['closedHeldSockets'],
        leak?.measures['establishedSockets'],
        leak?.measures['listenSockets'],
        leak?.measures['socketFds'],
        leak?.measures['localPort'],
      ],
      [
        expect['connections_held_by_culprit'],
        expect['held_but_absent_from_tables'],
        expect.in_tables?.['ESTABLISHED'],
        expect['listen_sockets'],
        expect['socket_fds_of_culprit'],
        culprit?.listen_port,
      ],
    );
    assert.equal(report.memory.status, 'healthy');
  },
  'slow-peer-k6.1': (report, truth) => {
    assert.equal(report.verdict.countOwner, null);
    assertIs(report.verdict.memoryOwner, truth.memory_holder ?? {});
    const stalled = finding(report, 'stalled-peer');
    assertIs(stalled?.subjects[0] ?? null, truth.memory_holder ?? {});
    assertIs(stalled?.subjects[1] ?? null, truth.culprit ?? {});
    assert.equal(stalled?.measures['sockets'], truth.expect['connections']);
    assert.equal(stalled?.measures['zeroWindowSockets'], truth.expect['connections']);
    const written = truth.expect['bytes_written_total'] ?? 0;
    const queued = stalled?.measures['txQueueBytes'] ?? 0;
    assert.ok(queued <= written && queued > written * 0.98, `${queued} of ${written} bytes`);
    assert.ok(
      english(report.verdict.sentence).includes(truth.culprit?.pod ?? '?'),
      'the sentence names the peer that does not read',
    );
  },
  'orphans-k6.1': (report, { culprit, expect }) => {
    assertIs(report.verdict.countOwner, culprit ?? {});
    const flood = finding(report, 'orphan-flood');
    assert.equal(flood?.measures['maxOrphans'], expect['tcp_max_orphans']);
    assert.equal(flood?.measures['namespaceOrphans'], report.ledger.orphans);
    assert.equal(
      flood?.measures['txQueueBytes'],
      (report.ledger.orphans ?? 0) * ((expect['unsent_bytes_per_connection'] ?? 0) + 1),
    );
    assert.equal(
      report.ledger.namespaces.find((each) => each.netns === netnsNumber(culprit?.netns ?? ''))?.states['ESTABLISHED'],
      expect['still_open_established'],
    );
  },
  'timewait-k6.1': (report, truth) => {
    const flood = finding(report, 'time-wait-flood');
    assertIs(flood?.subjects[0] ?? null, truth.culprit ?? {});
    assert.equal(flood?.measures['timeWait'], truth.expect['time_wait_in_client_netns_about']);
    assert.equal(flood?.measures['timeWaitOverflow'], truth.TCPTimeWaitOverflow_in_client_netns);
    assert.equal(report.verdict.countOwner, null);
    assert.equal(report.verdict.memoryOwner, null);
    assert.match(english(report.verdict.sentence), /not TCP memory/);
  },
  'tcpmem-misconfig-k6.1': (report, { culprit }) => {
    assert.equal(report.verdict.countOwner, null);
    assert.equal(report.verdict.memoryOwner, null);
    const setting = finding(report, 'tcp-mem-misconfigured');
    assert.equal(setting?.level, 'error');
    assert.equal(setting?.messageId, 'too-small');
    assert.deepEqual([report.memory.minPages, report.memory.pressurePages, report.memory.maxPages], culprit?.value);
    assert.match(english(report.verdict.sentence), /tcp_mem itself/);
  },
};

function assertHealthy(report: Report): void {
  assert.equal(report.verdict.status, 'healthy');
  assert.equal(report.verdict.countOwner, null);
  assert.equal(report.verdict.memoryOwner, null);
  assert.deepEqual(
    report.findings.filter((each) => each.level !== 'note'),
    [],
  );
}

for (const name of FIXTURES) {
  test(`${name}: the verdict is the truth`, async () => {
    const { report } = await analyzeFixture(name);
    const check = CULPRITS[name];
    assert.ok(check !== undefined, 'each fixture has its expectation here');
    check(report, truthOf(name));
  });
}

test('prefork: sockets that 17 processes share count once and belong to the parent', async () => {
  const { report, snapshot } = await analyzeFixture('prefork-k6.1');
  const { culprit, expect } = truthOf('prefork-k6.1');
  const own = report.ledger.byOwner.filter((owner) => owner.subject.netns === netnsNumber(culprit?.netns ?? ''));
  const [first] = own;
  assertIs(first?.subject ?? null, culprit ?? {});
  assert.equal(first?.count, expect['distinct_socket_inodes']);
  assert.equal(own.length, 1);
  const server = snapshot.processes.filter((process) => process.comm === culprit?.comm);
  assert.equal(
    server.reduce((sum, process) => sum + process.fdKinds.socket, 0),
    expect['naive_sum_of_fds'],
  );
  assert.equal(snapshot.join.sharedInodes >= (expect['distinct_connections'] ?? 0), true);
});

/** The report as text, without what legitimately differs: the name of the archive, and what is given for the variant. */
function comparable(report: Report): string {
  return JSON.stringify({ ...report, bundle: { ...report.bundle, name: '', bytes: 0, entries: 0, root: '' } });
}

/** Evidence and findings without the entry names under a root, so that folders in front make no difference. */
function withoutRoot(report: Report, root: string): string {
  return comparable(report).replaceAll(`"entry":"${root}`, '"entry":"').replaceAll(`"root":"${root}"`, '"root":""');
}

/** Fd evidence points at the link member or at the line of a listing: everything else has to be the same. */
function withoutFdEvidence(report: Report): string {
  return comparable({
    ...report,
    findings: report.findings.map((each) => ({
      ...each,
      evidence: each.evidence.filter((place) => !/(?:\/fd\/\d+|\/fd|fds\.txt)$/.test(place.entry)),
    })),
  });
}

async function analyzeMembers(members: readonly Member[]): Promise<Report> {
  return (await analyze(createArchiveBundle('x', createSource({ bytes: await packTar(members) })))).report;
}

const FD_LINK = /^proc\/(\d+)\/fd\/(\d+)$/;

/** `ls -l` of each directory of fds, as GNU coreutils print it. */
function listings(members: readonly Member[]): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const member of members) {
    const match = FD_LINK.exec(member.name);
    if (match?.[1] === undefined || !('link' in member)) continue;
    const line = `lrwx------ 1 root root 64 Nov 22 20:22 ${match[2]} -> ${member.link}\n`;
    texts.set(match[1], (texts.get(match[1]) ?? 'total 0\n') + line);
  }
  return texts;
}

for (const name of FIXTURES) {
  test(`${name}: the order of the members makes no difference`, async () => {
    const { report } = await analyzeFixture(name);
    const members = await fixtureMembers(name);
    assert.equal(comparable(await analyzeMembers(shuffled(members, 1))), comparable(report));
    const second = await analyze(memoryBundle(shuffled(members, 2)));
    assert.equal(comparable(second.report), comparable(report));
  });

  test(`${name}: folders in front, "./" and plain tar make no difference`, async () => {
    const { report } = await analyzeFixture(name);
    const members = await fixtureMembers(name);
    assert.equal(comparable(await analyzeMembers(members)), comparable(report));
    for (const [prefix, root] of [
      ['./', ''],
      ['case-4711/worker f/', 'case-4711/worker f/'],
    ] as const) {
      const moved = members.map((member) => ({ ...member, name: `${prefix}${member.name}` }));
      const { report: same } = await analyze(memoryBundle(moved));
      assert.equal(same.bundle.root, root);
      assert.equal(withoutRoot(same, root), comparable(report));
    }
  });

  test(`${name}: chunks of 7 bytes make no difference`, async () => {
    const { report } = await analyzeFixture(name);
    const bundle = createArchiveBundle('x', createSource({ path: fixturePath(name) }));
    assert.equal(comparable((await analyze(rechunked(bundle, 7))).report), comparable(report));
  });

  test(`${name}: the archive in memory and the file on disk give the same`, async () => {
    const { report } = await analyzeFixture(name);
    const inMemory = await analyze(createArchiveBundle(`${name}.tar.gz`, createSource({ bytes: fixtureBytes(name) })));
    assert.equal(JSON.stringify(inMemory.report), JSON.stringify(report));
  });

  test(`${name}: listings of ls -l, one a process or one for all, say the same as link members`, async () => {
    const { report } = await analyzeFixture(name);
    const members = await fixtureMembers(name);
    const others = members.filter((member) => !FD_LINK.test(member.name));
    const texts = [...listings(members)];
    const perProcess = texts.map(([pid, text]) => ({ name: `proc/${pid}/fd`, text }));
    const all = texts.map(([pid, text]) => `/proc/${pid}/fd:\n${text}\n`).join('');
    const errors = "ls: cannot open directory '/proc/99999/fd': No such file or directory\n";
    for (const variant of [
      [...others, ...perProcess],
      [...others, { name: 'fds.txt', text: errors + all }],
    ]) {
      const listed = (await analyze(memoryBundle(variant))).report;
      assert.equal(withoutFdEvidence(listed), withoutFdEvidence(report));
    }
  });

  test(`${name}: link members and a listing of the same fds together count each fd once`, async () => {
    const { report } = await analyzeFixture(name);
    const members = await fixtureMembers(name);
    const all = [...listings(members)].map(([pid, text]) => `/proc/${pid}/fd:\n${text}\n`).join('');
    const both = (await analyze(memoryBundle([...members, { name: 'fds.txt', text: all }]))).report;
    assert.equal(withoutFdEvidence(both), withoutFdEvidence(report));
  });
}

test('evidence of a listing is the line of the listing', async () => {
  const members = await fixtureMembers('leak-closed-held-k6.1');
  const { culprit } = truthOf('leak-closed-held-k6.1');
  const others = members.filter((member) => !FD_LINK.test(member.name));
  const text = [...listings(members)].map(([pid, lines]) => `/proc/${pid}/fd:\n${lines}\n`).join('');
  const { report } = await analyze(memoryBundle([...others, { name: 'fds.txt', text }]));
  const leak = finding(report, 'closed-socket-leak');
  const places = leak?.evidence.filter((place) => place.entry === 'fds.txt') ?? [];
  assert.ok(places.length > 0);
  const lines = text.split('\n');
  const first = lines.indexOf(`/proc/${culprit?.pid}/fd:`) + 1;
  for (const place of places) {
    assert.ok(place.startLine > first);
    assert.match(lines[place.startLine - 1] ?? '', / -> /);
    assert.ok(!lines.slice(first, place.startLine - 1).some((line) => line.endsWith(':')), 'inside its own directory');
  }
});

test('a gzip of many members and a plain tar of the same give the same report', async () => {
  const members = await fixtureMembers('orphans-k6.1');
  const packed = await analyze(createArchiveBundle('x', createSource({ bytes: await packTarGz(members) })));
  assert.equal(comparable(packed.report), comparable(await analyzeMembers(members)));
});
