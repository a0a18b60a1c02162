/** Memory gauge and socket ledger of the page. */

import type { MemoryOwner, Subject } from '../report/report.ts';
import type { Topic } from '../report/topics.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { formatCount, formatPages, formatShare } from '../wording/format.ts';
import type { WordedFinding, WordedReport } from '../wording/worded.ts';
import type { EvidenceBook } from './evidence-book.ts';
import type { Tone } from './evidence-link.ts';
import { allocEvidence, shortcutRows, sumTerms } from './ledger-sum.ts';
import { namespaceGaps } from './namespace-gaps.ts';
import type { MemoryPart, MemoryView, SocketPart, SocketsView } from './page-model.ts';
import { buildPodMemoryView } from './pods-view.ts';

const MAX_PARTS = 12;

/** Undefined on a node that has no such trouble. */
function findingAbout({ findings }: WordedReport, topic: Topic): WordedFinding | undefined {
  return findings.find(({ about }) => about.includes(topic));
}

function shortName(subject: Subject): string {
  if (subject.pid !== undefined) return `${subject.comm ?? '?'} ${subject.pid}`;
  return subject.pod ?? (subject.netns === undefined ? 'node' : `net:[${subject.netns}]`);
}

/** Is this the one whom the verdict blames? */
export function isCulprit(report: WordedReport, subject: Subject): boolean {
  return [report.verdict.countOwner, report.verdict.memoryOwner].some(
    (owner) =>
      owner !== null && owner.pid === subject.pid && owner.netns === subject.netns && owner.kind === subject.kind,
  );
}

export function buildMemoryView(report: WordedReport, snapshot: Snapshot, book: EvidenceBook): MemoryView {
  const { memory } = report;
  const page = memory.pageSizeBytes;
  return {
    status: memory.status,
    summary: memorySummary(report),
    pageSizeBytes: page,
    memPages: memory.memPages?.value ?? null,
    errorPages: memory.errorPages,
    minPages: memory.minPages,
    pressurePages: memory.pressurePages,
    maxPages: memory.maxPages,
    parts: memoryParts(report),
    pods: buildPodMemoryView(report, snapshot, book),
    evidence: book.links(findingAbout(report, 'tcp-memory')?.evidence.slice(0, 2) ?? []),
  };
}

function memorySummary(report: WordedReport): string {
  const { memory } = report;
  if (memory.memPages === null) return 'mem is not known: sockstat was not captured';
  const mem = formatPages(memory.memPages.value, memory.pageSizeBytes);
  const error = memory.errorPages === 0 ? '' : ` ± ${formatCount(memory.errorPages)}`;
  if (memory.maxPages === null) return `mem ${mem}${error}; tcp_mem was not captured`;
  return `mem ${mem}${error}, ${formatShare(memory.memPages.value, memory.maxPages)} of max`;
}

function memoryParts(report: WordedReport): readonly MemoryPart[] {
  const { memory } = report;
  const parts: MemoryPart[] = [];
  const large = memory.owners.filter((owner) => owner.pages > 0).slice(0, 4);
  for (const owner of large) parts.push(...partsOfOwner(report, owner));
  const rest = memory.owners.slice(large.length).reduce((sum, owner) => sum + owner.pages, 0);
  if (rest > 0)
    parts.push({
      label: 'all other sockets',
      pages: rest,
      tone: 'tcp',
      kind: 'other',
      source: sourceOf(memory.owners[0]),
    });
  const unexplained = memory.unexplainedPages ?? 0;
  if (unexplained > 0) {
    const label =
      unexplained <= memory.errorPages
        ? `unexplained, inside the ± ${formatCount(memory.errorPages)} error`
        : report.ledger.closedHeld > 0
          ? 'in no open socket: likely unread data of closed ones'
          : 'in no open socket';
    parts.push({ label, pages: unexplained, tone: 'faint', kind: 'unexplained', source: 'mem less all owners' });
  }
  return parts;
}

function partsOfOwner(report: WordedReport, owner: MemoryOwner): readonly MemoryPart[] {
  const tone: Tone = isCulprit(report, owner.subject) ? 'bad' : 'tcp';
  const name = shortName(owner.subject);
  const queue = owner.rxQueueBytes >= owner.txQueueBytes ? 'unread data in receive queues' : 'data in send queues';
  const source = sourceOf(owner);
  const parts: MemoryPart[] = [{ label: `${name}, ${queue}`, pages: owner.queuedPages, tone, kind: 'queued', source }];
  if (owner.reservedPages > 0) {
    parts.push({
      label: `${name}, reserved by its sockets, not in use`,
      pages: owner.reservedPages,
      tone,
      kind: 'reserved',
      source,
    });
  }
  return parts;
}

function sourceOf(owner: MemoryOwner | undefined): string {
  return owner?.source === 'skmem' ? 'skmem of ss -m' : 'lower bound from the queues in net/tcp';
}

export function buildSocketsView(report: WordedReport, snapshot: Snapshot, book: EvidenceBook): SocketsView {
  const { ledger } = report;
  const stat = allocEvidence(snapshot);
  return {
    alloc: ledger.alloc?.value ?? null,
    unexplained: ledger.residual,
    parts: socketParts(report),
    outside: outsideParts(report),
    sum: sumTerms(report, snapshot, book),
    gaps: namespaceGaps(report, snapshot, book),
    shortcuts: shortcutRows(report),
    notes: ledger.notes,
    evidence: stat === null ? [] : [book.link(stat)],
  };
}

/** Those of a namespace that was not captured have no row either, and may be open. */
function heldDetail(closed: number, elsewhere: number): string {
  return `${formatCount(closed)} ${elsewhere > 0 ? 'held without a row' : 'closed but held'}`;
}

/** Never part of alloc. */
function outsideParts({ ledger }: WordedReport): readonly SocketPart[] {
  const minisocks = ledger.states['FIN_WAIT2_MINISOCK'] ?? 0;
  const some = minisocks === 0 ? '' : `${formatCount(minisocks)} of them FIN_WAIT2`;
  const all = 'all FIN_WAIT2 whose socket is gone: other ends of connections';
  return [
    {
      label: 'TIME_WAIT minisocks',
      detail: minisocks > 0 && minisocks === ledger.timeWait ? all : some,
      count: ledger.timeWait,
      tone: 'faint',
    },
    {
      label: 'Request sockets',
      detail: ledger.requestSockets === 0 ? 'no handshake is waiting' : 'SYN received',
      count: ledger.requestSockets,
      tone: 'faint',
    },
  ];
}

function socketParts(report: WordedReport): readonly SocketPart[] {
  const { ledger } = report;
  const parts: SocketPart[] = ledger.byOwner.slice(0, MAX_PARTS).map((owner) => {
    const closed = ledger.closedHeldByOwner.find((each) => each.subject.pid === owner.subject.pid)?.count ?? 0;
    return {
      label: shortName(owner.subject),
      detail: closed > 0 ? heldDetail(closed, ledger.elsewhere) : (owner.subject.pod ?? ''),
      count: owner.count,
      tone: isCulprit(report, owner.subject) ? 'bad' : 'tcp',
    };
  });
  const more = ledger.byOwner.slice(MAX_PARTS);
  if (more.length > 0)
    parts.push({
      label: more.length === 1 ? '1 more process' : `${formatCount(more.length)} more processes`,
      detail: '',
      count: sum(more.map((owner) => owner.count)),
      tone: 'tcp',
    });
  const owned = sum(parts.map((part) => part.count));
  const unowned = ledger.tcpSockets + ledger.closedHeld - owned;
  const orphans = Math.min(ledger.orphans ?? 0, Math.max(0, unowned));
  if (orphans > 0)
    parts.push({
      label: 'orphans',
      detail: 'closed by their process, still sending',
      count: orphans,
      tone: findingAbout(report, 'orphans') !== undefined ? 'bad' : 'faint',
    });
  if (unowned - orphans > 0)
    parts.push({
      label: 'no fd seen',
      detail: 'not accepted yet, kernel, or unreadable process',
      count: unowned - orphans,
      tone: 'faint',
    });
  const residual = ledger.residual ?? 0;
  if (residual > 0)
    parts.push({ label: 'unexplained', detail: 'in alloc, in no table and no fd', count: residual, tone: 'faint' });
  return parts.sort((a, b) => b.count - a.count);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
