/** What to say of a fact that a bundle does not hold, and the command that would get it. */
import type { FactName } from '../facts/facts.ts';

const TABLES = {
  missing: 'the socket tables',
  capture: 'cp /proc/PID/net/tcp /proc/PID/net/tcp6 for one process of each namespace',
};

export const CAPTURE: Readonly<Record<FactName, { readonly missing: string; readonly capture: string }>> = {
  kernelLog: { missing: 'the kernel log', capture: 'dmesg > dmesg' },
  sockstat: { missing: 'sockstat', capture: 'cp /proc/1/net/sockstat proc/net/sockstat' },
  tcpMem: {
    missing: 'net.ipv4.tcp_mem',
    capture: 'cp /proc/sys/net/ipv4/tcp_mem proc/sys/net/ipv4/ (on the host, not in a pod)',
  },
  ledger: { missing: 'sockstat', capture: 'cp /proc/1/net/sockstat proc/net/sockstat' },
  memory: { missing: 'sockstat', capture: 'cp /proc/1/net/sockstat proc/net/sockstat' },
  holders: TABLES,
  namespaces: TABLES,
  senders: TABLES,
  pools: TABLES,
  listeners: TABLES,
  readers: TABLES,
  visitors: TABLES,
  emptyNamespaces: TABLES,
  unheld: TABLES,
  processes: { missing: 'the fd links', capture: 'ls -l /proc/PID/fd of every process, as root' },
  inFlight: { missing: 'fdinfo of unix sockets', capture: 'cp /proc/PID/fdinfo/N of the unix sockets' },
  podMemory: {
    missing: 'memory.stat of the pod cgroups',
    capture:
      "find /sys/fs/cgroup -path '*kubepods*' \\( -name memory.stat -o -name memory.max \\) -exec cp --parents {} . \\;",
  },
  conntrack: {
    missing: 'nf_conntrack_count and nf_conntrack_max',
    capture:
      'cp /proc/sys/net/netfilter/nf_conntrack_count /proc/sys/net/netfilter/nf_conntrack_max proc/sys/net/netfilter/',
  },
  neighbours: {
    missing: 'net/arp and gc_thresh3',
    capture:
      'cp /proc/1/net/arp proc/net/; cp /proc/sys/net/ipv4/neigh/default/gc_thresh3 proc/sys/net/ipv4/neigh/default/',
  },
  files: { missing: 'fs.file-nr', capture: 'cp /proc/sys/fs/file-nr proc/sys/fs/' },
  buddy: { missing: 'buddyinfo', capture: 'cp /proc/buddyinfo proc/' },
  oomVictims: { missing: 'the kernel log', capture: 'dmesg > dmesg' },
  collector: { missing: 'the bundle', capture: '' },
  fdLinks: { missing: 'the fd links', capture: 'ls -l /proc/PID/fd of every process, as root' },
  netstat: {
    missing: 'netstat of the namespaces',
    capture: 'cp /proc/PID/net/netstat for one process of each namespace',
  },
  maxOrphans: {
    missing: 'net.ipv4.tcp_max_orphans',
    capture: 'cp /proc/sys/net/ipv4/tcp_max_orphans proc/sys/net/ipv4/',
  },
  localPorts: {
    missing: 'net.ipv4.ip_local_port_range',
    capture: 'cp /proc/sys/net/ipv4/ip_local_port_range proc/sys/net/ipv4/',
  },
  maxTwBuckets: {
    missing: 'net.ipv4.tcp_max_tw_buckets',
    capture: 'cp /proc/sys/net/ipv4/tcp_max_tw_buckets proc/sys/net/ipv4/',
  },
  node: { missing: 'the node', capture: '' },
  coverage: { missing: 'the coverage', capture: '' },
  bundle: { missing: 'any file of the node', capture: '' },
};
