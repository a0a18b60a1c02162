/** Memory gauge and socket ledger of the page. */

import type { Message } from '../report/message.ts';
import type { MemoryOwner, Subject } from '../report/report.ts';
import type { Topic } from '../report/topics.ts';
import { defineMessages } from '../wording/define-messages.ts';
import { sayNetns } from '../wording/subject.ts';
import type { WordedFinding, WordedReport } from '../wording/worded.ts';
import type { Tone } from './evidence-link.ts';
import { allocEvidence, shortcutRows, sumTerms } from './ledger-sum.ts';
import { namespaceGaps } from './namespace-gaps.ts';
import type { PageContext } from './page-context.ts';
import type { MemoryPart, MemoryView, SocketPart, SocketsView } from './page-model.ts';
import { buildPodMemoryView } from './pods-view.ts';

const say = defineMessages('ledger-view', {
  node: 'node',
  memUnknown: 'mem is not known: sockstat was not captured',
  memWithoutMax:
    'mem {pages, plural, one {# page} other {# pages}} ({bytes, number, bytes}){error, plural, =0 {} other { ± #}}; tcp_mem was not captured',
  memOfMax:
    'mem {pages, plural, one {# page} other {# pages}} ({bytes, number, bytes}){error, plural, =0 {} other { ± #}}, {share, number, share} of max',
  otherSockets: 'all other sockets',
  insideError: 'unexplained, inside the ± {error, number} error',
  closedData: 'in no open socket: likely unread data of closed ones',
  noSocket: 'in no open socket',
  noSocketSource: 'mem less all owners',
  queued: '{who}, {queue, select, receive {unread data in receive queues} other {data in send queues}}',
  reserved: '{who}, reserved by its sockets, not in use',
  fromSkmem: 'skmem of ss -m',
  fromQueues: 'lower bound from the queues in net/tcp',
  closedHeld: '{closed, number} closed but held',
  heldWithoutRow: '{closed, number} held without a row',
  timeWait: 'TIME_WAIT minisocks',
  allFinWait2: 'all FIN_WAIT2 whose socket is gone: other ends of connections',
  someFinWait2: '{minisocks, number} of them FIN_WAIT2',
  requests: 'Request sockets',
  noHandshake: 'no handshake is waiting',
  synReceived: 'SYN received',
  moreProcesses: '{processes, plural, one {# more process} other {# more processes}}',
  orphans: 'orphans',
  orphansDetail: 'closed by their process, still sending',
  noFd: 'no fd seen',
  noFdDetail: 'not accepted yet, kernel, or unreadable process',
  unexplained: 'unexplained',
  unexplainedDetail: 'in alloc, in no table and no fd',
});

const MAX_PARTS = 12;

/** Undefined on a node that has no such trouble. */
function findingAbout({ findings }: WordedReport, topic: Topic): WordedFinding | undefined {
  return findings.find(({ about }) => about.includes(topic));
}

function shortName(subject: Subject): Message | string {
  if (subject.pid !== undefined) return `${subject.comm ?? '?'} ${subject.pid}`;
  return subject.pod ?? (subject.netns === undefined ? say.node() : sayNetns(subject.netns));
}

/** Is this the one whom the verdict blames? */
export function isCulprit(report: WordedReport, subject: Subject): boolean {
  return [report.verdict.countOwner, report.verdict.memoryOwner].some(
    (owner) =>
      owner !== null && owner.pid === subject.pid && owner.netns === subject.netns && owner.kind === subject.kind,
  );
}

export function buildMemoryView(context: PageContext): MemoryView {
  const { report, book, wording } = context;
  const { memory } = report;
  const page = memory.pageSizeBytes;
  return {
    status: memory.status,
    summary: wording.text(memorySummary(report)),
    pageSizeBytes: page,
    memPages: memory.memPages?.value ?? null,
    errorPages: memory.errorPages,
    minPages: memory.minPages,
    pressurePages: memory.pressurePages,
    maxPages: memory.maxPages,
    parts: memoryParts(context),
    pods: buildPodMemoryView(context),
    evidence: book.links(findingAbout(report, 'tcp-memory')?.evidence.slice(0, 2) ?? []),
  };
}

function memorySummary({ memory }: WordedReport): Message {
  if (memory.memPages === null) return say.memUnknown();
  const pages = memory.memPages.value;
  const mem = { pages, bytes: pages * memory.pageSizeBytes, error: memory.errorPages };
  return memory.maxPages === null ? say.memWithoutMax(mem) : say.memOfMax({ ...mem, share: pages / memory.maxPages });
}

function memoryParts(context: PageContext): readonly MemoryPart[] {
  const { report, wording } = context;
  const { memory } = report;
  const parts: MemoryPart[] = [];
  const large = memory.owners.filter((owner) => owner.pages > 0).slice(0, 4);
  for (const owner of large) parts.push(...partsOfOwner(context, owner));
  const rest = memory.owners.slice(large.length).reduce((sum, owner) => sum + owner.pages, 0);
  if (rest > 0)
    parts.push({
      label: wording.text(say.otherSockets()),
      pages: rest,
      tone: 'tcp',
      kind: 'other',
      source: wording.text(sourceOf(memory.owners[0])),
    });
  const unexplained = memory.unexplainedPages ?? 0;
  if (unexplained > 0) {
    const label =
      unexplained <= memory.errorPages
        ? say.insideError({ error: memory.errorPages })
        : report.ledger.closedHeld > 0
          ? say.closedData()
          : say.noSocket();
    const source = wording.text(say.noSocketSource());
    parts.push({ label: wording.text(label), pages: unexplained, tone: 'faint', kind: 'unexplained', source });
  }
  return parts;
}

function partsOfOwner({ report, wording }: PageContext, owner: MemoryOwner): readonly MemoryPart[] {
  const tone: Tone = isCulprit(report, owner.subject) ? 'bad' : 'tcp';
  const who = shortName(owner.subject);
  const queue = owner.rxQueueBytes >= owner.txQueueBytes ? 'receive' : 'send';
  const source = wording.text(sourceOf(owner));
  const label = wording.text(say.queued({ who, queue }));
  const parts: MemoryPart[] = [{ label, pages: owner.queuedPages, tone, kind: 'queued', source }];
  if (owner.reservedPages > 0) {
    parts.push({
      label: wording.text(say.reserved({ who })),
      pages: owner.reservedPages,
      tone,
      kind: 'reserved',
      source,
    });
  }
  return parts;
}

function sourceOf(owner: MemoryOwner | undefined): Message {
  return owner?.source === 'skmem' ? say.fromSkmem() : say.fromQueues();
}

export function buildSocketsView(context: PageContext): SocketsView {
  const { report, snapshot, book } = context;
  const { ledger } = report;
  const stat = allocEvidence(snapshot);
  return {
    alloc: ledger.alloc?.value ?? null,
    unexplained: ledger.residual,
    parts: socketParts(context),
    outside: outsideParts(context),
    sum: sumTerms(context),
    gaps: namespaceGaps(context),
    shortcuts: shortcutRows(report),
    notes: ledger.notes,
    evidence: stat === null ? [] : [book.link(stat)],
  };
}

/** Those of a namespace that was not captured have no row either, and may be open. */
function heldDetail(closed: number, elsewhere: number): Message {
  return elsewhere > 0 ? say.heldWithoutRow({ closed }) : say.closedHeld({ closed });
}

/** Never part of alloc. */
function outsideParts({ report, wording }: PageContext): readonly SocketPart[] {
  const { ledger } = report;
  const minisocks = ledger.states['FIN_WAIT2_MINISOCK'] ?? 0;
  const finWait2 = minisocks === ledger.timeWait ? say.allFinWait2() : say.someFinWait2({ minisocks });
  return [
    {
      label: wording.text(say.timeWait()),
      detail: minisocks === 0 ? '' : wording.text(finWait2),
      count: ledger.timeWait,
      tone: 'faint',
    },
    {
      label: wording.text(say.requests()),
      detail: wording.text(ledger.requestSockets === 0 ? say.noHandshake() : say.synReceived()),
      count: ledger.requestSockets,
      tone: 'faint',
    },
  ];
}

function socketParts({ report, wording }: PageContext): readonly SocketPart[] {
  const { ledger } = report;
  const parts: SocketPart[] = ledger.byOwner.slice(0, MAX_PARTS).map((owner) => {
    const closed = ledger.closedHeldByOwner.find((each) => each.subject.pid === owner.subject.pid)?.count ?? 0;
    return {
      label: wording.text(shortName(owner.subject)),
      detail: wording.text(closed > 0 ? heldDetail(closed, ledger.elsewhere) : (owner.subject.pod ?? '')),
      count: owner.count,
      tone: isCulprit(report, owner.subject) ? 'bad' : 'tcp',
    };
  });
  const more = ledger.byOwner.slice(MAX_PARTS);
  if (more.length > 0)
    parts.push({
      label: wording.text(say.moreProcesses({ processes: more.length })),
      detail: '',
      count: sum(more.map((owner) => owner.count)),
      tone: 'tcp',
    });
  const owned = sum(parts.map((part) => part.count));
  const unowned = ledger.tcpSockets + ledger.closedHeld - owned;
  const orphans = Math.min(ledger.orphans ?? 0, Math.max(0, unowned));
  if (orphans > 0)
    parts.push({
      label: wording.text(say.orphans()),
      detail: wording.text(say.orphansDetail()),
      count: orphans,
      tone: findingAbout(report, 'orphans') !== undefined ? 'bad' : 'faint',
    });
  if (unowned - orphans > 0)
    parts.push({
      label: wording.text(say.noFd()),
      detail: wording.text(say.noFdDetail()),
      count: unowned - orphans,
      tone: 'faint',
    });
  const residual = ledger.residual ?? 0;
  if (residual > 0)
    parts.push({
      label: wording.text(say.unexplained()),
      detail: wording.text(say.unexplainedDetail()),
      count: residual,
      tone: 'faint',
    });
  return parts.sort((a, b) => b.count - a.count);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
