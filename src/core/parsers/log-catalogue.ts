/**
 * Kernel log messages that bear on TCP memory, as data. Literals are the kernel's printf strings; the source is named
 * at each. `meaning` explains, `confirm` says what in a bundle proves it, `fixes` and `nonFixes` what helps and what
 * is often tried in vain.
 */
export type LogLevel = 'error' | 'warning' | 'note';

export interface LogMessage {
  readonly id: string;
  readonly level: LogLevel;
  /** At least six characters that every form of the message holds: the scanner looks for it first. */
  readonly anchor: string;
  readonly pattern: RegExp;
  readonly title: string;
  readonly meaning: string;
  readonly confirm: string;
  readonly fixes: readonly string[];
  readonly nonFixes: readonly string[];
}

export const LOG_CATALOGUE: readonly LogMessage[] = [
  {
    // net/ipv4/tcp.c tcp_check_oom, since Linux 3.4
    id: 'tcp-out-of-memory',
    level: 'error',
    anchor: 'out of memory -- consider tuning tcp_mem',
    pattern: /TCP: out of memory -- consider tuning tcp_mem/,
    title: 'TCP is out of memory',
    meaning:
      'TCP memory of the whole node was above the third value of net.ipv4.tcp_mem, and a socket with unsent data was aborted. The line is printed for that victim; whoever holds the memory is usually another process.',
    confirm: 'mem in /proc/net/sockstat against tcp_mem, and TCPAbortOnMemory in /proc/PID/net/netstat of the victims.',
    fixes: [
      'Find who holds the queued data and make it read or close its sockets; restarting that process frees the memory at once.',
    ],
    nonFixes: [
      'Raising tcp_mem while something leaks only postpones the next outage.',
      'Raising tcp_rmem, rmem_max, somaxconn or ulimit does not help; larger buffers make it worse.',
    ],
  },
  {
    // net/ipv4/tcp_timer.c tcp_out_of_resources, before Linux 3.4
    id: 'tcp-out-of-socket-memory',
    level: 'error',
    anchor: 'Out of socket memory',
    pattern: /Out of socket memory/,
    title: 'Out of socket memory (old kernel)',
    meaning:
      'Kernels before 3.4 print this both when TCP memory is above tcp_mem and when there are too many orphans. Only the numbers tell which.',
    confirm: 'mem against tcp_mem, and orphan against tcp_max_orphans (also half and a quarter of it).',
    fixes: ['Decide by the numbers whether it is memory or orphans, then follow that cause.'],
    nonFixes: ['Raising both limits without knowing which one was hit.'],
  },
  {
    // net/ipv4/tcp.c tcp_check_oom
    id: 'tcp-too-many-orphans',
    level: 'warning',
    anchor: 'orphaned sockets',
    pattern: /too many (?:of )?orphaned sockets/,
    title: 'Too many orphaned sockets',
    meaning:
      'Sockets that their process has closed but whose data is not yet acknowledged (orphans) are above net.ipv4.tcp_max_orphans. The kernel counts a slow one two or four times, so this can appear at a quarter of the limit.',
    confirm: 'orphan in /proc/net/sockstat, and FIN_WAIT1, LAST_ACK or CLOSING rows with inode 0 and a send queue.',
    fixes: ['Find the peers that do not acknowledge; lower tcp_orphan_retries if they are gone for good.'],
    nonFixes: ['Raising tcp_max_orphans costs memory and hides the peer that is gone.'],
  },
  {
    // lib/ratelimit.c ___ratelimit, called through net/core/utils.c net_ratelimit
    id: 'net-ratelimit',
    level: 'note',
    anchor: 'callbacks suppressed',
    pattern: /net_ratelimit: (\d+) callbacks suppressed/,
    title: 'Network messages were suppressed',
    meaning:
      'The kernel prints at most 10 network messages in 5 seconds, all kinds together, and drops the rest. The number counts every kind, so it must not be added to one message; counts of lines are lower bounds.',
    confirm: 'Counters such as TCPAbortOnMemory in /proc/PID/net/netstat, summed over all namespaces.',
    fixes: [],
    nonFixes: [],
  },
  {
    // net/ipv4/tcp_input.c tcp_syn_flood_action; the address form since about 6.2
    id: 'syn-flood',
    level: 'warning',
    anchor: 'ossible SYN flooding on port',
    pattern: /[Pp]ossible SYN flooding on port/,
    title: 'The queue of half-open connections was full',
    meaning:
      'More handshakes were waiting on this port than its backlog allows. It is a flood only if many unknown peers take part; a small backlog and a burst of clients look the same. It is printed once per listen().',
    confirm: 'TCPReqQFullDoCookies and TCPReqQFullDrop in netstat, SYN_RECV rows of that port.',
    fixes: ['Raise the backlog of listen() and net.core.somaxconn, or accept faster.'],
    nonFixes: ['tcp_mem has no part in it: half-open connections are not in alloc.'],
  },
  {
    // net/netfilter/nf_conntrack_core.c __nf_conntrack_alloc
    id: 'conntrack-full',
    level: 'error',
    anchor: 'table full',
    pattern: /conntrack: table full(?: in netns \d+)?, dropping packet/,
    title: 'The connection tracking table is full',
    meaning: 'New flows are dropped by netfilter, before TCP sees them. Peers retransmit and time out.',
    confirm: 'nf_conntrack_count against nf_conntrack_max.',
    fixes: ['Raise nf_conntrack_max and the number of buckets, or shorten the timeouts.'],
    nonFixes: ['tcp_mem has no part in it.'],
  },
  {
    // net/core/neighbour.c neigh_alloc
    id: 'neighbour-full',
    level: 'error',
    anchor: 'table overflow',
    pattern: /[Nn]eighbou?r table overflow[!.]/,
    title: 'The neighbour table is full',
    meaning: 'The node cannot resolve more layer-2 addresses; packets to new neighbours are dropped.',
    confirm: 'The size of /proc/net/arp against gc_thresh3.',
    fixes: ['Raise net.ipv4.neigh.default.gc_thresh1, 2 and 3 together.'],
    nonFixes: [],
  },
  {
    // fs/file_table.c alloc_empty_file
    id: 'file-max',
    level: 'error',
    anchor: 'file-max limit',
    pattern: /VFS: file-max limit \d+ reached/,
    title: 'The node has no more file handles',
    meaning: 'All processes together reached fs.file-max. It is printed only at a new high-water mark, so rarely.',
    confirm: 'The first against the third number of /proc/sys/fs/file-nr.',
    fixes: ['Find the process whose fds grow.'],
    nonFixes: [],
  },
  {
    // mm/oom_kill.c dump_header, oom_kill_process
    id: 'oom-kill',
    level: 'error',
    anchor: ' process ',
    // Before 4.20 or so two lines: "Out of memory: Kill process N (c) score S …" and "Killed process N (c) total-vm:…".
    pattern: /out of memory: Kill(?:ed)? process \d+|Killed process \d+ \(.{1,32}\),? .{0,20}total-vm:/i,
    title: 'The kernel killed a process for lack of RAM',
    meaning:
      'RAM of the node or of a cgroup ran out. This is another "out of memory" than that of TCP: tcp_mem is a budget of its own.',
    confirm: 'The memory cgroup in the report, and memory.stat of the pod.',
    fixes: ['Look at the memory limit of the pod and at what the process allocates.'],
    nonFixes: ['tcp_mem has no part in it.'],
  },
  {
    // mm/oom_kill.c dump_oom_victim (dump_oom_summary before), since Linux 4.19 or so; one line beside each kill
    id: 'oom-kill-cgroup',
    level: 'note',
    anchor: 'oom-kill:constraint',
    pattern: /oom-kill:constraint=\w+,.*\bpid=\d+/,
    title: 'Whose memory ran out',
    meaning:
      'Belongs to the line that names the killed process: oom_memcg is the cgroup whose limit was reached, task_memcg that of the victim. /kubepods/… holds the uid of the pod.',
    confirm: 'memory.max and memory.stat of that cgroup; `sock` in it is the share of its sockets.',
    fixes: ['Look at the memory limit of the pod and at what the process allocates.'],
    nonFixes: ['tcp_mem has no part in it.'],
  },
  {
    // mm/slub.c slab_out_of_memory
    id: 'slub-failure',
    level: 'warning',
    anchor: 'SLUB: Unable to allocate memory',
    pattern: /SLUB: Unable to allocate memory on /,
    title: 'The kernel could not allocate an object',
    meaning:
      'A slab cache could not grow: RAM ran out, or the kernel memory of a cgroup. The line after it names the cache; TCP, sock_inode_cache or filp tell what is being used up.',
    confirm: 'slabinfo, and MemAvailable of meminfo.',
    fixes: ['Find what fills RAM, or the cgroup whose limit it is.'],
    nonFixes: ['Raising tcp_mem.'],
  },
  {
    // mm/page_alloc.c warn_alloc
    id: 'page-allocation-failure',
    level: 'warning',
    anchor: 'page allocation failure',
    pattern: /page allocation failure: order:\d+/,
    title: 'The kernel could not allocate pages',
    meaning:
      'An allocation failed, often of several contiguous pages while a packet was received. TCP memory pressure can follow although mem is far below tcp_mem.',
    confirm: 'TCPMemoryPressures above 0 with mem below tcp_mem, few high-order blocks in /proc/buddyinfo.',
    fixes: ['Raise vm.min_free_kbytes; look for what fragments memory.'],
    nonFixes: ['Raising tcp_mem.'],
  },
  {
    // net/ipv4/tcp_minisocks.c tcp_time_wait, Linux 2.6 only
    id: 'time-wait-overflow',
    level: 'note',
    anchor: 'time wait bucket table overflow',
    pattern: /time wait bucket table overflow/,
    title: 'The TIME_WAIT table is full',
    meaning: 'Connections are closed without TIME_WAIT. TIME_WAIT uses no TCP memory and is never the cause of it.',
    confirm: 'tw against tcp_max_tw_buckets of the namespace; TCPTimeWaitOverflow on newer kernels, which log nothing.',
    fixes: ['Reuse connections in the client.'],
    nonFixes: [],
  },
];

const BY_ID: ReadonlyMap<string, LogMessage> = new Map(LOG_CATALOGUE.map((message) => [message.id, message]));

/** The catalogue entry of an id, if there is one. */
export function logMessage(id: string): LogMessage | undefined {
  return BY_ID.get(id);
}

/** What a line of the kernel log says, if it is in the catalogue. */
export function matchLogLine(line: string): LogMessage | undefined {
  return LOG_CATALOGUE.find((message) => line.includes(message.anchor) && message.pattern.test(line));
}

/** One expression that finds any anchor in a block of text. */
export function createAnchorPattern(): RegExp {
  const escaped = LOG_CATALOGUE.map((message) => message.anchor.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(escaped.join('|'), 'g');
}
