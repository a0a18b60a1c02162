import type { Holder } from '../facts/holder.ts';
import { defineMessages } from '../wording/define-messages.ts';
import { restartAdvice, shareInBrackets } from './advice.ts';
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
  closedShareInBrackets,
  poolText,
} from './closed-held.ts';
import { defineRule, type FindingDraft } from './rule.ts';
import { MIN_CLOSED, MIN_RATIO_TO_ESTABLISHED } from './thresholds.ts';

const say = defineMessages('failed-connect-leak', {
  title: 'Sockets of failed connects are never closed',
  connecting:
    '{who} has {connections, plural, one {# connection} other {# connections}} in SYN_SENT{share}. It calls connect() again and again, and nobody answers.',
  endByThemselves:
    'These connections end by themselves when their attempts are over. Only a later capture shows whether they are closed then.',
  findSilent: 'Find what it tries to reach, and why no answer comes: a route, a firewall, or a service that is gone.',
  shorterRetries: 'Shortening tcp_syn_retries only makes the attempts come faster.',
  listTargets: 'See what it tries to reach: {command}',
  'failed-connects':
    '{who} holds {sockets, plural, one {# socket} other {# sockets}}{pool} whose connect() failed{share}. {failures, plural, one {# attempt of its namespace was} other {# attempts of its namespace were}} refused or timed out, and these sockets were not closed. netstat and ss cannot show them.',
  headline:
    '{who} holds {sockets, plural, one {# socket} other {# sockets}} whose connect() failed and that it never closed{share}.',
  othersClosed:
    'Its namespace has {failures, number} failed attempts, and only some of their sockets are still held. The others were closed.',
  closeOnFailure:
    'Close the socket when connect() fails, before the next attempt. A retry with the same descriptor leaks none.',
  findRefusing: 'Find what it tries to reach, and why that refuses.',
  noData: 'Raising tcp_mem or buffers: these sockets hold no data.',
  server: 'Changing settings of the server: it never had these connections.',
  killing: 'ss -K and keepalive: they cannot reach sockets that are in no table.',
  trace:
    'Run strace -f -e trace=connect,close -p {pid} for some seconds. Look for the address that refuses, and for a connect without a close.',
});

/** Failed attempts of the namespace far above the sockets held: most were closed properly, so it is less certain. */
export const MAX_ATTEMPTS_PER_SOCKET = 2;

export const failedConnectLeak = defineRule({
  id: 'failed-connect-leak',
  level: 'warning',
  title: say.title(),
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
    message: say.connecting({
      who: subject,
      connections: synSent,
      share: shareInBrackets(synSent, ledger.alloc?.value ?? null),
    }),
    stuckSockets: synSent,
    subjects: [subject],
    measures: {
      synSentSockets: synSent,
      connectionsHeld: holder.connections,
      establishedSockets: holder.established,
      listenSockets: holder.listen,
    },
    evidence: [holder.fdEvidence],
    doubts: [say.endByThemselves()],
    fixes: [say.findSilent(), restartAdvice(subject)],
    nonFixes: [say.noData(), say.shorterRetries()],
    next: say.listTargets({
      command: `nsenter -t ${subject.pid ?? 'PID'} -n ss -tan state syn-sent | awk 'NR > 1 { print $4 }' | sort | uniq -c | sort -rn | head`,
    }),
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
    message: say['failed-connects']({
      who: subject,
      sockets: holder.closedHeld,
      pool: poolText(holder),
      share: closedShareInBrackets(holder, facts),
      failures,
    }),
    headline: say.headline({ who: subject, sockets: holder.closedHeld, share: closedShare(holder, facts) }),
    ...closedClaim(holder),
    subjects: [subject],
    measures: closedMeasures(holder, facts),
    evidence: closedEvidence(holder, facts, 'Tcp.AttemptFails'),
    doubts: [...closedDoubts(facts), ...(many ? [say.othersClosed({ failures })] : [])],
    fixes: [say.closeOnFailure(), say.findRefusing(), restartAdvice(subject)],
    nonFixes: [say.noData(), say.server(), say.killing()],
    next: say.trace({ pid: subject.pid ?? 'PID' }),
  };
}
