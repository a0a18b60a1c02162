/**
 * What is mutated: two small nodes, each as a plain copy of /proc and as the collector writes it. Small, because a long
 * run analyses tens of thousands of them; real, because texts that nobody made up reach further into the parsers.
 */
import { type Member, toBytes } from '../core/support/bundles.ts';
import { fixtureMembers } from '../core/support/corpus.ts';
import { HOST_NETNS, inodes, nodeMembers, rows } from '../core/support/nodes.ts';
import { block, ROOT, toSockscope } from '../core/support/sockscope.ts';
import { sockstatText, tcpTable } from '../core/support/tables.ts';

export interface BaseBundle {
  readonly name: string;
  readonly members: readonly Member[];
}

const MAX_LINES = 24;
const MAX_FDS = 12;
const UID = 'cef93934-6214-4ba6-907b-c562e50cedf2';

export async function baseBundles(): Promise<readonly BaseBundle[]> {
  const real = thinned(await fixtureMembers('leak-closed-held-k6.1'));
  const made = [...leakyNode(), ...oddFiles()];
  return [
    { name: 'captured node, plain', members: real },
    { name: 'made node, plain', members: made },
    { name: 'captured node, collector', members: [...toSockscope(real), ...collectorFiles()] },
    { name: 'made node, collector', members: [...toSockscope(made), ...collectorFiles()] },
  ];
}

/** Of each kind of file only a few, and of each text only its first lines. */
function thinned(members: readonly Member[]): readonly Member[] {
  const seen = new Map<string, number>();
  const pids = busyPids(members);
  return members.flatMap((member): Member[] => {
    const pid = /^proc\/(\d+)\//.exec(member.name)?.[1];
    if (pid !== undefined && !pids.has(pid)) return [];
    const kind = member.name.startsWith('proc/sys/') ? 'sysctl' : member.name.replace(/\/[\d.]+$/, '/N');
    const count = (seen.get(kind) ?? 0) + 1;
    seen.set(kind, count);
    const isNeeded = /tcp_mem|orphans|tw_buckets|file-nr|port_range/.test(member.name);
    if (count > (kind === 'sysctl' ? 3 : MAX_FDS) && !isNeeded) return [];
    if (!('text' in member)) return [member];
    const lines = new TextDecoder().decode(toBytes(member.text)).split('\n');
    return [{ name: member.name, text: `${lines.slice(0, MAX_LINES).join('\n')}\n` }];
  });
}

/** Init, and the processes of two other namespaces. */
function busyPids(members: readonly Member[]): ReadonlySet<string> {
  const withNet = members.flatMap(({ name }) => /^proc\/(\d+)\/net\/tcp$/.exec(name)?.[1] ?? []);
  return new Set(['1', ...withNet.slice(0, 3)]);
}

function leakyNode(): readonly Member[] {
  return nodeMembers({
    namespaces: [
      { netns: HOST_NETNS, tcp: rows(3, 50, { state: 10 }) },
      {
        netns: 4026532000,
        tcp: [...rows(14, 100, { state: 8, rx: 5000 }), ...rows(4, 300, { state: 1, tx: 9000 })],
        tcp6: rows(2, 400, { state: 1 }),
      },
    ],
    processes: [
      { pid: 1, comm: 'systemd', namespace: 0, sockets: inodes(3, 50) },
      { pid: 700, comm: 'leaky', namespace: 1, sockets: [...inodes(14, 100), ...inodes(9, 900)], podUid: UID },
      { pid: 701, comm: 'worker', namespace: 1, parentPid: 700, sockets: inodes(4, 300), podUid: UID },
    ],
    unhashed: 9,
    memPages: 60_000,
    dmesg: [
      '[    0.000000] Linux version 6.1.0',
      '[   45.006070] TCP: out of memory -- consider tuning tcp_mem',
      '[   46.000000] net_ratelimit: 12 callbacks suppressed',
      '[   50.5] TCP: request_sock_TCP: Possible SYN flooding on port 8080. Sending cookies.',
      '[   60.1] oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),task=leaky,pid=700,uid=0',
      '',
    ].join('\n'),
  });
}

/** Kinds of files that the captures do not have. */
function oddFiles(): readonly Member[] {
  const pod = `kubepods.slice/kubepods-pod${UID.replaceAll('-', '_')}.slice`;
  return [
    { name: 'ss/ss-tanpeim.4026532000.txt', text: SS },
    { name: 'proc/700/fdinfo/9', text: 'pos:\t0\nflags:\t02\nino:\t82892\nscm_fds: 3\n' },
    { name: 'sockprotoname.txt', text: '700 20 TCP\n700 21 UNIX-STREAM\n' },
    { name: `sys/fs/cgroup/${pod}/memory.stat`, text: 'anon 4096\nsock 10240000\n' },
    { name: `sys/fs/cgroup/${pod}/memory.max`, text: 'max\n' },
    { name: `var/log/pods/shop_web-0_${UID}/app/0.log`, text: '' },
    { name: `var/log/containers/web-0_shop_app-${'ab'.repeat(32)}.log`, link: '/var/log/pods/x' },
    { name: 'netns/4026532900/path', text: '/run/netns/cni-1\n' },
    { name: 'netns/4026532900/net/tcp', text: tcpTable(rows(2, 950, { state: 8 })) },
    { name: 'netns/4026532900/net/sockstat', text: sockstatText({ inuse: 2, alloc: 34, mem: 60_000 }) },
    { name: 'proc/700/task/702/fd/5', link: 'socket:[920]' },
    { name: 'proc/1/fd.txt', text: '/proc/1/fd:\nlrwx------ 1 root root 64 Nov 22 20:22 7 -> socket:[51]\n' },
    { name: 'proc/net/softnet_stat', text: '0000 0000 0000\n' },
    { name: 'proc/sys/fs/file-nr', text: '1952\t0\t9223372036854775807\n' },
  ];
}

const SS = [
  'State Recv-Q Send-Q Local Address:Port Peer Address:Port Process',
  'LISTEN 0 128 0.0.0.0:8080 0.0.0.0:* ino:50 sk:1 skmem:(r0,rb131072,t0,tb16384,f0,w0,o0,bl0,d0)',
  'CLOSE-WAIT 5000 0 10.0.0.1:80 10.0.0.2:1024 users:(("leaky",pid=700,fd=3)) ino:100 sk:2 skmem:(r8448,rb131072,t0,tb46080,f3840,w0,o0,bl0,d0) cubic lastsnd:40000 lastrcv:40260',
  '',
].join('\n');

/** Of a bundle of the collector: what toSockscope has nothing to make of. */
function collectorFiles(): readonly Member[] {
  const pods = {
    items: [{ id: 'cd'.repeat(32), metadata: { name: 'web-0', uid: UID, namespace: 'shop' }, state: 'SANDBOX_READY' }],
  };
  const labels = {
    'io.kubernetes.pod.name': 'web-0',
    'io.kubernetes.pod.namespace': 'shop',
    'io.kubernetes.pod.uid': UID,
  };
  const containers = {
    containers: [{ id: 'ab'.repeat(32), podSandboxId: 'cd'.repeat(32), metadata: { name: 'app', attempt: 0 }, labels }],
  };
  const sample = (uptime: string, alloc: number) =>
    [
      block('/proc/uptime', `${uptime} 1.00\n`),
      block('/proc/sys/fs/file-nr', '1000\t0\t999999\n'),
      block('/proc/1/net/sockstat', sockstatText({ inuse: 3, alloc, mem: 60_000 })),
      block('/proc/700/net/sockstat', sockstatText({ inuse: 20, alloc, mem: 60_000 })),
    ].join('');
  const files = {
    'crictl-pods.json': JSON.stringify(pods),
    'crictl-ps.json': JSON.stringify(containers),
    'pods.txt': `/var/lib/kubelet/pods/${UID}/containers/app\n`,
    'fdinfo.txt': block('/proc/700/fdinfo/9', 'pos:\t0\nscm_fds: 2\n'),
    'samples/0.txt': sample('101.00', 34),
    'samples/1.txt': sample('90.00', 33),
    'samples/2.txt': sample('160.00', 60),
    'samples/2/proc/700/net/tcp': tcpTable(rows(14, 100, { state: 8, rx: 5000 })),
    'journal-kernel.txt': '2026-11-22T20:22:34.5 node-1 kernel: TCP: out of memory -- consider tuning tcp_mem\n',
    'errors.txt': 'cat: /proc/9/stat: No such file or directory\n',
  };
  return Object.entries(files).map(([name, text]) => ({ name: `${ROOT}${name}`, text }));
}
