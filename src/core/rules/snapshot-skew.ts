import type { Ledger, NamespaceLedger } from '../report/report.ts';
import { defineMessages } from '../wording/define-messages.ts';
import { sayNetns } from '../wording/subject.ts';
import { defineRule, type FindingDraft } from './rule.ts';
import { SKEW_SHARE, SKEW_SOCKETS } from './thresholds.ts';

const say = defineMessages('snapshot-skew', {
  title: 'The files of the bundle are not of one moment',
  'alloc-moved':
    'alloc moved between {min, number} and {max, number} while the bundle was taken. Differences below {meaningless, plural, one {# socket} other {# sockets}} mean nothing.',
  'more-than-alloc':
    'The namespaces have {sockets, plural, one {# more socket} other {# more sockets}} than alloc of the node. These files are not of one moment, or not of one node.',
  'rows-against-inuse':
    '{namespaces, plural, one {# namespace counts} other {# namespaces count}} other sockets than {namespaces, plural, one {its tables} other {their tables}} list: {netns} counts {inuse, number} and lists {rows, number}. A table was cut, or is of another namespace.',
  captureCalm: 'Capture again while the node is calmer, or read sockstat before and after the tables.',
  reading: 'Reading more into a difference than the skew allows.',
  captureTwice: 'Take a second capture, and read /proc/net/sockstat before and after the tables.',
});

/** Rows of a namespace against its own inuse: a table that was cut, or is of another namespace. */
export const TABLE_SHARE = 0.2;

export const snapshotSkew = defineRule({
  id: 'snapshot-skew',
  level: 'note',
  title: say.title(),
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
  fixes: [say.captureCalm()],
  doubts: [],
  nonFixes: [say.reading()],
  next: say.captureTwice(),
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
    message: say['alloc-moved']({ min: alloc.min, max: alloc.max, meaningless: 2 * spread }),
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
    message: say['more-than-alloc']({ sockets: more }),
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
    message: say['rows-against-inuse']({
      namespaces: bad.length,
      netns: sayNetns(first.netns),
      inuse,
      rows: first.tcpRows,
    }),
    measures: { namespaces: bad.length, inuseSockets: inuse, tableRows: first.tcpRows },
  };
}

function isMismatched(namespace: NamespaceLedger): boolean {
  const { inuse4, inuse6, tcpRows, complete } = namespace;
  if (!complete || inuse4 === null || inuse6 === null) return false;
  const inuse = inuse4 + inuse6;
  return Math.abs(inuse - tcpRows) > Math.max(SKEW_SOCKETS, TABLE_SHARE * inuse);
}
