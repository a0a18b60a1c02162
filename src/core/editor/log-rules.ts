/** Which rules judge what a message of the kernel log tells of: they read the message, or what is behind it. */

const MEMORY: readonly string[] = [
  'tcp-oom-logged',
  'tcp-memory-exhausted',
  'tcp-mem-misconfigured',
  'close-wait-leak',
  'closed-socket-leak',
  'stalled-peer',
  'stalled-reader',
];
const OOM_KILL: readonly string[] = ['oom-kill', 'pod-socket-memory'];

const RULES_OF: Readonly<Record<string, readonly string[]>> = {
  'tcp-out-of-memory': [...MEMORY, 'kernel-memory-fragmented'],
  'tcp-out-of-socket-memory': [...MEMORY, 'orphan-flood'],
  'tcp-too-many-orphans': ['orphan-flood', 'stalled-peer'],
  'time-wait-overflow': ['time-wait-flood'],
  'syn-flood': ['syn-backlog-overflow', 'accept-queue-stalled'],
  'tcp-zero-window': ['stalled-peer'],
  'net-ratelimit': ['tcp-oom-logged', 'tcp-memory-exhausted'],
  'page-allocation-failure': ['kernel-memory-fragmented', 'tcp-memory-exhausted'],
  'slub-failure': ['kernel-memory-fragmented'],
  'slub-cache': ['kernel-memory-fragmented'],
  'oom-kill': OOM_KILL,
  'oom-kill-cgroup': OOM_KILL,
  'oom-killer-invoked': OOM_KILL,
  'oom-cgroup-stats': OOM_KILL,
  'conntrack-full': ['conntrack-table-full'],
  'neighbour-full': ['neighbour-table-full'],
  'file-max': ['file-table-full', 'fd-exhaustion', 'non-tcp-fd-leak'],
  'too-many-open-files': ['fd-exhaustion', 'non-tcp-fd-leak', 'accept-queue-stalled'],
  'netdev-not-released': ['processless-namespace', 'foreign-namespace-sockets'],
  'hung-task': ['stalled-reader'],
};

/** Ids of rules, those that read the message itself first; none for a message that no rule is about. */
export function rulesOfMessage(messageId: string): readonly string[] {
  return Object.hasOwn(RULES_OF, messageId) ? (RULES_OF[messageId] ?? []) : [];
}
