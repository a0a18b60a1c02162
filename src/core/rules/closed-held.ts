/** What the rules about closed but held sockets share: one test for all routes, one measure of how sure it is. */

import type { CounterFact } from '../facts/facts.ts';
import type { Holder } from '../facts/holder.ts';
import type { Message } from '../report/message.ts';
import type { ClosedRoute, Confidence, Coverage, Evidence, Ledger, Level } from '../report/report.ts';
import { defineMessages } from '../wording/define-messages.ts';
import { counterEvidence, shareInBrackets, shareOfSockets } from './advice.ts';
import { LARGE_SHARE_OF_ALLOC, MANY, MIN_CLOSED, SKEW_SHARE, SKEW_SOCKETS } from './thresholds.ts';

const say = defineMessages('closed-held', {
  namespacesMissing:
    'The bundle has no table of {namespaces, plural, one {# namespace} other {# namespaces}}. The sockets may be open in {namespaces, plural, one {it} other {one of them}}.',
  otherFamily: 'By alloc, only {tcp, number} of the {sockets, number} can be TCP. The rest are of another family.',
  inProcesses: ' (in {processes, number} processes)',
  killing: 'ss -K and tcpkill cannot reach sockets that are no longer in the tables.',
});

export interface ClosedFacts {
  readonly ledger: Ledger;
  readonly holders: readonly Holder[];
  readonly pools: readonly Holder[] | null;
  readonly netstat: readonly CounterFact[] | null;
  readonly coverage: Coverage | null;
}

/** Processes that leak closed sockets by one of these routes; pools where no single process does. */
export function closedLeaks(facts: ClosedFacts, routes: readonly ClosedRoute[]): readonly Holder[] {
  const single = facts.holders.filter((holder) => isLeak(holder, facts.ledger));
  const named = new Set(single.flatMap((holder) => holder.pids));
  const pools = (facts.pools ?? []).filter(
    (pool) => isLeak(pool, facts.ledger) && !pool.pids.some((pid) => named.has(pid)),
  );
  return [...single, ...pools].filter((holder) => routes.includes(routeOf(holder, facts.ledger)));
}

function isLeak(holder: Holder, ledger: Ledger): boolean {
  return (
    // Old leaks turn from CLOSE_WAIT into CLOSE; whichever is more gives the finding its name, so there is one of it.
    certainlyClosed(holder, ledger) > holder.closeWait &&
    certainlyClosed(holder, ledger) + holder.closeWait >= MIN_CLOSED
  );
}

/** A leak that is old enough has both. */
function stuckSockets(holder: Holder): number {
  return holder.closedHeld + holder.closeWait;
}

/**
 * How many of its sockets without a row are TCP for sure: its namespace counts that many (`certain`), and alloc has room
 * for those of all holders, beside the connections that were reset before accept().
 */
export function certainlyClosed(holder: Holder, ledger: Ledger): number {
  const { all, byPid } = certainOf(ledger);
  const own = holder.pids.reduce((sum, pid) => sum + (byPid.get(pid) ?? 0), 0);
  const room = Math.max(0, (ledger.unhashed ?? all) - ledger.acceptQueueClosed);
  return Math.max(0, own - Math.max(0, all - room));
}

interface Certain {
  readonly all: number;
  readonly byPid: ReadonlyMap<number, number>;
}

const CERTAIN = new WeakMap<Ledger, Certain>();

/** Summed once for all holders. */
function certainOf(ledger: Ledger): Certain {
  const known = CERTAIN.get(ledger);
  if (known !== undefined) return known;
  const owners = ledger.closedHeldByOwner;
  const certain = {
    all: owners.reduce((sum, owner) => sum + owner.certain, 0),
    byPid: new Map(owners.map(({ subject, certain }) => [subject.pid ?? -1, certain])),
  };
  CERTAIN.set(ledger, certain);
  return certain;
}

/** That of most of its sockets. */
function routeOf(holder: Holder, ledger: Ledger): ClosedRoute {
  const counts = new Map<ClosedRoute, number>();
  for (const { subject, count, route } of ledger.closedHeldByOwner)
    if (holder.pids.includes(subject.pid ?? -1)) counts.set(route, (counts.get(route) ?? 0) + count);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 'unknown';
}

/** High where alloc leaves just the room that these sockets need and every namespace was seen. */
export function closedConfidence(holder: Holder, { ledger, coverage }: ClosedFacts): Confidence {
  if (ledger.unhashed === null || ledger.alloc === null) return 'low';
  const skew = Math.max(SKEW_SOCKETS, SKEW_SHARE * ledger.alloc.value) + ledger.alloc.max - ledger.alloc.min;
  // On a node with very many sockets the skew would explain all that this holder has.
  const slack = Math.min(skew, holder.closedHeld / 2);
  const allSeen = coverage !== null && coverage.namespacesSeen >= coverage.namespacesKnown && !coverage.truncated;
  if (!allSeen) return 'low';
  // Without the count of its namespace the rows stand in for inuse, and they may be older than the fds.
  if (ledger.gap === null || certainlyClosed(holder, ledger) * 2 < holder.closedHeld) return 'medium';
  return Math.abs(ledger.unhashed - ledger.closedHeld - ledger.acceptQueueClosed) <= slack &&
    holder.closedHeld <= ledger.unhashed + slack
    ? 'high'
    : 'medium';
}

export function closedLevel(holder: Holder, ledger: Ledger, confidence: Confidence): Level {
  const alloc = ledger.alloc?.value ?? 0;
  const stuck = stuckSockets(holder);
  const severe = stuck >= MANY || (alloc > 0 && stuck > LARGE_SHARE_OF_ALLOC * alloc);
  return severe && confidence !== 'low' ? 'error' : 'warning';
}

/** What the verdict counts by. */
export function closedClaim(holder: Holder): { readonly stuckSockets: number; readonly closedSockets: number } {
  return { stuckSockets: stuckSockets(holder), closedSockets: holder.closedHeld };
}

/** To end a headline: what the holder has of all sockets, listeners included. */
export function closedShare({ connections, listen }: Holder, { ledger }: ClosedFacts): Message | '' {
  return shareOfSockets(connections + listen, ledger.alloc?.value ?? null);
}

/** Behind the number of its closed sockets: what they are of all. */
export function closedShareInBrackets({ closedHeld }: Holder, { ledger }: ClosedFacts): Message | '' {
  return shareInBrackets(closedHeld, ledger.alloc?.value ?? null);
}

/** Of what does not help against sockets without a row. */
export const KILLING_CLOSED: Message = say.killing();

export function closedMeasures(holder: Holder, facts: ClosedFacts): Readonly<Record<string, number>> {
  const { process } = holder;
  const counter = closedCounters(holder, facts);
  const measure = (name: string, key: string) => {
    const value = counter?.values.get(key);
    return value === undefined ? {} : { [name]: value };
  };
  return {
    closedHeldSockets: holder.closedHeld,
    connectionsHeld: holder.connections,
    closeWaitSockets: holder.closeWait,
    establishedSockets: holder.established,
    listenSockets: holder.listen,
    ...(process === null || holder.pids.length !== 1
      ? { processes: holder.pids.length }
      : { socketFds: process.fdKinds.socket, openFds: process.openFds }),
    ...(facts.ledger.unhashed === null ? {} : { unhashedSockets: facts.ledger.unhashed }),
    ...measure('estabResets', 'Tcp.EstabResets'),
    ...measure('attemptFails', 'Tcp.AttemptFails'),
    ...(holder.topLocalPort === 0 ? {} : { localPort: holder.topLocalPort }),
  };
}

export function closedCounters(holder: Holder, { netstat }: ClosedFacts): CounterFact | undefined {
  return netstat?.find((counter) => counter.netns === holder.subject.netns);
}

/** The fds, a counter of the namespace, and the process. */
export function closedEvidence(holder: Holder, facts: ClosedFacts, counter: string): readonly (Evidence | null)[] {
  return [holder.closedHeldEvidence, counterEvidence(closedCounters(holder, facts), counter), holder.fdEvidence];
}

export function closedDoubts({ ledger, coverage }: ClosedFacts): readonly Message[] {
  const doubts: Message[] = [];
  if (coverage !== null && coverage.namespacesSeen < coverage.namespacesKnown)
    doubts.push(say.namespacesMissing({ namespaces: coverage.namespacesKnown - coverage.namespacesSeen }));
  if (ledger.unhashed !== null && ledger.closedHeld > ledger.unhashed)
    doubts.push(say.otherFamily({ tcp: Math.max(0, ledger.unhashed), sockets: ledger.closedHeld }));
  return doubts;
}

/** Behind the number of sockets: ` (in 4 processes)` where it is a pool that holds them; else empty. */
export function poolText({ pids }: Holder): Message | '' {
  return pids.length > 1 ? say.inProcesses({ processes: pids.length }) : '';
}
