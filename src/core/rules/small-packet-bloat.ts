import type { CounterFact } from '../facts/facts.ts';
import type { Memory, MemoryOwner } from '../report/report.ts';
import { defineMessages } from '../wording/define-messages.ts';
import { RAISING_TCP_MEM } from './advice.ts';
import { defineRule, type FindingDraft } from './rule.ts';

const say = defineMessages('small-packet-bloat', {
  title: 'Small packets take far more memory than they carry',
  'owner-bloated':
    'The queues of {who} take {pages, plural, one {# page} other {# pages}} ({size, number, bytes}) for {payload, number, bytes} of data. This is {ratio, number} times as much: many small packets, each in a buffer of its own.',
  'node-bloated':
    'mem is {pages, plural, one {# page} other {# pages}} ({size, number, bytes}). This is {ratio, number} times the {payload, number, bytes} of data in all queues that were seen. Many small packets, each in a buffer of its own, would explain it.',
  readAtOnce:
    'Read at once what arrives, however little it is. Let the sender put messages together (no TCP_NODELAY for single bytes).',
  largerBuffers: 'Larger buffers: they hold more packets of the same kind.',
  compare: 'Run ss -tanm in the namespace of the largest owner. Compare skmem r with Recv-Q of each socket.',
  outOfOrder:
    'Data that came out of order fills buffers too, and net/tcp does not count it: rcv_ooopack of ss -ti tells.',
  otherCauses: 'Data out of order, and sockets of namespaces that were not captured, would explain it as well.',
});

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
  title: say.title(),
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
  fixes: [say.readAtOnce()],
  nonFixes: [say.largerBuffers(), RAISING_TCP_MEM],
  next: say.compare(),
};

function reportOwner(owner: MemoryOwner, memory: Memory): Omit<FindingDraft, 'evidence'> {
  const payload = owner.rxQueueBytes + owner.txQueueBytes;
  const ratio = Math.round((owner.queuedPages * memory.pageSizeBytes) / Math.max(1, payload));
  return {
    ...ADVICE,
    level: memory.status === 'exhausted' || memory.status === 'pressure' ? 'error' : 'warning',
    confidence: 'medium',
    message: say['owner-bloated']({
      who: owner.subject,
      pages: owner.queuedPages,
      size: owner.queuedPages * memory.pageSizeBytes,
      payload,
      ratio,
    }),
    queuedBytes: payload,
    subjects: [owner.subject],
    measures: { queuedPages: owner.queuedPages, payloadBytes: payload, ratio },
    doubts: [say.outOfOrder()],
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
    message: say['node-bloated']({ pages: mem, size: mem * memory.pageSizeBytes, payload, ratio }),
    queuedBytes: payload,
    subjects: [{ kind: 'node' }],
    measures: {
      memPages: mem,
      payloadBytes: payload,
      ratio,
      ...(netstat === null ? {} : { receiveCollapsed: collapsed }),
    },
    doubts: [say.otherCauses()],
  };
}
