/** Which member counts where several give the same fact of the same node; and that their order does not matter. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { analyze } from '../../../src/core/analyze.ts';
import { FACTS } from '../../../src/core/collect/fact-table.ts';
import { createRawFacts, type RawFacts } from '../../../src/core/collect/raw-facts.ts';
import { type LayoutFact, routeMember } from '../../../src/core/layouts/index.ts';
import { type Member, memoryBundle, toBytes } from '../support/bundles.ts';
import { FIXTURES, fixtureMembers } from '../support/corpus.ts';
import { shuffled } from '../support/random.ts';
import { block, toSockscope } from '../support/sockscope.ts';
import { tcpTable } from '../support/tables.ts';

type Kind = LayoutFact['kind'];

const SOCKET = { local: '10.0.0.1:80', remote: '10.0.0.2:4000', state: 1 } as const;
const udp = (inode: number) =>
  `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops\n   50: 00000000:0044 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 ${inode} 2 0 0\n`;
const table = (inode: number) => tcpTable([{ ...SOCKET, inode }]);
const listing = (inode: number) =>
  `/proc/7/fd:\ntotal 0\nlrwx------ 1 root root 64 Nov 22 20:22 7 -> socket:[${inode}]\n`;
const crictlPod = (name: string) =>
  JSON.stringify({ items: [{ id: 'a', metadata: { name, namespace: 'b', uid: 'a'.repeat(32) } }] });
const container = (name: string) =>
  JSON.stringify({ containers: [{ id: 'a'.repeat(64), podSandboxId: 'a', metadata: { name } }] });
const ss = (inode: number) =>
  `ESTAB 0 0 10.0.0.1:80 10.0.0.2:4000 ino:${inode} sk:1 skmem:(r0,rb1,t0,tb1,f0,w0,o0,bl0,d0)\n`;
const conntrack = (port: number) =>
  `tcp      6 1 ESTABLISHED src=10.0.0.1 dst=10.0.0.2 sport=${port} dport=80 src=10.0.0.3 dst=10.0.0.1 sport=80 dport=${port} [ASSURED] mark=0 use=1\n`;
const log = (text: string) => `[    1.000000] ${text}\n`;

/** A member of each kind with two texts that say different things. Of the other kinds one number differs from the next. */
const NAMES: Readonly<Partial<Record<Kind, readonly [name: string, first: string, second: string]>>> = {
  log: ['dmesg', log('TCP: out of memory -- consider tuning tcp_mem'), log('eth0: link down')],
  'dmesg-clock': ['dmesg-clock.txt', '1\n', '2\n'],
  hostname: ['hostname', 'a\n', 'b\n'],
  sysctl: ['proc/sys/net/ipv4/tcp_mem', '1 2 3\n', '2 3 4\n'],
  tcp: ['proc/7/net/tcp', table(1), table(2)],
  unix: ['proc/7/net/unix', 'Num\n0: 2 0 10000 1 1 5 /a\n', 'Num\n0: 2 0 10000 1 1 6 /a\n'],
  packet: ['proc/7/net/packet', 'sk\n0 3 3 3 2 1 0 0 5\n', 'sk\n0 3 3 3 2 1 0 0 6\n'],
  'pid-cmdline': ['proc/7/cmdline', 'a\0', ''],
  ss: ['ss/ss-tan.4026531840.txt', ss(1), ss(2)],
  conntrack: ['conntrack.txt', conntrack(1), conntrack(2)],
  'netns-link': ['proc/7/ns/net', 'net:[1]\n', 'net:[2]\n'],
  'netns-text': ['proc/7/ns', 'net -> net:[1]\n', 'net -> net:[2]\n'],
  'netns-path': ['netns/5/path', '/run/netns/a\n', '/run/netns/b\n'],
  'pid-limits': ['proc/7/limits', 'Max open files 1 2 files\n', 'Max open files 3 4 files\n'],
  'pid-stat': ['proc/7/stat', `7 (a) S 1${' 1'.repeat(30)}\n`, `7 (a) S 2${' 2'.repeat(30)}\n`],
  'pid-status': ['proc/7/status', 'Name:\ta\n', 'Name:\tb\n'],
  'pid-cgroup': ['proc/7/cgroup', '0::/a.service\n', '0::/b.service\n'],
  'fd-listing': ['proc/7/fd', listing(1), listing(2)],
  fdinfo: ['proc/7/fdinfo/3', 'scm_fds: 1\n', 'scm_fds: 2\n'],
  'socket-protocols': ['proc/7/sockprotoname', '3 TCP\n', '3 UDP\n'],
  'memory.stat': ['sys/fs/cgroup/a/memory.stat', 'sock 1\n', 'sock 2\n'],
  'memory.max': ['sys/fs/cgroup/a/memory.max', '1\n', '2\n'],
  'crictl-pods': ['crictl-pods.json', crictlPod('a'), crictlPod('c')],
  'crictl-containers': ['crictl-ps.json', container('a'), container('c')],
  manifest: ['manifest.json', '{"format":"sockscope-bundle"}', '{"format":"sockscope-bundle","version":1}'],
  meta: ['meta.json', '{"hostname":"a"}', '{"hostname":"b"}'],
  blocks: ['processes.txt', block('/proc/7/comm', 'a\n'), block('/proc/7/comm', 'b\n')],
  'fd-blocks': ['fds.txt', block('/proc/7/fd', '3 -> socket:[1]\n'), block('/proc/7/fd', '3 -> socket:[2]\n')],
  'sample-blocks': ['samples/1.txt', block('/proc/uptime', '1 2\n'), block('/proc/uptime', '3 4\n')],
  'sample-tcp': ['samples/2/proc/7/net/tcp', table(1), table(2)],
};
/** Links, whose bytes nobody takes, and names that tell all that there is to tell. */
const WITHOUT_BYTES: ReadonlySet<string> = new Set<Kind>(['fd', 'task-fd', 'pod-log', 'container-log', 'pod-paths']);
const FOLDERS = ['proc', 'proc/7', 'proc/7/net', 'sys/fs/cgroup/a'];
const INODE_TABLES = ['udp', 'udp6', 'udplite', 'udplite6', 'raw', 'raw6', 'netlink'];

function sampleOf(kind: Kind): readonly [fact: LayoutFact, first: string, second: string] {
  const [, first = '1\n', second = '2\n'] = NAMES[kind] ?? (INODE_TABLES.includes(kind) ? ['', udp(1), udp(2)] : []);
  const file = kind.replace('pid-', '');
  const names = [NAMES[kind]?.[0] ?? '', ...FOLDERS.map((folder) => `${folder}/${file}`)];
  const fact = names.map((name) => routeMember(name)?.fact).find((found) => found?.kind === kind);
  assert.ok(fact !== undefined, `a member that is ${kind}`);
  return [fact, first, second];
}

interface Given {
  readonly entry: string;
  readonly rank: number;
  readonly text: string;
}

function keep(fact: LayoutFact, given: readonly Given[]): RawFacts {
  const facts = createRawFacts('');
  for (const { entry, rank, text } of given) {
    const sink = facts.sinkFor(fact, { entry, rank, lineOffset: 0, sizeBytes: 0 });
    sink?.write(toBytes(text));
    sink?.end(true);
  }
  return facts;
}

/** What is left of it when rows that nobody points at are passed over. */
function plain(facts: RawFacts): unknown {
  const { tcpStore: _store, fds, staleFds, cgroupTexts: _read, ...rest } = facts;
  const isStale = (row: number) => staleFds.some(({ first, end }) => row >= first && row < end);
  const rows = Array.from({ length: fds.count }, (_, row) => row).filter((row) => !isStale(row));
  const kept = { ...rest, fds: rows.map((row) => [fds.pid[row], fds.fd[row], fds.inode[row]]) };
  // Problems are sorted later, and where rows lie in columns depends on what came before.
  const passedOver = ['problems', 'first', 'end', 'tcpStore', 'staleFds', 'cgroupTexts'];
  const visit = (key: string, value: unknown): unknown => {
    if (passedOver.includes(key)) return undefined;
    if (value instanceof Map) return [...value];
    if (value instanceof Set) return [...value];
    return key === 'columns' ? columns(value as Columns) : value;
  };
  return JSON.parse(JSON.stringify(kept, visit));
}

interface Columns {
  readonly count: number;
  readonly inode?: Uint32Array;
  readonly originalPort?: Uint16Array;
}

function columns(value: Columns): unknown {
  return Object.values({ ...value, inode: value.inode }).map((column) =>
    ArrayBuffer.isView(column) ? [...(column as Uint32Array).subarray(0, value.count)] : column,
  );
}

function permutations<T>(items: readonly T[]): readonly (readonly T[])[] {
  if (items.length < 2) return [items];
  return items.flatMap((item, at) => permutations(items.toSpliced(at, 1)).map((rest) => [item, ...rest]));
}

for (const kind of Object.keys(FACTS) as Kind[]) {
  if (WITHOUT_BYTES.has(kind)) continue;
  test(`of several members that are ${kind} the best one counts in any order`, () => {
    const [fact, first, second] = sampleOf(kind);
    const given: readonly Given[] = [
      { entry: 'a', rank: 1, text: second },
      { entry: 'b', rank: 0, text: first },
      { entry: 'c', rank: 0, text: second },
      { entry: 'd', rank: 0, text: '' },
    ];
    const [expected, ...others] = permutations(given).map((order) => plain(keep(fact, order)));
    for (const other of others) assert.deepEqual(other, expected);
    const entries = JSON.stringify(expected).match(/"(?:entry|netnsEntry)":"\w"/g) ?? [];
    if (kind !== 'log' && kind !== 'conntrack')
      assert.deepEqual(
        [...new Set(entries)].map((text) => text.at(-2)),
        ['b'],
        'the entry that counts is kept',
      );
    assert.notDeepEqual(
      plain(keep(fact, [{ entry: 'b', rank: 0, text: second }])),
      plain(keep(fact, given.slice(1, 2))),
    );
  });
}

test('an empty member is kept where there is no other, and the later of two of one name', () => {
  const { fact } = routeMember('hostname') ?? { fact: { kind: 'hostname' } as const };
  assert.equal(keep(fact, [{ entry: 'a', rank: 0, text: '' }]).hostname?.entry, 'a');
  const twice = ['x\n', 'y\n'].map((text) => ({ entry: 'a', rank: 0, text }));
  assert.equal(keep(fact, twice).hostname?.text, 'y\n');
});

test('the fds of a process are counted once, however many listings there are of them', async () => {
  const fds = (inodes: readonly number[]) => inodes.map((inode, fd) => `${fd} -> socket:[${inode}]\n`).join('');
  const lines = [11, 12].map((inode, fd) => `lrwx------ 1 root root 64 Nov 22 20:22 ${fd} -> socket:[${inode}]\n`);
  const members: readonly Member[] = [
    { name: 'proc/7/comm', text: 'a\n' },
    { name: 'proc/7/fd', text: `total 0\n${lines.join('')}` },
    { name: 'fds.txt', text: `${block('/proc/7/fd', fds([21, 22, 23]))}${block('/proc/8/fd', fds([31]))}` },
    { name: 'fd/7.txt', text: `total 0\n${lines.join('')}` },
    { name: 'fd/8.txt', text: `/proc/8/fd:\ntotal 0\n${lines.join('')}` },
  ];
  for (const order of permutations(members)) {
    const { snapshot } = await analyze(memoryBundle(order));
    const [seven, eight] = snapshot.processes;
    assert.deepEqual([seven?.openFds, eight?.openFds], [3, 1]);
    assert.deepEqual([seven?.fdListing, eight?.fdListing], ['fds.txt', 'fds.txt']);
    assert.deepEqual([...snapshot.join.fds.inode], [21, 22, 23, 31]);
  }
});

/** The members of a node once more in other forms, with other content, and some that are empty or cut short by a shell. */
function withRepeats(members: readonly Member[]): readonly Member[] {
  const blocks = toSockscope(members).map((member) => ({ ...member, name: member.name.replace(/^[^/]*\//, '') }));
  const isOther = ({ name }: Member) => /^(?:processes|netns|fds|fdinfo|cgroups)\.txt$/.test(name);
  return [
    ...members,
    ...blocks.filter(isOther),
    { name: 'dmesg.txt', text: '[    1.000000] TCP: out of memory -- consider tuning tcp_mem\n' },
    { name: 'var/log/dmesg', text: '' },
    { name: 'journal-kernel.txt', text: '2026-11-22T20:22:34.000000+0000 n kernel: eth0: link down\n' },
    { name: 'proc/1/ls-ns.txt', text: 'net -> net:[77]\n' },
    { name: 'proc/1/ns.txt', text: 'net -> net:[78]\n' },
    { name: 'hostname', text: 'other\n' },
    { name: 'conntrack.txt', text: conntrack(1) },
    { name: 'conntrack-L.txt', text: conntrack(1).replace('10.0.0.3', '10.0.0.4') },
    { name: 'crictl-ps.json', text: container('x') },
    { name: 'sockprotoname.txt', text: '1 3 TCP\n' },
    { name: 'proc/1/sockprotoname', text: '3 UNIX\n' },
  ];
}

for (const name of FIXTURES.slice(0, 3))
  test(`${name}, with many facts given twice, makes the same report in any order`, async () => {
    const members = withRepeats(await fixtureMembers(name));
    const { report } = await analyze(memoryBundle(members));
    for (const seed of [1, 2, 3]) {
      const other = await analyze(memoryBundle(shuffled(members, seed)));
      assert.deepEqual(other.report, report);
    }
  });
