/** What a message of the kernel log is about: the topics of the findings that judge it, or what is behind it. */

import type { Topic } from '../report/topics.ts';

const MEMORY: readonly Topic[] = [
  'tcp-oom',
  'tcp-memory',
  'tcp-mem-limit',
  'close-wait',
  'resets',
  'unsent-data',
  'unread-data',
];
const OOM_KILL: readonly Topic[] = ['oom-killer', 'pod-memory'];

const TOPICS_OF: Readonly<Record<string, readonly Topic[]>> = {
  'tcp-out-of-memory': [...MEMORY, 'kernel-memory'],
  'tcp-out-of-socket-memory': [...MEMORY, 'orphans'],
  'tcp-too-many-orphans': ['orphans', 'unsent-data'],
  'time-wait-overflow': ['time-wait'],
  'syn-flood': ['handshakes', 'accept-queue'],
  'tcp-zero-window': ['unsent-data'],
  'net-ratelimit': ['tcp-oom', 'tcp-memory'],
  'page-allocation-failure': ['kernel-memory', 'tcp-memory'],
  'slub-failure': ['kernel-memory'],
  'slub-cache': ['kernel-memory'],
  'oom-kill': OOM_KILL,
  'oom-kill-cgroup': OOM_KILL,
  'oom-killer-invoked': OOM_KILL,
  'oom-cgroup-stats': OOM_KILL,
  'conntrack-full': ['conntrack'],
  'neighbour-full': ['neighbours'],
  'file-max': ['file-handles', 'fd-limit', 'open-fds'],
  'too-many-open-files': ['fd-limit', 'open-fds', 'accept-queue'],
  'netdev-not-released': ['namespaces'],
  'hung-task': ['unread-data'],
};

/** The nearest first; none for a message that no rule is about. */
export function topicsOfMessage(messageId: string): readonly Topic[] {
  return Object.hasOwn(TOPICS_OF, messageId) ? (TOPICS_OF[messageId] ?? []) : [];
}
