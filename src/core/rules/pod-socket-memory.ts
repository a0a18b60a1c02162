import type { PodMemoryFact } from '../ledger/pod-memory.ts';
import type { Memory } from '../report/report.ts';
import { defineMessages } from '../wording/define-messages.ts';
import { andThen } from './advice.ts';
import { defineRule, type FindingDraft } from './rule.ts';

const BUFFERS =
  '{who} has {size, number, bytes} in the buffers of its sockets.{ofLimit}{ofNode} Closed sockets that it still holds are counted in this.';

const say = defineMessages('pod-socket-memory', {
  title: 'Sockets take much of the memory of a pod',
  'share-of-limit': BUFFERS,
  'share-of-node': BUFFERS,
  ofLimit: 'That is {share, number, share} of its memory limit of {limit, number, bytes}.',
  ofNode: 'That is {share, number, share} of the TCP memory of the node.',
  waiting: 'Connections that wait for accept() are charged to the pod only when they are accepted.',
  findQueues: 'Find which of its queues are full: findings about readers, peers and leaks name the process.',
  tcpMem: 'Raising tcp_mem of the node: this pod meets its own limit long before.',
  higherLimit: 'A higher memory limit only postpones the problem while the queues grow.',
  readAgain: 'Read memory.stat and memory.events of the pod twice: do sock, high and max still grow?',
});

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
  title: say.title(),
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
      message: say[ofLimit ? 'share-of-limit' : 'share-of-node']({
        who: pod.subject,
        size: sockBytes,
        ofLimit: andThen(
          limitBytes === null ? null : say.ofLimit({ share: sockBytes / limitBytes, limit: limitBytes }),
        ),
        ofNode: andThen(ofNode ? say.ofNode({ share: Math.min(sockBytes, memBytes) / memBytes }) : null),
      }),
      subjects: [pod.subject],
      measures: {
        sockBytes,
        ...(limitBytes === null ? {} : { limitBytes }),
        ...(memBytes > 0 ? { memPages: memory?.memPages?.value ?? 0 } : {}),
      },
      evidence: [pod.evidence],
      doubts: [say.waiting()],
      fixes: [say.findQueues()],
      nonFixes: [...(ofLimit && !short ? [say.tcpMem()] : []), say.higherLimit()],
      next: say.readAgain(),
    },
  ];
}
