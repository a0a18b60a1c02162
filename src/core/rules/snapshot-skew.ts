import type { Ledger, NamespaceLedger } from '../report/report.ts';
import { formatCount, formatQuantity } from '../wording/format.ts';
import { describeNetns } from '../wording/subject-text.ts';
import { defineRule, type FindingDraft } from './rule.ts';
import { SKEW_SHARE, SKEW_SOCKETS } from './thresholds.ts';

/** Rows of a namespace against its own inuse: a table that was cut, or is of another namespace. */
export const TABLE_SHARE = 0.2;

export const snapshotSkew = defineRule({
  id: 'snapshot-skew',
  level: 'note',
  title: 'The files of the bundle are not of one moment',
  role: 'hint',
  about: ['capture'],
  needs: ['ledger', 'sockstat'],
  check: ({ ledger, sockstat }) => {
    const place = { entry: sockstat.entry, startLine: sockstat.tcpLine, endLine: sockstat.tcpLine };
    return [churn(ledger), contradiction(ledger), mismatch(ledger)].flatMap((draft) =>
      draft === null ? [] : [{ ...draft, evidence: [place] }],
    );
  },
});

type Draft = Omit<FindingDraft, 'evidence'>;

const ADVICE = {
  subjects: [{ kind: 'node' as const }],
  fixes: ['Capture again while the node is calmer, or with sockstat before and after the tables.'],
  doubts: [],
  nonFixes: ['Reading more into a difference than the skew allows.'],
  next: 'A second capture with /proc/net/sockstat read before and after the tables.',
};

function slackOf(ledger: Ledger): number {
  return Math.max(SKEW_SOCKETS, SKEW_SHARE * (ledger.alloc?.value ?? 0));
}

/** Copies of a count of the node that were read one after the other. */
function churn(ledger: Ledger): Draft | null {
  const { alloc } = ledger;
  const spread = (alloc?.max ?? 0) - (alloc?.min ?? 0);
  if (alloc === null || spread <= slackOf(ledger)) return null;
  return {
    ...ADVICE,
    level: 'note',
    confidence: 'high',
    messageId: 'alloc-moved',
    message: `alloc moved between ${formatCount(alloc.min)} and ${formatCount(alloc.max)} while the bundle was taken: differences below ${formatCount(2 * spread)} sockets mean nothing.`,
    measures: { allocMin: alloc.min, allocMax: alloc.max },
  };
}

function contradiction(ledger: Ledger): Draft | null {
  const more = -(ledger.unhashed ?? 0);
  if (more <= slackOf(ledger) + (ledger.alloc?.max ?? 0) - (ledger.alloc?.min ?? 0)) return null;
  return {
    ...ADVICE,
    level: 'warning',
    confidence: 'high',
    messageId: 'more-than-alloc',
    message: `The namespaces have ${formatQuantity(more, 'more socket')} than alloc of the node: these files are not of one moment, or not of one node.`,
    measures: { inuseSockets: ledger.inuse ?? 0, allocSockets: ledger.alloc?.value ?? 0 },
  };
}

function mismatch(ledger: Ledger): Draft | null {
  const bad = ledger.namespaces.filter(isMismatched);
  const [first] = bad;
  if (first === undefined) return null;
  const inuse = (first.inuse4 ?? 0) + (first.inuse6 ?? 0);
  return {
    ...ADVICE,
    level: 'warning',
    confidence: 'medium',
    messageId: 'rows-against-inuse',
    message: `${formatQuantity(bad.length, 'namespace')} count other sockets than their tables list: ${describeNetns(first.netns)} counts ${formatCount(inuse)} and lists ${formatCount(first.tcpRows)}. A table was cut, or is of another namespace.`,
    measures: { namespaces: bad.length, inuseSockets: inuse, tableRows: first.tcpRows },
  };
}

function isMismatched(namespace: NamespaceLedger): boolean {
  const { inuse4, inuse6, tcpRows, complete } = namespace;
  if (!complete || inuse4 === null || inuse6 === null) return false;
  const inuse = inuse4 + inuse6;
  return Math.abs(inuse - tcpRows) > Math.max(SKEW_SOCKETS, TABLE_SHARE * inuse);
}
