/** What the network code says of itself: faults of the kernel, and lines that sound graver than they are. */
import type { LogMessage } from './message.ts';

export const KERNEL_MESSAGES: readonly LogMessage[] = [
  {
    // net/ipv4/af_inet.c inet_sock_destruct
    id: 'socket-released-alive',
    level: 'error',
    anchors: ['IPv4: Attempt to release TCP socket in state ', 'IPv4: Attempt to release alive inet socket'],
    patterns: [
      { era: 'All, a connection', pattern: /IPv4: Attempt to release TCP socket in state \d+/ },
      { era: 'All, any socket', pattern: /IPv4: Attempt to release alive inet socket/ },
    ],
    title: 'The kernel lost count of a socket',
    meaning:
      'A socket was about to be freed while it was still in use. Sockets and memory that no process accounts for can come from such a fault.',
    causes: ['A fault in the kernel or in a module of it.'],
    confirm: 'Sockets in alloc that no process holds, and TCP objects in slabinfo that grow while alloc does not.',
    counters: [],
    fixes: ['Update the kernel.'],
    nonFixes: ['Restarting pods; tcp_mem.'],
  },
  {
    // net/core/skbuff.c skb_panic; ends in BUG()
    id: 'skb-panic',
    level: 'error',
    anchors: ['skb_over_panic: text:', 'skb_under_panic: text:'],
    patterns: [
      { era: 'All, behind the end', pattern: /skb_over_panic: text:/ },
      { era: 'All, before the start', pattern: /skb_under_panic: text:/ },
    ],
    title: 'The kernel wrote past a network buffer',
    meaning: 'A fault in the kernel or in a driver; the task that met it does not go on.',
    causes: ['A fault in the kernel or in a driver.'],
    confirm: 'The call trace below the line names the code.',
    counters: [],
    fixes: ['Update the kernel or the driver.'],
    nonFixes: ['tcp_mem has no part in it.'],
  },
  {
    id: 'tcp-ehash-failure',
    level: 'note',
    anchors: ['TCP: Failed to allocate TCP ehash'],
    patterns: [{ era: 'Linux 6.12 and later', pattern: /TCP: Failed to allocate TCP ehash/ }],
    title: 'A hash table of connections could not be allocated',
    meaning: 'It tells of the size of a table, not of TCP memory: mem and tcp_mem are not about it.',
    causes: ['No room for a table of that size.'],
    confirm: 'MemAvailable of meminfo, and free blocks in /proc/buddyinfo.',
    counters: [],
    fixes: [],
    nonFixes: ['Raising tcp_mem.'],
  },
  {
    id: 'tcp-suspect-gro',
    level: 'note',
    anchors: ['Driver has suspect GRO implementation'],
    patterns: [
      {
        era: 'All',
        pattern: /TCP: .{1,40}: Driver has suspect GRO implementation, TCP performance may be compromised\./,
      },
    ],
    title: 'A driver joins packets badly',
    meaning: 'It may cost throughput on that device. It is not about memory.',
    causes: ['The driver of the device.'],
    confirm: 'The name of the device in the line.',
    counters: [],
    fixes: ['Update the driver if throughput is what you look for.'],
    nonFixes: ['tcp_mem has no part in it.'],
  },
  {
    id: 'tcp-window-scaling',
    level: 'note',
    anchors: [': Illegal window scaling value '],
    patterns: [{ era: 'All', pattern: /TCP: \w{1,60}: Illegal window scaling value / }],
    title: 'A peer asked for a window that is too large',
    meaning: 'One peer sent an option that is out of range. It says nothing about the memory of this node.',
    causes: ['The TCP of the peer, or something between that changes packets.'],
    confirm: 'Nothing in a bundle: it is about the peer.',
    counters: [],
    fixes: [],
    nonFixes: ['tcp_mem, tcp_rmem and tcp_window_scaling have no part in it.'],
  },
];
