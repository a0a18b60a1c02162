/** What the network code says of itself: faults of the kernel, and lines that sound graver than they are. */
import { defineLogMessage, type LogMessage, shared } from './message.ts';

export const KERNEL_MESSAGES: readonly LogMessage[] = [
  defineLogMessage({
    // net/ipv4/af_inet.c inet_sock_destruct
    id: 'socket-released-alive',
    level: 'error',
    anchors: ['IPv4: Attempt to release TCP socket in state ', 'IPv4: Attempt to release alive inet socket'],
    patterns: {
      connection: { era: 'All, a connection', pattern: /IPv4: Attempt to release TCP socket in state \d+/ },
      anySocket: { era: 'All, any socket', pattern: /IPv4: Attempt to release alive inet socket/ },
    },
    title: 'The kernel lost count of a socket',
    meaning:
      'A socket was about to be freed while it was still in use. Such a fault can leave sockets and memory that no process accounts for.',
    causes: { kernel: 'A fault in the kernel or in one of its modules.' },
    confirm: 'Sockets in alloc that no process holds, and TCP objects in slabinfo that grow while alloc does not.',
    counters: [],
    fixes: { update: 'Update the kernel.' },
    nonFixes: { restart: 'Restarting pods, or changing tcp_mem.' },
  }),
  defineLogMessage({
    // net/core/skbuff.c skb_panic; ends in BUG()
    id: 'skb-panic',
    level: 'error',
    anchors: ['skb_over_panic: text:', 'skb_under_panic: text:'],
    patterns: {
      over: { era: 'All, behind the end', pattern: /skb_over_panic: text:/ },
      under: { era: 'All, before the start', pattern: /skb_under_panic: text:/ },
    },
    title: 'The kernel wrote past a network buffer',
    meaning: 'This is a fault in the kernel or in a driver. The task that met it does not go on.',
    causes: { fault: 'A fault in the kernel or in a driver.' },
    confirm: 'The call trace below the line names the code.',
    counters: [],
    fixes: { update: 'Update the kernel or the driver.' },
    nonFixes: { tcpMem: shared.tcpMemHasNoPart() },
  }),
  defineLogMessage({
    id: 'tcp-ehash-failure',
    level: 'note',
    anchors: ['TCP: Failed to allocate TCP ehash'],
    patterns: { since612: { era: 'Linux 6.12 and later', pattern: /TCP: Failed to allocate TCP ehash/ } },
    title: 'A hash table of connections could not be allocated',
    meaning: 'The line is about the size of a table. It is not about TCP memory: mem and tcp_mem have no part in it.',
    causes: { noRoom: 'RAM had no room for a table of that size.' },
    confirm: 'MemAvailable of meminfo, and free blocks in /proc/buddyinfo.',
    counters: [],
    fixes: {},
    nonFixes: { tcpMem: shared.raiseTcpMem() },
  }),
  defineLogMessage({
    id: 'tcp-suspect-gro',
    level: 'note',
    anchors: ['Driver has suspect GRO implementation'],
    patterns: {
      all: {
        era: shared.allKernels(),
        pattern: /TCP: .{1,40}: Driver has suspect GRO implementation, TCP performance may be compromised\./,
      },
    },
    title: 'A driver joins packets badly',
    meaning: 'It may cost throughput on that device. It is not about memory.',
    causes: { driver: 'The driver of the device.' },
    confirm: 'The name of the device in the line.',
    counters: [],
    fixes: { update: 'Update the driver if throughput is the problem.' },
    nonFixes: { tcpMem: shared.tcpMemHasNoPart() },
  }),
  defineLogMessage({
    id: 'tcp-window-scaling',
    level: 'note',
    anchors: [': Illegal window scaling value '],
    patterns: { all: { era: shared.allKernels(), pattern: /TCP: \w{1,60}: Illegal window scaling value / } },
    title: 'A peer asked for a window that is too large',
    meaning: 'One peer sent an option that is out of range. This says nothing about the memory of this node.',
    causes: { peer: 'The TCP of the peer, or something on the way that changes packets.' },
    confirm: 'Nothing in a bundle: the line is about the peer.',
    counters: [],
    fixes: {},
    nonFixes: { settings: 'tcp_mem, tcp_rmem and tcp_window_scaling have no part in it.' },
  }),
];
