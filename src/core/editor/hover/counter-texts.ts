/** Counters of net/netstat and net/snmp that matter here. Facts: Linux 5.10 to 7.2; old kernels lack some of them. */

import type { Message } from '../../report/message.ts';
import type { Topic } from '../../report/topics.ts';
import { defineSentence } from '../../wording/define-messages.ts';
import { TCP_MEMORY } from './hover-model.ts';
import type { Unit } from './units.ts';

interface Counter<T> {
  readonly text: T;
  /** Events unless told. */
  readonly unit?: Unit;
  readonly topics?: readonly Topic[];
}

const READERS: readonly Topic[] = ['unread-data', 'close-wait'];
const MEMORY: readonly Topic[] = [...TCP_MEMORY, 'tcp-oom'];
const LISTENERS: readonly Topic[] = ['accept-queue', 'handshakes'];

const COUNTERS: Readonly<Record<string, Counter<string>>> = {
  'TcpExt.TCPAbortOnMemory': {
    unit: 'sockets',
    text: 'Sockets that the kernel reset because TCP memory or orphans of the node were over the limit. They are the victims, counted in their namespace: the culprit may be in another one. The log line is rate-limited, this counter is not.',
    topics: MEMORY,
  },
  'TcpExt.TCPMemoryPressures': {
    text: 'How often the node came under TCP memory pressure. The pressure is of the node, but only the namespace of the socket that set it off counts it, so the host may show 0. A failed allocation sets it off too, with mem far below tcp_mem.',
    topics: MEMORY,
  },
  'TcpExt.TCPMemoryPressuresChrono': {
    unit: 'milliseconds',
    text: 'How long the node was under TCP memory pressure. The kernel adds the time when the pressure ends, in the namespace of the socket that ended it: 0 while the first one lasts.',
    topics: MEMORY,
  },
  'TcpExt.PruneCalled': {
    text: 'How often the kernel had to trim the queues of a socket because its receive buffer or TCP memory was full: readers are slow, or there is memory pressure. Alone it is no shortage of the node.',
    topics: READERS,
  },
  'TcpExt.RcvPruned': {
    unit: 'packets',
    text: 'Packets that the kernel dropped because a receive buffer was still too full after it was trimmed.',
    topics: READERS,
  },
  'TcpExt.OfoPruned': {
    text: 'How often the kernel threw away data that had come out of order, to make room.',
    topics: READERS,
  },
  'TcpExt.TCPRcvCollapsed': {
    unit: 'packets',
    text: 'Packets that the kernel merged to save memory: many small packets lie in the queues.',
    topics: ['small-packets'],
  },
  'TcpExt.TCPRcvQDrop': {
    unit: 'packets',
    text: 'Data that came in order and was dropped because there was no memory: the receive buffer was full, or the node had reached tcp_mem. It is the strongest sign of that on the receiving side.',
    topics: [...MEMORY, ...READERS],
  },
  'TcpExt.TCPOFODrop': {
    unit: 'packets',
    text: 'Data that came out of order and was dropped because there was no memory: the receive buffer was full, or the node had reached tcp_mem.',
    topics: [...MEMORY, ...READERS],
  },
  'TcpExt.TCPBacklogDrop': {
    unit: 'packets',
    text: 'Packets that were dropped because the backlog of a socket was full while its process held the socket: the reader hangs or gets no CPU.',
    topics: READERS,
  },
  'TcpExt.TCPZeroWindowDrop': {
    unit: 'packets',
    text: 'Data that came although the window was closed: the process here reads too slowly.',
    topics: READERS,
  },
  'TcpExt.TCPToZeroWindowAdv': {
    text: 'How often a window was closed because the process here did not read. If it is far above TCPFromZeroWindowAdv, readers are stuck now.',
    topics: READERS,
  },
  'TcpExt.TCPFromZeroWindowAdv': {
    text: 'How often a closed window was opened again because the process here had read.',
    topics: READERS,
  },
  'TcpExt.TCPWantZeroWindowAdv': {
    text: 'How often there was no room left and the window could not be closed, because the kernel may not take back a window that it promised: a reader here is slow.',
    topics: READERS,
  },
  'TcpExt.TCPWqueueTooBig': {
    text: 'How often a send queue was too large to be split for a selective acknowledgement.',
  },
  'TcpExt.PFMemallocDrop': {
    unit: 'packets',
    text: 'Packets that were dropped because their memory came out of the last reserves: the node is short of RAM, which is not TCP memory.',
    topics: ['kernel-memory'],
  },
  'TcpExt.TCPAbortOnTimeout': {
    unit: 'connections',
    text: 'Connections that the kernel gave up because the peer did not answer retransmissions or keepalive. Their process may still hold them.',
  },
  'TcpExt.TCPAbortOnClose': {
    unit: 'connections',
    text: 'Connections that were reset because their process closed them while data lay there unread.',
  },
  'TcpExt.TCPAbortOnData': {
    unit: 'connections',
    text: 'Connections that were reset because data came after they were closed, or because they were closed with a linger time of 0.',
  },
  'TcpExt.TCPAbortOnLinger': {
    unit: 'connections',
    text: 'Connections that were reset because TCP_LINGER2 is negative: the process wanted no FIN_WAIT2.',
  },
  'TcpExt.TCPAbortFailed': { text: 'How often the kernel could not allocate or send a reset.' },
  'TcpExt.ListenOverflows': {
    text: 'How often a connection was refused because an accept queue was full: a process does not call accept() fast enough.',
    topics: LISTENERS,
  },
  'TcpExt.ListenDrops': {
    text: 'Everything that listeners dropped, for whatever reason; ListenOverflows is part of it.',
    topics: LISTENERS,
  },
  'TcpExt.TCPReqQFullDrop': {
    text: 'SYNs that were dropped because the queue of unfinished handshakes reached the backlog of the listener: a flood, or a small backlog.',
    topics: LISTENERS,
  },
  'TcpExt.TCPReqQFullDoCookies': {
    text: 'SYNs that were answered with a cookie because the queue of unfinished handshakes reached the backlog of the listener: a flood, or a small backlog.',
    topics: LISTENERS,
  },
  'TcpExt.TCPTimeWaitOverflow': {
    unit: 'connections',
    text: 'Connections that were closed without TIME_WAIT, usually because the namespace reached its tcp_max_tw_buckets. The kernel logs nothing. It has no part in TCP memory.',
    topics: ['time-wait'],
  },
  'Tcp.EstabResets': {
    unit: 'connections',
    text: 'Connections that went from ESTABLISHED or CLOSE_WAIT to CLOSE, by a reset or by a timeout. Their rows are gone, but their process may still hold them: at most so many are invisible in this way.',
    topics: ['resets'],
  },
  'Tcp.AttemptFails': {
    unit: 'connections',
    text: 'Connections that failed before they were established, refused ones included. A process that does not close them holds sockets that are in no table.',
    topics: ['failed-connects'],
  },
  'Tcp.RetransSegs': { unit: 'segments', text: 'Segments that were sent again.' },
  'Tcp.OutRsts': { unit: 'segments', text: 'Resets that were sent.' },
  'Tcp.InSegs': { unit: 'segments', text: 'Segments that came in.' },
  'Tcp.OutSegs': { unit: 'segments', text: 'Segments that were sent, retransmissions not counted.' },
  'Tcp.ActiveOpens': { unit: 'connections', text: 'Connections that processes here began.' },
  'Tcp.PassiveOpens': { unit: 'connections', text: 'Connections that listeners here got.' },
};

const KNOWN: ReadonlyMap<string, Counter<Message>> = new Map(
  Object.entries(COUNTERS).map(([key, counter]) => [
    key,
    { ...counter, text: defineSentence(`counter.${key}`, counter.text) },
  ]),
);

/** By group and name, such as `TcpExt.PruneCalled`; undefined for one that is not explained here. */
export function counterText(key: string): Counter<Message> | undefined {
  return KNOWN.get(key);
}
