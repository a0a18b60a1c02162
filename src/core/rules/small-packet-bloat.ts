import type { CounterFact } from '../facts/facts.ts';
import type { Memory, MemoryOwner } from '../report/report.ts';
import { formatBytes, formatCount, formatPages } from '../wording/format.ts';
import { describeSubject } from '../wording/subject-text.ts';
import { defineRule, type FindingDraft } from './rule.ts';

/** Buffers of ordinary traffic take one to four times their payload. */
export const MIN_RATIO = 10;
/** 4 MiB with pages of 4 KiB; less is a few queues of small messages. */
export const MIN_PAGES = 1024;
/** Where closed sockets hold more than this share of alloc, their unread data explains mem as well. */
export const MAX_CLOSED_SHARE = 0.1;

const COLLAPSED = 'TcpExt.TCPRcvCollapsed';

export const smallPacketBloat = defineRule({
  id: 'small-packet-bloat',
  level: 'warning',
  title: 'Small packets take far more memory than they carry',
  role: 'memory',
  rank: 3,
  about: ['small-packets'],
  needs: ['memory', 'sockstat'],
  optional: ['ledger', 'netstat', 'readers', 'senders'],
  check: ({ memory, ledger, netstat, readers, senders, sockstat }) => {
    const evidence = (subject: MemoryOwner['subject']) =>
      [...(readers ?? []), ...(senders ?? [])].find(
        (flow) => flow.subject.pid === subject.pid && flow.subject.netns === subject.netns,
      )?.evidence ?? null;
    const place = { entry: sockstat.entry, startLine: sockstat.tcpLine, endLine: sockstat.tcpLine };
    const proven = memory.owners
      .filter((owner) => isBloated(owner, memory.pageSizeBytes))
      .map((owner) => ({ ...reportOwner(owner, memory), evidence: [evidence(owner.subject), place] }));
    if (proven.length > 0) return proven;
    const closed = (ledger?.unhashed ?? 0) > MAX_CLOSED_SHARE * (ledger?.alloc?.value ?? 0);
    return closed || !isBloatedNode(memory) ? [] : [{ ...reportNode(memory, netstat), evidence: [place] }];
  },
});

/** From ss: what the queues occupy against what is in them. */
function isBloated(owner: MemoryOwner, pageSizeBytes: number): boolean {
  const payload = owner.rxQueueBytes + owner.txQueueBytes;
  return (
    owner.source === 'skmem' &&
    payload > 0 &&
    owner.queuedPages >= MIN_PAGES &&
    owner.queuedPages * pageSizeBytes > MIN_RATIO * payload
  );
}

/** Without ss: mem against all payload, which also other things explain. */
function isBloatedNode(memory: Memory): boolean {
  const mem = memory.memPages?.value ?? 0;
  const payload = memory.rxQueueBytes + memory.txQueueBytes;
  const short = memory.status !== 'healthy' && memory.status !== 'unknown';
  const known = memory.owners.some((owner) => owner.source === 'skmem' && owner.pages > 0);
  const certain = mem - memory.errorPages;
  return short && !known && payload > 0 && certain >= MIN_PAGES && certain * memory.pageSizeBytes > MIN_RATIO * payload;
}

const ADVICE = {
  fixes: [
    'Read at once what arrives, however little it is; let the sender put messages together (no TCP_NODELAY for single bytes).',
  ],
  nonFixes: ['Larger buffers: they hold more packets of the same kind.', 'Raising tcp_mem only postpones it.'],
  next: 'ss -tanm in the namespace of the largest owner: skmem r against Recv-Q of each socket.',
};

function reportOwner(owner: MemoryOwner, memory: Memory): Omit<FindingDraft, 'evidence'> {
  const payload = owner.rxQueueBytes + owner.txQueueBytes;
  const ratio = Math.round((owner.queuedPages * memory.pageSizeBytes) / Math.max(1, payload));
  return {
    ...ADVICE,
    level: memory.status === 'exhausted' || memory.status === 'pressure' ? 'error' : 'warning',
    confidence: 'medium',
    messageId: 'owner-bloated',
    message: `The queues of ${describeSubject(owner.subject)} occupy ${formatPages(owner.queuedPages, memory.pageSizeBytes)} for ${formatBytes(payload)} of data, ${formatCount(ratio)} times as much: many small packets, each in a buffer of its own.`,
    queuedBytes: payload,
    subjects: [owner.subject],
    measures: { queuedPages: owner.queuedPages, payloadBytes: payload, ratio },
    doubts: [
      'Data that came out of order fills buffers too, and net/tcp does not count it: rcv_ooopack of ss -ti tells.',
    ],
  };
}

function reportNode(memory: Memory, netstat: readonly CounterFact[] | null): Omit<FindingDraft, 'evidence'> {
  const payload = memory.rxQueueBytes + memory.txQueueBytes;
  const mem = memory.memPages?.value ?? 0;
  const ratio = Math.round((mem * memory.pageSizeBytes) / Math.max(1, payload));
  const collapsed = (netstat ?? []).reduce((sum, counter) => sum + (counter.values.get(COLLAPSED) ?? 0), 0);
  return {
    ...ADVICE,
    level: 'warning',
    confidence: 'low',
    messageId: 'node-bloated',
    message: `mem is ${formatPages(mem, memory.pageSizeBytes)}, ${formatCount(ratio)} times the ${formatBytes(payload)} of data in all queues that were seen. Many small packets, each in a buffer of its own, would explain it.`,
    queuedBytes: payload,
    subjects: [{ kind: 'node' }],
    measures: {
      memPages: mem,
      payloadBytes: payload,
      ratio,
      ...(netstat === null ? {} : { receiveCollapsed: collapsed }),
    },
    doubts: ['Data out of order, and sockets of namespaces that were not captured, would explain it as well.'],
  };
}
