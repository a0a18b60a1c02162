/** Settings of the kernel that have to do with TCP memory and with what starves TCP: unit, whose, and what for. */

import type { Message } from '../../report/message.ts';
import type { Topic } from '../../report/topics.ts';
import { defineMessages } from '../../wording/define-messages.ts';
import { defineSentences, type Sentences } from '../../wording/define-sentences.ts';
import { type HoverContext, isOlderThan, kernelOf, type Scope } from './hover-model.ts';
import type { Unit } from './units.ts';

interface Setting<T> {
  readonly unit: Unit | 'pages';
  /** Null where it is not known. */
  readonly scope: (context: HoverContext) => Scope | null;
  /** What each of its numbers is called; empty for a single one. */
  readonly names: readonly Message[];
  readonly what: T;
  readonly topics: readonly Topic[];
}

const NODE = (): Scope => 'node';
const NAMESPACE = (): Scope => 'namespace';
/** Each namespace has its own in the kernels that were looked at; of those before 4.15 it is not known here. */
const OF_NAMESPACE = (context: HoverContext): Scope | null =>
  isOlderThan(kernelOf(context), 4, 15) ? null : 'namespace';
/** Linux 3.10 shows a copy of tcp_mem in every namespace, and which one it obeys is not known. */
const MEMORY_OF_NODE = (context: HoverContext): Scope | null => (isOlderThan(kernelOf(context), 4, 0) ? null : 'node');
const TW_BUCKETS = (context: HoverContext): Scope => (isOlderThan(kernelOf(context), 4, 11) ? 'node' : 'namespace');

const number = defineMessages('sysctl-number', {
  min: 'min',
  pressure: 'pressure',
  default: 'default',
  max: 'max',
  allocated: 'allocated',
  zero: 'always 0',
});

const shared = defineMessages('sysctl', {
  ofNamespace: 'Each namespace has its own: that of the host says nothing about a pod.',
  belowMin: 'A socket below min may take memory even when the node is short of it.',
  keepaliveFreesNothing:
    'Keepalive does not free a connection that its process forgot to close: when it ends the connection, the fd and unread data stay.',
  noPart: 'It has no part in TCP memory.',
  limitOfProcess: 'The limit of one process is another one: Max open files of its limits.',
  conntrackMax:
    'How many connections conntrack may track. It is the limit for nf_conntrack_count, which is of a namespace.',
  neighbours: 'How many neighbours (ARP or NDISC) the node may keep at all; beyond that it refuses new ones.',
});

function setting(
  unit: Setting<Sentences>['unit'],
  scope: Setting<Sentences>['scope'],
  what: Sentences,
  more: Partial<Pick<Setting<Sentences>, 'names' | 'topics'>> = {},
): Setting<Sentences> {
  return { unit, scope, what, names: [], topics: [], ...more };
}

const CONNTRACK_MAX = setting(
  'connections',
  NODE,
  { limit: shared.conntrackMax(), noPart: shared.noPart() },
  { topics: ['conntrack'] },
);
const GC_THRESH3 = setting(
  'neighbours',
  NODE,
  { limit: shared.neighbours(), noPart: shared.noPart() },
  { topics: ['neighbours'] },
);
const BUFFER_NAMES = [number.min(), number.default(), number.max()];
const KEEPALIVE = { frees: shared.keepaliveFreesNothing(), own: shared.ofNamespace() };

const SETTINGS: Readonly<Record<string, Setting<Sentences>>> = {
  'net.ipv4.tcp_mem': setting(
    'pages',
    MEMORY_OF_NODE,
    {
      what: 'min, pressure and max of the memory that all TCP sockets of the node may occupy together, in pages, not in bytes. A pod has no such file and cannot set it.',
    },
    { names: [number.min(), number.pressure(), number.max()] },
  ),
  'net.ipv4.tcp_rmem': setting(
    'bytes',
    OF_NAMESPACE,
    {
      what: 'min, default and max of the receive buffer of one TCP socket, in bytes, not in pages.',
      belowMin: shared.belowMin(),
      larger: 'Larger buffers let a process that does not read hoard more.',
      own: shared.ofNamespace(),
    },
    { names: BUFFER_NAMES },
  ),
  'net.ipv4.tcp_wmem': setting(
    'bytes',
    OF_NAMESPACE,
    {
      what: 'min, default and max of the send buffer of one TCP socket, in bytes, not in pages.',
      belowMin: shared.belowMin(),
      own: shared.ofNamespace(),
    },
    { names: BUFFER_NAMES },
  ),
  'net.ipv4.tcp_max_orphans': setting(
    'sockets',
    NODE,
    {
      limit:
        'How many orphans (orphan of sockstat) the node may have. Beyond that the kernel resets them and logs "too many orphaned sockets".',
      idle: 'For sockets that have sent nothing for long it applies already at a half or a quarter. A pod has no such file.',
    },
    { topics: ['orphans'] },
  ),
  'net.ipv4.tcp_max_tw_buckets': setting(
    'sockets',
    TW_BUCKETS,
    {
      limit:
        'How many TIME_WAIT sockets (tw of sockstat) there may be. Beyond that the kernel closes a connection without TIME_WAIT, and only the counter TCPTimeWaitOverflow tells. TIME_WAIT has no part in TCP memory.',
      own: 'Each namespace has its own since about Linux 4.11; before that there was one for the node.',
    },
    { topics: ['time-wait'] },
  ),
  'net.ipv4.tcp_fin_timeout': setting('seconds', OF_NAMESPACE, {
    what: 'How long FIN_WAIT2 lasts after the process has closed its fd. It does nothing for CLOSE_WAIT, for closed sockets that are still held, or for TIME_WAIT.',
    own: shared.ofNamespace(),
  }),
  'net.ipv4.tcp_orphan_retries': setting('retransmissions', OF_NAMESPACE, {
    what: 'After how many retransmissions the kernel gives an orphan up; 0 leaves it to the kernel, which takes about 8, more than 100 seconds.',
    own: shared.ofNamespace(),
  }),
  'net.ipv4.tcp_max_syn_backlog': setting('handshakes', OF_NAMESPACE, {
    limit:
      'A limit for handshakes that are not finished (SYN_RECV). They are request sockets, outside alloc, inuse and mem, so it has no part in TCP memory.',
    counters: 'TCPReqQFullDrop and TCPReqQFullDoCookies are about the backlog of listen(), not about this.',
    own: shared.ofNamespace(),
  }),
  'net.ipv4.tcp_syncookies': setting('switch', OF_NAMESPACE, {
    what: 'Whether the kernel answers a SYN with a cookie when the queue of a listener is full. A listener under a flood needs 1.',
    own: shared.ofNamespace(),
  }),
  'net.ipv4.tcp_keepalive_time': setting('seconds', OF_NAMESPACE, {
    what: 'How long a connection with keepalive must be idle before the first probe.',
    ...KEEPALIVE,
  }),
  'net.ipv4.tcp_keepalive_intvl': setting('seconds', OF_NAMESPACE, {
    what: 'The time between probes of keepalive.',
    ...KEEPALIVE,
  }),
  'net.ipv4.tcp_keepalive_probes': setting('probes', OF_NAMESPACE, {
    what: 'After how many unanswered probes of keepalive the kernel ends a connection.',
    ...KEEPALIVE,
  }),
  'net.core.somaxconn': setting(
    'connections',
    OF_NAMESPACE,
    {
      limit: 'The most that a listener may ask for as its backlog: connections that wait for accept().',
      larger: 'A larger one only makes a longer queue where nobody accepts.',
      noPart: shared.noPart(),
      own: shared.ofNamespace(),
    },
    { topics: ['accept-queue', 'handshakes'] },
  ),
  'net.core.mem_pcpu_rsv': setting('pages', NODE, {
    what: 'How much each CPU may keep back before it counts towards mem of sockstat: mem may be wrong by this times the CPUs, either way.',
  }),
  'net.netfilter.nf_conntrack_max': CONNTRACK_MAX,
  'net.nf_conntrack_max': CONNTRACK_MAX,
  'net.netfilter.nf_conntrack_count': setting(
    'connections',
    NAMESPACE,
    { what: 'How many connections conntrack tracks in this namespace; the limit, nf_conntrack_max, is of the node.' },
    { topics: ['conntrack'] },
  ),
  'net.ipv4.neigh.default.gc_thresh3': GC_THRESH3,
  'net.ipv6.neigh.default.gc_thresh3': GC_THRESH3,
  'fs.file-max': setting(
    'fileHandles',
    NODE,
    {
      limit: 'How many file handles the node may have, over all processes.',
      process: shared.limitOfProcess(),
    },
    { topics: ['file-handles'] },
  ),
  'fs.file-nr': setting(
    'fileHandles',
    NODE,
    {
      what: 'File handles of the whole node: allocated, 0, and the most that there may be (fs.file-max).',
      process: shared.limitOfProcess(),
    },
    { names: [number.allocated(), number.zero(), number.max()], topics: ['file-handles'] },
  ),
};

const KNOWN: ReadonlyMap<string, Setting<readonly Message[]>> = new Map(
  Object.entries(SETTINGS).map(([key, each]) => [key, { ...each, what: defineSentences(`sysctl.${key}`, each.what) }]),
);

/** By its name with points; undefined for one that is not explained here. */
export function settingOf(key: string): Setting<readonly Message[]> | undefined {
  return KNOWN.get(key);
}
