import assert from 'node:assert/strict';
import test from 'node:test';
import {
  createAnchorPattern,
  LOG_CATALOGUE,
  logMessage,
  matchLogLine,
} from '../../../src/core/parsers/log-catalogue.ts';

// Literals of the kernel by version, from the kernel notes, section 5.
const LINES: readonly (readonly [line: string, id: string])[] = [
  ['[   45.0] TCP: out of memory -- consider tuning tcp_mem', 'tcp-out-of-memory'],
  ['Out of socket memory', 'tcp-out-of-socket-memory'],
  ['TCP: too many orphaned sockets', 'tcp-too-many-orphans'],
  ['TCP: too many of orphaned sockets', 'tcp-too-many-orphans'],
  ['net_ratelimit: 43 callbacks suppressed', 'net-ratelimit'],
  ['possible SYN flooding on port 80. Sending cookies.', 'syn-flood'],
  ['TCP: request_sock_TCP: Possible SYN flooding on port 8080. Sending cookies.  Check SNMP counters.', 'syn-flood'],
  ['TCP: request_sock_TCPv6: Possible SYN flooding on port [::]:8080. Sending cookies.', 'syn-flood'],
  ['nf_conntrack: nf_conntrack: table full, dropping packet', 'conntrack-full'],
  ['nf_conntrack: table full, dropping packet', 'conntrack-full'],
  ['ip_conntrack: table full, dropping packet.', 'conntrack-full'],
  ['nf_conntrack: table full in netns 4026532398, dropping packet', 'conntrack-full'],
  ['neighbour: arp_cache: neighbor table overflow!', 'neighbour-full'],
  ['neighbour: ndisc_cache: neighbor table overflow!', 'neighbour-full'],
  ['ipv4: Neighbour table overflow.', 'neighbour-full'],
  ['Neighbour table overflow.', 'neighbour-full'],
  ['VFS: file-max limit 392475 reached', 'file-max'],
  [
    '[ 9.1] Out of memory: Killed process 4242 (java) total-vm:10kB, anon-rss:1kB, file-rss:0kB, shmem-rss:0kB, UID:0 pgtables:9kB oom_score_adj:0',
    'oom-kill',
  ],
  ['[ 9.1] Memory cgroup out of memory: Killed process 4242 (java) total-vm:10kB', 'oom-kill'],
  ['[ 9.1] Out of memory: Kill process 4242 (java) score 900 or sacrifice child', 'oom-kill'],
  ['[ 9.1] Killed process 4242 (java) total-vm:10kB, anon-rss:1kB, file-rss:0kB', 'oom-kill'],
  [
    'kworker/0:1: page allocation failure: order:3, mode:0x40a20(GFP_ATOMIC|__GFP_COMP), nodemask=(null)',
    'page-allocation-failure',
  ],
  [
    'oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=x,mems_allowed=0,oom_memcg=/kubepods.slice/a,task_memcg=/kubepods.slice/a/b,task=java,pid=4242,uid=0',
    'oom-kill-cgroup',
  ],
  [
    '[ 9.1] oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,global_oom,task_memcg=/init.scope,task=java,pid=4242,uid=0',
    'oom-kill-cgroup',
  ],
  ['SLUB: Unable to allocate memory on node -1, gfp=0x6000c0(GFP_KERNEL)', 'slub-failure'],
  ['SLUB: Unable to allocate memory on CPU 3 (of node 0) on node -1, gfp=0xa20(GFP_ATOMIC)', 'slub-failure'],
  ['TCP: time wait bucket table overflow', 'time-wait-overflow'],
];
for (const [line, id] of LINES) {
  test(`"${line.slice(0, 70)}" is ${id}, and the anchors of the scanner find it`, () => {
    assert.equal(matchLogLine(line)?.id, id);
    assert.ok(createAnchorPattern().test(line));
  });
}

for (const line of [
  'TCP: Hash tables configured (established 32768 bind 32768)',
  'printk: 3 messages suppressed.',
  'app[1]: process out of memory',
  'dst_alloc: 5 callbacks suppressed',
  'oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null)',
  'java invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0',
  '  cache: TCP, object size: 2368, buffer size: 2432, default order: 3, min order: 0',
  '',
]) {
  test(`"${line}" is in no entry of the catalogue`, () => {
    assert.equal(matchLogLine(line), undefined);
  });
}

test('ids are unique and every entry explains itself', () => {
  assert.equal(new Set(LOG_CATALOGUE.map((message) => message.id)).size, LOG_CATALOGUE.length);
  for (const message of LOG_CATALOGUE) {
    assert.equal(logMessage(message.id), message);
    for (const text of [message.title, message.meaning, message.confirm]) assert.ok(text.length > 0, message.id);
    assert.ok(message.anchor.length >= 6, message.id);
  }
  assert.equal(logMessage('no-such-id'), undefined);
});

test('the log line never says to raise tcp_mem as its cure', () => {
  assert.doesNotMatch((logMessage('tcp-out-of-memory')?.fixes ?? []).join(' '), /[Rr]aise|[Ii]ncrease/);
});
