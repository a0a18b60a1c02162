/** A malformed line of any file reaches the report, with its entry and its line. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { analyze } from '../../../src/core/analyze.ts';
import { memoryBundle, toMembers } from '../support/bundles.ts';
import { english } from '../support/english.ts';
import { HOST_NETNS, nodeMembers } from '../support/nodes.ts';
import { block, ROOT } from '../support/sockscope.ts';

const PROTOCOLS = 'protocol  size sockets  memory press maxhdr  slab module\n';
const CRICTL = '{\n"items": [\n{ "id": 3 }\n]\n}\n';
const GETFATTR = '# file: proc/1/fd/2\nsystem.sockprotoname="TCP"\n';

/** With the line that is malformed. */
const FILES: readonly (readonly [entry: string, text: string, line: number])[] = [
  ['proc/buddyinfo', 'Node 0, zone DMA 1 2\nNode 0, zone Normal 1 x\n', 2],
  ['proc/slabinfo', 'slabinfo - version: 2.1\nTCP 1 2 x 4 5 : tunables\n', 2],
  ['proc/uptime', '12x 3\n', 1],
  ['proc/stat', 'cpu0 1 2\nbtime now\n', 2],
  ['proc/meminfo', 'MemTotal: 8 kB\nMemFree: x kB\n', 2],
  ['proc/version', 'unknown\n', 1],
  ['proc/sys/fs/file-nr', '1 2\n', 1],
  ['proc/sys/net/ipv4/tcp_mem', '1 2 x\n', 1],
  ['proc/sys/net/ipv4/neigh/default/gc_thresh3', 'x\n', 1],
  ['proc/sys/net/netfilter/nf_conntrack_count', '-1\n', 1],
  ['proc/1/net/protocols', `${PROTOCOLS}TCP 1 x 3 no\n`, 2],
  ['proc/1/net/arp', 'IP address       HW type\n10.0.0.1\n', 2],
  ['proc/1/net/netstat', 'TcpExt: A B\nTcpExt: 1 x\n', 2],
  ['proc/1/net/snmp', 'Tcp: A\nTcp: -3\n', 2],
  ['proc/1/net/sockstat', 'sockets: used 1\nTCP: inuse x\n', 2],
  ['proc/1/net/unix', 'Num\noops\n', 2],
  ['proc/1/net/tcp', '  sl  local_address\noops\n', 2],
  ['proc/1/net/nf_conntrack', '\noops\n', 2],
  ['proc/1/status', 'Name:\tx\nState:\t1\n', 2],
  ['proc/1/stat', '1 (x) S x 1\n', 1],
  ['proc/1/limits', 'Limit\nMax open files x y files\n', 2],
  ['proc/1/cgroup', '0::/\noops\n', 2],
  ['proc/1/fdinfo/3', 'pos:\t0\nscm_fds: x\n', 2],
  ['proc/1/fd.txt', 'total 0\noops\n', 2],
  ['sys/fs/cgroup/kubepods/x/memory.stat', 'anon 1\nsock x\n', 2],
  ['sys/fs/cgroup/kubepods/x/memory.max', 'much\n', 1],
  ['ss/ss-tan.4026531840.txt', 'State Recv-Q Send-Q\noops\n', 2],
  ['sockprotoname.txt', `${GETFATTR}oops\n`, 3],
  ['dmesg-clock.txt', '2026-11-22T18:55:58,351998+00:00 a\noops\n', 2],
  ['pods.txt', '/var/lib/kubelet/pods\n/etc/passwd\n', 2],
  ['crictl-pods.json', CRICTL, 3],
  ['meta.json', '{\n"page_size": 7\n}\n', 2],
  ['manifest.json', '{ "format": "sockscope-bundle",\n"host": [] }\n', 2],
];

for (const [entry, text, line] of FILES) {
  test(`a malformed line of ${entry} is told with its line`, async () => {
    const { problems } = (await analyze(memoryBundle([{ name: entry, text }]))).report;
    assert.deepEqual(
      problems.map((problem) => [problem.entry, problem.line]),
      [[entry, line]],
    );
  });
}

const GOOD = block('/proc/9/comm', 'x');
const BLOCKS: readonly (readonly [entry: string, text: string, line: number])[] = [
  ['processes.txt', `${GOOD}${block('/proc/1/status', 'Name:\tx\nPPid:\tx')}`, 5],
  ['processes.txt', `${GOOD}${block('/proc/1/stat', '1 (x) S x 1')}`, 4],
  ['processes.txt', `${GOOD}${block('/proc/1/limits', 'Limit\nMax open files x y')}`, 5],
  ['processes.txt', `${GOOD}${block('/proc/1/cgroup', '0::/\noops')}`, 5],
  ['processes.txt', `\noops\n${GOOD}`, 2],
  ['netns.txt', block('/proc/1/ns', 'net -> mnt:[5]'), 2],
  ['fdinfo.txt', block('/proc/1/fdinfo/3', 'pos: 0\nscm_fds: -1'), 3],
  ['cgroups.txt', block('/sys/fs/cgroup/kubepods/x/memory.stat', 'anon 1\nsock x'), 3],
  ['fds.txt', `${block('/proc/1/fd', '0 -> /x')}${block('/proc/2/fd', '0 -> /x\noops')}`, 5],
  ['samples/1.txt', `${block('/proc/uptime', '1 1')}${block('/proc/1/net/sockstat', 'TCP: inuse x')}`, 4],
  ['samples/2.txt', `${block('/proc/1/net/sockstat', 'TCP: inuse 1')}${block('/proc/uptime', 'x')}`, 4],
];

for (const [entry, text, line] of BLOCKS) {
  test(`line ${line} of ${entry}, which is malformed, is told as that, and once`, async () => {
    const { problems } = (await analyze(memoryBundle([{ name: `${ROOT}${entry}`, text }]))).report;
    assert.deepEqual(
      problems.map((problem) => [problem.entry, problem.line]),
      [[`${ROOT}${entry}`, line]],
    );
  });
}

test('a malformed sockstat of two purposes is told once, and so is that of a copy that nobody chose', async () => {
  const members = nodeMembers({
    namespaces: [{ netns: HOST_NETNS }],
    processes: [{ pid: 1, comm: 'init', namespace: 0 }],
  }).map((member) =>
    'text' in member && member.name.endsWith('/sockstat') ? { ...member, text: `${member.text}oops\n` } : member,
  );
  const { problems } = (await analyze(memoryBundle(members))).report;
  assert.deepEqual(
    problems.map(({ entry, line }) => [entry, line]),
    [
      ['proc/1/net/sockstat', 7],
      ['proc/net/sockstat', 7],
    ],
  );
});

test('links to namespaces that may not be followed are no malformed ones; one to another kind is', async () => {
  const listing = 'total 0\nlrwxrwxrwx 1 root root 0 Nov 22 20:22 mnt\nlrwxrwxrwx 1 root root 0 Nov 22 20:22 net\n';
  const quiet = await analyze(memoryBundle(toMembers({ 'proc/5/ns.txt': listing, 'proc/6/ns/net': '' })));
  assert.deepEqual(quiet.report.problems, []);
  const told = await analyze(memoryBundle(toMembers({ 'proc/5/ns/net': { link: 'net' } })));
  assert.deepEqual(english(told.report.problems), [
    { entry: 'proc/5/ns/net', line: 1, message: 'The link does not name a network namespace.' },
  ]);
});
