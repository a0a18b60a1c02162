import type { AvailableFacts } from '../facts/facts.ts';
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

export const shutdownWithoutClose = defineRule({
  id: 'shutdown-without-close',
  level: 'warning',
  title: 'Connections are shut down and never closed',
  role: 'count',
  rank: 4,
  about: ['closed-sockets'],
  needs: ['ledger', 'holders', 'fdLinks'],
  optional: ['netstat', 'coverage', 'pools', 'inFlight'],
  check: (facts) =>
    closedLeaks(facts, ['shutdown']).map((holder) => report(holder, facts, isMuchInFlight(holder, facts.inFlight))),
});

/** Of what it holds: one socket on its way somewhere says nothing about thousands. */
export const SHARE_IN_FLIGHT = 0.1;

function isMuchInFlight(holder: Holder, inFlight: AvailableFacts['inFlight']): boolean {
  return inFlight !== null && inFlight.files > SHARE_IN_FLIGHT * holder.closedHeld;
}

function report(holder: Holder, facts: ClosedFacts, inFlight: boolean): FindingDraft {
  const { subject } = holder;
  const sure = closedConfidence(holder, facts);
  return {
    level: closedLevel(holder, facts.ledger, sure),
    confidence: sure === 'high' && inFlight ? 'medium' : sure,
    messageId: 'shut-down-but-held',
    message: `${describeSubject(subject)} holds ${formatQuantity(holder.closedHeld, 'socket')}${poolText(holder)} that ended in good order, ${formatShare(holder.closedHeld, facts.ledger.alloc?.value ?? 0)} of the TCP sockets of this node: its namespace counts neither resets nor failed connects for them, so shutdown() was called and close() never. No netstat or ss can show them.`,
    headline: `${describeSubject(subject)} holds ${formatQuantity(holder.closedHeld, 'socket')} that it has shut down but never closed${closedShare(holder, facts)}`,
    ...closedClaim(holder),
    subjects: [subject],
    measures: closedMeasures(holder, facts),
    evidence: closedEvidence(holder, facts, 'Tcp.EstabResets'),
    doubts: [
      ...closedDoubts(facts),
      ...(inFlight ? ['Files are on their way through unix sockets: some of these may be among them.'] : []),
    ],
    fixes: [
      'Call close() after shutdown(): shutdown() ends the connection, not the descriptor.',
      restartAdvice(subject),
    ],
    nonFixes: [
      'ss -K and tcpkill cannot reach sockets that are no longer in the tables.',
      'tcp_fin_timeout, tcp_tw_reuse and keepalive: these connections have ended.',
      RAISING_TCP_MEM,
    ],
    next: 'strace -f -e trace=shutdown,close -p PID for some seconds: descriptors that are shut down and not closed.',
  };
}
