import type { AvailableFacts } from '../facts/facts.ts';
import type { Holder } from '../facts/holder.ts';
import { defineMessages } from '../wording/define-messages.ts';
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
  closedShareInBrackets,
  KILLING_CLOSED,
  poolText,
} from './closed-held.ts';
import { defineRule, type FindingDraft } from './rule.ts';

const say = defineMessages('shutdown-without-close', {
  title: 'Connections are shut down and never closed',
  'shut-down-but-held':
    '{who} holds {sockets, plural, one {# socket} other {# sockets}}{pool} that ended in good order{share}. Its namespace counts neither resets nor failed connects for them: shutdown() was called, and close() was not. netstat and ss cannot show them.',
  headline:
    '{who} holds {sockets, plural, one {# socket} other {# sockets}} that it has shut down but never closed{share}.',
  inFlight: 'Files are on their way through unix sockets: some of these may be among them.',
  callClose: 'Call close() after shutdown(): shutdown() ends the connection, but the descriptor stays open.',
  settings: 'tcp_fin_timeout, tcp_tw_reuse and keepalive: these connections have ended.',
  trace:
    'Run strace -f -e trace=shutdown,close -p {pid} for some seconds. Look for descriptors that are shut down and not closed.',
});

export const shutdownWithoutClose = defineRule({
  id: 'shutdown-without-close',
  level: 'warning',
  title: say.title(),
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
    message: say['shut-down-but-held']({
      who: subject,
      sockets: holder.closedHeld,
      pool: poolText(holder),
      share: closedShareInBrackets(holder, facts),
    }),
    headline: say.headline({ who: subject, sockets: holder.closedHeld, share: closedShare(holder, facts) }),
    ...closedClaim(holder),
    subjects: [subject],
    measures: closedMeasures(holder, facts),
    evidence: closedEvidence(holder, facts, 'Tcp.EstabResets'),
    doubts: [...closedDoubts(facts), ...(inFlight ? [say.inFlight()] : [])],
    fixes: [say.callClose(), restartAdvice(subject)],
    nonFixes: [KILLING_CLOSED, say.settings(), RAISING_TCP_MEM],
    next: say.trace({ pid: subject.pid ?? 'PID' }),
  };
}
