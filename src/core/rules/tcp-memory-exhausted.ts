import type { KernelLogFact, TcpMemFact } from '../facts/facts.ts';
import type { Confidence, Level, Memory, MemoryOwner } from '../report/report.ts';
import { formatPages, formatQuantity, formatShare } from '../wording/format.ts';
import { describeSubject } from '../wording/subject-text.ts';
import { defineRule, type FindingDraft } from './rule.ts';

/** OOM lines this close to the capture say that the limit is being hit now, whatever mem reads at the moment. */
export const RECENT_SECONDS = 60;
/** Below it nobody owns the memory: it is spread. */
export const OWNER_SHARE = 0.3;

export const tcpMemoryExhausted = defineRule({
  id: 'tcp-memory-exhausted',
  level: 'error',
  title: 'TCP memory is above its limit',
  role: 'symptom',
  rank: 11,
  about: ['tcp-memory'],
  needs: ['memory', 'tcpMem', 'sockstat', 'node'],
  optional: ['kernelLog'],
  check: ({ memory, tcpMem, sockstat, node, kernelLog }) => {
    if (memory.memPages === null) return [];
    const recent = isRecentOom(kernelLog, node.uptimeSeconds);
    const stage = stageOf(memory, tcpMem, recent);
    if (stage === null) return [];
    const mem = memory.memPages.value;
    const owner = topOwner(memory);
    const page = memory.pageSizeBytes;
    return [
      {
        level: stage.level,
        confidence: stage.confidence,
        messageId: stage.id,
        message: `mem is ${formatPages(mem, page)}, ${stage.words} ${formatPages(stage.limit, page)}${
          memory.errorPages > 0 ? `; the kernel's count may be off by ${formatQuantity(memory.errorPages, 'page')}` : ''
        }. ${ownerSentence(memory, owner, mem)}`,
        headline: 'TCP memory is at its limit',
        subjects: owner === null ? [{ kind: 'node' }] : [{ kind: 'node' }, owner.subject],
        measures: {
          memPages: mem,
          errorPages: memory.errorPages,
          minPages: tcpMem.minPages,
          pressurePages: tcpMem.pressurePages,
          maxPages: tcpMem.maxPages,
          ...(owner === null ? {} : { ownerPages: owner.pages, ownerSockets: owner.sockets }),
        },
        evidence: [
          { entry: sockstat.entry, startLine: sockstat.tcpLine, endLine: sockstat.tcpLine, note: `mem ${mem}` },
          { entry: tcpMem.entry, startLine: 1, endLine: 1, note: `max ${tcpMem.maxPages}` },
        ],
        doubts: doubts(memory, owner),
        fixes: [
          'Make the holder of the queued data read or close its sockets; restarting it frees the memory at once.',
        ],
        nonFixes: [
          'Raising tcp_mem helps only where the demand is legitimate; raising tcp_rmem or tcp_wmem makes it worse.',
        ],
        next:
          owner?.source === 'queues'
            ? 'ss -tanpeim in the namespace of the largest owner: skmem is the true memory of each socket.'
            : 'sockstat every few seconds: does mem stay, or does it come and go with the traffic?',
      } satisfies FindingDraft,
    ];
  },
});

interface Stage {
  readonly id: string;
  readonly level: Level;
  readonly confidence: Confidence;
  readonly words: string;
  readonly limit: number;
}

function stageOf(memory: Memory, limits: TcpMemFact, recentOom: boolean): Stage | null {
  const mem = memory.memPages?.value ?? 0;
  const sure = (limit: number): Confidence => (mem - memory.errorPages > limit ? 'high' : 'medium');
  const { minPages, pressurePages, maxPages } = limits;
  if (mem > maxPages) {
    return {
      id: 'exhausted',
      level: 'error',
      confidence: sure(maxPages),
      words: 'above the maximum of',
      limit: maxPages,
    };
  }
  if (recentOom) {
    const words = 'and the log shows that within the last minute it was above the maximum of';
    return { id: 'exhausted-recently', level: 'error', confidence: 'medium', words, limit: maxPages };
  }
  if (mem > pressurePages || memory.pressureFlag === true) {
    const words =
      mem > pressurePages ? 'above the pressure mark of' : 'and the pressure flag is set; the pressure mark is';
    return {
      id: 'pressure',
      level: 'warning',
      confidence: memory.pressureFlag === true ? 'high' : sure(pressurePages),
      words,
      limit: pressurePages,
    };
  }
  if (mem > minPages) {
    return {
      id: 'elevated',
      level: 'note',
      confidence: sure(minPages),
      words: 'above the low mark, where buffers stop growing, of',
      limit: minPages,
    };
  }
  return null;
}

function isRecentOom(log: KernelLogFact | null, uptimeSeconds: number | null): boolean {
  const last = log?.scan.hits.findLast((hit) => hit.id === 'tcp-out-of-memory')?.seconds;
  return last !== undefined && last !== null && uptimeSeconds !== null && uptimeSeconds - last <= RECENT_SECONDS;
}

function topOwner(memory: Memory): MemoryOwner | null {
  const mem = memory.memPages?.value ?? 0;
  const top = memory.owners[0];
  return top !== undefined && mem > 0 && top.pages >= OWNER_SHARE * mem ? top : null;
}

function ownerSentence(memory: Memory, owner: MemoryOwner | null, mem: number): string {
  if (owner === null) {
    const known = memory.owners.reduce((total, each) => total + each.pages, 0);
    return `No process has ${formatShare(OWNER_SHARE, 1)} of it; the tables explain ${formatShare(Math.min(known, mem), mem)}.`;
  }
  const queue =
    owner.rxQueueBytes >= owner.txQueueBytes ? 'received data that was not read' : 'data that its peers have not taken';
  const least = owner.source === 'queues' ? 'at least ' : '';
  return `${describeSubject(owner.subject)} has ${least}${formatShare(Math.min(owner.pages, mem), mem)} of it, mostly ${queue}.`;
}

function doubts(memory: Memory, owner: MemoryOwner | null): readonly string[] {
  const texts: string[] = [];
  const mem = memory.memPages?.value ?? 0;
  const explained = mem - (memory.unexplainedPages ?? 0);
  if (owner?.source === 'queues') texts.push('Without ss -m only payload is known: the owner has more than is shown.');
  if (mem - explained > memory.errorPages && explained < mem / 2) {
    texts.push(
      'Less than half of mem is seen in open sockets: unread data of closed but held sockets is counted too and cannot be seen.',
    );
  }
  return texts;
}
