import type { KernelLogFact, TcpMemFact } from '../facts/facts.ts';
import type { Message } from '../report/message.ts';
import type { Confidence, Level, Memory, MemoryOwner } from '../report/report.ts';
import { defineMessages } from '../wording/define-messages.ts';
import { andThen, sayCounter } from './advice.ts';
import { defineRule, type FindingDraft } from './rule.ts';

const say = defineMessages('tcp-memory-exhausted', {
  title: 'TCP memory is above its limit',
  headline: 'TCP memory is at its limit.',
  pages: '{pages, plural, one {# page} other {# pages}} ({size, number, bytes})',
  exhausted: 'mem is {mem}, above the maximum of {limit}.{error} {owner}',
  'exhausted-recently':
    'mem is {mem}. The log shows that within the last minute it was above the maximum of {limit}.{error} {owner}',
  pressure:
    '{mark, select, passed {mem is {mem}, above the pressure mark of {limit}.} other {mem is {mem}, and the pressure flag is set. The pressure mark is {limit}.}}{error} {owner}',
  elevated: 'mem is {mem}, above the low mark of {limit}, where buffers stop growing.{error} {owner}',
  error: "The kernel's count may be off by {pages, plural, one {# page} other {# pages}}.",
  nobody: 'No process has {least, number, share} of mem. What the tables list explains {share, number, share} of it.',
  owner:
    '{who} has {source, select, queues {at least } other {}}{share, number, share} of mem, mostly {queue, select, read {received data that was not read} other {data that its peers have not taken}}.',
  payloadOnly: 'Without ss -m only payload is known: the owner has more than is shown.',
  closedUnseen:
    'Less than half of mem is seen in open sockets. Unread data of closed but held sockets is counted too and cannot be seen.',
  makeRead: 'Make the holder of the queued data read it or close its sockets. Restarting it frees the memory at once.',
  raising: 'Raising tcp_mem helps only where the demand is legitimate. Raising tcp_rmem or tcp_wmem makes it worse.',
  measureOwner: 'Run ss -tanpeim in the namespace of the largest owner: skmem is the true memory of each socket.',
  watch: 'Read sockstat every few seconds: does mem stay, or does it come and go with the traffic?',
});

/** OOM lines this close to the capture say that the limit is being hit now, whatever mem reads at the moment. */
export const RECENT_SECONDS = 60;
/** Below it nobody owns the memory: it is spread. */
export const OWNER_SHARE = 0.3;

export const tcpMemoryExhausted = defineRule({
  id: 'tcp-memory-exhausted',
  level: 'error',
  title: say.title(),
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
        message: say[stage.id]({
          mem: sayPages(mem, page),
          limit: sayPages(stage.limit, page),
          mark: mem > stage.limit ? 'passed' : 'flag',
          error: andThen(memory.errorPages > 0 ? say.error({ pages: memory.errorPages }) : null),
          owner: sayOwner(memory, owner, mem),
        }),
        headline: say.headline(),
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
          {
            entry: sockstat.entry,
            startLine: sockstat.tcpLine,
            endLine: sockstat.tcpLine,
            note: sayCounter('mem', mem),
          },
          { entry: tcpMem.entry, startLine: 1, endLine: 1, note: sayCounter('max', tcpMem.maxPages) },
        ],
        doubts: doubts(memory, owner),
        fixes: [say.makeRead()],
        nonFixes: [say.raising()],
        next: owner?.source === 'queues' ? say.measureOwner() : say.watch(),
      } satisfies FindingDraft,
    ];
  },
});

interface Stage {
  readonly id: 'exhausted' | 'exhausted-recently' | 'pressure' | 'elevated';
  readonly level: Level;
  readonly confidence: Confidence;
  readonly limit: number;
}

function stageOf(memory: Memory, limits: TcpMemFact, recentOom: boolean): Stage | null {
  const mem = memory.memPages?.value ?? 0;
  const sure = (limit: number): Confidence => (mem - memory.errorPages > limit ? 'high' : 'medium');
  const { minPages, pressurePages, maxPages } = limits;
  if (mem > maxPages) return { id: 'exhausted', level: 'error', confidence: sure(maxPages), limit: maxPages };
  if (recentOom) return { id: 'exhausted-recently', level: 'error', confidence: 'medium', limit: maxPages };
  if (mem > pressurePages || memory.pressureFlag === true) {
    const confidence = memory.pressureFlag === true ? 'high' : sure(pressurePages);
    return { id: 'pressure', level: 'warning', confidence, limit: pressurePages };
  }
  if (mem > minPages) return { id: 'elevated', level: 'note', confidence: sure(minPages), limit: minPages };
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

function sayPages(pages: number, pageSizeBytes: number): Message {
  return say.pages({ pages, size: pages * pageSizeBytes });
}

function sayOwner(memory: Memory, owner: MemoryOwner | null, mem: number): Message {
  const shareOf = (pages: number) => (mem > 0 ? Math.min(pages, mem) / mem : 0);
  if (owner === null) {
    const known = memory.owners.reduce((total, each) => total + each.pages, 0);
    return say.nobody({ least: OWNER_SHARE, share: shareOf(known) });
  }
  return say.owner({
    who: owner.subject,
    source: owner.source,
    share: shareOf(owner.pages),
    queue: owner.rxQueueBytes >= owner.txQueueBytes ? 'read' : 'sent',
  });
}

function doubts(memory: Memory, owner: MemoryOwner | null): readonly Message[] {
  const found: Message[] = [];
  const mem = memory.memPages?.value ?? 0;
  const explained = mem - (memory.unexplainedPages ?? 0);
  if (owner?.source === 'queues') found.push(say.payloadOnly());
  if (mem - explained > memory.errorPages && explained < mem / 2) found.push(say.closedUnseen());
  return found;
}
