/** What to say of a fact that a bundle does not hold, and the command that would get it. */
import type { FactName } from '../facts/facts.ts';
import type { Message } from '../report/message.ts';
import { defineMessages } from '../wording/define-messages.ts';

const say = defineMessages('capture', {
  both: '{first}; {second}',
  forEachNamespace: '{command} for one process of each namespace',
  ofEveryProcess: '{command} of every process, as root',
  onHost: '{command} (on the host, not in a pod)',
  ofUnixSockets: '{command} of the unix sockets',
  command: '{command}',
  tables: 'the socket tables',
  fdLinks: 'the fd links',
  sockstat: 'sockstat',
  kernelLog: 'the kernel log',
  tcpMem: 'net.ipv4.tcp_mem',
  fdinfo: 'fdinfo of unix sockets',
  podMemory: 'memory.stat of the pod cgroups',
  conntrack: 'nf_conntrack_count and nf_conntrack_max',
  neighbours: 'net/arp and gc_thresh3',
  files: 'fs.file-nr',
  buddy: 'buddyinfo',
  netstat: 'netstat of the namespaces',
  maxOrphans: 'net.ipv4.tcp_max_orphans',
  localPorts: 'net.ipv4.ip_local_port_range',
  maxTwBuckets: 'net.ipv4.tcp_max_tw_buckets',
  bundle: 'the bundle',
  node: 'the node',
  coverage: 'the coverage',
  anyFile: 'any file of the node',
});

interface Missing {
  readonly missing: Message;
  /** Empty where no capture helps. */
  readonly capture: Message | '';
}

const POD_MEMORY =
  "find /sys/fs/cgroup -path '*kubepods*' \\( -name memory.stat -o -name memory.max \\) -exec cp --parents {} . \\;";
const CONNTRACK =
  'cp /proc/sys/net/netfilter/nf_conntrack_count /proc/sys/net/netfilter/nf_conntrack_max proc/sys/net/netfilter/';
const NEIGHBOURS =
  'cp /proc/1/net/arp proc/net/; cp /proc/sys/net/ipv4/neigh/default/gc_thresh3 proc/sys/net/ipv4/neigh/default/';

// Facts that one command gets are one object, so that it is asked for once.
const TABLES: Missing = {
  missing: say.tables(),
  capture: say.forEachNamespace({ command: 'cp /proc/PID/net/tcp /proc/PID/net/tcp6' }),
};
const SOCKSTAT = { missing: say.sockstat(), capture: command('cp /proc/1/net/sockstat proc/net/sockstat') };
const LOG = { missing: say.kernelLog(), capture: command('dmesg > dmesg') };
const FD_LINKS = { missing: say.fdLinks(), capture: say.ofEveryProcess({ command: 'ls -l /proc/PID/fd' }) };

export const CAPTURE: Readonly<Record<FactName, Missing>> = {
  kernelLog: LOG,
  oomVictims: LOG,
  sockstat: SOCKSTAT,
  ledger: SOCKSTAT,
  memory: SOCKSTAT,
  tcpMem: {
    missing: say.tcpMem(),
    capture: say.onHost({ command: 'cp /proc/sys/net/ipv4/tcp_mem proc/sys/net/ipv4/' }),
  },
  holders: TABLES,
  namespaces: TABLES,
  senders: TABLES,
  pools: TABLES,
  listeners: TABLES,
  readers: TABLES,
  visitors: TABLES,
  emptyNamespaces: TABLES,
  unheld: TABLES,
  processes: FD_LINKS,
  fdLinks: FD_LINKS,
  inFlight: { missing: say.fdinfo(), capture: say.ofUnixSockets({ command: 'cp /proc/PID/fdinfo/N' }) },
  podMemory: { missing: say.podMemory(), capture: command(POD_MEMORY) },
  conntrack: { missing: say.conntrack(), capture: command(CONNTRACK) },
  neighbours: { missing: say.neighbours(), capture: command(NEIGHBOURS) },
  files: { missing: say.files(), capture: command('cp /proc/sys/fs/file-nr proc/sys/fs/') },
  buddy: { missing: say.buddy(), capture: command('cp /proc/buddyinfo proc/') },
  netstat: { missing: say.netstat(), capture: say.forEachNamespace({ command: 'cp /proc/PID/net/netstat' }) },
  maxOrphans: {
    missing: say.maxOrphans(),
    capture: command('cp /proc/sys/net/ipv4/tcp_max_orphans proc/sys/net/ipv4/'),
  },
  localPorts: {
    missing: say.localPorts(),
    capture: command('cp /proc/sys/net/ipv4/ip_local_port_range proc/sys/net/ipv4/'),
  },
  maxTwBuckets: {
    missing: say.maxTwBuckets(),
    capture: command('cp /proc/sys/net/ipv4/tcp_max_tw_buckets proc/sys/net/ipv4/'),
  },
  collector: { missing: say.bundle(), capture: '' },
  node: { missing: say.node(), capture: '' },
  coverage: { missing: say.coverage(), capture: '' },
  bundle: { missing: say.anyFile(), capture: '' },
};

function command(text: string): Message {
  return say.command({ command: text });
}

/** One command after the other; empty where none helps. */
export function sayCapture(facts: readonly Missing[]): Message | '' {
  return facts.reduce<Message | ''>((before, { capture }) => {
    if (before === '' || capture === '') return before === '' ? capture : before;
    return say.both({ first: before, second: capture });
  }, '');
}
