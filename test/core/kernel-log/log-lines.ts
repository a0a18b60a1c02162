/** Lines of the kernel log in the words of the kernel (kernel notes, section 5), and lines that only look like them. */

type Form = readonly [id: string, era: string, line: string, nearMiss: string];

const KILLED =
  'Killed process 4242 (java) total-vm:10kB, anon-rss:1kB, file-rss:0kB, shmem-rss:0kB, UID:0 pgtables:9kB oom_score_adj:0';
const GRO = 'Driver has suspect GRO implementation, TCP performance may be compromised.';

export const FORMS: readonly Form[] = [
  // TCP
  [
    'tcp-out-of-memory',
    'Linux 3.4 and later',
    '[   45.006070] TCP: out of memory -- consider tuning tcp_mem',
    'Out of memory: Killed process 4242 (java) total-vm:10kB',
  ],
  [
    'tcp-out-of-memory',
    'Linux 3.4 and later',
    '<6>[   45.006070][    T1] TCP: out of memory -- consider tuning tcp_mem',
    'UDP: out of memory -- consider tuning udp_mem',
  ],
  ['tcp-out-of-socket-memory', 'Linux 2.4 to 3.3', 'Out of socket memory', 'Out of socket buffers'],
  [
    'tcp-too-many-orphans',
    'Linux 3.4 and later',
    'TCP: too many orphaned sockets',
    'app[1]: too many orphaned sockets in the pool',
  ],
  [
    'tcp-too-many-orphans',
    'Linux 2.4 to 3.3, and MPTCP outside the kernel tree',
    'MPTCP: too many of orphaned sockets',
    'too many of orphaned sockets',
  ],
  [
    'time-wait-overflow',
    'Linux 2.6',
    'TCP: time wait bucket table overflow',
    'DCCP: dccp_time_wait: time wait bucket table overflow',
  ],
  [
    'dccp-time-wait-overflow',
    'Any kernel with DCCP',
    'DCCP: dccp_time_wait: time wait bucket table overflow',
    'TCP: time wait bucket table overflow',
  ],
  [
    'syn-flood',
    'Linux 2.6',
    'possible SYN flooding on port 80. Sending cookies.',
    'possible UDP flooding on port 80. Sending cookies.',
  ],
  [
    'syn-flood',
    'Up to about Linux 6.1',
    'TCP: request_sock_TCP: Possible SYN flooding on port 8080. Sending cookies.  Check SNMP counters.',
    'TCP: request_sock_TCP: Possible SYN flooding on port http. Sending cookies.',
  ],
  [
    'syn-flood',
    'Up to about Linux 6.1',
    'request_sock_TCPv6: Possible SYN flooding on port 443. Dropping request.  Check SNMP counters.',
    'haproxy: Possible SYN flooding on port 443, see the statistics',
  ],
  [
    'syn-flood',
    'About Linux 6.2 and later, and the 5.14 of RHEL 9.2',
    'TCP: request_sock_TCP: Possible SYN flooding on port 10.244.49.15:8080. Sending cookies.',
    'TCP: request_sock_TCP: Possible SYN flooding on port 10.244.49.15. Sending nothing.',
  ],
  [
    'syn-flood',
    'About Linux 6.2 and later, and the 5.14 of RHEL 9.2',
    'TCP: MPTCP: request_sock_subflow_v4: Possible SYN flooding on port [::]:8080. Dropping request.',
    'Possible SYN flooding on port [eth0]:8080. Dropping request.',
  ],
  [
    'tcp-zero-window',
    'Up to Linux 6.1',
    'TCP: Peer 10.0.0.7:443/51234 unexpectedly shrunk window 1234567:1236015 (repaired)',
    'TCP: Peer 10.0.0.7:443/51234 unexpectedly shrunk window',
  ],
  [
    'tcp-zero-window',
    'Linux 6.12 and later',
    'TCP: Probing zero-window on 10.0.0.7:443/51234, seq=1234567:1236015, recv 212ms ago, lasting 4012ms',
    'TCP: Probing zero-window on the test bench',
  ],
  // Rate limits
  [
    'net-ratelimit',
    'Linux 3 and later',
    'net_ratelimit: 43 callbacks suppressed',
    'dst_alloc: 43 callbacks suppressed',
  ],
  [
    'printk-ratelimit',
    'The limit of one caller',
    'dst_alloc: 5 callbacks suppressed',
    'net_ratelimit: 5 callbacks suppressed',
  ],
  [
    'printk-ratelimit',
    'Linux 2.6.2x and 2.6.3x',
    '__ratelimit: 12 callbacks suppressed',
    '__ratelimit: callbacks suppressed',
  ],
  [
    'printk-ratelimit',
    'The limit of printk itself',
    'printk: 3 messages suppressed.',
    'journald: 3 messages suppressed.',
  ],
  // Memory
  [
    'oom-kill',
    'About Linux 4.20 and later, RAM of the node',
    `[    9.100000] Out of memory: ${KILLED}`,
    'TCP: out of memory -- consider tuning tcp_mem',
  ],
  [
    'oom-kill',
    'About Linux 4.20 and later, limit of a cgroup',
    `[    9.100000] Memory cgroup out of memory: ${KILLED}`,
    'Memory cgroup out of memory: no process to kill',
  ],
  [
    'oom-kill',
    'Older kernels, the first of two lines',
    'Out of memory: Kill process 4242 (java) score 900 or sacrifice child',
    'Out of memory: Kill process failed',
  ],
  [
    'oom-kill',
    'Older kernels, the second of two lines',
    'Killed process 4242 (java) total-vm:10kB, anon-rss:1kB, file-rss:0kB',
    'systemd[1]: app.service: Killed process 4242 (java) with signal SIGKILL.',
  ],
  [
    'oom-kill-cgroup',
    'About Linux 4.19 and later',
    'oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=x,mems_allowed=0,oom_memcg=/kubepods.slice/a,task_memcg=/kubepods.slice/a/b,task=java,pid=4242,uid=0',
    'oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null)',
  ],
  [
    'oom-killer-invoked',
    'All',
    'java invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0',
    'kubelet: a pod invoked oom-killer: see the events',
  ],
  [
    'oom-cgroup-stats',
    'All',
    'Memory cgroup stats for /kubepods.slice/kubepods-burstable.slice:',
    'Memory cgroup stats for the pod are not known',
  ],
  [
    'slub-failure',
    'Linux 5.10 and 6.1',
    'SLUB: Unable to allocate memory on node -1, gfp=0x6000c0(GFP_KERNEL)',
    'SLUB: Unable to allocate memory on boot',
  ],
  [
    'slub-failure',
    'Linux 6.12 and later',
    'SLUB: Unable to allocate memory on CPU 3 (of node 0) on node -1, gfp=0xa20(GFP_ATOMIC)',
    'SLUB: Unable to allocate memory on CPU 3',
  ],
  [
    'slub-cache',
    'All',
    '  cache: TCP, object size: 2368, buffer size: 2432, default order: 3, min order: 0',
    'store: 12 keys, object size: 2368',
  ],
  [
    'page-allocation-failure',
    'All',
    'kworker/0:1: page allocation failure: order:3, mode:0x40a20(GFP_ATOMIC|__GFP_COMP), nodemask=(null)',
    'java: page allocation failure: order: unknown',
  ],
  // Network
  [
    'conntrack-full',
    'nf_conntrack',
    'nf_conntrack: nf_conntrack: table full, dropping packet',
    'nf_conntrack: table full, evicting',
  ],
  [
    'conntrack-full',
    'Linux 7.2, outside the first namespace',
    'nf_conntrack: table full in netns 4026532398, dropping packet',
    'nf_conntrack: table full in netns web, dropping packet',
  ],
  [
    'conntrack-full',
    'ip_conntrack of Linux 2.6',
    'ip_conntrack: table full, dropping packet.',
    'arp: table full, dropping packet.',
  ],
  [
    'conntrack-expect-full',
    'All',
    'nf_conntrack: nf_conntrack: expectation table full',
    'nf_conntrack: table full, dropping packet',
  ],
  [
    'conntrack-vmalloc',
    'Kernels before Linux 5.10',
    'nf_conntrack: falling back to vmalloc.',
    'zram: falling back to vmalloc.',
  ],
  [
    'neighbour-full',
    'Linux 5.10 and later',
    'neighbour: arp_cache: neighbor table overflow!',
    'bgpd: neighbor table overflow',
  ],
  ['neighbour-full', 'Older kernels', 'ipv4: Neighbour table overflow.', 'bgpd: Neighbour table is at 90 %.'],
  [
    'martian-packet',
    'Up to Linux 6.12, source',
    'IPv4: martian source 10.244.3.7 from 169.254.1.1, on dev eth0',
    'IPv4: martian source filter is on',
  ],
  [
    'martian-packet',
    'Linux 7.2, source',
    'IPv4: martian source (src=10.244.3.7, dst=169.254.1.1, dev=eth0)',
    'cni: martian source (see log_martians)',
  ],
  [
    'martian-packet',
    'All, destination',
    'IPv4: martian destination 127.0.0.1 from 10.244.3.7, dev eth0',
    'cni: martian destination dropped',
  ],
  [
    'route-cache-full',
    'Both families in one text',
    'Route cache is full: consider increasing sysctl net.ipv[4|6].route.max_size.',
    'Route cache is full: consider increasing sysctl net.core.somaxconn.',
  ],
  [
    'route-cache-full',
    'IPv6 only',
    'IPv6: Route cache is full: consider increasing sysctl net.ipv6.route.max_size.',
    'Route cache is full: consider increasing the timeout of net.ipv6.route.gc_timeout',
  ],
  ['route-cache-full', 'Linux 2.6 to 3.5', 'ipv4: dst cache overflow', 'web: dst cache overflowed to disk'],
  [
    'netdev-not-released',
    'All',
    'unregister_netdevice: waiting for lo to become free. Usage count = 1',
    'unregister_netdevice: waiting for a lock',
  ],
  [
    'netdev-watchdog',
    'All',
    'NETDEV WATCHDOG: eth0 (e1000e): transmit queue 0 timed out',
    'NETDEV WATCHDOG: eth0 (e1000e): link is down',
  ],
  [
    'udp-bad-packet',
    'All, checksum',
    'UDP: bad checksum. From 10.0.0.7:53 to 10.0.0.8:4242 ulen 80',
    'DNS over UDP: bad checksum.',
  ],
  [
    'udp-bad-packet',
    'All, length',
    'UDP: short packet: From 10.0.0.7:53 80/72 to 10.0.0.8:4242',
    'statsd: short packet',
  ],
  // Node
  ['file-max', 'All', 'VFS: file-max limit 392475 reached', 'VFS: file-max limit raised to 392475'],
  [
    'too-many-open-files',
    'Programs in Go',
    'http: Accept error: accept tcp [::]:8080: accept4: too many open files; retrying in 1s',
    'open /etc/hosts: too many open files',
  ],
  [
    'too-many-open-files',
    'Programs in Java',
    'java.net.SocketException: Too many open files',
    'java.io.IOException: Too many open files in system',
  ],
  ['no-more-sockets', 'All', 'socket: no more sockets', 'pool: no more sockets in the pool'],
  [
    'hung-task',
    'All',
    'INFO: task kworker/u8:2:1234 blocked for more than 122 seconds.',
    'audit: task blocked for more than 122 seconds.',
  ],
  [
    'nfs-not-responding',
    'All, hard mount',
    'nfs: server 10.0.0.9 not responding, still trying',
    'probe: server 10.0.0.9 not responding, still trying',
  ],
  [
    'nfs-not-responding',
    'All, soft mount',
    'nfs: server storage.example not responding, timed out',
    'lockd: server storage.example not responding, timed out',
  ],
  [
    'ceph-socket-closed',
    'Kernels with libceph',
    'libceph: osd3 10.0.0.9:6800 socket closed (con state OPEN)',
    'envoy: upstream 10.0.0.9:6800 socket closed',
  ],
  // The kernel itself
  [
    'socket-released-alive',
    'All, a connection',
    'IPv4: Attempt to release TCP socket in state 1 00000000deadbeef',
    'IPv4: Attempt to release TCP socket',
  ],
  [
    'socket-released-alive',
    'All, any socket',
    'IPv4: Attempt to release alive inet socket 00000000deadbeef',
    'app: Attempt to release alive inet socket',
  ],
  [
    'skb-panic',
    'All, behind the end',
    'skbuff: skb_over_panic: text:ffffffffc05 len:1500 put:1500 head:ffff88 data:ffff88 tail:0x5dc end:0x2c0 dev:eth0',
    'RIP: 0010:skb_over_panic+0x4c/0x50',
  ],
  [
    'skb-panic',
    'All, before the start',
    'skbuff: skb_under_panic: text:ffffffffc05 len:98 put:14 head:ffff88 data:ffff87 tail:0x5c end:0x2c0 dev:cni0',
    'RIP: 0010:skb_under_panic+0x4c/0x50',
  ],
  [
    'tcp-ehash-failure',
    'Linux 6.12 and later',
    'TCP: Failed to allocate TCP ehash (entries: 65536) for a netns, fallback to the global one',
    'DCCP: Failed to allocate DCCP ehash',
  ],
  ['tcp-suspect-gro', 'All', `TCP: eth0: ${GRO}`, `eth0: ${GRO}`],
  [
    'tcp-window-scaling',
    'All',
    'TCP: tcp_parse_options: Illegal window scaling value 15 > 14 received',
    'sysctl: Illegal window scaling value 15',
  ],
];

/** More forms of the same messages. */
export const VARIANTS: readonly (readonly [id: string, line: string])[] = [
  ['tcp-too-many-orphans', 'TCP: too many of orphaned sockets'],
  ['syn-flood', 'TCP: request_sock_TCPv6: Possible SYN flooding on port [2001:db8::1]:8080. Sending cookies.'],
  ['net-ratelimit', '[   50.000000] net_ratelimit: 1 callbacks suppressed'],
  ['printk-ratelimit', 'kauditd_printk_skb: 12 callbacks suppressed'],
  ['conntrack-full', 'nf_conntrack: table full, dropping packet'],
  ['neighbour-full', 'neighbour: ndisc_cache: neighbor table overflow!'],
  ['neighbour-full', 'ipv6: Neighbour table overflow.'],
  ['neighbour-full', 'Neighbour table overflow.'],
  ['oom-kill', 'Memory cgroup out of memory: Kill process 4242 (java) score 900 or sacrifice child'],
  ['oom-kill', 'Killed process 4242, UID 48, (httpd) total-vm:10kB, anon-rss:1kB, file-rss:0kB'],
  [
    'oom-kill-cgroup',
    '[ 9.1] oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,global_oom,task_memcg=/init.scope,task=java,pid=4242,uid=0',
  ],
  ['route-cache-full', 'Route cache is full: consider increasing sysctl net.ipv6.route.max_size.'],
  ['netdev-watchdog', 'e1000 0000:00:03.0 eth0: NETDEV WATCHDOG: CPU: 3: transmit queue 0 timed out 5312 ms'],
  ['too-many-open-files', 'dial tcp 10.0.0.9:443: socket: too many open files'],
  ['no-more-sockets', 'socket: socket: no more sockets'],
];

/** Near to some entry or common in a kernel log, and nothing that helps to find a cause. */
export const NOT_IN_CATALOGUE: readonly string[] = [
  'TCP: Hash tables configured (established 32768 bind 32768)',
  'app[1]: process out of memory',
  'fork: cannot allocate memory',
  'll header: 00000000: ff ff ff ff ff ff 02 42 0a f4 03 07 08 06',
  'TCP: cubic registered',
  'Out of memory and no killable processes...',
  'Tasks state (memory values in pages):',
  'nfs: server 10.0.0.9 OK',
  'message repeated 3 times: [ cni0: port 1(veth0) entered forwarding state ]',
  '',
];
