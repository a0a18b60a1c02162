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

const say = defineMessages('closed-socket-leak', {
  title: 'Closed sockets are still held',
  headline:
    '{who} holds {sockets, plural, one {# socket that is closed but was} other {# sockets that are closed but were}} never given back{share}.',
  'closed-but-held':
    '{who} still holds {sockets, plural, one {# socket} other {# sockets}}{pool} that TCP has already closed{share}. netstat and ss cannot show them, only alloc and the fds show them.',
  closeOnError:
    'Close the socket on every error path. After ECONNRESET, ETIMEDOUT or ECONNREFUSED the fd must be closed all the same.',
  connectionSettings:
    'Keepalive, tcp_fin_timeout and tcp_tw_reuse act on connections. These sockets are not connected any more.',
  askKind:
    'Run getfattr -n system.sockprotoname /proc/{pid}/fd/N for a few of these fds: the answer TCP or TCPv6 proves that they are TCP sockets.',
  'never-connected':
    '{who} holds {sockets, plural, one {# TCP socket} other {# TCP sockets}}{pool} in no table. Its namespace has opened too few connections for them, so most likely they were made and never connected. They take fds and alloc, but no TCP memory.',
  earlyPool: 'A pool that makes its sockets early looks the same. Only growth between two captures shows a leak.',
  makeLate: 'Make sockets when they are needed, and close those that are not needed any more.',
  memory: 'tcp_mem, tcp_rmem and tcp_wmem have no effect: these sockets hold no data.',
  trace:
    'Run strace -f -e trace=socket,connect,close -p {pid} for some seconds. Look for sockets that are made and never connected.',
});

export const closedSocketLeak = defineRule({
  id: 'closed-socket-leak',
  level: 'warning',
  title: say.title(),
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
    message: say['closed-but-held']({
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
    doubts: closedDoubts(facts),
    fixes: [say.closeOnError(), restartAdvice(subject)],
    nonFixes: [KILLING_CLOSED, say.connectionSettings(), RAISING_TCP_MEM],
    next: say.askKind({ pid: subject.pid ?? 'PID' }),
  };
}

/** They cost alloc and an fd each, and no memory: nothing was ever sent or received on them. */
function reportUnconnected(holder: Holder, facts: ClosedFacts): FindingDraft {
  const { subject } = holder;
  const sure = closedConfidence(holder, facts);
  return {
    level: 'warning',
    confidence: sure === 'high' ? 'medium' : sure,
    message: say['never-connected']({ who: subject, sockets: holder.closedHeld, pool: poolText(holder) }),
    headline: say.headline({ who: subject, sockets: holder.closedHeld, share: closedShare(holder, facts) }),
    ...closedClaim(holder),
    subjects: [subject],
    measures: closedMeasures(holder, facts),
    evidence: closedEvidence(holder, facts, 'Tcp.ActiveOpens'),
    doubts: [...closedDoubts(facts), say.earlyPool()],
    fixes: [say.makeLate(), restartAdvice(subject)],
    nonFixes: [say.memory()],
    next: say.trace({ pid: subject.pid ?? 'PID' }),
  };
}
