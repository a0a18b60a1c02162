/** The socket ledger as a sum that a reader can check: every term of alloc, how many, over what it was counted. */

import type { Message } from '../report/message.ts';
import type { ClosedRoute } from '../report/report.ts';
import { fdEvidence } from '../snapshot/fd-evidence.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { sourceOf } from '../snapshot/sockets.ts';
import { defineMessages } from '../wording/define-messages.ts';
import type { WordedEvidence, WordedReport } from '../wording/worded.ts';
import type { EvidenceLink } from './evidence-link.ts';
import type { PageContext } from './page-context.ts';
import type { ShortcutRow, SumTerm } from './table-model.ts';

const say = defineMessages('ledger-sum', {
  node: 'node',
  namespaces: '{counted, number} of {known, plural, one {# namespace} other {# namespaces}}',
  namespacesAtLeast: '{counted, number} of {known, number}+ namespaces',
  fds: 'fds of {readable, number} of {total, plural, one {# process} other {# processes}}',
  rows: 'with a row in {tcp} or {tcp6}',
  families: '{four, number} v4, {six, number} v6',
  held: 'closed, but held by fds',
  heldAtMost: 'at most: its namespaces have no room for more',
  elsewhere: 'held by fds, of no captured namespace',
  elsewhereDetail: 'at least; open or closed: only its tables would tell',
  noFdLinks: 'no fd links were captured',
  route:
    '{route, select, reset {likely after a reset or a timeout} failed_connect {likely after connect() failed} shutdown {likely after shutdown() without close()} never_connected {likely never connected} other {closed in a way that no counter tells}}',
  ofThem: 'of them {route}',
  queued: 'reset before accept()',
  inQueue: 'in the queue of port {port}',
  unexplained: 'unexplained',
  noSockstat: 'sockstat was not captured',
  noNamespace: 'no namespace was captured',
  tooMany: 'more was seen than alloc has: not TCP, or not of one moment',
  missingNamespaces: '{missing, plural, one {# namespace} other {# namespaces}} not captured',
  missingFds: 'no fd links captured',
  unreadable: 'fds of {unread, plural, one {# process} other {# processes}} not readable',
  nowhere: 'in no table and no fd',
  unseen: '{reasons}',
});

/** The line of sockstat that alloc was read from. */
export function allocEvidence(snapshot: Snapshot): WordedEvidence | null {
  const stat = snapshot.namespaces.find((namespace) => namespace.sockstat !== null)?.sockstat;
  if (stat === null || stat === undefined || stat.value.tcpLine === 0) return null;
  return { entry: stat.entry, startLine: stat.value.tcpLine, endLine: stat.value.tcpLine };
}

/** Terms with the role `plus` add up to alloc. Empty when nothing at all was counted. */
export function sumTerms(context: PageContext): readonly SumTerm[] {
  const { ledger } = context.report;
  if (ledger.alloc === null && ledger.namespaces.length === 0 && ledger.closedHeld === 0) return [];
  return [allocTerm(context), rowsTerm(context), ...heldTerms(context), queuedTerm(context), unexplainedTerm(context)];
}

/** How many of the namespaces; one more is known to exist where fds hold sockets of none of them. */
function namespaces({ report, wording }: PageContext, counted: number): string {
  const { ledger, coverage } = report;
  const known = coverage.namespacesKnown;
  return wording.text(
    ledger.elsewhere > 0 ? say.namespacesAtLeast({ counted, known: known + 1 }) : say.namespaces({ counted, known }),
  );
}

function fds({ report, wording }: PageContext): string {
  const { processesReadable, processesTotal } = report.coverage;
  return wording.text(say.fds({ readable: processesReadable, total: processesTotal }));
}

function allocTerm({ report, snapshot, book, wording }: PageContext): SumTerm {
  return {
    role: 'total',
    label: 'alloc',
    detail: '',
    count: report.ledger.alloc?.value ?? null,
    scope: wording.text(say.node()),
    tone: 'plain',
    evidence: book.linkOrNull(allocEvidence(snapshot)),
  };
}

function rowsTerm(context: PageContext): SumTerm {
  const { report, wording } = context;
  const { ledger } = report;
  const counted = ledger.namespaces.filter(({ inuse4, inuse6 }) => inuse4 !== null || inuse6 !== null);
  const four = counted.reduce((sum, namespace) => sum + (namespace.inuse4 ?? 0), 0);
  const six = counted.reduce((sum, namespace) => sum + (namespace.inuse6 ?? 0), 0);
  return {
    role: 'plus',
    label: wording.text(say.rows({ tcp: 'net/tcp', tcp6: 'net/tcp6' })),
    detail: ledger.inuse === null ? '' : wording.text(say.families({ four, six })),
    count: ledger.inuse,
    scope: namespaces(context, counted.length),
    tone: 'tcp',
    evidence: null,
  };
}

/** Closed but held; and apart from them those of namespaces that were not captured, which may as well be open. */
function heldTerms(context: PageContext): readonly SumTerm[] {
  const { report, wording } = context;
  const { closedHeld, elsewhere } = report.ledger;
  const evidence = heldEvidence(context);
  if (elsewhere === 0) return closedTerms(context, evidence);
  return [
    heldTerm(context, closedHeld - elsewhere, say.heldAtMost(), null),
    {
      role: 'plus',
      label: wording.text(say.elsewhere()),
      detail: wording.text(say.elsewhereDetail()),
      count: elsewhere,
      scope: fds(context),
      tone: 'warn',
      evidence,
    },
  ];
}

function heldEvidence({ snapshot, book }: PageContext): EvidenceLink | null {
  const first = snapshot.join.unmatched[0];
  const holder = first === undefined ? undefined : snapshot.processes[first.process];
  if (first === undefined || holder === undefined) return null;
  return book.linkOrNull(fdEvidence(snapshot, holder, first.fdRow));
}

function heldTerm(context: PageContext, count: number, detail: Message | null, evidence: EvidenceLink | null): SumTerm {
  const { report, wording } = context;
  const unread = report.coverage.processesReadable === 0;
  return {
    role: 'plus',
    label: wording.text(say.held()),
    detail: wording.text(unread ? say.noFdLinks() : (detail ?? '')),
    count: unread ? null : count,
    scope: fds(context),
    tone: count > 0 ? 'warn' : 'plain',
    evidence,
  };
}

/** How they came to be closed, as far as the counters of their namespaces tell: in a row each when there are several. */
function closedTerms(context: PageContext, evidence: EvidenceLink | null): readonly SumTerm[] {
  const { report, wording } = context;
  const counts = new Map<ClosedRoute, number>();
  for (const { route, count } of report.ledger.closedHeldByOwner) counts.set(route, (counts.get(route) ?? 0) + count);
  const routes = [...counts].sort((a, b) => b[1] - a[1]);
  const only = routes.length === 1 ? routes[0]?.[0] : undefined;
  const held = heldTerm(
    context,
    report.ledger.closedHeld,
    only === undefined ? null : say.route({ route: only }),
    evidence,
  );
  if (routes.length < 2) return [held];
  const part = { role: 'part', detail: '', scope: held.scope, tone: 'plain', evidence: null } as const;
  const label = (route: ClosedRoute) => wording.text(say.ofThem({ route: say.route({ route }) }));
  return [held, ...routes.map(([route, count]) => ({ ...part, label: label(route), count }))];
}

function queuedTerm(context: PageContext): SumTerm {
  const { report, snapshot, book, wording } = context;
  const listener = snapshot.listeners.find((each) => each.closedInQueue > 0);
  const entry = listener === undefined ? undefined : sourceOf(snapshot.sockets, listener.row)?.entry;
  const line = listener === undefined ? 1 : (snapshot.sockets.line[listener.row] ?? 1);
  const count = report.ledger.acceptQueueClosed;
  return {
    role: 'plus',
    label: wording.text(say.queued()),
    detail: listener === undefined ? '' : wording.text(say.inQueue({ port: listener.port })),
    count,
    scope: namespaces(context, report.coverage.namespacesSeen),
    tone: count > 0 ? 'warn' : 'plain',
    evidence: entry === undefined ? null : book.link({ entry, startLine: line, endLine: line }),
  };
}

function unexplainedTerm({ report, wording }: PageContext): SumTerm {
  const { ledger } = report;
  return {
    role: 'plus',
    label: wording.text(say.unexplained()),
    detail: wording.text(unexplainedDetail(report) ?? ''),
    count: ledger.residual,
    scope: wording.text(say.node()),
    tone: (ledger.residual ?? 0) === 0 ? 'plain' : 'warn',
    evidence: null,
  };
}

function unexplainedDetail({ ledger, coverage }: WordedReport): Message | null {
  if (ledger.residual === null) return ledger.alloc === null ? say.noSockstat() : say.noNamespace();
  if (ledger.residual < 0) return say.tooMany();
  if (ledger.residual === 0) return null;
  const missing = coverage.namespacesKnown - coverage.namespacesSeen;
  const unread = coverage.processesTotal - coverage.processesReadable;
  const reasons: Message[] = [];
  if (missing > 0) reasons.push(say.missingNamespaces({ missing }));
  if (coverage.processesReadable === 0) reasons.push(say.missingFds());
  else if (unread > 0) reasons.push(say.unreadable({ unread }));
  return reasons.length === 0 ? say.nowhere() : say.unseen({ reasons });
}

/** Only formulas that give something else than the truth here. */
export function shortcutRows({ ledger, coverage }: WordedReport): readonly ShortcutRow[] {
  const truthIsBound = ledger.elsewhere > 0 || coverage.namespacesSeen < coverage.namespacesKnown;
  return ledger.shortcuts
    .filter((shortcut) => shortcut.value !== shortcut.truth)
    .map(({ formula, value, truth, explanation }) => ({ formula, value, truth, truthIsBound, explanation }));
}
