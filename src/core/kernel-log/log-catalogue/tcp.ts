/** What TCP says of its own memory, queues and limits. */
import type { LogMessage } from './message.ts';

export const TCP_MESSAGES: readonly LogMessage[] = [
  {
    // net/ipv4/tcp.c tcp_check_oom
    id: 'tcp-out-of-memory',
    level: 'error',
    anchors: ['out of memory -- consider tuning tcp_mem'],
    patterns: [{ era: 'Linux 3.4 and later', pattern: /TCP: out of memory -- consider tuning tcp_mem/ }],
    title: 'TCP is out of memory',
    meaning:
      'TCP memory of the whole node was above the third value of net.ipv4.tcp_mem, and a socket with unsent data was aborted. The line is printed for that victim; whoever holds the memory is usually another process.',
    causes: [
      'A process does not read its sockets, or holds closed ones whose queues are full.',
      'Peers that are slow or gone, with send queues waiting for them.',
      'A tcp_mem that is too small for the load, or written in bytes or for another machine.',
    ],
    confirm: 'mem in /proc/net/sockstat against tcp_mem, and TCPAbortOnMemory in /proc/PID/net/netstat of the victims.',
    counters: ['TcpExt.TCPAbortOnMemory'],
    fixes: [
      'Find who holds the queued data and make it read or close its sockets; restarting that process frees the memory at once.',
    ],
    nonFixes: [
      'Raising tcp_mem while something leaks only postpones the next outage.',
      'Raising tcp_rmem, rmem_max, somaxconn or ulimit does not help; larger buffers make it worse.',
    ],
  },
  {
    // net/ipv4/tcp_timer.c tcp_out_of_resources
    id: 'tcp-out-of-socket-memory',
    level: 'error',
    anchors: ['Out of socket memory'],
    patterns: [{ era: 'Linux 2.4 to 3.3', pattern: /Out of socket memory/ }],
    title: 'Out of socket memory (old kernel)',
    meaning:
      'Kernels before 3.4 print this both when TCP memory is above tcp_mem and when there are too many orphans. Only the numbers tell which.',
    causes: ['TCP memory above the third value of tcp_mem.', 'More orphaned sockets than tcp_max_orphans allows.'],
    confirm: 'mem against tcp_mem, and orphan against tcp_max_orphans (also half and a quarter of it).',
    counters: ['TcpExt.TCPAbortOnMemory'],
    fixes: ['Decide by the numbers whether it is memory or orphans, then follow that cause.'],
    nonFixes: ['Raising both limits without knowing which one was hit.'],
  },
  {
    // net/ipv4/tcp.c tcp_check_oom
    id: 'tcp-too-many-orphans',
    level: 'warning',
    anchors: ['TCP: too many orphaned sockets', 'TCP: too many of orphaned sockets'],
    patterns: [
      { era: 'Linux 3.4 and later', pattern: /TCP: too many orphaned sockets/ },
      { era: 'Linux 2.4 to 3.3, and MPTCP outside the kernel tree', pattern: /TCP: too many of orphaned sockets/ },
    ],
    title: 'Too many orphaned sockets',
    meaning:
      'Sockets that their process has closed but whose data is not yet acknowledged (orphans) are above net.ipv4.tcp_max_orphans. The kernel counts a slow one two or four times, so this can appear at a quarter of the limit.',
    causes: ['Peers that are slow or have vanished while data for them was on the way.'],
    confirm: 'orphan in /proc/net/sockstat, and FIN_WAIT1, LAST_ACK or CLOSING rows with inode 0 and a send queue.',
    counters: ['TcpExt.TCPAbortOnMemory'],
    fixes: [
      'Find the peers that do not acknowledge; lower tcp_orphan_retries if they are gone for good.',
      'Let the application drain its connections before it closes them.',
    ],
    nonFixes: ['Raising tcp_max_orphans costs memory and hides the peer that is gone.'],
  },
  {
    // net/ipv4/tcp_minisocks.c tcp_time_wait
    id: 'time-wait-overflow',
    level: 'note',
    anchors: ['time wait bucket table overflow'],
    patterns: [{ era: 'Linux 2.6', pattern: /TCP: time wait bucket table overflow/ }],
    title: 'The TIME_WAIT table is full',
    meaning: 'Connections are closed without TIME_WAIT. TIME_WAIT uses no TCP memory and is never the cause of it.',
    causes: ['Many short connections that this side closes first.'],
    confirm: 'tw against tcp_max_tw_buckets of the namespace; TCPTimeWaitOverflow on newer kernels, which log nothing.',
    counters: ['TcpExt.TCPTimeWaitOverflow'],
    fixes: ['Reuse connections in the client.'],
    nonFixes: ['Raising tcp_mem: TIME_WAIT uses none of it.'],
  },
  {
    id: 'dccp-time-wait-overflow',
    level: 'note',
    anchors: ['time wait bucket table overflow'],
    patterns: [{ era: 'Any kernel with DCCP', pattern: /DCCP: .{0,60}time wait bucket table overflow/ }],
    title: 'The TIME_WAIT table of DCCP is full',
    meaning: 'It is about DCCP, another protocol. It says nothing about TCP.',
    causes: ['Many short DCCP connections.'],
    confirm: 'The prefix of the line: DCCP, not TCP.',
    counters: [],
    fixes: [],
    nonFixes: ['Changing anything of TCP.'],
  },
  {
    // net/ipv4/tcp_input.c tcp_syn_flood_action. The shape does not tell the version: distributions port it back.
    id: 'syn-flood',
    level: 'warning',
    anchors: ['ossible SYN flooding on port '],
    patterns: [
      { era: 'Linux 2.6', pattern: /possible SYN flooding on port \d+\. Sending cookies\./ },
      {
        era: 'Up to about Linux 6.1',
        pattern: /Possible SYN flooding on port \d+\. (?:Sending cookies|Dropping request)\./,
      },
      {
        era: 'About Linux 6.2 and later, and the 5.14 of RHEL 9.2',
        pattern:
          /Possible SYN flooding on port (?:\[[\da-fA-F:.]+\]|[\d.]+):\d+\. (?:Sending cookies|Dropping request)\./,
      },
    ],
    title: 'The queue of half-open connections was full',
    meaning:
      'More handshakes were waiting on this port than its backlog allows. It is a flood only if many unknown peers take part; a small backlog and a burst of clients look the same. It is printed once per listen().',
    causes: [
      'A backlog that is too small for a burst of clients.',
      'A process that accepts too slowly.',
      'A flood of handshakes that nobody means to finish.',
    ],
    confirm:
      'TCPReqQFullDoCookies, TCPReqQFullDrop and ListenOverflows in netstat, SYN_RECV rows of that port, and the receive queue of the LISTEN row.',
    counters: ['TcpExt.TCPReqQFullDoCookies', 'TcpExt.TCPReqQFullDrop'],
    fixes: [
      'Raise the backlog of listen() and net.core.somaxconn, or accept faster.',
      'Filter a real flood before it reaches the node.',
    ],
    nonFixes: ['tcp_mem has no part in it: half-open connections are not in alloc.'],
  },
  {
    // net/ipv4/tcp_timer.c tcp_retransmit_timer; net_dbg, so seen only with dynamic debug
    id: 'tcp-zero-window',
    level: 'note',
    anchors: ['unexpectedly shrunk window', 'TCP: Probing zero-window on '],
    patterns: [
      {
        era: 'Up to Linux 6.1',
        pattern: /TCP: Peer \S{1,80} unexpectedly shrunk window \d+:\d+ \(repaired\)/,
      },
      { era: 'Linux 6.12 and later', pattern: /TCP: Probing zero-window on \S{1,80}, seq=/ },
    ],
    title: 'A peer keeps its window closed',
    meaning:
      'The peer takes no data, and what is to be sent to it waits in the memory of this node. The line is seen only where dynamic debug is switched on for it.',
    causes: ['A peer that does not read, or reads slowly.'],
    confirm: 'Rows of /proc/net/tcp with timer 4 and a send queue to that peer.',
    counters: [],
    fixes: ['Look at the process on the other side; close connections to peers that are stuck.'],
    nonFixes: ['Raising tcp_mem: the data waits for the peer all the same.'],
  },
];
