/** What TCP says of its own memory, queues and limits. */
import { defineLogMessage, type LogMessage } from './message.ts';

export const TCP_MESSAGES: readonly LogMessage[] = [
  defineLogMessage({
    // net/ipv4/tcp.c tcp_check_oom
    id: 'tcp-out-of-memory',
    level: 'error',
    anchors: ['out of memory -- consider tuning tcp_mem'],
    patterns: {
      since34: { era: 'Linux 3.4 and later', pattern: /TCP: out of memory -- consider tuning tcp_mem/ },
    },
    title: 'TCP is out of memory',
    meaning:
      'TCP memory of the whole node was above the third value of net.ipv4.tcp_mem, and the kernel aborted a socket with unsent data. The line is printed for that victim; usually another process holds the memory.',
    causes: {
      notRead: 'A process does not read its sockets, or holds closed ones whose queues are full.',
      peers: 'Peers are slow or gone, and send queues wait for them.',
      limit: 'tcp_mem is too small for the load, or was written in bytes or for another machine.',
    },
    confirm: 'mem in /proc/net/sockstat against tcp_mem, and TCPAbortOnMemory in /proc/PID/net/netstat of the victims.',
    counters: ['TcpExt.TCPAbortOnMemory'],
    fixes: {
      holder:
        'Find who holds the queued data and make it read or close its sockets; restarting that process frees the memory at once.',
    },
    nonFixes: {
      tcpMem: 'Raising tcp_mem while something leaks only postpones the next outage.',
      buffers: 'Raising tcp_rmem, rmem_max, somaxconn or ulimit does not help; larger buffers make it worse.',
    },
  }),
  defineLogMessage({
    // net/ipv4/tcp_timer.c tcp_out_of_resources
    id: 'tcp-out-of-socket-memory',
    level: 'error',
    anchors: ['Out of socket memory'],
    patterns: { before34: { era: 'Linux 2.4 to 3.3', pattern: /Out of socket memory/ } },
    title: 'Out of socket memory (old kernel)',
    meaning:
      'Kernels before 3.4 print this both when TCP memory is above tcp_mem and when there are too many orphans. Only the numbers tell which.',
    causes: {
      memory: 'TCP memory is above the third value of tcp_mem.',
      orphans: 'There are more orphaned sockets than tcp_max_orphans allows.',
    },
    confirm: 'mem against tcp_mem, and orphan against tcp_max_orphans (also half and a quarter of it).',
    counters: ['TcpExt.TCPAbortOnMemory'],
    fixes: { decide: 'Decide by the numbers whether it is memory or orphans, then follow that cause.' },
    nonFixes: { both: 'Raising both limits without knowing which one was reached.' },
  }),
  defineLogMessage({
    // net/ipv4/tcp.c tcp_check_oom
    id: 'tcp-too-many-orphans',
    level: 'warning',
    anchors: ['TCP: too many orphaned sockets', 'TCP: too many of orphaned sockets'],
    patterns: {
      since34: { era: 'Linux 3.4 and later', pattern: /TCP: too many orphaned sockets/ },
      before34: {
        era: 'Linux 2.4 to 3.3, and MPTCP outside the kernel tree',
        pattern: /TCP: too many of orphaned sockets/,
      },
    },
    title: 'Too many orphaned sockets',
    meaning:
      'Sockets that their process has closed but whose data is not yet acknowledged (orphans) are above net.ipv4.tcp_max_orphans. The kernel counts a slow one two or four times, so this can appear at a quarter of the limit.',
    causes: { peers: 'Peers are slow, or vanished while data for them was on the way.' },
    confirm: 'orphan in /proc/net/sockstat, and FIN_WAIT1, LAST_ACK or CLOSING rows with inode 0 and a send queue.',
    counters: ['TcpExt.TCPAbortOnMemory'],
    fixes: {
      peers: 'Find the peers that do not acknowledge; lower tcp_orphan_retries if they are gone for good.',
      drain: 'Let the application drain its connections before it closes them.',
    },
    nonFixes: { limit: 'Raising tcp_max_orphans costs memory and hides the peer that is gone.' },
  }),
  defineLogMessage({
    // net/ipv4/tcp_minisocks.c tcp_time_wait
    id: 'time-wait-overflow',
    level: 'note',
    anchors: ['time wait bucket table overflow'],
    patterns: { linux26: { era: 'Linux 2.6', pattern: /TCP: time wait bucket table overflow/ } },
    title: 'The TIME_WAIT table is full',
    meaning:
      'The kernel closes connections without TIME_WAIT. TIME_WAIT uses no TCP memory and never causes a shortage of it.',
    causes: { shortConnections: 'There are many short connections, and this side closes them first.' },
    confirm: 'tw against tcp_max_tw_buckets of the namespace; TCPTimeWaitOverflow on newer kernels, which log nothing.',
    counters: ['TcpExt.TCPTimeWaitOverflow'],
    fixes: { reuse: 'Reuse connections in the client.' },
    nonFixes: { tcpMem: 'Raising tcp_mem: TIME_WAIT uses none of it.' },
  }),
  defineLogMessage({
    id: 'dccp-time-wait-overflow',
    level: 'note',
    anchors: ['time wait bucket table overflow'],
    patterns: {
      dccp: { era: 'Any kernel with DCCP', pattern: /DCCP: .{0,60}time wait bucket table overflow/ },
    },
    title: 'The TIME_WAIT table of DCCP is full',
    meaning: 'It is about DCCP, another protocol. It says nothing about TCP.',
    causes: { shortConnections: 'There are many short DCCP connections.' },
    confirm: 'The prefix of the line: DCCP, not TCP.',
    counters: [],
    fixes: {},
    nonFixes: { tcp: 'Changing anything of TCP.' },
  }),
  defineLogMessage({
    // net/ipv4/tcp_input.c tcp_syn_flood_action. The shape does not tell the version: distributions port it back.
    id: 'syn-flood',
    level: 'warning',
    anchors: ['ossible SYN flooding on port '],
    patterns: {
      linux26: { era: 'Linux 2.6', pattern: /possible SYN flooding on port \d+\. Sending cookies\./ },
      upTo61: {
        era: 'Up to about Linux 6.1',
        pattern: /Possible SYN flooding on port \d+\. (?:Sending cookies|Dropping request)\./,
      },
      since62: {
        era: 'About Linux 6.2 and later, and the 5.14 of RHEL 9.2',
        pattern:
          /Possible SYN flooding on port (?:\[[\da-fA-F:.]+\]|[\d.]+):\d+\. (?:Sending cookies|Dropping request)\./,
      },
    },
    title: 'The queue of half-open connections was full',
    meaning:
      'More handshakes were waiting on this port than its backlog allows. It is a flood only if many unknown peers take part; a small backlog and a burst of clients look the same. The kernel prints it once per listen().',
    causes: {
      backlog: 'The backlog is too small for a burst of clients.',
      accept: 'A process accepts too slowly.',
      flood: 'A flood of handshakes that nobody means to finish.',
    },
    confirm:
      'TCPReqQFullDoCookies, TCPReqQFullDrop and ListenOverflows in netstat, SYN_RECV rows of that port, and the receive queue of the LISTEN row.',
    counters: ['TcpExt.TCPReqQFullDoCookies', 'TcpExt.TCPReqQFullDrop'],
    fixes: {
      backlog: 'Raise the backlog of listen() and net.core.somaxconn, or accept faster.',
      flood: 'Filter a real flood before it reaches the node.',
    },
    nonFixes: { tcpMem: 'tcp_mem has no part in it: half-open connections are not in alloc.' },
  }),
  defineLogMessage({
    // net/ipv4/tcp_timer.c tcp_retransmit_timer; net_dbg, so seen only with dynamic debug
    id: 'tcp-zero-window',
    level: 'note',
    anchors: ['unexpectedly shrunk window', 'TCP: Probing zero-window on '],
    patterns: {
      upTo61: {
        era: 'Up to Linux 6.1',
        pattern: /TCP: Peer \S{1,80} unexpectedly shrunk window \d+:\d+ \(repaired\)/,
      },
      since612: { era: 'Linux 6.12 and later', pattern: /TCP: Probing zero-window on \S{1,80}, seq=/ },
    },
    title: 'A peer keeps its window closed',
    meaning:
      'The peer takes no data, and what is to be sent to it waits in the memory of this node. The line appears only where dynamic debug is switched on for it.',
    causes: { peer: 'The peer does not read, or reads slowly.' },
    confirm: 'Rows of /proc/net/tcp with timer 4 and a send queue to that peer.',
    counters: [],
    fixes: { peer: 'Look at the process on the other side; close connections to peers that are stuck.' },
    nonFixes: { tcpMem: 'Raising tcp_mem: the data waits for the peer all the same.' },
  }),
];
