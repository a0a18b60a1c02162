import type { Holder } from '../facts/holder.ts';
import { formatQuantity, formatShare } from '../wording/format.ts';
import { describeSubject } from '../wording/subject-text.ts';
import { RAISING_TCP_MEM, restartAdvice } from './advice.ts';
import {
  type ClosedFacts,
  closedClaim,
  closedConfidence,
  closedDoubts,
  closedEvidence,
  closedLeaks,
  closedLevel,
  closedMeasures,
  closedShare,
  poolText,
} from './closed-held.ts';
import { defineRule, type FindingDraft } from './rule.ts';

export const closedSocketLeak = defineRule({
  id: 'closed-socket-leak',
  level: 'warning',
  title: 'Closed sockets are still held',
  role: 'count',
  rank: 2,
  about: ['closed-sockets', 'resets'],
  needs: ['ledger', 'holders', 'fdLinks'],
  optional: ['netstat', 'coverage', 'pools'],
  check: (facts) => [
    ...closedLeaks(facts, ['reset', 'unknown']).map((holder) => report(holder, facts)),
    ...closedLeaks(facts, ['never-connected']).map((holder) => reportUnconnected(holder, facts)),
  ],
});

function report(holder: Holder, facts: ClosedFacts): FindingDraft {
  const { subject } = holder;
  const confidence = closedConfidence(holder, facts);
  return {
    level: closedLevel(holder, facts.ledger, confidence),
    confidence,
    messageId: 'closed-but-held',
    message: `${describeSubject(subject)} still holds ${formatQuantity(holder.closedHeld, 'socket')}${poolText(holder)} that TCP has already closed, ${formatShare(holder.closedHeld, facts.ledger.alloc?.value ?? 0)} of the TCP sockets of this node: no netstat or ss can show them, only alloc and the fds do.`,
    headline: `${describeSubject(subject)} holds ${formatQuantity(holder.closedHeld, 'socket')} that are closed but were never given back${closedShare(holder, facts)}`,
    ...closedClaim(holder),
    subjects: [subject],
    measures: closedMeasures(holder, facts),
    evidence: closedEvidence(holder, facts, 'Tcp.EstabResets'),
    doubts: closedDoubts(facts),
    fixes: [
      'Close the socket on every error path: after ECONNRESET, ETIMEDOUT or ECONNREFUSED the fd must be closed just the same.',
      restartAdvice(subject),
    ],
    nonFixes: [
      'ss -K and tcpkill cannot reach sockets that are no longer in the tables.',
      'Keepalive, tcp_fin_timeout and tcp_tw_reuse act on connections; these are none any more.',
      RAISING_TCP_MEM,
    ],
    next: 'getfattr -n system.sockprotoname /proc/PID/fd/N of a few of these fds: TCP or TCPv6 settles what they are.',
  };
}

/** They cost alloc and an fd each, and no memory: nothing was ever sent or received on them. */
function reportUnconnected(holder: Holder, facts: ClosedFacts): FindingDraft {
  const { subject } = holder;
  const sure = closedConfidence(holder, facts);
  return {
    level: 'warning',
    confidence: sure === 'high' ? 'medium' : sure,
    messageId: 'never-connected',
    message: `${describeSubject(subject)} holds ${formatQuantity(holder.closedHeld, 'TCP socket')}${poolText(holder)} in no table, and its namespace has opened too few connections for them: most likely they were made and never connected. They take fds and alloc, no TCP memory.`,
    headline: `${describeSubject(subject)} holds ${formatQuantity(holder.closedHeld, 'socket')} that are closed but were never given back${closedShare(holder, facts)}`,
    ...closedClaim(holder),
    subjects: [subject],
    measures: closedMeasures(holder, facts),
    evidence: closedEvidence(holder, facts, 'Tcp.ActiveOpens'),
    doubts: [
      ...closedDoubts(facts),
      'A pool that makes its sockets early looks the same; only growth between two captures shows a leak.',
    ],
    fixes: ['Make sockets when they are needed, and close those whose use was given up.', restartAdvice(subject)],
    nonFixes: ['They hold no data: tcp_mem, tcp_rmem and tcp_wmem have no part in it.'],
    next: 'strace -f -e trace=socket,connect,close -p PID for some seconds: sockets that are made and never connected.',
  };
}
