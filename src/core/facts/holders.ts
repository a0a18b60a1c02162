/** Who holds what: sockets by state for each process, and for what no process can be named, each namespace. */

import { otherEnds } from '../connections/other-end.ts';
import { holderRows } from '../snapshot/holder-rows.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { isWaiting, PORTS, sourceOf } from '../snapshot/sockets.ts';
import { CLOSE_WAIT, LISTEN } from '../snapshot/tcp-states.ts';
import { Counter } from './counter.ts';
import type { Holder } from './holder.ts';
import { poolsOf } from './pools.ts';
import { type HolderContext, TalliedHolder } from './tallied-holder.ts';
import { newTally, type Tally } from './tally.ts';
import { addRow } from './tally-rows.ts';

/** Fewer are not worth a walk over all sockets, and no more holders than this. */
const MIN_PEERED = 50;
const MAX_PEERED = 20;
export interface Holders {
  /** One for each process that holds sockets, and one for each namespace with sockets that nobody is known to hold. */
  readonly holders: readonly Holder[];
  /** Several processes of one container taken as one: a pool of workers leaks a little in each. */
  readonly pools: readonly Holder[];
}

export function buildHolders(snapshot: Snapshot): Holders {
  const { join } = snapshot;
  const tallyOf = createTallier(snapshot);
  const tallies = new Map<number, Tally>();
  for (const key of holderRows(snapshot).keys) tallies.set(key, tallyOf(key, [key]));
  for (const { process } of join.unmatched) {
    // Its rows were counted above; who has none of them holds closed sockets only.
    if (!tallies.has(process)) tallies.set(process, tallyOf(process, [process]));
  }
  const sorted = (holders: readonly Holder[]) =>
    [...holders].sort((a, b) => b.connections - a.connections || (a.subject.pid ?? 0) - (b.subject.pid ?? 0));
  const pools = poolsOf(tallies, snapshot.processes).map(({ spokesman, members }) => ({
    members,
    tally: tallyOf(spokesman, members),
  }));
  const context = {
    readable: readableNamespaces(snapshot),
    namespaceOf: firstIndexes(snapshot.namespaces.map((namespace) => namespace.netns)),
    firstUnmatched: firstIndexes(join.unmatched.map((socket) => socket.process)),
    peers: peersOf([...tallies.values(), ...pools.map(({ tally }) => tally)], snapshot),
  };
  return {
    holders: sorted([...tallies.values()].map((tally) => toHolder(tally, snapshot, [tally.key], context))),
    pools: sorted(pools.map(({ tally, members }) => toHolder(tally, snapshot, members, context))),
  };
}

/** Adds up the rows of several holders as those of one. */
function createTallier(snapshot: Snapshot): (key: number, members: readonly number[]) => Tally {
  const { sockets, join, processes, namespaces } = snapshot;
  const rows = holderRows(snapshot);
  const ports = new Counter(PORTS);
  const inNamespaces = new Counter(namespaces.length);
  const closed = new Uint32Array(processes.length);
  for (const { process } of join.unmatched) closed[process] = (closed[process] ?? 0) + 1;
  return (key, members) => {
    const tally = newTally(key);
    for (const member of members) {
      tally.closed += closed[member] ?? 0;
      const own = rows.rowsOf(member);
      for (let i = 0; i < own.length; i++) {
        const row = own[i] ?? 0;
        if (isWaiting(sockets, row)) {
          tally.waiting++;
          continue;
        }
        inNamespaces.add(sourceOf(sockets, row)?.namespace ?? 0, 1);
        if (sockets.state[row] !== LISTEN) ports.add(sockets.localPort[row] ?? 0, 1);
        addRow(tally, snapshot, row);
      }
    }
    tally.namespace = inNamespaces.takeMost();
    tally.topPort = ports.takeMost();
    return tally;
  };
}

/** Where each value is first. */
function firstIndexes(values: readonly number[]): ReadonlyMap<number | null, number> {
  const indexes = new Map<number | null, number>();
  values.forEach((value, index) => {
    if (!indexes.has(value)) indexes.set(value, index);
  });
  return indexes;
}

/** The other ends of FIN_WAIT2, of those who have most of it. */
function peersOf(tallies: readonly Tally[], snapshot: Snapshot): HolderContext['peers'] {
  const most = tallies
    .filter((tally) => tally.finWait2 >= MIN_PEERED)
    .sort((a, b) => b.finWait2 - a.finWait2)
    .slice(0, MAX_PEERED);
  return new Map(most.map((tally) => [tally, otherEnds(snapshot, tally.finWait2List, CLOSE_WAIT)]));
}

function toHolder(tally: Tally, snapshot: Snapshot, members: readonly number[], context: HolderContext): Holder {
  const process = snapshot.processes[tally.key] ?? null;
  const own = process === null ? -1 - tally.key : (context.namespaceOf.get(process.netns) ?? -1);
  return new TalliedHolder(snapshot, context, tally, members, process, tally.namespace < 0 ? own : tally.namespace);
}

/** Namespaces that processes are in, all of which let their fds be read. */
function readableNamespaces({ processes }: Snapshot): ReadonlySet<number | null> {
  const inside = processes.filter((process) => process.isUser);
  const unreadable = new Set(inside.filter((process) => !process.fdsReadable).map((process) => process.netns));
  return new Set(inside.map((process) => process.netns).filter((netns) => !unreadable.has(netns)));
}
