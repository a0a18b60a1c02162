/** The socket ledger as a sum that a reader can check: every term of alloc, how many, over what it was counted. */

import type { ClosedRoute } from '../report/report.ts';
import { fdEvidence } from '../snapshot/fd-evidence.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { sourceOf } from '../snapshot/sockets.ts';
import { formatCount, formatQuantity } from '../wording/format.ts';
import type { WordedEvidence, WordedReport } from '../wording/worded.ts';
import type { EvidenceBook } from './evidence-book.ts';
import type { EvidenceLink } from './evidence-link.ts';
import type { ShortcutRow, SumTerm } from './table-model.ts';

interface Context {
  readonly report: WordedReport;
  readonly snapshot: Snapshot;
  readonly book: EvidenceBook;
}

/** The line of sockstat that alloc was read from. */
export function allocEvidence(snapshot: Snapshot): WordedEvidence | null {
  const stat = snapshot.namespaces.find((namespace) => namespace.sockstat !== null)?.sockstat;
  if (stat === null || stat === undefined || stat.value.tcpLine === 0) return null;
  return { entry: stat.entry, startLine: stat.value.tcpLine, endLine: stat.value.tcpLine };
}

/** Terms with the role `plus` add up to alloc. Empty when nothing at all was counted. */
export function sumTerms(report: WordedReport, snapshot: Snapshot, book: EvidenceBook): readonly SumTerm[] {
  const { ledger } = report;
  if (ledger.alloc === null && ledger.namespaces.length === 0 && ledger.closedHeld === 0) return [];
  const context = { report, snapshot, book };
  return [allocTerm(context), rowsTerm(context), ...heldTerms(context), queuedTerm(context), unexplainedTerm(context)];
}

const NODE = 'node';

/** How many of the namespaces; one more is known to exist where fds hold sockets of none of them. */
function namespaces({ ledger, coverage }: WordedReport, counted: number): string {
  if (ledger.elsewhere > 0)
    return `${formatCount(counted)} of ${formatCount(coverage.namespacesKnown + 1)}+ namespaces`;
  return `${formatCount(counted)} of ${formatQuantity(coverage.namespacesKnown, 'namespace')}`;
}

function fds({ coverage }: WordedReport): string {
  const { processesReadable, processesTotal } = coverage;
  return `fds of ${formatCount(processesReadable)} of ${formatQuantity(processesTotal, 'process', 'processes')}`;
}

function allocTerm({ report, snapshot, book }: Context): SumTerm {
  return {
    role: 'total',
    label: 'alloc',
    detail: '',
    count: report.ledger.alloc?.value ?? null,
    scope: NODE,
    tone: 'plain',
    evidence: book.linkOrNull(allocEvidence(snapshot)),
  };
}

function rowsTerm({ report }: Context): SumTerm {
  const { ledger } = report;
  const counted = ledger.namespaces.filter(({ inuse4, inuse6 }) => inuse4 !== null || inuse6 !== null);
  const four = counted.reduce((sum, namespace) => sum + (namespace.inuse4 ?? 0), 0);
  const six = counted.reduce((sum, namespace) => sum + (namespace.inuse6 ?? 0), 0);
  return {
    role: 'plus',
    label: 'with a row in net/tcp or net/tcp6',
    detail: ledger.inuse === null ? '' : `${formatCount(four)} v4, ${formatCount(six)} v6`,
    count: ledger.inuse,
    scope: namespaces(report, counted.length),
    tone: 'tcp',
    evidence: null,
  };
}

const ROUTES: Readonly<Record<ClosedRoute, string>> = {
  reset: 'likely after a reset or a timeout',
  'failed-connect': 'likely after connect() failed',
  shutdown: 'likely after shutdown() without close()',
  'never-connected': 'likely never connected',
  unknown: 'closed in a way that no counter tells',
};

/** Closed but held; and apart from them those of namespaces that were not captured, which may as well be open. */
function heldTerms(context: Context): readonly SumTerm[] {
  const { report } = context;
  const { closedHeld, elsewhere } = report.ledger;
  const evidence = heldEvidence(context);
  if (elsewhere === 0) return closedTerms(report, evidence);
  return [
    heldTerm(report, closedHeld - elsewhere, 'at most: its namespaces have no room for more', null),
    {
      role: 'plus',
      label: 'held by fds, of no captured namespace',
      detail: 'at least; open or closed: only its tables would tell',
      count: elsewhere,
      scope: fds(report),
      tone: 'warn',
      evidence,
    },
  ];
}

function heldEvidence({ snapshot, book }: Context): EvidenceLink | null {
  const first = snapshot.join.unmatched[0];
  const holder = first === undefined ? undefined : snapshot.processes[first.process];
  if (first === undefined || holder === undefined) return null;
  return book.linkOrNull(fdEvidence(snapshot, holder, first.fdRow));
}

function heldTerm(report: WordedReport, count: number, detail: string, evidence: EvidenceLink | null): SumTerm {
  const unread = report.coverage.processesReadable === 0;
  return {
    role: 'plus',
    label: 'closed, but held by fds',
    detail: unread ? 'no fd links were captured' : detail,
    count: unread ? null : count,
    scope: fds(report),
    tone: count > 0 ? 'warn' : 'plain',
    evidence,
  };
}

/** How they came to be closed, as far as the counters of their namespaces tell: in a row each when there are several. */
function closedTerms(report: WordedReport, evidence: EvidenceLink | null): readonly SumTerm[] {
  const counts = new Map<ClosedRoute, number>();
  for (const { route, count } of report.ledger.closedHeldByOwner) counts.set(route, (counts.get(route) ?? 0) + count);
  const routes = [...counts].sort((a, b) => b[1] - a[1]);
  const only = routes.length === 1 ? routes[0]?.[0] : undefined;
  const held = heldTerm(report, report.ledger.closedHeld, only === undefined ? '' : ROUTES[only], evidence);
  if (routes.length < 2) return [held];
  const part = { role: 'part', detail: '', scope: held.scope, tone: 'plain', evidence: null } as const;
  return [held, ...routes.map(([route, count]) => ({ ...part, label: `of them ${ROUTES[route]}`, count }))];
}

function queuedTerm(context: Context): SumTerm {
  const { report, snapshot, book } = context;
  const listener = snapshot.listeners.find((each) => each.closedInQueue > 0);
  const entry = listener === undefined ? undefined : sourceOf(snapshot.sockets, listener.row)?.entry;
  const line = listener === undefined ? 1 : (snapshot.sockets.line[listener.row] ?? 1);
  const count = report.ledger.acceptQueueClosed;
  return {
    role: 'plus',
    label: 'reset before accept()',
    detail: listener === undefined ? '' : `in the queue of port ${listener.port}`,
    count,
    scope: namespaces(report, report.coverage.namespacesSeen),
    tone: count > 0 ? 'warn' : 'plain',
    evidence: entry === undefined ? null : book.link({ entry, startLine: line, endLine: line }),
  };
}

function unexplainedTerm({ report }: Context): SumTerm {
  const { ledger } = report;
  return {
    role: 'plus',
    label: 'unexplained',
    detail: unexplainedDetail(report),
    count: ledger.residual,
    scope: NODE,
    tone: (ledger.residual ?? 0) === 0 ? 'plain' : 'warn',
    evidence: null,
  };
}

function unexplainedDetail({ ledger, coverage }: WordedReport): string {
  if (ledger.residual === null)
    return ledger.alloc === null ? 'sockstat was not captured' : 'no namespace was captured';
  if (ledger.residual < 0) return 'more was seen than alloc has: not TCP, or not of one moment';
  if (ledger.residual === 0) return '';
  const missing = coverage.namespacesKnown - coverage.namespacesSeen;
  const unread = coverage.processesTotal - coverage.processesReadable;
  const unseen = [
    missing > 0 ? `${formatQuantity(missing, 'namespace')} not captured` : '',
    coverage.processesReadable === 0 ? 'no fd links captured' : '',
    coverage.processesReadable > 0 && unread > 0
      ? `fds of ${formatQuantity(unread, 'process', 'processes')} not readable`
      : '',
  ].filter((reason) => reason !== '');
  return unseen.length === 0 ? 'in no table and no fd' : unseen.join(', ');
}

/** Only formulas that give something else than the truth here. */
export function shortcutRows({ ledger, coverage }: WordedReport): readonly ShortcutRow[] {
  const truthIsBound = ledger.elsewhere > 0 || coverage.namespacesSeen < coverage.namespacesKnown;
  return ledger.shortcuts
    .filter((shortcut) => shortcut.value !== shortcut.truth)
    .map(({ formula, value, truth, explanation }) => ({ formula, value, truth, truthIsBound, explanation }));
}
