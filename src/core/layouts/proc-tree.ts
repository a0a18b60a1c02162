/**
 * A plain copy of the files of a node: any number of folders, then `proc/…`, and beside it what else of the node's own
 * file system tells something: `sys/fs/cgroup/…`, `var/log/…`.
 */

import { defineMessages } from '../wording/define-messages.ts';
import type { Layout, Routed } from './layout.ts';

const say = defineMessages('layout-proc-tree', { title: 'copy of /proc' });

const NODE_FILES = [
  'meminfo',
  'slabinfo',
  'stat',
  'uptime',
  'loadavg',
  'version',
  'vmstat',
  'buddyinfo',
  'cmdline',
] as const;
const PROCESS_FILES = ['comm', 'cmdline', 'status', 'stat', 'limits', 'cgroup'] as const;
const NET_FILES = [
  'udp',
  'udp6',
  'raw',
  'raw6',
  'unix',
  'netlink',
  'packet',
  'udplite',
  'udplite6',
  'sockstat',
  'sockstat6',
  'snmp',
  'snmp6',
  'netstat',
  'protocols',
  'dev',
  'arp',
] as const;
/** Of a memory cgroup: names of v2, and those of v1 that say the same. */
const CGROUP_FILES = [
  'memory.stat',
  'memory.max',
  'memory.current',
  'memory.events',
  'memory.limit_in_bytes',
  'memory.usage_in_bytes',
  'memory.kmem.tcp.usage_in_bytes',
  'memory.kmem.tcp.limit_in_bytes',
] as const;

type NodeFile = (typeof NODE_FILES)[number];
type ProcessFile = `pid-${(typeof PROCESS_FILES)[number]}`;
type NetFile = (typeof NET_FILES)[number];
type CgroupFile = (typeof CGROUP_FILES)[number];
/** A fact for each of some kinds, with the same fields. */
type Each<Kind extends string, Fields> = Kind extends string ? { readonly kind: Kind } & Fields : never;
type OfProcess = { readonly pid: number };
/** `pid` null: `proc/net`, the namespace of whoever collected. Negative: a namespace without a process, by its inode. */
type OfNamespace = { readonly pid: number | null };

export type NetFact =
  | Each<NetFile, OfNamespace>
  | ({ readonly kind: 'tcp'; readonly family: 4 | 6 } & OfNamespace)
  | { readonly kind: 'conntrack' };

type ProcFact =
  | NetFact
  | Each<NodeFile, unknown>
  | Each<ProcessFile, OfProcess>
  | Each<CgroupFile, { readonly path: string }>
  | Each<'netns-link' | 'netns-text', OfProcess>
  | Each<'fd' | 'fdinfo', OfProcess & { readonly fd: number }>
  | { readonly kind: 'task-fd'; readonly pid: number; readonly tid: number; readonly fd: number }
  | Each<'fd-listing' | 'socket-protocols', { readonly pid: number | null }>
  | { readonly kind: 'sysctl'; readonly key: string }
  | { readonly kind: 'pod-log'; readonly path: string }
  | { readonly kind: 'container-log'; readonly name: string }
  | { readonly kind: 'log' };

const NODE_SET: ReadonlySet<string> = new Set(NODE_FILES);
const NET_SET: ReadonlySet<string> = new Set(NET_FILES);
const CGROUP_SET: ReadonlySet<string> = new Set(CGROUP_FILES);
/** Kinds by what follows `proc/PID/`. */
const PROCESS_KINDS: ReadonlyMap<string, ProcessFile | 'netns-link'> = new Map([
  ...PROCESS_FILES.map((file) => [file, `pid-${file}`] as const),
  ['ns/net', 'netns-link'] as const,
]);

/** What somebody saved as a text where the kernel has a link or a folder of links. */
const SAVED_RANK = 1;
/** What the kernel wrote while it booted; the ring buffer, where it was saved, has more. */
const BOOT_LOG_RANK = 2;

const TREE = /^(.*?\/)??(?:proc\/.|sys\/fs\/cgroup\/.|var\/log\/(?:pods|containers)\/.|var\/log\/dmesg$)/;
const OTHER_TREE = /(?:^|\/)(?:sys\/fs\/cgroup|var\/log\/(?:pods|containers))\//;
const PODS = 'var/log/pods/';
const CONTAINERS = 'var/log/containers/';
const CGROUPS = 'sys/fs/cgroup/';

export const procTree: Layout<ProcFact> = {
  id: 'proc-tree',
  title: say.title(),
  proofs: [],
  detect: (names) => names.has('proc'),
  root(name) {
    // Most names of any bundle need no more than this.
    const at = name.indexOf('proc/');
    if (at >= 0 && (at === 0 || name[at - 1] === '/') && at + 5 < name.length) {
      if (at === 0 || !OTHER_TREE.test(name.slice(0, at))) return at;
    }
    const match = TREE.exec(name);
    return match === null ? -1 : (match[1]?.length ?? 0);
  },
  route: routePath,
};

/** Which fact a file of the node is, by the path that it has there. */
export function routeNodePath(path: string): Routed<ProcFact> | undefined {
  return procTree.root(path) === 0 ? routePath(path) : undefined;
}

function routePath(path: string): Routed<ProcFact> | undefined {
  if (path.startsWith('proc/')) return routeProcessFile(path) ?? routeProc(path.split('/').slice(1));
  if (path.startsWith(CGROUPS)) return routeCgroup(path.slice(CGROUPS.length));
  if (path === 'var/log/dmesg') return { fact: { kind: 'log' }, rank: BOOT_LOG_RANK };
  if (path.startsWith(PODS)) return own({ kind: 'pod-log', path: path.slice(PODS.length) });
  return path.startsWith(CONTAINERS) ? own({ kind: 'container-log', name: path.slice(CONTAINERS.length) }) : undefined;
}

function own(fact: ProcFact): Routed<ProcFact> {
  return { fact, rank: 0 };
}

/** Short cut for `proc/PID/status` and its like, and `proc/PID/ns/net`, most of any bundle: undefined says nothing. */
function routeProcessFile(path: string): Routed<ProcFact> | undefined {
  let at = 5;
  let pid = 0;
  for (; at < path.length && at < 12; at++) {
    const digit = path.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) break;
    pid = pid * 10 + digit;
  }
  if (at === 5 || path[at] !== '/' || path[5] === '0') return undefined;
  const kind = PROCESS_KINDS.get(path.slice(at + 1));
  return kind === undefined ? undefined : own({ kind, pid });
}

function routeCgroup(path: string): Routed<ProcFact> | undefined {
  const slash = path.lastIndexOf('/');
  const file = path.slice(slash + 1);
  if (slash < 0 || !CGROUP_SET.has(file)) return undefined;
  return own({ kind: file as CgroupFile, path: path.slice(0, slash) });
}

function routeProc(parts: readonly string[]): Routed<ProcFact> | undefined {
  const [first = '', second] = parts;
  if (first === 'sys') return parts.length > 1 ? own({ kind: 'sysctl', key: parts.slice(1).join('.') }) : undefined;
  if (first === 'net') return parts.length === 2 ? routeNet(null, second ?? '') : undefined;
  if (NODE_SET.has(first) && parts.length === 1) return own({ kind: first as NodeFile });
  // PIDs end at 4,194,304 (include/linux/threads.h); a larger number would wrap in a column of 32 bits.
  if (/^[1-9]\d{0,6}$/.test(first)) return routePid(Number(first), second ?? '', parts);
  return parts.length === 1 && /^(?:ls[-_])?fds?(?:\.txt)?$/.test(first)
    ? { fact: { kind: 'fd-listing', pid: null }, rank: SAVED_RANK }
    : undefined;
}

function routePid(pid: number, second: string, parts: readonly string[]): Routed<ProcFact> | undefined {
  const [, , third, fourth, fifth] = parts;
  const depth = parts.length;
  if (depth === 2) return routeSaved(pid, second);
  if (depth === 5 && second === 'task' && fourth === 'fd' && isNumber(third) && isNumber(fifth))
    return own({ kind: 'task-fd', pid, tid: Number(third), fd: Number(fifth) });
  if (depth !== 3 || third === undefined) return undefined;
  if (second === 'net') return routeNet(pid, third);
  if (second === 'fdinfo' && isNumber(third)) return own({ kind: 'fdinfo', pid, fd: Number(third) });
  return second === 'fd' && isNumber(third) ? own({ kind: 'fd', pid, fd: Number(third) }) : undefined;
}

/** Texts that stand for folders of the process. */
function routeSaved(pid: number, file: string): Routed<ProcFact> | undefined {
  if (/^(?:(?:ls[-_.]?)?fds?|fd[-_.](?:ls|list|links?))(?:\.txt)?$/.test(file))
    return { fact: { kind: 'fd-listing', pid }, rank: SAVED_RANK };
  if (/^(?:ls[-_.]?)?ns(?:\.txt)?$/.test(file)) return { fact: { kind: 'netns-text', pid }, rank: SAVED_RANK };
  return /^sockprotoname(?:\.txt)?$/.test(file) ? own({ kind: 'socket-protocols', pid }) : undefined;
}

function isNumber(text: string | undefined): boolean {
  return text !== undefined && /^\d{1,10}$/.test(text);
}

/** A file of `proc/net`, whichever namespace it is of. */
export function routeNet(pid: number | null, file: string): Routed<NetFact> | undefined {
  if (file === 'tcp') return { fact: { kind: 'tcp', pid, family: 4 }, rank: 0 };
  if (file === 'tcp6') return { fact: { kind: 'tcp', pid, family: 6 }, rank: 0 };
  // Linux 2.6 wrote it to ip_conntrack.
  if (file === 'nf_conntrack' || file === 'ip_conntrack') return { fact: { kind: 'conntrack' }, rank: 0 };
  return NET_SET.has(file) ? { fact: { kind: file as NetFile, pid }, rank: 0 } : undefined;
}
