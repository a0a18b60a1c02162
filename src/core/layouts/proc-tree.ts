/**
 * Where the facts lie in a plain copy of /proc: any number of folders, then `proc/…`, with `dmesg`, `meta.json`,
 * `ss/…` and `var/log/…` beside `proc`. What only the collector writes is in sockscope.ts.
 */
import type { CgroupFile, NetText, NodeFile, PidFile, Route, Routed } from './route.ts';

const NODE_FILES: ReadonlySet<string> = new Set<NodeFile>([
  'meminfo',
  'slabinfo',
  'stat',
  'uptime',
  'loadavg',
  'version',
  'vmstat',
  'buddyinfo',
  'cmdline',
]);
const PID_FILES: ReadonlySet<string> = new Set<PidFile>(['comm', 'cmdline', 'status', 'stat', 'limits', 'cgroup']);
const NET_FILES: ReadonlySet<string> = new Set<NetText>([
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
]);
const CGROUP_FILE =
  /^sys\/fs\/cgroup\/(.*)\/(memory\.(?:stat|max|current|events|(?:kmem\.tcp\.)?(?:limit|usage)_in_bytes))$/;

const ANCHOR =
  /^(.*?\/)??(proc\/.+|meta\.json|hostname|dmesg(?:\.txt|\.log)?|ss\/[^/]+|(?:networking\/|sos_commands\/\w+\/)?conntrack(?:[-_]{1,2}L[\w-]*)?(?:\.txt)?|netns\/[1-9]\d{0,9}\/.+|sys\/fs\/cgroup\/.+|sockprotoname(?:\.txt)?|var\/log\/(?:pods|containers)\/.+|var\/log\/dmesg|fds?\/[^/]+|fds?\.txt|(?:proc-)?fd(?:-links)?\.txt)$/;

/** Names without `./` and leading slashes; `..` is kept as text and never resolved. */
export function normaliseName(name: string): string {
  let clean = name;
  while (clean.startsWith('./') || clean.startsWith('/')) clean = clean.slice(clean.startsWith('/') ? 1 : 2);
  return clean.includes('/./') ? clean.replaceAll('/./', '/') : clean;
}

/** What could begin a path of its own within the folders above `proc`, or is no name that is looked at. */
const NOT_ABOVE = /(?:^|\/)(?:proc|sys|ss|netns|var|samples|fds?)\/|[^/]$|[\n\r\u2028\u2029]/;

const NETNS_LINK = '/ns/net';

/** Short cut for `proc/PID/status` and its like, and `proc/PID/ns/net`, most of any bundle: undefined says nothing. */
export function routeProcessFile(name: string): Routed | undefined {
  const isNetns = name.endsWith(NETNS_LINK);
  const slash = isNetns ? name.length - NETNS_LINK.length : name.lastIndexOf('/');
  const file = isNetns ? '' : name.slice(slash + 1);
  if (!isNetns && !PID_FILES.has(file)) return undefined;
  let start = slash;
  let pid = 0;
  for (let unit = 1; start > 0 && slash - start < 7; unit *= 10) {
    const digit = name.charCodeAt(start - 1) - 48;
    if (digit < 0 || digit > 9) break;
    pid += digit * unit;
    start--;
  }
  if (start === slash || name.charCodeAt(start) === 48 || !name.startsWith('proc/', start - 5)) return undefined;
  const root = name.slice(0, start - 5);
  if (NOT_ABOVE.test(root)) return undefined;
  return { root, route: isNetns ? { kind: 'netns-link', pid } : { kind: 'pid', pid, file: file as PidFile } };
}

/** Which fact an entry of the archive is, or undefined when it is none. Takes a normalised name. */
export function routeEntry(name: string): Routed | undefined {
  const match = ANCHOR.exec(name);
  const path = match?.[2];
  if (path === undefined) return undefined;
  const route = path.startsWith('proc/') ? routeProc(path.split('/').slice(1)) : routeBeside(path);
  return route === undefined ? undefined : { root: match?.[1] ?? '', route };
}

function routeBeside(path: string): Route | undefined {
  if (path === 'meta.json') return { kind: 'meta' };
  if (path === 'hostname') return { kind: 'hostname' };
  if (/^dmesg/.test(path)) return { kind: 'log', rank: path === 'dmesg' ? 0 : 1 };
  if (path === 'var/log/dmesg') return { kind: 'log', rank: 2 };
  const ss = /^ss\/[\w-]+\.(\d{1,10})(?:\.txt)?$/.exec(path)?.[1];
  if (ss !== undefined) return { kind: 'ss', netns: Number(ss) };
  if (path.startsWith('sys/fs/cgroup/')) return routeCgroup(path);
  const pinned = /^netns\/([1-9]\d{0,9})\/(?:net\/([^/]+)|path)$/.exec(path);
  if (pinned !== null) {
    const netns = Number(pinned[1]);
    return pinned[2] === undefined ? { kind: 'netns-path', netns } : routeNet(-netns, pinned[2]);
  }
  if (path.startsWith('sockprotoname')) return { kind: 'socket-protocols', pid: null };
  if (path.startsWith('var/log/pods/')) return { kind: 'pod-log', path: path.slice('var/log/pods/'.length) };
  if (path.startsWith('var/log/containers/'))
    return { kind: 'container-log', name: path.slice('var/log/containers/'.length) };
  if (/^(?:networking\/|sos_commands\/\w+\/)?conntrack[^/]*$/.test(path)) return { kind: 'conntrack' };
  const listed = /^fds?\/(?:fd[-_.])?(\d{1,10})(?:\.\w+)?$/.exec(path)?.[1];
  if (listed !== undefined) return { kind: 'fd-listing', pid: Number(listed) };
  return /^(?:proc-)?fds?(?:-links)?\.txt$/.test(path) ? { kind: 'fd-listing', pid: null } : undefined;
}

function routeCgroup(path: string): Route | undefined {
  const [, folder, file] = CGROUP_FILE.exec(path) ?? [];
  return folder === undefined ? undefined : { kind: 'cgroup', path: folder, file: file as CgroupFile };
}

function routeProc(parts: readonly string[]): Route | undefined {
  const [first, second, third] = parts;
  if (first === undefined) return undefined;
  if (first === 'sys') return parts.length > 1 ? { kind: 'sysctl', key: parts.slice(1).join('.') } : undefined;
  if (first === 'net') return parts.length === 2 ? routeNet(null, second ?? '') : undefined;
  if (NODE_FILES.has(first) && parts.length === 1) return { kind: 'node', file: first as NodeFile };
  // PIDs end at 4,194,304 (include/linux/threads.h); a larger number would wrap in a column of 32 bits.
  if (!/^[1-9]\d{0,6}$/.test(first))
    return parts.length === 1 && /^(?:ls[-_])?fds?(?:\.txt)?$/.test(first)
      ? { kind: 'fd-listing', pid: null }
      : undefined;
  return routePid(Number(first), second ?? '', third, parts);
}

function routePid(pid: number, second: string, third: string | undefined, parts: readonly string[]): Route | undefined {
  const depth = parts.length;
  if (depth === 2 && PID_FILES.has(second)) return { kind: 'pid', pid, file: second as PidFile };
  if (depth === 2 && /^(?:(?:ls[-_.]?)?fds?|fd[-_.](?:ls|list|links?))(?:\.txt)?$/.test(second))
    return { kind: 'fd-listing', pid };
  if (depth === 2 && /^(?:ls[-_.]?)?ns(?:\.txt)?$/.test(second)) return { kind: 'netns-text', pid };
  if (depth === 2 && /^sockprotoname(?:\.txt)?$/.test(second)) return { kind: 'socket-protocols', pid };
  if (depth === 5 && second === 'task' && parts[3] === 'fd' && isNumber(third) && isNumber(parts[4]))
    return { kind: 'task-fd', pid, tid: Number(third), fd: Number(parts[4]) };
  if (depth !== 3 || third === undefined) return undefined;
  if (second === 'net') return routeNet(pid, third);
  if (second === 'fdinfo' && isNumber(third)) return { kind: 'fdinfo', pid, fd: Number(third) };
  if (second === 'fd' && isNumber(third)) return { kind: 'fd', pid, fd: Number(third) };
  if (second === 'ns' && third === 'net') return { kind: 'netns-link', pid };
  return undefined;
}

function isNumber(text: string | undefined): boolean {
  return text !== undefined && /^\d{1,10}$/.test(text);
}

function routeNet(pid: number | null, file: string): Route | undefined {
  if (file === 'tcp') return { kind: 'tcp', pid, family: 4 };
  if (file === 'tcp6') return { kind: 'tcp', pid, family: 6 };
  // Linux 2.6 wrote it to ip_conntrack.
  if (file === 'nf_conntrack' || file === 'ip_conntrack') return { kind: 'conntrack' };
  return NET_FILES.has(file) ? { kind: 'net', pid, file: file as NetText } : undefined;
}
