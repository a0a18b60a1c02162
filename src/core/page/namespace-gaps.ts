/** Namespaces whose own count of sockets leaves room for closed ones, beside what was found closed in them. */

import type { Message } from '../report/message.ts';
import type { NamespaceLedger } from '../report/report.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { defineMessages } from '../wording/define-messages.ts';
import { podName, sayNetns } from '../wording/subject.ts';
import type { WordedReport } from '../wording/worded.ts';
import type { PageContext } from './page-context.ts';
import type { NamespaceGapRow, NamespaceGapsView } from './table-model.ts';

const say = defineMessages('namespace-gaps', {
  room: 'Room for closed sockets: {sockets, number} in {namespaces, plural, one {# namespace} other {# namespaces}}{uncounted, plural, =0 {} one {; # namespace without a count} other {; # namespaces without a count}}',
  host: 'host',
  missing: 'tables missing or cut',
  detail: '{parts}',
});

const MAX_ROWS = 8;

/** Null when no namespace has room: every socket that it counts is in one of its tables. */
export function namespaceGaps(context: PageContext): NamespaceGapsView | null {
  const { report, snapshot, wording } = context;
  const found = foundByNamespace(report, snapshot);
  const roomy = report.ledger.namespaces
    .filter((namespace) => (namespace.gap ?? 0) > 0)
    .sort((a, b) => (b.gap ?? 0) - (a.gap ?? 0));
  if (roomy.length === 0) return null;
  const foundIn = (namespace: NamespaceLedger) => found.get(namespace.netns) ?? 0;
  const hidden = roomy.slice(MAX_ROWS);
  const more = { namespaces: hidden.length, gap: sumGaps(hidden), found: sum(hidden.map(foundIn)) };
  return {
    summary: wording.text(summaryOf(report, roomy)),
    rows: roomy.slice(0, MAX_ROWS).map((namespace) => toRow(namespace, foundIn(namespace), context)),
    more: hidden.length === 0 ? null : more,
  };
}

function sumGaps(namespaces: readonly NamespaceLedger[]): number {
  return sum(namespaces.map((namespace) => namespace.gap ?? 0));
}

function summaryOf({ ledger }: WordedReport, roomy: readonly NamespaceLedger[]): Message {
  const uncounted = ledger.namespaces.filter((namespace) => namespace.gap === null).length;
  return say.room({ sockets: sumGaps(roomy), namespaces: roomy.length, uncounted });
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

function toRow(namespace: NamespaceLedger, found: number, { snapshot, book, wording }: PageContext): NamespaceGapRow {
  const netns = sayNetns(namespace.netns);
  const name = namespace.isHost ? say.host() : podName({ ...namespace, kind: 'namespace' });
  const parts = [...(name === '' ? [] : [netns]), ...(namespace.complete ? [] : [say.missing()])];
  const entry = snapshot.namespaces.find((each) => each.netns === namespace.netns)?.sockstat?.entry;
  return {
    label: wording.text(name === '' ? netns : name),
    detail: parts.length === 0 ? '' : wording.text(say.detail({ parts })),
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
