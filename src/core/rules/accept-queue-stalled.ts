import type { ListenerFact } from '../facts/facts.ts';
import type { Confidence, Ledger } from '../report/report.ts';
import { defineMessages } from '../wording/define-messages.ts';
import {
  andThen,
  counterEvidence,
  isStopped,
  RAISING_TCP_MEM,
  restartAdvice,
  shareOfSockets,
  stateText,
} from './advice.ts';
import { defineRule, type FindingDraft } from './rule.ts';
import { LARGE_SHARE_OF_ALLOC, MANY, SKEW_SHARE, SKEW_SOCKETS } from './thresholds.ts';

/** A running server takes connections within milliseconds: so many at one port wait for nobody. */
export const MIN_QUEUE = 100;
/** Reset while they waited. One or two may be the skew between the listener's row and the others. */
export const MIN_CLOSED_IN_QUEUE = 10;
/** Of the limit that listen() set; only a queue of at least MIN_SMALL_QUEUE is more than a burst. */
export const FULL_SHARE = 0.5;
export const MIN_SMALL_QUEUE = 16;

/** So much data lies there unread only when nobody has come for long. */
export const MIN_WAITING_BYTES = 1 << 20;

const WAITING =
  '{who} does not accept connections: {queue, plural, one {# waits} other {# wait}} at port {port}{limit}.{reset}{unread}{turnedAway}{state}';

const say = defineMessages('accept-queue-stalled', {
  title: 'Connections wait for accept()',
  'queue-full': WAITING,
  'queue-of-reset': WAITING,
  'queue-long': WAITING,
  limit: ' (its queue takes {backlog, number})',
  reset:
    '{sockets, plural, one {# of them was reset while it waited. It is in no table, but still in alloc.} other {# of them were reset while they waited. They are in no table, but still in alloc.}}',
  unread: 'The clients have sent {size, number, bytes} that is still unread.',
  turnedAway:
    'Its namespace has turned away {connections, plural, one {# more connection} other {# more connections}}.',
  headline:
    '{who} does not accept the {queue, plural, one {# connection that waits} other {# connections that wait}} at its port {port}{share}.',
  contradiction:
    'The counts of this bundle contradict each other: {sockets, number} of the queue are in no table, and alloc has no room for them.',
  unknownLimit: 'Without ss the limit of the queue is not known. One capture does not show whether the queue moves.',
  findBlock:
    'Find why nothing calls accept() on port {port}. The event loop may be blocked, all workers may wait, no fd may be free, or the process may be stopped.',
  largerQueue: 'A larger backlog or somaxconn only makes the queue longer.',
  killing: 'ss -K reaches the waiting connections, but not those that were reset.',
  compare:
    'Run ss -ltn in this namespace twice within a few seconds: if the Recv-Q does not move, the queue is stalled. Then look at the stack of the process.',
});

const OVERFLOWS = 'TcpExt.ListenOverflows';

export const acceptQueueStalled = defineRule({
  id: 'accept-queue-stalled',
  level: 'warning',
  title: say.title(),
  role: 'count',
  rank: 6,
  about: ['accept-queue'],
  // Who has no fd left for its leak accepts nothing any more.
  yieldsTo: 'same-process',
  needs: ['listeners'],
  optional: ['ledger'],
  check: ({ listeners, ledger }) =>
    listeners.filter(isStalled).map((fact) => report(fact, ledger?.alloc?.value ?? null, hasRoom(fact, ledger))),
});

function isStalled(fact: ListenerFact): boolean {
  const { queue, longest, closedInQueue, waitingRxBytes } = fact.listener;
  if (queue >= MIN_QUEUE || closedInQueue >= MIN_CLOSED_IN_QUEUE) return true;
  if (isFull(fact.listener) && overflowsOf(fact) > 0) return true;
  if (longest < MIN_SMALL_QUEUE) return false;
  return (
    isStopped(fact.processState) || waitingRxBytes >= MIN_WAITING_BYTES || overflowsOf(fact) > 0 || isHalfFull(fact)
  );
}

/**
 * The counter is of all ports of the namespace, since its creation: where ss tells that this queue has room, it says
 * nothing about it.
 */
function overflowsOf(fact: ListenerFact): number {
  return fact.listener.longestBacklog !== null && !isHalfFull(fact) ? 0 : (fact.counters?.values.get(OVERFLOWS) ?? 0);
}

function isHalfFull({ listener: { longest, longestBacklog } }: ListenerFact): boolean {
  return longestBacklog !== null && longest >= FULL_SHARE * longestBacklog;
}

/** The kernel lets the queue exceed its limit by one (include/net/sock.h `sk_acceptq_is_full`). */
function isFull({ longest, longestBacklog }: ListenerFact['listener']): boolean {
  return longestBacklog !== null && longest > longestBacklog;
}

/** What was reset in a queue is in alloc: where alloc is not even enough for the rows, the bundle contradicts itself. */
function hasRoom({ listener }: ListenerFact, ledger: Ledger | null): boolean {
  if (ledger === null || ledger.alloc === null || ledger.unhashed === null) return true;
  return listener.closedInQueue <= ledger.unhashed + Math.max(SKEW_SOCKETS, SKEW_SHARE * ledger.alloc.max);
}

/** A queue that is merely long may be one that moves: it is worth a look and accuses nobody. */
function isCertain(fact: ListenerFact): boolean {
  const { queue, longest, closedInQueue, waitingRxBytes } = fact.listener;
  return (
    queue >= MIN_QUEUE ||
    closedInQueue >= MIN_CLOSED_IN_QUEUE ||
    (isFull(fact.listener) && longest >= MIN_SMALL_QUEUE) ||
    isStopped(fact.processState) ||
    waitingRxBytes >= MIN_WAITING_BYTES
  );
}

function report(fact: ListenerFact, alloc: number | null, isPossible: boolean): FindingDraft {
  const { listener, subject, counters, processState } = fact;
  const { queue, backlog, waiting, waitingRxBytes, closedInQueue, port } = listener;
  const overflows = counters?.values.get(OVERFLOWS);
  const severe =
    queue >= MANY ||
    (isStopped(processState) && isFull(listener)) ||
    (queue >= MIN_QUEUE && (isFull(listener) || (alloc !== null && queue > LARGE_SHARE_OF_ALLOC * alloc)));
  const turnedAway = overflowsOf(fact);
  const messageId = isFull(listener) ? 'queue-full' : closedInQueue > waiting ? 'queue-of-reset' : 'queue-long';
  return {
    level: severe && isPossible ? 'error' : isCertain(fact) ? 'warning' : 'note',
    confidence: isPossible ? confidenceOf(fact) : 'low',
    message: say[messageId]({
      who: subject,
      queue,
      port,
      limit: backlog === null ? '' : say.limit({ backlog }),
      reset: andThen(closedInQueue > 0 && isPossible ? say.reset({ sockets: closedInQueue }) : null),
      unread: andThen(waitingRxBytes > waiting ? say.unread({ size: waitingRxBytes }) : null),
      turnedAway: andThen(turnedAway > 0 ? say.turnedAway({ connections: turnedAway }) : null),
      state: andThen(stateText(processState)),
    }),
    headline: say.headline({ who: subject, queue, port, share: shareOfSockets(queue, alloc) }),
    stuckSockets: queue,
    closedSockets: closedInQueue,
    queuedBytes: waitingRxBytes,
    subjects: [subject],
    measures: {
      acceptQueue: queue,
      waitingConnections: waiting,
      closedInQueue,
      waitingRxBytes,
      localPort: port,
      ...(backlog === null ? {} : { backlog }),
      ...(overflows === undefined ? {} : { listenOverflows: overflows }),
    },
    evidence: [fact.evidence, counterEvidence(counters, OVERFLOWS)],
    doubts: [
      ...(isPossible ? [] : [say.contradiction({ sockets: closedInQueue })]),
      ...(backlog === null && !isFull(listener) ? [say.unknownLimit()] : []),
    ],
    fixes: [say.findBlock({ port }), restartAdvice(subject)],
    nonFixes: [say.largerQueue(), RAISING_TCP_MEM, say.killing()],
    next: say.compare(),
  };
}

function confidenceOf(fact: ListenerFact): Confidence {
  const { listener, processState } = fact;
  const sure =
    isFull(listener) ||
    listener.closedInQueue >= MIN_CLOSED_IN_QUEUE ||
    isStopped(processState) ||
    (listener.queue >= MIN_QUEUE && overflowsOf(fact) > 0);
  return sure ? 'high' : 'medium';
}
