import type { PodMemoryFact } from '../ledger/pod-memory.ts';
import type { Memory } from '../report/report.ts';
import { formatBytes, formatShare } from '../wording/format.ts';
import { describeSubject } from '../wording/subject-text.ts';
import { defineRule, type FindingDraft } from './rule.ts';

/** Buffers of sockets are charged to the memory limit of the pod; a fifth of it is no longer for the program. */
export const SHARE_OF_LIMIT = 0.2;
/** From here on the pod is about to be throttled or killed for its sockets alone. */
export const SEVERE_SHARE = 0.5;
/** While TCP memory of the node is short: so much of it in one pod makes it the owner. */
export const SHARE_OF_NODE = 0.3;
/** Less is not worth a finding, however small the limit is. */
export const MIN_SOCK_BYTES = 1 << 20;

export const podSocketMemory = defineRule({
  id: 'pod-socket-memory',
  level: 'warning',
  title: 'Sockets take much of the memory of a pod',
  role: 'symptom',
  rank: 4,
  about: ['pod-memory'],
  isExtra: true,
  needs: ['podMemory'],
  optional: ['memory'],
  check: ({ podMemory, memory }) =>
    podMemory.filter((pod) => pod.sockBytes >= MIN_SOCK_BYTES).flatMap((pod) => judge(pod, memory)),
});

function judge(pod: PodMemoryFact, memory: Memory | null): readonly FindingDraft[] {
  const { sockBytes, limitBytes } = pod;
  const memBytes = (memory?.memPages?.value ?? 0) * (memory?.pageSizeBytes ?? 0);
  const short = memory !== null && (memory.status === 'exhausted' || memory.status === 'pressure');
  const ofLimit = limitBytes !== null && sockBytes > SHARE_OF_LIMIT * limitBytes;
  const ofNode = short && memBytes > 0 && sockBytes > SHARE_OF_NODE * memBytes;
  if (!ofLimit && !ofNode) return [];
  const severe = limitBytes !== null && sockBytes > SEVERE_SHARE * limitBytes;
  return [
    {
      level: severe ? 'error' : 'warning',
      confidence: 'high',
      messageId: ofLimit ? 'share-of-limit' : 'share-of-node',
      message: `${describeSubject(pod.subject)} has ${formatBytes(sockBytes)} in the buffers of its sockets${
        limitBytes === null
          ? ''
          : `, ${formatShare(sockBytes, limitBytes)} of its memory limit of ${formatBytes(limitBytes)}`
      }${ofNode ? `${limitBytes === null ? ', ' : ' and '}${formatShare(Math.min(sockBytes, memBytes), memBytes)} of the TCP memory of the node` : ''}. Closed sockets that it still holds are counted in this.`,
      subjects: [pod.subject],
      measures: {
        sockBytes,
        ...(limitBytes === null ? {} : { limitBytes }),
        ...(memBytes > 0 ? { memPages: memory?.memPages?.value ?? 0 } : {}),
      },
      evidence: [pod.evidence],
      doubts: ['Connections that wait for accept() are charged to the pod only when they are accepted.'],
      fixes: ['Find which of its queues are full: findings about readers, peers and leaks name the process.'],
      nonFixes: [
        ...(ofLimit && !short ? ['tcp_mem of the node: this pod meets its own limit long before.'] : []),
        'A higher memory limit only postpones it while the queues grow.',
      ],
      next: 'memory.stat and memory.events of the pod, twice: do sock, high and max still grow?',
    },
  ];
}
