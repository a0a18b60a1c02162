import type { Holder } from '../facts/holder.ts';
import { formatCount, formatQuantity, formatShare } from '../wording/format.ts';
import { describeSubject } from '../wording/subject-text.ts';
import { restartAdvice } from './advice.ts';
import {
  type ClosedFacts,
  closedClaim,
  closedConfidence,
  closedCounters,
  closedDoubts,
  closedEvidence,
  closedLeaks,
  closedLevel,
  closedMeasures,
  closedShare,
  poolText,
} from './closed-held.ts';
import { defineRule, type FindingDraft } from './rule.ts';
import { MIN_CLOSED, MIN_RATIO_TO_ESTABLISHED } from './thresholds.ts';

/** Failed attempts of the namespace far above the sockets held: most were closed properly, so it is less certain. */
export const MAX_ATTEMPTS_PER_SOCKET = 2;

export const failedConnectLeak = defineRule({
  id: 'failed-connect-leak',
  level: 'warning',
  title: 'Sockets of failed connects are never closed',
  role: 'count',
  rank: 3,
  about: ['closed-sockets', 'failed-connects'],
  needs: ['ledger', 'holders', 'fdLinks'],
  optional: ['netstat', 'coverage', 'pools'],
  check: (facts) => [
    ...closedLeaks(facts, ['failed-connect']).map((holder) => report(holder, facts)),
    ...facts.holders.filter(isConnecting).map((holder) => reportConnecting(holder, facts)),
  ],
});

/** Each attempt lasts two minutes at most (tcp_syn_retries), so these are being made all the time. */
function isConnecting({ process, synSent, established }: Holder): boolean {
  return process !== null && synSent >= MIN_CLOSED && synSent > MIN_RATIO_TO_ESTABLISHED * established;
}

function reportConnecting(holder: Holder, { ledger }: ClosedFacts): FindingDraft {
  const { subject, synSent } = holder;
  return {
    level: 'warning',
    confidence: 'high',
    messageId: 'connecting',
    message: `${describeSubject(subject)} has ${formatQuantity(synSent, 'connection')} in SYN_SENT, ${formatShare(synSent, ledger.alloc?.value ?? 0)} of the TCP sockets of this node: it calls connect() again and again, and nobody answers.`,
    stuckSockets: synSent,
    subjects: [subject],
    measures: {
      synSentSockets: synSent,
      connectionsHeld: holder.connections,
      establishedSockets: holder.established,
      listenSockets: holder.listen,
    },
    evidence: [holder.fdEvidence],
    doubts: [
      'They end by themselves when their attempts are over; whether they are closed then shows in a later capture.',
    ],
    fixes: [
      'Find whom it tries to reach, and why no answer comes: a route, a firewall, a service that is gone.',
      restartAdvice(subject),
    ],
    nonFixes: [
      'Raising tcp_mem or buffers: these sockets hold no data.',
      'Shortening tcp_syn_retries only makes the attempts come faster.',
    ],
    next: "nsenter -t PID -n ss -tan state syn-sent | awk 'NR > 1 { print $4 }' | sort | uniq -c | sort -rn | head",
  };
}

function report(holder: Holder, facts: ClosedFacts): FindingDraft {
  const { subject } = holder;
  const failures = closedCounters(holder, facts)?.values.get('Tcp.AttemptFails') ?? 0;
  const many = failures > MAX_ATTEMPTS_PER_SOCKET * holder.closedHeld;
  const sure = closedConfidence(holder, facts);
  return {
    level: closedLevel(holder, facts.ledger, sure),
    confidence: sure === 'high' && many ? 'medium' : sure,
    messageId: 'failed-connects',
    message: `${describeSubject(subject)} holds ${formatQuantity(holder.closedHeld, 'socket')}${poolText(holder)} whose connect() failed, ${formatShare(holder.closedHeld, facts.ledger.alloc?.value ?? 0)} of the TCP sockets of this node: ${formatCount(failures)} attempts of its namespace were refused or timed out, and these were not closed. No netstat or ss can show them.`,
    headline: `${describeSubject(subject)} holds ${formatQuantity(holder.closedHeld, 'socket')} whose connect() failed and that it never closed${closedShare(holder, facts)}`,
    ...closedClaim(holder),
    subjects: [subject],
    measures: closedMeasures(holder, facts),
    evidence: closedEvidence(holder, facts, 'Tcp.AttemptFails'),
    doubts: [
      ...closedDoubts(facts),
      ...(many ? [`Of ${formatCount(failures)} failed attempts only some are still held: others were closed.`] : []),
    ],
    fixes: [
      'Close the socket when connect() fails, before the next attempt; a retry with the same descriptor leaks none.',
      'Find what it tries to reach and why that refuses.',
      restartAdvice(subject),
    ],
    nonFixes: [
      'Raising tcp_mem or buffers: these sockets hold no data.',
      'Server-side settings: the peer never had these connections.',
      'ss -K and keepalive cannot reach them: they are in no table.',
    ],
    next: 'strace -f -e trace=connect,close -p PID for some seconds: the address that refuses, and connects without a close.',
  };
}
