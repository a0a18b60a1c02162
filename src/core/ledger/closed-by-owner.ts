/**
 * Sockets that fds hold and no table lists, by holder: how they came to that, and how many of them are surely TCP.
 *
 * A closed socket still counts in `sockets: used` of its namespace, so a process cannot hold more of them than its
 * namespace has room for. What it holds beyond that is of another family whose table was not captured, or belongs to
 * another namespace: sockets that were passed on (SCM_RIGHTS) or made by a visitor.
 */
import type { ClosedHeldCount, NamespaceLedger } from '../report/report.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { closedRoute } from './closed-route.ts';
import { rankOwners } from './owner-count.ts';

interface Room {
  /** Held by processes of the namespace. */
  held: number;
  /** Closed sockets that the namespace counts, those in accept queues aside; null when it does not tell. */
  room: number | null;
}

export function closedByOwner(snapshot: Snapshot, ledgers: readonly NamespaceLedger[]): readonly ClosedHeldCount[] {
  const unmatched = new Uint32Array(snapshot.processes.length);
  for (const { process } of snapshot.join.unmatched) unmatched[process] = (unmatched[process] ?? 0) + 1;
  const counts = rankOwners(snapshot, unmatched);
  const rooms = roomsOf(snapshot, ledgers);
  for (const { subject, count } of counts) {
    const room = rooms.get(subject.netns ?? 0);
    if (room !== undefined) room.held += count;
  }
  const counters = new Map(snapshot.namespaces.map((each) => [each.netns, each.snmp?.value.values ?? null]));
  const listening = new Set(snapshot.listeners.map((listener) => snapshot.processes[listener.owner]?.pid));
  const mayBeForeign = namespacesOfForeign(snapshot);
  const unclaimed = [...rooms.values()].reduce((sum, { held, room }) => sum + Math.max(0, (room ?? 0) - held), 0);
  return counts.map((owner) => {
    const netns = owner.subject.netns ?? 0;
    const own = rooms.get(netns);
    const excess = own === undefined || own.room === null ? 0 : Math.max(0, own.held - own.room);
    const local = Math.max(0, owner.count - excess);
    const foreign = mayBeForeign.has(netns) ? Math.min(owner.count - local, unclaimed) : 0;
    return {
      ...owner,
      certain: local + foreign,
      // The counters of the namespace say nothing of sockets that are of another one.
      route:
        foreign > local
          ? 'unknown'
          : closedRoute(own?.held ?? owner.count, counters.get(netns) ?? null, listening.has(owner.subject.pid)),
    };
  });
}

function roomsOf(snapshot: Snapshot, ledgers: readonly NamespaceLedger[]): ReadonlyMap<number, Room> {
  const rooms = new Map(ledgers.map(({ netns, gap }): [number, Room] => [netns, { held: 0, room: gap }]));
  for (const { namespace, closedInQueue } of snapshot.listeners) {
    const room = rooms.get(ledgers[namespace]?.netns ?? 0);
    if (room !== undefined && room.room !== null) room.room = Math.max(0, room.room - closedInQueue);
  }
  for (const room of rooms.values()) room.room = room.room === null ? null : Math.max(0, room.room);
  return rooms;
}

/**
 * The namespaces whose processes may hold sockets of others. Only where nothing else can explain it: the unix sockets of
 * the namespace are all known, and no process is unreadable that could hold the closed sockets which others count.
 */
function namespacesOfForeign({ processes, namespaces }: Snapshot): ReadonlySet<number> {
  if (processes.some((process) => process.isUser && !process.fdsReadable)) return new Set();
  return new Set(namespaces.filter((each) => each.otherInodes.has('unix')).map((each) => each.netns));
}
