import type { EmptyNamespaceFact } from '../facts/facts.ts';
import type { Holder } from '../facts/holder.ts';
import type { Ledger } from '../report/report.ts';
import { defineMessages } from '../wording/define-messages.ts';
import { sayNetns } from '../wording/subject.ts';
import { defineRule, type FindingDraft } from './rule.ts';
import { MIN_CLOSED } from './thresholds.ts';

const say = defineMessages('processless-namespace', {
  title: 'Sockets live in a namespace that no process is in',
  'nobody-holds':
    'Namespace {namespace} has {sockets, plural, one {# TCP socket} other {# TCP sockets}} and no process. No fd that was seen holds them: they are kernel sockets, orphans, or sockets of a process that was not captured.',
  'held-from-outside':
    'Namespace {namespace} has {sockets, plural, one {# TCP socket} other {# TCP sockets}} and no process. {who} holds {held, number} of them from outside and so keeps the namespace alive.',
  pinned: '{namespace} ({pin})',
  unreadable: 'Processes whose fds were not readable may hold them.',
  findHolder: 'Find who has the namespace open: lsns -t net, and ls -l /proc/*/fd | grep net:.',
  makeClose: 'Make {who} close them. The namespace goes away with its last socket.',
  whoHasIt: 'Run lsns -t net; ls -l /proc/*/ns/net /proc/*/fd | grep net: who has the namespace open?',
  deletingPod: 'Deleting the pod again: its namespace is held by the sockets, not by the pod.',
  'not-captured':
    '{sockets, plural, one {# socket that an fd holds is} other {# sockets that fds hold are}} in no captured namespace: neither a table nor the count of any namespace has room for them. They belong to a namespace that is not in the bundle, most likely one without a process, and may be open. {who} holds most of them.',
  openOrClosed: 'Whether they are open or closed cannot be told without the tables of that namespace.',
  capturePinned: 'Capture the namespaces that are pinned under /run/netns and /var/run/docker/netns too.',
  restarting: 'Restarting pods: the namespace in question has no process.',
  readPinned:
    'Run lsns -t net, and for each file in /run/netns: ip netns exec NAME cat /proc/self/net/tcp /proc/self/net/tcp6',
});

/** Fewer are leftovers that time out. */
export const MIN_SOCKETS = 10;

export const processlessNamespace = defineRule({
  id: 'processless-namespace',
  level: 'warning',
  title: say.title(),
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
  const netns = sayNetns(subject.netns ?? 0);
  const { sockets } = namespace;
  const args = { namespace: pin === '' ? netns : say.pinned({ namespace: netns, pin }), sockets };
  return {
    level: sockets >= MIN_SOCKETS ? 'warning' : 'note',
    confidence: holder === null ? 'medium' : 'high',
    message:
      holder === null
        ? say['nobody-holds'](args)
        : say['held-from-outside']({ ...args, who: holder, held: namespace.heldSockets }),
    subjects: holder === null ? [subject] : [holder, subject],
    measures: {
      sockets,
      heldSockets: namespace.heldSockets,
      ...(namespace.used === null ? {} : { socketsUsed: namespace.used }),
    },
    evidence: [namespace.evidence],
    doubts: holder === null ? [say.unreadable()] : [],
    fixes: [holder === null ? say.findHolder() : say.makeClose({ who: holder })],
    next: say.whoHasIt(),
    nonFixes: [say.deletingPod()],
  };
}

function reportHidden(ledger: Ledger, top: Holder, hidden: number): FindingDraft {
  return {
    role: 'hint',
    level: 'warning',
    confidence: 'medium',
    message: say['not-captured']({ sockets: hidden, who: top.subject }),
    subjects: [top.subject],
    measures: {
      hiddenSockets: hidden,
      closedHeldSockets: ledger.closedHeld,
      ...(ledger.gap === null ? {} : { gap: ledger.gap }),
    },
    evidence: [top.closedHeldEvidence],
    doubts: [say.openOrClosed()],
    fixes: [say.capturePinned()],
    nonFixes: [say.restarting()],
    next: say.readPinned(),
  };
}
