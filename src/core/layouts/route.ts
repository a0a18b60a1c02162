/** What a member of a bundle is: the facts that the layouts (proc-tree.ts, sockscope.ts) tell apart. */
import type { InodeTable } from '../parsers/proc/net-inodes.ts';

export type NodeFile =
  | 'meminfo'
  | 'slabinfo'
  | 'stat'
  | 'uptime'
  | 'loadavg'
  | 'version'
  | 'vmstat'
  | 'buddyinfo'
  | 'cmdline';
export type PidFile = 'comm' | 'cmdline' | 'status' | 'stat' | 'limits' | 'cgroup';
export type NetText =
  | InodeTable
  | 'sockstat'
  | 'sockstat6'
  | 'snmp'
  | 'snmp6'
  | 'netstat'
  | 'protocols'
  | 'dev'
  | 'arp';
/** Files of a memory cgroup: v2 names, and those of v1 that say the same. */
export type CgroupFile =
  | 'memory.stat'
  | 'memory.max'
  | 'memory.current'
  | 'memory.events'
  | 'memory.limit_in_bytes'
  | 'memory.usage_in_bytes'
  | 'memory.kmem.tcp.usage_in_bytes'
  | 'memory.kmem.tcp.limit_in_bytes';

/** Files of the collector that hold many others, each under a heading with its path. */
export type BlockFile = 'processes' | 'netns' | 'fdinfo' | 'cgroups';

/** `pid` null: `proc/net`, the namespace of whoever collected. Negative: a namespace without a process, by its inode. */
export type Route =
  | { readonly kind: 'meta' }
  | { readonly kind: 'hostname' }
  | { readonly kind: 'log'; readonly rank: number }
  | { readonly kind: 'dmesg-clock' }
  | { readonly kind: 'node'; readonly file: NodeFile }
  | { readonly kind: 'sysctl'; readonly key: string }
  | { readonly kind: 'tcp'; readonly pid: number | null; readonly family: 4 | 6 }
  | { readonly kind: 'net'; readonly pid: number | null; readonly file: NetText }
  | { readonly kind: 'pid'; readonly pid: number; readonly file: PidFile }
  | { readonly kind: 'fd'; readonly pid: number; readonly fd: number }
  | { readonly kind: 'task-fd'; readonly pid: number; readonly tid: number; readonly fd: number }
  | { readonly kind: 'fdinfo'; readonly pid: number; readonly fd: number }
  | { readonly kind: 'socket-protocols'; readonly pid: number | null }
  | { readonly kind: 'fd-listing'; readonly pid: number | null }
  | { readonly kind: 'netns-link'; readonly pid: number }
  | { readonly kind: 'netns-text'; readonly pid: number }
  | { readonly kind: 'netns-path'; readonly netns: number }
  | { readonly kind: 'ss'; readonly netns: number }
  | { readonly kind: 'conntrack' }
  | { readonly kind: 'cgroup'; readonly path: string; readonly file: CgroupFile }
  | { readonly kind: 'pod-log'; readonly path: string }
  | { readonly kind: 'container-log'; readonly name: string }
  | { readonly kind: 'manifest' }
  | { readonly kind: 'blocks'; readonly file: BlockFile }
  | { readonly kind: 'fd-blocks' }
  | { readonly kind: 'pod-paths' }
  | { readonly kind: 'crictl'; readonly list: 'pods' | 'containers' }
  | { readonly kind: 'sample-blocks'; readonly sample: number }
  | { readonly kind: 'sample-tcp'; readonly sample: number; readonly pid: number; readonly family: 4 | 6 };

export interface Routed {
  /** What comes before `proc` in the name: one capture of one node. */
  readonly root: string;
  readonly route: Route;
}
