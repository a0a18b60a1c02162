/** RAM that ran out, of the node or of a cgroup: not the budget of TCP. */
import { defineLogMessage, type LogMessage, shared } from './message.ts';

export const MEMORY_MESSAGES: readonly LogMessage[] = [
  defineLogMessage({
    // mm/oom_kill.c oom_kill_process, __oom_kill_process
    id: 'oom-kill',
    level: 'error',
    anchors: ['ut of memory: Killed process ', 'ut of memory: Kill process ', 'Killed process '],
    patterns: {
      node: { era: 'About Linux 4.20 and later, RAM of the node', pattern: /Out of memory: Killed process \d+/ },
      cgroup: {
        era: 'About Linux 4.20 and later, limit of a cgroup',
        pattern: /Memory cgroup out of memory: Killed process \d+/,
      },
      olderFirst: {
        era: 'Older kernels, the first of two lines',
        pattern: /[Oo]ut of memory: Kill process \d+/,
      },
      olderSecond: {
        era: 'Older kernels, the second of two lines',
        pattern: /\bKilled process \d+(?:, UID \d+,)? \(.{1,32}\),? .{0,20}total-vm:/,
      },
    },
    title: 'The kernel killed a process for lack of RAM',
    meaning:
      'RAM of the node or of a cgroup ran out. This is another "out of memory" than that of TCP: tcp_mem is a separate budget.',
    causes: {
      node: 'Processes use more RAM than the node has.',
      pod: 'A pod uses more than its memory limit.',
    },
    confirm: 'The memory cgroup in the report, and memory.stat of the pod.',
    counters: [],
    fixes: { pod: shared.lookAtPodMemory() },
    nonFixes: { tcpMem: shared.tcpMemHasNoPart() },
  }),
  defineLogMessage({
    // mm/oom_kill.c dump_oom_victim (dump_oom_summary before); one line beside each kill
    id: 'oom-kill-cgroup',
    level: 'note',
    anchors: ['oom-kill:constraint='],
    patterns: {
      since419: {
        era: 'About Linux 4.19 and later',
        pattern: /oom-kill:constraint=\w{1,40},.{0,4000}\bpid=\d+/,
      },
    },
    title: 'Whose memory ran out',
    meaning:
      'This line belongs to the one that names the killed process. oom_memcg is the cgroup whose limit was reached, task_memcg is that of the victim. /kubepods/… holds the uid of the pod.',
    causes: { kill: 'The kernel killed a process for lack of RAM; see the line about that process.' },
    confirm: 'memory.max and memory.stat of that cgroup: `sock` in it is the share of its sockets.',
    counters: [],
    fixes: { pod: shared.lookAtPodMemory() },
    nonFixes: { tcpMem: shared.tcpMemHasNoPart() },
  }),
  defineLogMessage({
    // mm/oom_kill.c dump_header
    id: 'oom-killer-invoked',
    level: 'note',
    anchors: [' invoked oom-killer: gfp_mask='],
    patterns: { all: { era: shared.allKernels(), pattern: / invoked oom-killer: gfp_mask=/ } },
    title: 'The search for a process to kill began',
    meaning:
      'The process that is named asked for memory when RAM or the limit of its cgroup was used up. It need not be the one that is killed: another line names that.',
    causes: { usedUp: 'RAM of the node, or the limit of a cgroup, is used up.' },
    confirm: 'The lines that follow: oom-kill:constraint=…, and the one with the killed process.',
    counters: [],
    fixes: {},
    nonFixes: { tcpMem: shared.tcpMemHasNoPart() },
  }),
  defineLogMessage({
    // mm/memcontrol.c mem_cgroup_print_oom_meminfo
    id: 'oom-cgroup-stats',
    level: 'note',
    anchors: ['Memory cgroup stats for '],
    patterns: { all: { era: shared.allKernels(), pattern: /Memory cgroup stats for \S{1,1000}:/ } },
    title: 'What the cgroup used when its limit was reached',
    meaning:
      'The lines of memory.stat of that cgroup follow. `sock` in them is the memory of its sockets, unread data of closed ones included.',
    causes: { limit: 'The cgroup reached its limit; see the line about the killed process.' },
    confirm: '`sock` against the limit: is it the sockets, or is it the rest of the pod?',
    counters: [],
    fixes: { sockets: 'If `sock` is large, find the sockets of that pod that nobody reads.' },
    nonFixes: { tcpMem: shared.tcpMemHasNoPart() },
  }),
  defineLogMessage({
    // mm/slub.c slab_out_of_memory
    id: 'slub-failure',
    level: 'warning',
    anchors: ['SLUB: Unable to allocate memory on '],
    patterns: {
      since510: { era: 'Linux 5.10 and 6.1', pattern: /SLUB: Unable to allocate memory on node -?\d+/ },
      since612: {
        era: 'Linux 6.12 and later',
        pattern: /SLUB: Unable to allocate memory on CPU \d+ \(of node -?\d+\) on node -?\d+/,
      },
    },
    title: 'The kernel could not allocate an object',
    meaning:
      'A slab cache could not grow: RAM ran out, or the kernel memory of a cgroup. The next line names the cache; TCP, sock_inode_cache or filp tell what is being used up.',
    causes: {
      ram: shared.ramUsedUp(),
      cgroup: 'A cgroup reached its limit on kernel memory.',
    },
    confirm: 'slabinfo, and MemAvailable of meminfo.',
    counters: [],
    fixes: { find: 'Find what fills RAM, or the cgroup that reached its limit.' },
    nonFixes: { tcpMem: shared.raiseTcpMem() },
  }),
  defineLogMessage({
    // mm/slub.c slab_out_of_memory, the line after it
    id: 'slub-cache',
    level: 'note',
    anchors: [', object size: '],
    patterns: { all: { era: shared.allKernels(), pattern: /\bcache: [^,]{1,200}, object size: \d+/ } },
    title: 'Which kind of object could not be allocated',
    meaning:
      'This line belongs to the one before it. TCP and sock_inode_cache are sockets, filp is open files, kmalloc-… is memory of any use.',
    causes: { before: 'See the line before it.' },
    confirm: 'The same name in slabinfo: how many objects are active, and of what size.',
    counters: [],
    fixes: { find: 'For TCP, sock_inode_cache or filp: find the process whose sockets or files grow.' },
    nonFixes: { tcpMem: 'Raising tcp_mem: objects of the slab are not in it.' },
  }),
  defineLogMessage({
    // mm/page_alloc.c warn_alloc; at most one in 10 seconds
    id: 'page-allocation-failure',
    level: 'warning',
    anchors: ['page allocation failure: order:'],
    patterns: { all: { era: shared.allKernels(), pattern: /page allocation failure: order:\d+/ } },
    title: 'The kernel could not allocate pages',
    meaning:
      'An allocation failed, often one of several contiguous pages while a packet was received. TCP memory pressure can follow although mem is far below tcp_mem. The kernel prints this at most once in 10 seconds.',
    causes: {
      fragmented: 'RAM is in pieces: no block of the wanted order is free.',
      ram: shared.ramUsedUp(),
    },
    confirm: 'TCPMemoryPressures above 0 with mem below tcp_mem, few high-order blocks in /proc/buddyinfo.',
    counters: [],
    fixes: { reserve: 'Raise vm.min_free_kbytes, and look for what fragments memory.' },
    nonFixes: { tcpMem: shared.raiseTcpMem() },
  }),
];
