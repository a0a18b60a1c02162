import assert from 'node:assert/strict';
import test from 'node:test';
import { readFdLinkName, readSocketTarget } from '../../../src/core/collect/fd-link-name.ts';
import { normaliseName } from '../../../src/core/layouts/entry-path.ts';
import { routeMember } from '../../../src/core/layouts/index.ts';
import { routeNodePath } from '../../../src/core/layouts/proc-tree.ts';
import { toBytes } from '../support/bundles.ts';

const ROUTES: readonly (readonly [name: string, root: string, fact: object, rank?: number])[] = [
  ['meta.json', '', { kind: 'meta' }],
  ['hostname', '', { kind: 'hostname' }],
  ['dmesg', '', { kind: 'log' }, 0],
  ['case/dmesg.txt', 'case/', { kind: 'log' }, 1],
  ['var/log/dmesg', '', { kind: 'log' }, 2],
  ['proc/meminfo', '', { kind: 'meminfo' }],
  ['proc/sys/net/ipv4/tcp_mem', '', { kind: 'sysctl', key: 'net.ipv4.tcp_mem' }],
  ['proc/net/tcp', '', { kind: 'tcp', pid: null, family: 4 }],
  ['a/b c/proc/77/net/tcp6', 'a/b c/', { kind: 'tcp', pid: 77, family: 6 }],
  ['proc/77/net/sockstat', '', { kind: 'sockstat', pid: 77 }],
  ['proc/77/comm', '', { kind: 'pid-comm', pid: 77 }],
  ['proc/77/fd/5', '', { kind: 'fd', pid: 77, fd: 5 }],
  ['proc/77/task/79/fd/5', '', { kind: 'task-fd', pid: 77, tid: 79, fd: 5 }],
  ['proc/77/fdinfo/5', '', { kind: 'fdinfo', pid: 77, fd: 5 }],
  ['proc/77/sockprotoname', '', { kind: 'socket-protocols', pid: 77 }],
  ['proc/77/sockprotoname.txt', '', { kind: 'socket-protocols', pid: 77 }],
  ['a/sockprotoname', 'a/', { kind: 'socket-protocols', pid: null }],
  ['sockprotoname.txt', '', { kind: 'socket-protocols', pid: null }],
  ['proc/77/fd', '', { kind: 'fd-listing', pid: 77 }],
  ['proc/77/ls-fd.txt', '', { kind: 'fd-listing', pid: 77 }],
  ['fd.txt', '', { kind: 'fd-listing', pid: null }],
  ['fd/77.txt', '', { kind: 'fd-listing', pid: 77 }],
  ['proc/77/ns/net', '', { kind: 'netns-link', pid: 77 }],
  ['proc/77/ns', '', { kind: 'netns-text', pid: 77 }],
  ['proc/1/net/arp', '', { kind: 'arp', pid: 1 }],
  ['proc/net/nf_conntrack', '', { kind: 'conntrack' }],
  ['a/proc/1/net/nf_conntrack', 'a/', { kind: 'conntrack' }],
  ['proc/net/ip_conntrack', '', { kind: 'conntrack' }],
  ['netns/4026532900/net/nf_conntrack', '', { kind: 'conntrack' }],
  ['conntrack.txt', '', { kind: 'conntrack' }],
  ['node-1/conntrack-L.txt', 'node-1/', { kind: 'conntrack' }],
  ['eks/networking/conntrack.txt', 'eks/', { kind: 'conntrack' }],
  ['sos/sos_commands/firewall_tables/conntrack_-L_-o_extended', 'sos/', { kind: 'conntrack' }],
  ['netns/4026532900/net/tcp6', '', { kind: 'tcp', pid: -4026532900, family: 6 }],
  ['a/netns/4026532900/net/sockstat', 'a/', { kind: 'sockstat', pid: -4026532900 }],
  ['netns/4026532900/path', '', { kind: 'netns-path', netns: 4026532900 }],
  [
    'case/sys/fs/cgroup/kubepods.slice/kubepods-pod1.slice/memory.stat',
    'case/',
    { kind: 'memory.stat', path: 'kubepods.slice/kubepods-pod1.slice' },
  ],
  ['sys/fs/cgroup/kubepods/memory.max', '', { kind: 'memory.max', path: 'kubepods' }],
  ['sys/fs/cgroup/kubepods/memory.current', '', { kind: 'memory.current', path: 'kubepods' }],
  ['sys/fs/cgroup/kubepods/memory.events', '', { kind: 'memory.events', path: 'kubepods' }],
  [
    'sys/fs/cgroup/memory/kubepods/podx/memory.kmem.tcp.usage_in_bytes',
    '',
    { kind: 'memory.kmem.tcp.usage_in_bytes', path: 'memory/kubepods/podx' },
  ],
  [
    'sys/fs/cgroup/memory/kubepods/podx/memory.kmem.tcp.limit_in_bytes',
    '',
    { kind: 'memory.kmem.tcp.limit_in_bytes', path: 'memory/kubepods/podx' },
  ],
  [
    'sys/fs/cgroup/memory/kubepods/podx/memory.limit_in_bytes',
    '',
    { kind: 'memory.limit_in_bytes', path: 'memory/kubepods/podx' },
  ],
  [
    'sys/fs/cgroup/memory/kubepods/podx/memory.usage_in_bytes',
    '',
    { kind: 'memory.usage_in_bytes', path: 'memory/kubepods/podx' },
  ],
  ['ss/ss-tanpeim.4026532398.txt', '', { kind: 'ss', netns: 4026532398 }],
  ['var/log/pods/a_b_c/d/0.log', '', { kind: 'pod-log', path: 'a_b_c/d/0.log' }],
  ['var/log/containers/x.log', '', { kind: 'container-log', name: 'x.log' }],
];
for (const [name, root, fact, rank] of ROUTES) {
  test(`${name} is found`, () => {
    const found = routeMember(name);
    assert.deepEqual([found?.root, found?.fact], [root, fact]);
    if (rank !== undefined) assert.equal(found?.rank, rank);
  });
}

for (const name of [
  '',
  'proc',
  'proc/',
  'proc/0/comm',
  'proc/012/comm',
  'proc/self/net/tcp',
  'proc/1/root/proc/2/comm',
  'proc/1/task/2/comm',
  'proc/1/fd/x',
  'proc/1/task/x/fd/3',
  'proc/1/task/2/fd/x',
  'proc/1/task/2/fdinfo/3',
  'proc/1/task/2/fd/3/4',
  'proc/1/fdinfo/x',
  'proc/1/fdinfo/3/4',
  'proc/1/net/sockprotoname',
  'netns/4026532900/tcp',
  'netns/4026532900/net/unknown',
  'netns/4026532900/net/a/tcp',
  'netns/4026532900/path/x',
  'netns/x/net/tcp',
  'netns/99999999999/net/tcp',
  'sys/fs/cgroup/memory.stat',
  'sys/fs/cgroup/kubepods/memory.peak',
  'sys/fs/cgroup/kubepods/cpu.stat',
  'sys/fs/cgroup/kubepods/xmemory.stat',
  'proc/1/ns/uts',
  'proc/99999999999/comm',
  'xproc/1/comm',
  'proc/net/stat/nf_conntrack',
  'proc/net/nf_conntrack_expect',
  'conntrack-S.txt',
  'networking/other/conntrack.md',
  'proc/net/unknown',
  'ss/ss-tanpeim.x.txt',
  'notes.txt',
  'proc/1/comm\nproc/2/comm',
]) {
  test(`${JSON.stringify(name)} is no fact`, () => assert.equal(routeMember(name), undefined));
}

test('leading "./" and "/" and inner "/./" are dropped, ".." stays text', () => {
  assert.equal(normaliseName('./proc/1/comm'), 'proc/1/comm');
  assert.equal(normaliseName('.//./proc/./1/comm'), 'proc/1/comm');
  assert.equal(normaliseName('../proc/1/comm'), '../proc/1/comm');
});

function fdName(name: string): unknown {
  const out = { rootLength: -1, pid: -1, fd: -1, fdStart: -1 };
  // What surrounds it in a header must not be taken for a part of it.
  const bytes = toBytes(`1${name}2`);
  const found = readFdLinkName(bytes, { start: 1, end: bytes.length - 1 }, out);
  return found ? [name.slice(0, out.rootLength), out.pid, out.fd] : null;
}

for (const name of ['proc/1/fd/0', 'proc/4194304/fd/1048575', './proc/1/fd/3', 'case 1/n\u00f6de/proc/12/fd/34']) {
  test(`the bytes of ${name} are read as its text would be`, () => {
    const found = routeMember(normaliseName(name));
    const [root, pid, fd] = fdName(name) as [string, number, number];
    assert.deepEqual({ kind: 'fd', pid, fd }, found?.fact);
    assert.ok(name.startsWith(root));
  });
}

for (const name of [
  '',
  'fd/3',
  '/fd/3',
  '1/fd/3',
  'proc/1/fd/',
  'proc/1/fd/x',
  'proc//fd/3',
  'proc/0/fd/3',
  'proc/01/fd/3',
  'xproc/1/fd/3',
  'proc/1/fdinfo/3',
  'proc/1/fd/12345678901',
  'proc/1/task/5/fd/3',
]) {
  test(`the bytes of ${JSON.stringify(name)} are no fd link`, () => assert.equal(fdName(name), null));
}

const TARGETS: readonly (readonly [string, number])[] = [
  ['socket:[1]', 1],
  ['socket:[4294967295]', 4294967295],
  ['socket:[4294967296]', -1],
  ['socket:[]', -1],
  ['socket:[12a]', -1],
  ['socket:[-1]', -1],
  ['socket:[1] ', -1],
  ['Socket:[1]', -1],
  ['pipe:[1]', -1],
  ['x socket:[1]', -1],
  ['socket:[99999999999]', -1],
  ['', -1],
];
for (const [target, inode] of TARGETS) {
  test(`a target ${JSON.stringify(target)} gives ${inode}`, () =>
    assert.equal(readSocketTarget(toBytes(`s${target}]`), { start: 1, end: 1 + target.length }), inode));
}

for (const root of ['case/', 'a/b c/', 'ss/', 'var/', 'samples/2x/', 'xproc/', 'fd/', 'sys/']) {
  for (const name of [
    'proc/1/comm',
    'proc/012/stat',
    'proc/12345678901/stat',
    'proc/x/comm',
    'proc/1/net/stat',
    'proc/12/ns/net',
    'proc/12/ns/net/',
    'proc/012/ns/net',
    'proc/12345678/ns/net',
    'proc/1/task/2/ns/net',
    'proc/ns/net',
  ])
    test(`${JSON.stringify(name)} is the same fact below ${JSON.stringify(root)}`, () => {
      const found = routeMember(root + name);
      assert.deepEqual(found?.fact, routeMember(name)?.fact);
      if (found !== undefined) assert.equal(found.root, root);
    });
}

for (const root of ['x/proc/1/', 'sys/fs/cgroup/', 'var/log/pods/a_b_c/'])
  test(`what lies below ${root} belongs to the node there, whatever its name is`, () => {
    for (const name of ['proc/1/comm', 'netns/5/net/tcp', 'manifest.json', 'sos_commands/x/dmesg', 'samples/1.txt']) {
      const found = routeMember(root + name);
      assert.ok(found === undefined || !found.root.startsWith(root), `${root}${name}`);
    }
  });

test('a file of the node is known by the path that it has there', () => {
  assert.deepEqual(routeNodePath('proc/1/limits')?.fact, { kind: 'pid-limits', pid: 1 });
  assert.equal(routeNodePath('x/proc/1/limits'), undefined);
  assert.equal(routeNodePath('dmesg'), undefined);
});

test('a number that no process can have is no process, in links and in files', () => {
  assert.equal(fdName('proc/4294967297/fd/1'), null);
  assert.equal(routeMember('proc/4294967297/comm'), undefined);
});
