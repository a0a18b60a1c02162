/** Namespaces whose own count of sockets leaves room for closed ones, beside what was found closed in them. */

import type { NamespaceLedger } from '../report/report.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { formatCount, formatQuantity } from '../wording/format.ts';
import { describeNetns, podName } from '../wording/subject-text.ts';
import type { WordedReport } from '../wording/worded.ts';
import type { EvidenceBook } from './evidence-book.ts';
import type { NamespaceGapRow, NamespaceGapsView } from './table-model.ts';

const MAX_ROWS = 8;

/** Null when no namespace has room: every socket that it counts is in one of its tables. */
export function namespaceGaps(report: WordedReport, snapshot: Snapshot, book: EvidenceBook): NamespaceGapsView | null {
  const found = foundByNamespace(report, snapshot);
  const roomy = report.ledger.namespaces
    .filter((namespace) => (namespace.gap ?? 0) > 0)
    .sort((a, b) => (b.gap ?? 0) - (a.gap ?? 0));
  if (roomy.length === 0) return null;
  const foundIn = (namespace: NamespaceLedger) => found.get(namespace.netns) ?? 0;
  const hidden = roomy.slice(MAX_ROWS);
  const more = { namespaces: hidden.length, gap: sumGaps(hidden), found: sum(hidden.map(foundIn)) };
  return {
    summary: summaryOf(report, roomy),
    rows: roomy.slice(0, MAX_ROWS).map((namespace) => toRow(namespace, foundIn(namespace), snapshot, book)),
    more: hidden.length === 0 ? null : more,
  };
}

function sumGaps(namespaces: readonly NamespaceLedger[]): number {
  return sum(namespaces.map((namespace) => namespace.gap ?? 0));
}

function summaryOf({ ledger }: WordedReport, roomy: readonly NamespaceLedger[]): string {
  const uncounted = ledger.namespaces.filter((namespace) => namespace.gap === null).length;
  const unknown = uncounted === 0 ? '' : `; ${formatQuantity(uncounted, 'namespace')} without a count`;
  return `Room for closed sockets: ${formatCount(sumGaps(roomy))} in ${formatQuantity(roomy.length, 'namespace')}${unknown}`;
}

function foundByNamespace({ ledger }: WordedReport, snapshot: Snapshot): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  const add = (netns: number | undefined, count: number) => {
    if (netns !== undefined) found.set(netns, (found.get(netns) ?? 0) + count);
  };
  for (const { subject, count } of ledger.closedHeldByOwner) add(subject.netns, count);
  for (const { namespace, closedInQueue } of snapshot.listeners)
    add(snapshot.namespaces[namespace]?.netns, closedInQueue);
  return found;
}

function toRow(namespace: NamespaceLedger, found: number, snapshot: Snapshot, book: EvidenceBook): NamespaceGapRow {
  const pod = podName({ ...namespace, kind: 'namespace' });
  const netns = describeNetns(namespace.netns);
  const name = namespace.isHost ? 'host' : pod;
  const entry = snapshot.namespaces.find((each) => each.netns === namespace.netns)?.sockstat?.entry;
  return {
    label: name === '' ? netns : name,
    detail: [name === '' ? '' : netns, namespace.complete ? '' : 'tables missing or cut'].filter(Boolean).join(', '),
    used: namespace.used ?? 0,
    gap: namespace.gap ?? 0,
    found,
    // `sockets: used` is always the first line.
    evidence: entry === undefined ? null : book.link({ entry, startLine: 1, endLine: 1 }),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
