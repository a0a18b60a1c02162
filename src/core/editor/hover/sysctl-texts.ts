/** Settings of the kernel that have to do with TCP memory and with what starves TCP: unit, whose, and what for. */
import type { Topic } from '../../report/topics.ts';
import { type HoverContext, isOlderThan, kernelOf, type Scope } from './hover-model.ts';
import { pageUnit } from './pages.ts';

export interface Setting {
  readonly unit: (context: HoverContext) => string;
  readonly scope: (context: HoverContext) => Scope | null;
  /** What each of its numbers is called; empty for a single one. */
  readonly names: readonly string[];
  readonly what: readonly string[];
  readonly topics: readonly Topic[];
}

const NODE = (): Scope => 'node';
const NAMESPACE = (): Scope => 'network namespace';
/** Each namespace has its own in the kernels that were looked at; of those before 4.15 it is not known here. */
const OF_NAMESPACE = (context: HoverContext): Scope | null =>
  isOlderThan(kernelOf(context), 4, 15) ? null : 'network namespace';
/** Linux 3.10 shows a copy of tcp_mem in every namespace, and which one it obeys is not known. */
const MEMORY_OF_NODE = (context: HoverContext): Scope | null => (isOlderThan(kernelOf(context), 4, 0) ? null : 'node');
const TW_BUCKETS = (context: HoverContext): Scope =>
  isOlderThan(kernelOf(context), 4, 11) ? 'node' : 'network namespace';

const INHERITED = 'Each namespace has its own: that of the host says nothing about a pod.';

function setting(
  unit: string | Setting['unit'],
  scope: Setting['scope'],
  what: readonly string[],
  more: Partial<Pick<Setting, 'names' | 'topics'>> = {},
): Setting {
  return { unit: typeof unit === 'string' ? () => unit : unit, scope, what, names: [], topics: [], ...more };
}

const KEEPALIVE_NOTE = `Keepalive does not free a connection that its process forgot to close: when it ends the connection, the fd and unread data stay. ${INHERITED}`;
const CONNTRACK_MAX = setting(
  'connections',
  NODE,
  [
    'How many connections conntrack may track; nf_conntrack_count, which is of a namespace, is held against it. It has no part in TCP memory.',
  ],
  { topics: ['conntrack'] },
);
const GC_THRESH3 = setting(
  'neighbours',
  NODE,
  [
    'How many neighbours (ARP or NDISC) may be kept at all; beyond it new ones are refused. It has no part in TCP memory.',
  ],
  { topics: ['neighbours'] },
);
const BUFFER_NAMES = ['min', 'default', 'max'];

export const SETTINGS: Readonly<Record<string, Setting>> = {
  'net.ipv4.tcp_mem': setting(
    pageUnit,
    MEMORY_OF_NODE,
    [
      'min, pressure and max of the memory that all TCP sockets of the node may occupy together, in pages, not in bytes. A pod has no such file and cannot set it.',
    ],
    { names: ['min', 'pressure', 'max'] },
  ),
  'net.ipv4.tcp_rmem': setting(
    'bytes',
    OF_NAMESPACE,
    [
      'min, default and max of the receive buffer of one TCP socket, in bytes, not in pages.',
      `A socket below min may take memory even when the node is short of it. Larger buffers let a process that does not read hoard more. ${INHERITED}`,
    ],
    { names: BUFFER_NAMES },
  ),
  'net.ipv4.tcp_wmem': setting(
    'bytes',
    OF_NAMESPACE,
    [
      'min, default and max of the send buffer of one TCP socket, in bytes, not in pages.',
      `A socket below min may take memory even when the node is short of it. ${INHERITED}`,
    ],
    { names: BUFFER_NAMES },
  ),
  'net.ipv4.tcp_max_orphans': setting(
    'sockets',
    NODE,
    [
      'How many orphans (orphan of sockstat) the node may have. Beyond it the kernel resets them and logs "too many orphaned sockets".',
      'For sockets that have sent nothing for long it applies already at a half or a quarter. A pod has no such file.',
    ],
    { topics: ['orphans'] },
  ),
  'net.ipv4.tcp_max_tw_buckets': setting(
    'sockets',
    TW_BUCKETS,
    [
      'How many TIME_WAIT sockets (tw of sockstat) there may be; beyond it a connection is closed without TIME_WAIT, and only the counter TCPTimeWaitOverflow tells. TIME_WAIT has no part in TCP memory.',
      'Each namespace has its own since about Linux 4.11; before it was one of the node.',
    ],
    { topics: ['time-wait'] },
  ),
  'net.ipv4.tcp_fin_timeout': setting('seconds', OF_NAMESPACE, [
    'How long FIN_WAIT2 lasts after the process has closed its fd. It does nothing for CLOSE_WAIT, for closed sockets that are still held, nor for TIME_WAIT.',
    INHERITED,
  ]),
  'net.ipv4.tcp_orphan_retries': setting('retransmissions', OF_NAMESPACE, [
    'After how many retransmissions an orphan is given up; 0 leaves it to the kernel, which takes about 8, more than 100 seconds.',
    INHERITED,
  ]),
  'net.ipv4.tcp_max_syn_backlog': setting('handshakes', OF_NAMESPACE, [
    'A limit for handshakes that are not finished (SYN_RECV). They are request sockets: outside alloc, inuse and mem, so that it has no part in TCP memory.',
    `TCPReqQFullDrop and TCPReqQFullDoCookies are about the backlog of listen(), not about this. ${INHERITED}`,
  ]),
  'net.ipv4.tcp_syncookies': setting('switch', OF_NAMESPACE, [
    'Whether a SYN is answered with a cookie when the queue of a listener is full. A listener under a flood needs 1.',
    INHERITED,
  ]),
  'net.ipv4.tcp_keepalive_time': setting('seconds', OF_NAMESPACE, [
    'How long a connection with keepalive must be idle before the first probe.',
    KEEPALIVE_NOTE,
  ]),
  'net.ipv4.tcp_keepalive_intvl': setting('seconds', OF_NAMESPACE, [
    'The time between probes of keepalive.',
    KEEPALIVE_NOTE,
  ]),
  'net.ipv4.tcp_keepalive_probes': setting('probes', OF_NAMESPACE, [
    'After how many unanswered probes of keepalive a connection is ended.',
    KEEPALIVE_NOTE,
  ]),
  'net.core.somaxconn': setting(
    'connections',
    OF_NAMESPACE,
    [
      'The most that a listener may ask for as its backlog: connections that wait for accept().',
      `A larger one only makes a longer queue where nobody accepts. It has no part in TCP memory. ${INHERITED}`,
    ],
    { topics: ['accept-queue', 'handshakes'] },
  ),
  'net.core.mem_pcpu_rsv': setting(pageUnit, NODE, [
    'How much each CPU may keep back before it counts towards mem of sockstat: mem may be wrong by this times the CPUs, either way.',
  ]),
  'net.netfilter.nf_conntrack_max': CONNTRACK_MAX,
  'net.nf_conntrack_max': CONNTRACK_MAX,
  'net.netfilter.nf_conntrack_count': setting(
    'connections',
    NAMESPACE,
    ['How many connections conntrack tracks in this namespace; the limit, nf_conntrack_max, is of the node.'],
    { topics: ['conntrack'] },
  ),
  'net.ipv4.neigh.default.gc_thresh3': GC_THRESH3,
  'net.ipv6.neigh.default.gc_thresh3': GC_THRESH3,
  'fs.file-max': setting(
    'file handles',
    NODE,
    [
      'How many file handles the node may have, over all processes. The limit of one process is another one: Max open files of its limits.',
    ],
    { topics: ['file-handles'] },
  ),
  'fs.file-nr': setting(
    'file handles',
    NODE,
    [
      'File handles of the whole node: allocated, 0, and the most that there may be (fs.file-max). The limit of one process is another one: Max open files of its limits.',
    ],
    { names: ['allocated', 'always 0', 'max'], topics: ['file-handles'] },
  ),
};
