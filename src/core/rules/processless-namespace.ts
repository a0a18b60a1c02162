import type { EmptyNamespaceFact } from '../facts/facts.ts';
import type { Holder } from '../facts/holder.ts';
import type { Ledger } from '../report/report.ts';
import { formatCount, formatQuantity } from '../wording/format.ts';
import { describeNetns, describeSubject } from '../wording/subject-text.ts';
import { defineRule, type FindingDraft } from './rule.ts';
import { MIN_CLOSED } from './thresholds.ts';

/** Fewer are leftovers that time out. */
export const MIN_SOCKETS = 10;

export const processlessNamespace = defineRule({
  id: 'processless-namespace',
  level: 'warning',
  title: 'Sockets live in a namespace that no process is in',
  role: 'symptom',
  rank: 9,
  about: ['namespaces'],
  needs: ['emptyNamespaces', 'fdLinks'],
  optional: ['ledger', 'holders'],
  check: ({ emptyNamespaces, ledger, holders }) => {
    const captured = emptyNamespaces.filter((namespace) => namespace.sockets > 0).map(report);
    const hidden = ledger?.elsewhere ?? 0;
    if (ledger === null || hidden < MIN_CLOSED) return captured;
    const top = largestHolder(holders ?? [], ledger);
    return top === null ? captured : [...captured, reportHidden(ledger, top, hidden)];
  },
});

/** By what its own namespace has no room for: closed sockets that are counted where it runs are not the hidden ones. */
function largestHolder(holders: readonly Holder[], ledger: Ledger): Holder | null {
  const gaps = new Map(ledger.namespaces.map(({ netns, gap }) => [netns, Math.max(0, gap ?? 0)]));
  const beyond = ({ closedHeld, subject }: Holder) => closedHeld - (gaps.get(subject.netns ?? 0) ?? 0);
  return holders.reduce<Holder | null>(
    (best, holder) => (holder.closedHeld > 0 && (best === null || beyond(holder) > beyond(best)) ? holder : best),
    null,
  );
}

function report(namespace: EmptyNamespaceFact): FindingDraft {
  const { subject, holder, pin } = namespace;
  const who = holder === null ? 'no readable process' : describeSubject(holder);
  return {
    level: namespace.sockets >= MIN_SOCKETS ? 'warning' : 'note',
    confidence: holder === null ? 'medium' : 'high',
    messageId: holder === null ? 'nobody-holds' : 'held-from-outside',
    message: `${describeNetns(subject.netns ?? 0)}${pin === '' ? '' : ` (${pin})`} has ${formatQuantity(namespace.sockets, 'TCP socket')} and no process. ${
      holder === null
        ? 'No fd that was seen holds them: kernel sockets, orphans, or a process that was not captured.'
        : `${who} holds ${formatCount(namespace.heldSockets)} of them from outside: they keep the namespace alive.`
    }`,
    subjects: holder === null ? [subject] : [holder, subject],
    measures: {
      sockets: namespace.sockets,
      heldSockets: namespace.heldSockets,
      ...(namespace.used === null ? {} : { socketsUsed: namespace.used }),
    },
    evidence: [namespace.evidence],
    doubts: holder === null ? ['Processes whose fds were not readable may hold them.'] : [],
    fixes: [
      holder === null
        ? 'Find who has the namespace open: lsns -t net, and ls -l /proc/*/fd | grep net:.'
        : `Make ${who} close them; the namespace goes away with its last socket.`,
    ],
    next: 'lsns -t net; ls -l /proc/*/ns/net /proc/*/fd | grep net: who has the namespace open?',
    nonFixes: ['Deleting the pod again: its namespace is held by the sockets, not by the pod.'],
  };
}

function reportHidden(ledger: Ledger, top: Holder, hidden: number): FindingDraft {
  return {
    role: 'hint',
    level: 'warning',
    confidence: 'medium',
    messageId: 'not-captured',
    message: `${formatQuantity(hidden, 'socket')} that fds hold are in no captured namespace: neither a table nor the count of any namespace has room for them. They belong to a namespace that is not in the bundle, most likely one without a process, and may be open. ${describeSubject(top.subject)} holds most of them.`,
    subjects: [top.subject],
    measures: {
      hiddenSockets: hidden,
      closedHeldSockets: ledger.closedHeld,
      ...(ledger.gap === null ? {} : { gap: ledger.gap }),
    },
    evidence: [top.closedHeldEvidence],
    doubts: ['Whether they are open or closed cannot be told without the tables of that namespace.'],
    fixes: ['Capture the namespaces that are pinned under /run/netns and /var/run/docker/netns too.'],
    nonFixes: ['Restarting pods: the namespace in question has no process.'],
    next: 'lsns -t net; for each file in /run/netns: ip netns exec NAME cat /proc/self/net/tcp /proc/self/net/tcp6',
  };
}
