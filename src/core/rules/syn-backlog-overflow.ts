import type { KernelLogFact, ListenerFact } from '../facts/facts.ts';
import { MAX_REMOTES } from '../snapshot/listeners.ts';
import { defineMessages } from '../wording/define-messages.ts';
import { counterEvidence } from './advice.ts';
import { defineRule, type FindingDraft } from './rule.ts';

const say = defineMessages('syn-backlog-overflow', {
  title: 'The queue of half-open connections is full',
  waiting:
    '{who} has {requests, plural, one {# handshake} other {# handshakes}} waiting at port {port}{limit}, from {addresses, plural, one {# address} other {# addresses}}.{unanswered, plural, =0 {} one { # of them did not answer.} other { # of them did not answer.}}',
  limit: ' (its backlog is {backlog, number})',
  flood:
    '{waiting} Many addresses do not complete the handshake: this is a SYN flood, or the answers do not get back to them. Half-open connections are outside alloc and use no TCP memory.',
  'backlog-full':
    '{waiting} These are few addresses, or addresses that answer: the backlog is too small for the rate of new connections, or accept() is too slow. Half-open connections are outside alloc and use no TCP memory.',
  'backlog-was-full':
    '{waiting} These are few addresses, or addresses that answer: the backlog was too small for the rate of new connections, or accept() was too slow. Half-open connections are outside alloc and use no TCP memory.',
  logged:
    'The log says that handshakes were turned away{ports}. At the time of the capture no queue of half-open connections was full.',
  atPorts: ' at port {ports}',
  notTurnedAway: 'Neither the counters of its namespace nor the log say that a handshake was turned away.',
  loggedOnce: 'The line comes once for each listen(): it does not tell how often, nor whether it still happens.',
  filter: 'Filter it in front of the node; keep net.ipv4.tcp_syncookies at 1.',
  checkRoutes: 'Check that answers are routed back to these addresses.',
  raiseBacklog: 'Raise the backlog of listen() and net.core.somaxconn of its namespace, and call accept() faster.',
  otherLimits: 'tcp_mem, tcp_max_orphans and fd limits have no part in it.',
  countHere:
    'Run nstat -az TcpExtTCPReqQFullDrop TcpExtTCPReqQFullDoCookies in this namespace twice: does it still grow?',
  countEverywhere:
    'Run nstat -az TcpExtTCPReqQFullDrop TcpExtTCPReqQFullDoCookies in every namespace twice: does one still grow?',
});

/** A handshake takes a round trip: so many at one port are not being answered, or arrive faster than they end. */
export const MIN_REQUESTS = 100;
/** Against the limit of listen(), where ss tells it; fewer are a burst. */
export const MIN_SMALL_QUEUE = 16;
/** From this share on, addresses that are all different and never answer are those of a flood. */
export const FLOOD_SHARE = 0.5;

const COOKIES = 'TcpExt.TCPReqQFullDoCookies';
const DROPS = 'TcpExt.TCPReqQFullDrop';
const LOG_ID = 'syn-flood';

export const synBacklogOverflow = defineRule({
  id: 'syn-backlog-overflow',
  level: 'warning',
  title: say.title(),
  role: 'symptom',
  rank: 5,
  about: ['handshakes'],
  needs: ['listeners'],
  optional: ['kernelLog'],
  check: ({ listeners, kernelLog }) => {
    const logged = firstLines(kernelLog);
    const now: FindingDraft[] = [];
    const before: FindingDraft[] = [];
    for (const fact of listeners) {
      const line = logged.get(fact.listener.port);
      if (isFull(fact)) now.push(report(fact, kernelLog, line, true));
      else if (line !== undefined && turnedAway(fact) > 0) before.push(report(fact, kernelLog, line, false));
    }
    const found = [...now, ...before];
    return found.length > 0 || kernelLog === null || logged.size === 0 ? found : [onlyLogged(kernelLog, logged)];
  },
});

/** Where the log first tells of each port. */
function firstLines(log: KernelLogFact | null): ReadonlyMap<number, number> {
  const lines = new Map<number, number>();
  for (const hit of log?.scan.hits ?? []) {
    if (hit.id !== LOG_ID) continue;
    const port = portOf(hit.text ?? '');
    if (!lines.has(port)) lines.set(port, hit.line);
  }
  return lines;
}

/** Against the limit where it is known: a busy port with a large one has hundreds of handshakes in flight. */
function isFull(fact: ListenerFact): boolean {
  const { requests, backlog } = fact.listener;
  if (backlog !== null && requests >= MIN_SMALL_QUEUE && requests >= backlog) return true;
  return requests >= MIN_REQUESTS && (backlog === null || isFlood(fact));
}

function turnedAway({ counters }: ListenerFact): number {
  return (counters?.values.get(COOKIES) ?? 0) + (counters?.values.get(DROPS) ?? 0);
}

/** `… on port 8080. Sending cookies.`, since about Linux 6.2 `… on port 0.0.0.0:8080.` or `[::]:8080.` */
function portOf(line: string): number {
  return Number(/on port (?:\S*:)?(\d{1,5})\b/.exec(line)?.[1] ?? 0);
}

/** Many addresses, and either they do not answer or far more were turned away than wait: a new one has no time to. */
function isFlood(fact: ListenerFact): boolean {
  const { requests, requestRemotes, requestRetransmits } = fact.listener;
  const many = requestRemotes > FLOOD_SHARE * Math.min(requests, MAX_REMOTES);
  return many && (requestRetransmits > FLOOD_SHARE * requests || turnedAway(fact) > requests);
}

function report(
  fact: ListenerFact,
  log: KernelLogFact | null,
  loggedLine: number | undefined,
  now: boolean,
): FindingDraft {
  const { listener, subject, counters } = fact;
  const { requests, requestRemotes, requestRetransmits, port, backlog } = listener;
  const flood = now && isFlood(fact);
  const sure = now && (turnedAway(fact) > 0 || loggedLine !== undefined);
  return {
    level: 'warning',
    confidence: sure ? 'high' : 'medium',
    message: say[flood ? 'flood' : now ? 'backlog-full' : 'backlog-was-full']({
      waiting: say.waiting({
        who: subject,
        requests,
        port,
        limit: backlog === null ? '' : say.limit({ backlog }),
        addresses: requestRemotes,
        unanswered: requestRetransmits,
      }),
    }),
    subjects: [subject],
    measures: {
      requests,
      requestAddresses: requestRemotes,
      unansweredRequests: requestRetransmits,
      localPort: port,
      ...(backlog === null ? {} : { backlog }),
      ...(counters === null ? {} : { turnedAway: turnedAway(fact) }),
    },
    evidence: [
      fact.requestEvidence,
      fact.evidence,
      counterEvidence(counters, DROPS),
      counterEvidence(counters, COOKIES),
      log !== null && loggedLine !== undefined
        ? { entry: log.entry, startLine: loggedLine, endLine: loggedLine }
        : null,
    ],
    doubts: sure ? [] : [now ? say.notTurnedAway() : say.loggedOnce()],
    fixes: flood ? [say.filter(), say.checkRoutes()] : [say.raiseBacklog()],
    nonFixes: [say.otherLimits()],
    next: say.countHere(),
  };
}

const MAX_PORTS = 5;

/** The kernel warns once for each listen(), so a line may be as old as the listener. */
function onlyLogged(log: KernelLogFact, ports: ReadonlyMap<number, number>): FindingDraft {
  const lines = log.scan.hits.filter((hit) => hit.id === LOG_ID);
  const first = lines[0]?.line ?? 1;
  const named = [...ports.keys()].filter((port) => port > 0).sort((a, b) => a - b);
  return {
    level: 'warning',
    confidence: 'medium',
    message: say.logged({ ports: named.length === 0 ? '' : say.atPorts({ ports: named.slice(0, MAX_PORTS) }) }),
    subjects: [{ kind: 'node' }],
    measures: { requests: 0, ...(named[0] === undefined ? {} : { localPort: named[0] }) },
    evidence: [{ entry: log.entry, startLine: first, endLine: lines.at(-1)?.line ?? first }],
    doubts: [say.loggedOnce()],
    next: say.countEverywhere(),
    fixes: [say.raiseBacklog()],
    nonFixes: [say.otherLimits()],
  };
}
