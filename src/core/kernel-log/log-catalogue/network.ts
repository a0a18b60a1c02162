/** Tables, routes and devices of the network: they lose packets, and TCP suffers for it. */
import type { LogMessage } from './message.ts';

export const NETWORK_MESSAGES: readonly LogMessage[] = [
  {
    // net/netfilter/nf_conntrack_core.c __nf_conntrack_alloc; the prefix of the module doubles the name
    id: 'conntrack-full',
    level: 'error',
    anchors: ['_conntrack: table full'],
    patterns: [
      { era: 'nf_conntrack', pattern: /nf_conntrack: table full, dropping packet/ },
      {
        era: 'Linux 7.2, outside the first namespace',
        pattern: /nf_conntrack: table full in netns \d+, dropping packet/,
      },
      { era: 'ip_conntrack of Linux 2.6', pattern: /ip_conntrack: table full, dropping packet\./ },
    ],
    title: 'The connection tracking table is full',
    meaning:
      'New flows are dropped by netfilter, before TCP sees them. Peers retransmit and time out. The count is of a namespace, the limit of the node.',
    causes: ['More flows than nf_conntrack_max allows.', 'Long timeouts that keep entries of flows that are over.'],
    confirm:
      'nf_conntrack_count against nf_conntrack_max. The number of a netns is its inode, the one in /proc/PID/ns/net.',
    counters: [],
    fixes: ['Raise nf_conntrack_max and the number of buckets, or shorten the timeouts.'],
    nonFixes: ['tcp_mem has no part in it, though the retransmits can leave orphans.'],
  },
  {
    id: 'conntrack-expect-full',
    level: 'warning',
    anchors: ['nf_conntrack: expectation table full'],
    patterns: [{ era: 'All', pattern: /nf_conntrack: expectation table full/ }],
    title: 'The table of expected connections is full',
    meaning:
      'Connection tracking could not note a connection that it expects to follow another one. It is not the table of connections itself.',
    causes: ['More expected connections than that table takes.'],
    confirm: 'This line; the count of the main table need not be high.',
    counters: [],
    fixes: [],
    nonFixes: ['tcp_mem and nf_conntrack_max have no part in it.'],
  },
  {
    id: 'conntrack-vmalloc',
    level: 'note',
    anchors: ['nf_conntrack: falling back to vmalloc'],
    patterns: [{ era: 'Kernels before Linux 5.10', pattern: /nf_conntrack: falling back to vmalloc\./ }],
    title: 'The table of connection tracking lies in pieces',
    meaning: 'One contiguous block for the hash table was not to be had, so it was put together. Nothing failed.',
    causes: ['A large hash table on a node whose RAM is in pieces.'],
    confirm: 'Nothing to confirm: it is information.',
    counters: [],
    fixes: [],
    nonFixes: ['tcp_mem has no part in it.'],
  },
  {
    // net/core/neighbour.c neigh_alloc
    id: 'neighbour-full',
    level: 'error',
    anchors: ['neighbor table overflow!', 'eighbour table overflow.'],
    patterns: [
      { era: 'Linux 5.10 and later', pattern: /\w{1,40}: neighbor table overflow!/ },
      { era: 'Older kernels', pattern: /Neighbour table overflow\./ },
    ],
    title: 'The neighbour table is full',
    meaning: 'The node cannot resolve more layer-2 addresses; packets to new neighbours are dropped.',
    causes: ['Many pods or nodes in one layer-2 network.'],
    confirm: 'The size of /proc/net/arp against gc_thresh3, and table_fulls of /proc/net/stat/arp_cache.',
    counters: ['arp_cache.table_fulls'],
    fixes: ['Raise net.ipv4.neigh.default.gc_thresh1, 2 and 3 together.'],
    nonFixes: ['tcp_mem has no part in it.'],
  },
  {
    // Printed where log_martians is set
    id: 'martian-packet',
    level: 'note',
    anchors: ['martian source ', 'martian destination '],
    patterns: [
      {
        era: 'Up to Linux 6.12, source',
        pattern: /martian source [\da-fA-F.:]{1,45} from [\da-fA-F.:]{1,45}, on dev /,
      },
      { era: 'Linux 7.2, source', pattern: /martian source \(src=/ },
      { era: 'All, destination', pattern: /IPv4: martian destination / },
    ],
    title: 'A packet with an impossible address',
    meaning:
      'A packet came in on a device where its address cannot be. These lines use up the limit of 10 network messages in 5 seconds, so they can hide "TCP: out of memory".',
    causes: ['rp_filter and the routes of the CNI do not agree.', 'Packets that are routed the wrong way.'],
    confirm: 'The sysctl log_martians, the routes of the node, and net_ratelimit lines beside it.',
    counters: [],
    fixes: ['Correct the route or rp_filter; switch log_martians off while you look for something else.'],
    nonFixes: ['tcp_mem has no part in it.'],
  },
  {
    id: 'route-cache-full',
    level: 'warning',
    anchors: ['Route cache is full: consider increasing sysctl', 'dst cache overflow'],
    patterns: [
      {
        era: 'Both families in one text',
        pattern: /Route cache is full: consider increasing sysctl net\.ipv\[4\|6\]\.route\.max_size\./,
      },
      {
        era: 'IPv6 only',
        pattern: /Route cache is full: consider increasing sysctl net\.ipv6\.route\.max_size\./,
      },
      { era: 'Linux 2.6 to 3.5', pattern: /\bdst cache overflow\b/ },
    ],
    title: 'The route cache is full',
    meaning: 'Routes that are in use could not be cleared away, and no more can be made. It is a limit of its own.',
    causes: [
      'More IPv6 destinations than net.ipv6.route.max_size (4096) has room for.',
      'Routes that are held too long.',
    ],
    confirm: 'net.ipv6.route.max_size, and how many peers the sockets have.',
    counters: [],
    fixes: ['Raise the max_size that the line names.'],
    nonFixes: ['tcp_mem has no part in it.'],
  },
  {
    // net/core/dev.c netdev_wait_allrefs; repeats every 10 seconds
    id: 'netdev-not-released',
    level: 'error',
    anchors: ['unregister_netdevice: waiting for '],
    patterns: [
      { era: 'All', pattern: /unregister_netdevice: waiting for \S{1,40} to become free\. Usage count = -?\d+/ },
    ],
    title: 'A network device cannot be removed',
    meaning:
      'Something still refers to the device of a namespace that should be gone, such as a socket that somebody holds. It comes every 10 seconds, and the kubelet can hang on it.',
    causes: ['A process that holds a socket of a pod that is gone.', 'A reference that the kernel itself lost.'],
    confirm: 'Namespaces without a process that still count sockets, and fds on sockets of another namespace.',
    counters: [],
    fixes: ['End the process that holds the socket; if there is none, it is a fault of the kernel.'],
    nonFixes: ['tcp_mem has no part in it.'],
  },
  {
    id: 'netdev-watchdog',
    level: 'error',
    anchors: ['NETDEV WATCHDOG: '],
    patterns: [{ era: 'All', pattern: /NETDEV WATCHDOG: .{0,80}transmit queue \d+ timed out/ }],
    title: 'A network card does not send',
    meaning: 'A transmit queue of the card is stuck. Send queues of all connections through it grow.',
    causes: ['The card, its firmware or its driver.'],
    confirm: 'Send queues in many processes at once, rows of /proc/net/tcp with timer 1 (retransmit).',
    counters: [],
    fixes: ['Look at the card and its driver.'],
    nonFixes: ['Raising tcp_mem: nothing is sent all the same.', 'Restarting the processes whose queues grow.'],
  },
  {
    // net_dbg, so seen only with dynamic debug
    id: 'udp-bad-packet',
    level: 'note',
    anchors: ['UDP: bad checksum. From ', 'UDP: short packet'],
    patterns: [
      { era: 'All, checksum', pattern: /UDP: bad checksum\. From / },
      { era: 'All, length', pattern: /UDP: short packet/ },
    ],
    title: 'A broken UDP packet',
    meaning:
      'A UDP packet was dropped because it is broken. It is not about TCP, and is seen only where dynamic debug is switched on for it.',
    causes: ['A sender or a link that breaks packets.'],
    confirm: 'The address in the line.',
    counters: [],
    fixes: [],
    nonFixes: ['tcp_mem has no part in it.'],
  },
];
