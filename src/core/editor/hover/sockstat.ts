/** Fields of net/sockstat and net/sockstat6. Facts: net/ipv4/proc.c, net/socket.c, net/ipv6/proc.c. */

import type { Topic } from '../../report/topics.ts';
import { parseCount } from '../../text.ts';
import { formatCount, formatQuantity } from '../../wording/format.ts';
import {
  describeNamespace,
  type EntryHover,
  evidenceOf,
  type HoverContext,
  isOlderThan,
  kernelOf,
  type LinePlace,
  namespaceOf,
  type Scope,
  TCP_MEMORY,
  tokenAt,
  tokensOf,
} from './hover-model.ts';
import { compareMem, describeError, describeMem, memUnit } from './pages.ts';

/** Whose file it is. A sample is of another moment than the counts of the report. */
export interface NetFile {
  readonly pid: number | null;
  readonly isSample: boolean;
}

interface Field {
  readonly unit: (context: HoverContext) => string;
  readonly scope: (context: HoverContext) => Scope;
  readonly what: readonly string[];
  readonly here?: (value: number, context: HoverContext, file: NetFile) => readonly string[];
  readonly format?: (value: number, context: HoverContext) => string;
  readonly topics?: readonly Topic[];
}

const SOCKETS = () => 'sockets';
const NODE = (): Scope => 'node';
const NAMESPACE = (): Scope => 'network namespace';
/** One count of the node before about that release, one of each namespace since. */
const namespaceSince =
  (major: number, minor: number) =>
  (context: HoverContext): Scope =>
    isOlderThan(kernelOf(context), major, minor) ? 'node' : 'network namespace';
const LEAKS: readonly Topic[] = ['closed-sockets', 'close-wait'];

const FIELDS: Readonly<Record<string, Field>> = {
  'sockets.used': {
    unit: SOCKETS,
    scope: namespaceSince(4, 16),
    what: [
      'Sockets of every family, not only TCP: open, listening, not yet accepted, orphaned, unbound, and closed ones that are still held; AF_UNIX and netlink too.',
      'TIME_WAIT, unfinished handshakes and plain sockets of the kernel are not in it. Before about Linux 4.16 it was one count of the node.',
    ],
    here: describeGap,
  },
  'TCP.inuse': {
    unit: SOCKETS,
    scope: NAMESPACE,
    what: [
      'IPv4 TCP sockets that are in the table net/tcp: every state and listeners, orphans included. TIME_WAIT is not in it.',
      'Not in it: closed sockets that are still held, and sockets that were never connected. IPv6 sockets, and IPv4 peers of a listener on [::], are in TCP6 of sockstat6.',
    ],
    here: (_value, context, { pid }) => {
      const inuse6 = namespaceOf(pid, context)?.inuse6 ?? null;
      return inuse6 === null ? [] : [`The same namespace has TCP6 inuse ${formatCount(inuse6)}.`];
    },
  },
  'TCP.orphan': {
    unit: SOCKETS,
    scope: NODE,
    what: [
      'TCP sockets of both families that their process has closed while the connection goes on: data is still to be sent, or the FIN of the peer is still to come.',
      'They are inside inuse and inside alloc. The limit is tcp_max_orphans.',
    ],
    topics: ['orphans'],
  },
  'TCP.tw': {
    unit: SOCKETS,
    scope: namespaceSince(4, 11),
    what: [
      'TIME_WAIT sockets of both families, and FIN_WAIT2 ones that nobody holds any more: small remains of connections (minisocks).',
      'They are outside inuse, alloc and mem, and are no cause of a shortage of TCP memory. The limit is tcp_max_tw_buckets. Before about Linux 4.11 it was one count of the node.',
    ],
    topics: ['time-wait'],
  },
  'TCP.alloc': {
    unit: SOCKETS,
    scope: NODE,
    what: [
      'All TCP sockets of the node that exist in the kernel, of both families and of all namespaces: those in the tables, closed ones that are still held, and those never connected.',
      'TIME_WAIT and unfinished handshakes are not in it. Less inuse of this one file it says nothing: inuse is of one namespace and of one family.',
    ],
    here: describeAlloc,
    topics: LEAKS,
  },
  'TCP.mem': {
    unit: memUnit,
    scope: NODE,
    what: [
      'Memory that queued data of all TCP sockets of the node occupies, of both families and of all namespaces, with what each packet needs beside its payload. The limit is tcp_mem.',
      'The socket structures themselves are not in it: a socket with empty queues costs nothing here.',
    ],
    format: describeMem,
    here: (value, context) => [...compareMem(value, context), ...describeError(context)],
    topics: TCP_MEMORY,
  },
  'UDP.inuse': {
    unit: SOCKETS,
    scope: NAMESPACE,
    what: ['Bound IPv4 UDP sockets, those of kernel tunnels (vxlan, wireguard) included. IPv6 ones are in sockstat6.'],
  },
  'UDP.mem': {
    unit: memUnit,
    scope: NODE,
    what: ['Memory of data that waits in UDP sockets of the node to be read. It is no TCP memory.'],
    format: describeMem,
  },
  'UDPLITE.inuse': {
    unit: SOCKETS,
    scope: NAMESPACE,
    what: ['UDP-Lite sockets of IPv4. Newer kernels have no such line.'],
  },
  'RAW.inuse': { unit: SOCKETS, scope: NAMESPACE, what: ['Raw IPv4 sockets.'] },
  'FRAG.inuse': {
    unit: () => 'queues',
    scope: NAMESPACE,
    what: ['IPv4 packets that are being put together from fragments.'],
  },
  'FRAG.memory': {
    unit: () => 'bytes',
    scope: NAMESPACE,
    what: ['Memory of IPv4 fragments that wait for the rest of their packet: bytes, not pages. It is no TCP memory.'],
  },
  'TCP6.inuse': {
    unit: SOCKETS,
    scope: NAMESPACE,
    what: [
      'IPv6 TCP sockets that are in the table net/tcp6, IPv4 peers that a listener on [::] accepted included. TIME_WAIT is not in it.',
      'There is no alloc, mem, orphan or tw of TCP6: those of sockstat cover both families.',
    ],
    here: (_value, context, { pid }) => {
      const inuse4 = namespaceOf(pid, context)?.inuse4 ?? null;
      return inuse4 === null ? [] : [`The same namespace has TCP inuse ${formatCount(inuse4)} (IPv4).`];
    },
  },
  'UDP6.inuse': { unit: SOCKETS, scope: NAMESPACE, what: ['Bound IPv6 UDP sockets.'] },
  'UDPLITE6.inuse': {
    unit: SOCKETS,
    scope: NAMESPACE,
    what: ['UDP-Lite sockets of IPv6. Newer kernels have no such line.'],
  },
  'RAW6.inuse': { unit: SOCKETS, scope: NAMESPACE, what: ['Raw IPv6 sockets.'] },
  'FRAG6.inuse': {
    unit: () => 'queues',
    scope: NAMESPACE,
    what: ['IPv6 packets that are being put together from fragments.'],
  },
  'FRAG6.memory': {
    unit: () => 'bytes',
    scope: NAMESPACE,
    what: ['Memory of IPv6 fragments that wait for the rest of their packet: bytes, not pages. It is no TCP memory.'],
  },
};

export function hoverSockstat(place: LinePlace, file: NetFile, context: HoverContext): EntryHover | null {
  const tokens = tokensOf(place.text);
  const at = tokenAt(tokens, place.column);
  const group = /^([A-Za-z0-9]+):$/.exec(tokens[0]?.text ?? '')?.[1];
  if (group === undefined || at < 1) return null;
  const nameIndex = at % 2 === 1 ? at : at - 1;
  const name = tokens[nameIndex];
  const raw = tokens[nameIndex + 1];
  const field = Object.hasOwn(FIELDS, `${group}.${name?.text}`) ? FIELDS[`${group}.${name?.text}`] : undefined;
  if (name === undefined || field === undefined) return null;
  const value = parseCount(raw?.text);
  const label = group === 'sockets' ? `${group} ${name.text}` : `${group}: ${name.text}`;
  const scope = field.scope(context);
  const unit = field.unit(context);
  return {
    start: name.start,
    end: raw?.end ?? name.end,
    title: value === null ? label : `${label} = ${field.format?.(value, context) ?? withUnit(value, unit)}`,
    paragraphs: [
      ...field.what,
      ...(value === null ? [describeOdd(raw?.text)] : (field.here?.(value, context, file) ?? [])),
      scope === 'node'
        ? 'It is the same number in the file of every network namespace.'
        : `The file is of ${describeNamespace(file.pid, context)}.`,
    ],
    unit,
    scope,
    evidence: evidenceOf(context, field.topics ?? []),
  };
}

function withUnit(value: number, unit: string): string {
  return value === 1 && unit.endsWith('s') ? `1 ${unit.slice(0, -1)}` : `${formatCount(value)} ${unit}`;
}

function describeOdd(raw: string | undefined): string {
  if (raw === undefined) return 'The line ends here, so that the value is not known.';
  // Sums over CPUs that disagree for a moment are not clamped.
  return /^-\d+$/.test(raw)
    ? 'A small negative number means 0: the CPUs disagreed for a moment.'
    : 'What stands here is no count.';
}

/** alloc against what the captured namespaces list. The parts are of the main capture, not of a sample. */
function describeAlloc(_value: number, { report }: HoverContext, { isSample }: NetFile): readonly string[] {
  if (report === null || isSample) return [];
  const { inuse, unhashed, namespaces } = report.ledger;
  if (inuse === null) return ['How many of them are in the tables is not known from this bundle.'];
  const listed = `In this bundle ${formatQuantity(namespaces.length, 'namespace')} list ${formatCount(inuse)} of them (inuse, IPv4 and IPv6).`;
  if (unhashed === null) return [listed, 'The rest is not known: not every namespace was captured.'];
  return [
    listed,
    unhashed > 0
      ? `${formatQuantity(unhashed, 'is', 'are')} in no table of them: closed but still held, or never connected.`
      : 'None is missing from the tables.',
  ];
}

function describeGap(_value: number, context: HoverContext, { pid, isSample }: NetFile): readonly string[] {
  const gap = isSample ? null : (namespaceOf(pid, context)?.gap ?? null);
  return gap === null || gap < 0 ? [] : [`At most ${formatCount(gap)} of them are in no table of this namespace.`];
}
