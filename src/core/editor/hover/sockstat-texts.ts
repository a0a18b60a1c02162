/** What each field of net/sockstat and net/sockstat6 counts. Facts: net/ipv4/proc.c, net/socket.c, net/ipv6/proc.c. */

import type { Message } from '../../report/message.ts';
import type { Topic } from '../../report/topics.ts';
import { defineMessages } from '../../wording/define-messages.ts';
import { defineSentences, type Sentences } from '../../wording/define-sentences.ts';
import { type HoverContext, isOlderThan, kernelOf, type Scope, TCP_MEMORY } from './hover-model.ts';
import type { Unit } from './units.ts';

interface Field<T> {
  /** Pages of TCP memory are told in bytes too. */
  readonly unit: Unit | 'pages';
  readonly scope: (context: HoverContext) => Scope;
  readonly what: T;
  readonly topics?: readonly Topic[];
}

const NODE = (): Scope => 'node';
const NAMESPACE = (): Scope => 'namespace';
/** One count of the node before about that release, one of each namespace since. */
const namespaceSince =
  (major: number, minor: number) =>
  (context: HoverContext): Scope =>
    isOlderThan(kernelOf(context), major, minor) ? 'node' : 'namespace';
const COUNT_LEAKS: readonly Topic[] = ['closed-sockets', 'close-wait'];

const shared = defineMessages('sockstat', {
  notInNewerKernels: 'Newer kernels have no such line.',
  noTcpMemory: 'It is no TCP memory.',
});

const FIELDS: Readonly<Record<string, Field<Sentences>>> = {
  'sockets.used': {
    unit: 'sockets',
    scope: namespaceSince(4, 16),
    what: {
      counted:
        'Sockets of every family, not only TCP: open, listening, not yet accepted, orphaned, unbound, and closed ones that are still held; AF_UNIX and netlink too.',
      notCounted:
        'TIME_WAIT, unfinished handshakes and plain sockets of the kernel are not in it. Before about Linux 4.16 it was one count of the node.',
    },
  },
  'TCP.inuse': {
    unit: 'sockets',
    scope: NAMESPACE,
    what: {
      counted:
        'IPv4 TCP sockets that are in the table net/tcp: every state and listeners, orphans included. TIME_WAIT is not in it.',
      notCounted:
        'Not in it either: closed sockets that are still held, and sockets that were never connected. IPv6 sockets, and IPv4 peers of a listener on [::], are in TCP6 of sockstat6.',
    },
  },
  'TCP.orphan': {
    unit: 'sockets',
    scope: NODE,
    what: {
      counted:
        'TCP sockets of both families that their process has closed while the connection goes on: data is still to be sent, or the FIN of the peer is still to come.',
      inside: 'They are inside inuse and inside alloc. The limit is tcp_max_orphans.',
    },
    topics: ['orphans'],
  },
  'TCP.tw': {
    unit: 'sockets',
    scope: namespaceSince(4, 11),
    what: {
      counted:
        'TIME_WAIT sockets of both families, and FIN_WAIT2 ones that nobody holds any more: small remains of connections (minisocks).',
      outside:
        'They are outside inuse, alloc and mem, and never cause a shortage of TCP memory. The limit is tcp_max_tw_buckets. Before about Linux 4.11 it was one count of the node.',
    },
    topics: ['time-wait'],
  },
  'TCP.alloc': {
    unit: 'sockets',
    scope: NODE,
    what: {
      counted:
        'All TCP sockets of the node that exist in the kernel, of both families and of all namespaces: those in the tables, closed ones that are still held, and those never connected.',
      notCounted:
        'TIME_WAIT and unfinished handshakes are not in it. Do not subtract inuse of this one file from it: inuse is of one namespace and of one family.',
    },
    topics: COUNT_LEAKS,
  },
  'TCP.mem': {
    unit: 'pages',
    scope: NODE,
    what: {
      counted:
        'Memory that queued data of all TCP sockets of the node occupies, of both families and of all namespaces, with what each packet needs beside its payload. The limit is tcp_mem.',
      notCounted: 'The socket structures themselves are not in it: a socket with empty queues costs nothing here.',
    },
    topics: TCP_MEMORY,
  },
  'UDP.inuse': {
    unit: 'sockets',
    scope: NAMESPACE,
    what: {
      counted:
        'Bound IPv4 UDP sockets, those of kernel tunnels (vxlan, wireguard) included. IPv6 ones are in sockstat6.',
    },
  },
  'UDP.mem': {
    unit: 'pages',
    scope: NODE,
    what: {
      counted: 'Memory of data that waits in UDP sockets of the node to be read.',
      noTcp: shared.noTcpMemory(),
    },
  },
  'UDPLITE.inuse': {
    unit: 'sockets',
    scope: NAMESPACE,
    what: { counted: 'UDP-Lite sockets of IPv4.', newer: shared.notInNewerKernels() },
  },
  'RAW.inuse': { unit: 'sockets', scope: NAMESPACE, what: { counted: 'Raw IPv4 sockets.' } },
  'FRAG.inuse': {
    unit: 'queues',
    scope: NAMESPACE,
    what: { counted: 'IPv4 packets that are being put together from fragments.' },
  },
  'FRAG.memory': {
    unit: 'bytes',
    scope: NAMESPACE,
    what: {
      counted: 'Memory of IPv4 fragments that wait for the rest of their packet: bytes, not pages.',
      noTcp: shared.noTcpMemory(),
    },
  },
  'TCP6.inuse': {
    unit: 'sockets',
    scope: NAMESPACE,
    what: {
      counted:
        'IPv6 TCP sockets that are in the table net/tcp6, IPv4 peers that a listener on [::] accepted included. TIME_WAIT is not in it.',
      others: 'TCP6 has no alloc, mem, orphan or tw: those of sockstat cover both families.',
    },
  },
  'UDP6.inuse': { unit: 'sockets', scope: NAMESPACE, what: { counted: 'Bound IPv6 UDP sockets.' } },
  'UDPLITE6.inuse': {
    unit: 'sockets',
    scope: NAMESPACE,
    what: { counted: 'UDP-Lite sockets of IPv6.', newer: shared.notInNewerKernels() },
  },
  'RAW6.inuse': { unit: 'sockets', scope: NAMESPACE, what: { counted: 'Raw IPv6 sockets.' } },
  'FRAG6.inuse': {
    unit: 'queues',
    scope: NAMESPACE,
    what: { counted: 'IPv6 packets that are being put together from fragments.' },
  },
  'FRAG6.memory': {
    unit: 'bytes',
    scope: NAMESPACE,
    what: {
      counted: 'Memory of IPv6 fragments that wait for the rest of their packet: bytes, not pages.',
      noTcp: shared.noTcpMemory(),
    },
  },
};

const KNOWN: ReadonlyMap<string, Field<readonly Message[]>> = new Map(
  Object.entries(FIELDS).map(([key, field]) => [
    key,
    { ...field, what: defineSentences(`sockstat.${key}`, field.what) },
  ]),
);

/** By group and name, such as `TCP.alloc`; undefined for one that is not explained here. */
export function sockstatField(key: string): Field<readonly Message[]> | undefined {
  return KNOWN.get(key);
}
