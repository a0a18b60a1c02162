/** Tables, routes and devices of the network: they lose packets, and TCP suffers for it. */
import { defineLogMessage, type LogMessage, shared } from './message.ts';

export const NETWORK_MESSAGES: readonly LogMessage[] = [
  defineLogMessage({
    // net/netfilter/nf_conntrack_core.c __nf_conntrack_alloc; the prefix of the module doubles the name
    id: 'conntrack-full',
    level: 'error',
    anchors: ['_conntrack: table full'],
    patterns: {
      nf: { era: 'nf_conntrack', pattern: /nf_conntrack: table full, dropping packet/ },
      netns: {
        era: 'Linux 7.2, outside the first namespace',
        pattern: /nf_conntrack: table full in netns \d+, dropping packet/,
      },
      ip: { era: 'ip_conntrack of Linux 2.6', pattern: /ip_conntrack: table full, dropping packet\./ },
    },
    title: 'The connection tracking table is full',
    meaning:
      'Netfilter drops new flows before TCP sees them. Peers retransmit and time out. The count is of a namespace, the limit of the node.',
    causes: {
      flows: 'There are more flows than nf_conntrack_max allows.',
      timeouts: 'Long timeouts keep entries of flows that are over.',
    },
    confirm:
      'nf_conntrack_count against nf_conntrack_max. The number of a netns is its inode, the one in /proc/PID/ns/net.',
    counters: [],
    fixes: { limit: 'Raise nf_conntrack_max and the number of buckets, or shorten the timeouts.' },
    nonFixes: { tcpMem: 'tcp_mem has no part in it, though the retransmits can leave orphans.' },
  }),
  defineLogMessage({
    id: 'conntrack-expect-full',
    level: 'warning',
    anchors: ['nf_conntrack: expectation table full'],
    patterns: { all: { era: shared.allKernels(), pattern: /nf_conntrack: expectation table full/ } },
    title: 'The table of expected connections is full',
    meaning:
      'Connection tracking could not note a connection that it expects to follow another one. It is not the table of connections itself.',
    causes: { expected: 'More connections are expected than that table takes.' },
    confirm: 'This line; the count of the main table need not be high.',
    counters: [],
    fixes: {},
    nonFixes: { settings: 'tcp_mem and nf_conntrack_max have no part in it.' },
  }),
  defineLogMessage({
    id: 'conntrack-vmalloc',
    level: 'note',
    anchors: ['nf_conntrack: falling back to vmalloc'],
    patterns: {
      before510: { era: 'Kernels before Linux 5.10', pattern: /nf_conntrack: falling back to vmalloc\./ },
    },
    title: 'The table of connection tracking lies in pieces',
    meaning:
      'The kernel found no contiguous block for the hash table, so it put the table together from pieces. Nothing failed.',
    causes: { fragmented: 'The hash table is large, and the RAM of the node is in pieces.' },
    confirm: 'Nothing to confirm: it is information.',
    counters: [],
    fixes: {},
    nonFixes: { tcpMem: shared.tcpMemHasNoPart() },
  }),
  defineLogMessage({
    // net/core/neighbour.c neigh_alloc
    id: 'neighbour-full',
    level: 'error',
    anchors: ['neighbor table overflow!', 'eighbour table overflow.'],
    patterns: {
      since510: { era: 'Linux 5.10 and later', pattern: /\w{1,40}: neighbor table overflow!/ },
      older: { era: 'Older kernels', pattern: /Neighbour table overflow\./ },
    },
    title: 'The neighbour table is full',
    meaning: 'The node cannot resolve more layer-2 addresses; it drops packets to new neighbours.',
    causes: { many: 'Many pods or nodes are in one layer-2 network.' },
    confirm: 'The size of /proc/net/arp against gc_thresh3, and table_fulls of /proc/net/stat/arp_cache.',
    counters: ['arp_cache.table_fulls'],
    fixes: { limits: 'Raise net.ipv4.neigh.default.gc_thresh1, 2 and 3 together.' },
    nonFixes: { tcpMem: shared.tcpMemHasNoPart() },
  }),
  defineLogMessage({
    // Printed where log_martians is set
    id: 'martian-packet',
    level: 'note',
    anchors: ['martian source ', 'martian destination '],
    patterns: {
      sourceUpTo612: {
        era: 'Up to Linux 6.12, source',
        pattern: /martian source [\da-fA-F.:]{1,45} from [\da-fA-F.:]{1,45}, on dev /,
      },
      source72: { era: 'Linux 7.2, source', pattern: /martian source \(src=/ },
      destination: { era: 'All, destination', pattern: /IPv4: martian destination / },
    },
    title: 'A packet with an impossible address',
    meaning:
      'A packet came in on a device where its address cannot be. These lines use up the limit of 10 network messages in 5 seconds, so they can hide "TCP: out of memory".',
    causes: {
      filter: 'rp_filter and the routes of the CNI do not agree.',
      route: 'Packets are routed the wrong way.',
    },
    confirm: 'The sysctl log_martians, the routes of the node, and net_ratelimit lines near it.',
    counters: [],
    fixes: { route: 'Correct the route or rp_filter; switch log_martians off while you look for something else.' },
    nonFixes: { tcpMem: shared.tcpMemHasNoPart() },
  }),
  defineLogMessage({
    id: 'route-cache-full',
    level: 'warning',
    anchors: ['Route cache is full: consider increasing sysctl', 'dst cache overflow'],
    patterns: {
      both: {
        era: 'Both families in one text',
        pattern: /Route cache is full: consider increasing sysctl net\.ipv\[4\|6\]\.route\.max_size\./,
      },
      ipv6: {
        era: 'IPv6 only',
        pattern: /Route cache is full: consider increasing sysctl net\.ipv6\.route\.max_size\./,
      },
      upTo35: { era: 'Linux 2.6 to 3.5', pattern: /\bdst cache overflow\b/ },
    },
    title: 'The route cache is full',
    meaning:
      'The kernel could not clear away routes, because they are in use, and cannot make more. It is a limit of its own.',
    causes: {
      destinations: 'There are more IPv6 destinations than net.ipv6.route.max_size (4096) has room for.',
      held: 'Something holds routes too long.',
    },
    confirm: 'net.ipv6.route.max_size, and how many peers the sockets have.',
    counters: [],
    fixes: { limit: 'Raise the max_size that the line names.' },
    nonFixes: { tcpMem: shared.tcpMemHasNoPart() },
  }),
  defineLogMessage({
    // net/core/dev.c netdev_wait_allrefs; repeats every 10 seconds
    id: 'netdev-not-released',
    level: 'error',
    anchors: ['unregister_netdevice: waiting for '],
    patterns: {
      all: {
        era: shared.allKernels(),
        pattern: /unregister_netdevice: waiting for \S{1,40} to become free\. Usage count = -?\d+/,
      },
    },
    title: 'A network device cannot be removed',
    meaning:
      'Something still refers to the device of a namespace that should be gone, such as a socket that somebody holds. The line comes every 10 seconds, and the kubelet can hang on it.',
    causes: {
      socket: 'A process holds a socket of a pod that is gone.',
      kernel: 'The kernel itself lost a reference.',
    },
    confirm: 'Namespaces without a process that still count sockets, and fds on sockets of another namespace.',
    counters: [],
    fixes: { end: 'End the process that holds the socket; if there is none, it is a fault of the kernel.' },
    nonFixes: { tcpMem: shared.tcpMemHasNoPart() },
  }),
  defineLogMessage({
    id: 'netdev-watchdog',
    level: 'error',
    anchors: ['NETDEV WATCHDOG: '],
    patterns: {
      all: { era: shared.allKernels(), pattern: /NETDEV WATCHDOG: .{0,80}transmit queue \d+ timed out/ },
    },
    title: 'A network card does not send',
    meaning: 'A transmit queue of the card is stuck. Send queues of all connections through it grow.',
    causes: { card: 'The card, its firmware or its driver.' },
    confirm: 'Send queues in many processes at once, rows of /proc/net/tcp with timer 1 (retransmit).',
    counters: [],
    fixes: { card: 'Look at the card and its driver.' },
    nonFixes: {
      tcpMem: 'Raising tcp_mem: nothing is sent all the same.',
      restart: 'Restarting the processes whose queues grow.',
    },
  }),
  defineLogMessage({
    // net_dbg, so seen only with dynamic debug
    id: 'udp-bad-packet',
    level: 'note',
    anchors: ['UDP: bad checksum. From ', 'UDP: short packet'],
    patterns: {
      checksum: { era: 'All, checksum', pattern: /UDP: bad checksum\. From / },
      length: { era: 'All, length', pattern: /UDP: short packet/ },
    },
    title: 'A broken UDP packet',
    meaning:
      'The kernel dropped a UDP packet because it is broken. The line is not about TCP, and appears only where dynamic debug is switched on for it.',
    causes: { sender: 'A sender or a link breaks packets.' },
    confirm: 'The address in the line.',
    counters: [],
    fixes: {},
    nonFixes: { tcpMem: shared.tcpMemHasNoPart() },
  }),
];
