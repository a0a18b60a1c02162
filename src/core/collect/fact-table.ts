/**
 * Every fact that a member of a bundle can be: who takes its bytes, and where is kept what was read of them. What else
 * there is to a fact follows from its row: its name, the type of what is kept, its field in {@link RawFacts}, and which
 * member counts where several give it. A layout that names a fact without a row does not compile, nor does a row that no
 * layout names. To add one: its parser, a row here, and the layouts that have it.
 */
import type { LayoutFact } from '../layouts/index.ts';
import { isManifest } from '../parsers/collector/bundle-manifest.ts';
import { parseCrictlContainers, parseCrictlPods } from '../parsers/commands/crictl.ts';
import { podDirectory } from '../parsers/pod-logs.ts';
import { parsePidLimits } from '../parsers/proc/pid-limits.ts';
import { parsePidStat } from '../parsers/proc/pid-stat.ts';
import { blockSink, sampleBlockSink } from './blocks.ts';
import { fdsSink } from './fd-blocks.ts';
import { readInFlight, socketProtocols, takeTaskFd } from './fd-facts.ts';
import { listingSink, takeListings } from './fd-listing.ts';
import { logSink } from './log-sink.ts';
import { netnsOfProcess, netText, otherSockets } from './namespace-files.ts';
import { crictlSink, kubeletContainers, podPathsSink } from './pod-sinks.ts';
import { ofProcess, readCgroup, readCmdline, readComm, readStatus } from './process-files.ts';
import { byKey, byKeys, flag, list, named, one, type Row, readBy, row, within } from './row.ts';
import { MAX_JSON_BYTES, MAX_SMALL_BYTES, MAX_TABLE_BYTES, text } from './sinks.ts';
import { conntrackSink, sampleTcpSink, ssSink, tcpSink } from './table-sinks.ts';

const small = text(MAX_SMALL_BYTES);
const table = text(MAX_TABLE_BYTES);

const nobody = () => undefined;

type OfKind = { readonly kind: string };

const ofNode = byKey(small, 'node', ({ kind }: OfKind) => kind);
const ofNamespace = row(table, netText);
type OfPath = OfKind & { readonly path: string };
type OfFd = { readonly pid: number; readonly fd: number };

/** `sys/fs/cgroup/<path>/<file>`. */
const ofCgroup = (file: string) =>
  byKeys(text(MAX_SMALL_BYTES, { kind: file }), 'cgroups', ({ path, kind }: OfPath): [string, string] => [path, kind]);
const netnsOf = ({ netns }: { readonly netns: number }) => netns;

export const FACTS = {
  // Of the node.
  meminfo: ofNode,
  slabinfo: ofNode,
  stat: ofNode,
  uptime: ofNode,
  loadavg: ofNode,
  version: ofNode,
  vmstat: ofNode,
  buddyinfo: ofNode,
  cmdline: ofNode,
  sysctl: byKey(small, 'sysctl', ({ key }: { readonly key: string }) => key),
  log: list(logSink, 'logs'),
  'dmesg-clock': one(small, 'dmesgClock'),
  hostname: one(small, 'hostname'),

  // Of a network namespace.
  tcp: row(tcpSink, within()),
  udp: row(table, otherSockets('udp')),
  udp6: row(table, otherSockets('udp6')),
  udplite: row(table, otherSockets('udplite')),
  udplite6: row(table, otherSockets('udplite6')),
  raw: row(table, otherSockets('raw')),
  raw6: row(table, otherSockets('raw6')),
  unix: row(table, otherSockets('unix')),
  netlink: row(table, otherSockets('netlink')),
  packet: row(table, otherSockets('packet')),
  sockstat: ofNamespace,
  sockstat6: ofNamespace,
  snmp: ofNamespace,
  snmp6: ofNamespace,
  netstat: ofNamespace,
  protocols: ofNamespace,
  dev: ofNamespace,
  arp: ofNamespace,
  ss: byKey(ssSink, 'ss', netnsOf),
  conntrack: list(conntrackSink, 'conntrack'),
  'netns-link': netnsOfProcess,
  'netns-text': netnsOfProcess,
  'netns-path': byKey(small, 'netnsPaths', netnsOf),

  // Of a process.
  'pid-comm': ofProcess('comm', readComm),
  'pid-cmdline': ofProcess('cmdline', readCmdline),
  'pid-status': ofProcess('status', readStatus),
  'pid-stat': ofProcess('stat', parsePidStat),
  'pid-limits': ofProcess('limits', parsePidLimits),
  'pid-cgroup': ofProcess('cgroup', readCgroup),
  // Links of fds are read from their bytes (collect.ts).
  fd: row(nobody, within()),
  'task-fd': row(nobody, within(), takeTaskFd),
  'fd-listing': row(listingSink, within(takeListings)),
  // That of an epoll has a line for each fd that it watches.
  fdinfo: byKey(
    readBy(text(MAX_TABLE_BYTES, { kind: 'fdinfo' }), readInFlight),
    'inFlight',
    ({ pid, fd }: OfFd) => `${pid} ${fd}`,
  ),
  'socket-protocols': row(text(MAX_TABLE_BYTES, { kind: 'sockprotoname' }), socketProtocols),

  // Of pods.
  'memory.stat': ofCgroup('memory.stat'),
  'memory.max': ofCgroup('memory.max'),
  'memory.current': ofCgroup('memory.current'),
  'memory.events': ofCgroup('memory.events'),
  'memory.limit_in_bytes': ofCgroup('memory.limit_in_bytes'),
  'memory.usage_in_bytes': ofCgroup('memory.usage_in_bytes'),
  'memory.kmem.tcp.usage_in_bytes': ofCgroup('memory.kmem.tcp.usage_in_bytes'),
  'memory.kmem.tcp.limit_in_bytes': ofCgroup('memory.kmem.tcp.limit_in_bytes'),
  'pod-log': named('podLogPaths', ({ path }: { readonly path: string }) => podDirectory(path)),
  'container-log': named('containerLogNames', ({ name }: { readonly name: string }) => name),
  'pod-paths': row(podPathsSink, kubeletContainers),
  'crictl-pods': one(crictlSink(parseCrictlPods), 'crictlPods'),
  'crictl-containers': one(crictlSink(parseCrictlContainers), 'crictlContainers'),

  // Of the collector.
  manifest: one(
    readBy(text(MAX_JSON_BYTES), (fact) => (isManifest(fact.text) ? fact : null)),
    'manifest',
  ),
  meta: one(small, 'meta'),
  blocks: row(blockSink, within()),
  'fd-blocks': flag(fdsSink, 'allFdsListed'),
  'sample-blocks': row(sampleBlockSink, within()),
  'sample-tcp': row(sampleTcpSink, within()),
} satisfies { readonly [K in LayoutFact['kind']]: Row<Extract<LayoutFact, { kind: K }>> };
