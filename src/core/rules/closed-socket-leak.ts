import { formatCount, formatQuantity, formatShare } from '../format.ts';
import type { Confidence, Coverage, Evidence, Ledger } from '../report/report.ts';
import { describeSubject } from '../report/subject-text.ts';
import type { Holder } from '../snapshot/holders.ts';
import { type CounterFact, defineRule, type FindingDraft } from './rule.ts';
import { LARGE_SHARE_OF_ALLOC, MANY, MIN_CLOSED } from './thresholds.ts';

/** The holder must have most of them, else they are the sum of many small remains. */
export const MIN_SHARE_OF_CLOSED = 0.5;
/** Ordinary skew between alloc and the tables: reading takes seconds. */
export const SKEW_SOCKETS = 50;
export const SKEW_SHARE = 0.02;

export const closedSocketLeak = defineRule({
  id: 'closed-socket-leak',
  level: 'warning',
  title: 'Closed sockets are still held',
  needs: ['ledger', 'holders', 'fdLinks'],
  optional: ['netstat', 'coverage'],
  check: ({ ledger, holders, netstat, coverage }) =>
    holders
      .filter((holder) => isLeak(holder, ledger))
      .map((holder) => report(holder, ledger, counters(netstat, holder), coverage)),
});

function isLeak(holder: Holder, ledger: Ledger): boolean {
  return (
    holder.closedHeld >= MIN_CLOSED &&
    holder.closedHeld > MIN_SHARE_OF_CLOSED * ledger.closedHeld &&
    holder.closedHeld > holder.closeWait &&
    certainlyTcp(holder, ledger) >= MIN_CLOSED
  );
}

/** Alloc has room for so many of all that are held without a row; the others are netlink, unix or the like. */
function certainlyTcp(holder: Holder, ledger: Ledger): number {
  if (ledger.unhashed === null) return holder.closedHeld;
  return holder.closedHeld - Math.max(0, ledger.closedHeld - ledger.unhashed);
}

function counters(netstat: readonly CounterFact[] | null, holder: Holder): CounterFact | undefined {
  return netstat?.find((counter) => counter.subject.netns === holder.subject.netns);
}

/** Confirmed where alloc leaves just the room that these sockets need and every namespace was seen. */
function confidenceOf(holder: Holder, ledger: Ledger, coverage: Coverage | null): Confidence {
  if (ledger.unhashed === null || ledger.alloc === null) return 'low';
  const slack = Math.max(SKEW_SOCKETS, SKEW_SHARE * ledger.alloc.value) + ledger.alloc.max - ledger.alloc.min;
  const allSeen = coverage !== null && coverage.namespacesSeen >= coverage.namespacesKnown && !coverage.truncated;
  if (!allSeen) return 'low';
  return Math.abs(ledger.unhashed - ledger.closedHeld) <= slack && holder.closedHeld <= ledger.unhashed + slack
    ? 'high'
    : 'medium';
}

function report(
  holder: Holder,
  ledger: Ledger,
  counter: CounterFact | undefined,
  coverage: Coverage | null,
): FindingDraft {
  const { subject, process } = holder;
  const alloc = ledger.alloc?.value ?? 0;
  const resets = counter?.values.get('Tcp.EstabResets');
  const refused = counter?.values.get('Tcp.AttemptFails');
  const confidence = confidenceOf(holder, ledger, coverage);
  const severe = holder.closedHeld >= MANY || (alloc > 0 && holder.closedHeld > LARGE_SHARE_OF_ALLOC * alloc);
  return {
    level: severe && confidence !== 'low' ? 'error' : 'warning',
    confidence,
    messageId: 'closed-but-held',
    message: `${describeSubject(subject)} still holds ${formatQuantity(holder.closedHeld, 'socket')} that TCP has already closed, ${formatShare(holder.closedHeld, alloc)} of the TCP sockets of this node: no netstat or ss can show them, only alloc and the fds do.`,
    subjects: [subject],
    measures: {
      closedHeldSockets: holder.closedHeld,
      connectionsHeld: holder.connections,
      closeWaitSockets: holder.closeWait,
      establishedSockets: holder.established,
      listenSockets: holder.listen,
      ...(process === null ? {} : { socketFds: process.fdKinds.socket, openFds: process.openFds }),
      ...(ledger.unhashed === null ? {} : { unhashedSockets: ledger.unhashed }),
      ...(resets === undefined ? {} : { estabResets: resets }),
      ...(refused === undefined ? {} : { attemptFails: refused }),
      ...(holder.topLocalPort === 0 ? {} : { localPort: holder.topLocalPort }),
    },
    evidence: [holder.closedHeldEvidence, counterEvidence(counter), holder.fdEvidence],
    doubts: doubts(ledger, coverage),
    fixes: [
      'Close the socket on every error path: after ECONNRESET, ETIMEDOUT or ECONNREFUSED the fd must be closed just the same.',
      `Until then restart ${process === null ? 'the process' : `${process.comm} (pid ${process.pid})`}: that frees its sockets and their unread data at once.`,
    ],
    nonFixes: [
      'ss -K and tcpkill cannot reach sockets that are no longer in the tables.',
      'Keepalive, tcp_fin_timeout and tcp_tw_reuse act on connections; these are none any more.',
      'Raising tcp_mem only postpones it.',
    ],
    next: 'getfattr -n system.sockprotoname /proc/PID/fd/N of a few of these fds: TCP or TCPv6 settles what they are.',
  };
}

function counterEvidence(counter: CounterFact | undefined): Evidence | null {
  if (counter === undefined) return null;
  const { entry, line } = counter;
  return { entry, startLine: line, endLine: line, note: 'resets of this namespace' };
}

function doubts(ledger: Ledger, coverage: Coverage | null): readonly string[] {
  const texts: string[] = [];
  if (coverage !== null && coverage.namespacesSeen < coverage.namespacesKnown) {
    const missing = coverage.namespacesKnown - coverage.namespacesSeen;
    texts.push(
      `${formatQuantity(missing, 'namespace')} have no table in the bundle: the sockets may be open in one of them.`,
    );
  }
  if (ledger.unhashed !== null && ledger.closedHeld > ledger.unhashed) {
    texts.push(
      `Only ${formatCount(Math.max(0, ledger.unhashed))} of the ${formatCount(ledger.closedHeld)} can be TCP by alloc; the rest is of another family.`,
    );
  }
  return texts;
}
