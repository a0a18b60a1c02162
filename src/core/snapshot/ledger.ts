/**
 * The ledger of sockets: `alloc = Σ inuse(v4 + v6, all namespaces) + U`. U is what no table lists: closed sockets that
 * fds still hold, connections reset before accept(), sockets never connected. TIME_WAIT and request sockets are
 * outside alloc; orphans are inside inuse and are not subtracted.
 */
import type { Ledger, NamespaceLedger, OwnerCount, Range, Subject } from '../report/report.ts';
import type { Namespace } from './namespaces.ts';
import { processSubject } from './processes.ts';
import type { Snapshot } from './snapshot.ts';
import { FIN_WAIT2, isMinisock, isRequestSocket, LISTEN, SYN_RECV, stateName, TIMER_TIME_WAIT } from './sockets.ts';

export function buildLedger(snapshot: Snapshot): Ledger {
  const { sockets, join, namespaces } = snapshot;
  const ledgers = namespaces.map((namespace, index) => namespaceLedger(snapshot, namespace, index));
  const alloc = rangeOf(snapshot, (stat) => stat.tcpAlloc);
  const inuse = sumInuse(ledgers);
  const unhashed = alloc === null || inuse === null ? null : alloc.value - inuse;
  const acceptQueueClosed = countAcceptQueueClosed(snapshot);
  const closedHeld = join.unmatched.length;
  let requestSockets = 0;
  let minisocks = 0;
  for (let row = 0; row < sockets.count; row++) {
    if (isRequestSocket(sockets, row)) requestSockets++;
    else if (isMinisock(sockets, row)) minisocks++;
  }
  return {
    scope: 'node',
    unit: 'sockets',
    alloc,
    inuse,
    unhashed,
    closedHeld,
    closedHeldByOwner: countByOwner(
      snapshot,
      join.unmatched.map((socket) => socket.process),
    ),
    acceptQueueClosed,
    residual: unhashed === null ? null : unhashed - closedHeld - acceptQueueClosed,
    orphans: rangeOf(snapshot, (stat) => stat.tcpOrphan)?.value ?? null,
    timeWait: ledgers.every((ns) => ns.timeWait !== null) ? sum(ledgers.map((ns) => ns.timeWait ?? 0)) : minisocks,
    requestSockets,
    states: mergeStates(ledgers),
    tcpSockets: sockets.count - requestSockets - minisocks,
    distinctSocketInodes: join.distinctInodes,
    socketFds: join.fds.count,
    openFds: sum(snapshot.processes.map((process) => process.openFds)),
    byOwner: socketsByOwner(snapshot),
    namespaces: ledgers,
    notes: ledgerNotes(snapshot, alloc, closedHeld, unhashed),
  };
}

/** The value that the host's sockstat gives, with the smallest and largest of all copies. */
export function rangeOf(
  snapshot: Snapshot,
  pick: (stat: Snapshot['sockstats'][number]['value']) => number | null,
): Range | null {
  const values = snapshot.sockstats.map((stat) => pick(stat.value)).filter((value) => value !== null);
  const host = snapshot.namespaces.find((namespace) => namespace.sockstat !== null)?.sockstat?.value;
  const value = (host === undefined ? null : pick(host)) ?? values[0];
  if (value === undefined || value === null) return null;
  // Not Math.min(...values): a bundle may hold more copies than a call takes arguments.
  const range = { value, min: value, max: value };
  for (const each of values) {
    range.min = Math.min(range.min, each);
    range.max = Math.max(range.max, each);
  }
  return range;
}

function namespaceLedger(snapshot: Snapshot, namespace: Namespace, index: number): NamespaceLedger {
  const { sockets } = snapshot;
  const states: Record<string, number> = {};
  const rows = { 4: 0, 6: 0 };
  let minisocks = 0;
  for (const source of sockets.sourcesOfNamespace[index] ?? []) {
    for (let row = source.firstRow; row < source.firstRow + source.rows; row++) {
      const name = stateKey(snapshot, row);
      states[name] = (states[name] ?? 0) + 1;
      if (isMinisock(sockets, row)) minisocks++;
      else if (!isRequestSocket(sockets, row)) rows[source.family]++;
    }
  }
  const family = (six: 4 | 6) =>
    namespace.tables.some((table) => table.family === six && table.complete) ? rows[six] : null;
  const pod = podOfNamespace(snapshot, namespace);
  return {
    netns: namespace.netns,
    isHost: namespace.isHost,
    ...(namespace.representativePid === null ? {} : { representativePid: namespace.representativePid }),
    ...(pod?.pod === undefined ? {} : { pod: pod.pod }),
    ...(pod?.podNamespace === undefined ? {} : { podNamespace: pod.podNamespace }),
    inuse4: namespace.sockstat?.value.tcpInuse ?? family(4),
    inuse6: namespace.sockstat6?.value.tcp6Inuse ?? family(6),
    timeWait: namespace.sockstat?.value.tcpTimeWait ?? (namespace.tables.length > 0 ? minisocks : null),
    used: namespace.sockstat?.value.socketsUsed ?? null,
    states,
    tcpRows: rows[4] + rows[6],
  };
}

function stateKey(snapshot: Snapshot, row: number): string {
  const { sockets } = snapshot;
  const name = stateName(sockets, row);
  if (sockets.state[row] === FIN_WAIT2 && sockets.timer[row] === TIMER_TIME_WAIT) return 'FIN_WAIT2_MINISOCK';
  if (sockets.state[row] === SYN_RECV && sockets.inode[row] === 0) return 'SYN_RECV_REQUEST';
  return name;
}

/** The pod that most processes of the namespace belong to; agents that entered it by setns are outvoted. */
export function podOfNamespace(snapshot: Snapshot, namespace: Namespace): Subject | undefined {
  if (namespace.isHost) return undefined;
  const votes = new Map<string, { count: number; subject: Subject }>();
  for (const process of snapshot.processes) {
    if (process.netns !== namespace.netns || process.podUid === null) continue;
    const vote = votes.get(process.podUid);
    if (vote === undefined) {
      const { pid: _pid, comm: _comm, container: _container, containerId: _id, ...pod } = processSubject(process);
      votes.set(process.podUid, { count: 1, subject: { ...pod, kind: 'pod' } });
    } else vote.count++;
  }
  return [...votes.values()].sort((a, b) => b.count - a.count)[0]?.subject;
}

function sumInuse(ledgers: readonly NamespaceLedger[]): number | null {
  if (ledgers.length === 0) return null;
  if (ledgers.every((ledger) => ledger.inuse4 === null && ledger.inuse6 === null)) return null;
  return sum(ledgers.map((ledger) => (ledger.inuse4 ?? 0) + (ledger.inuse6 ?? 0)));
}

/**
 * Connections that were reset while they waited for accept(): they stay in the accept queue (rx_queue of LISTEN) but
 * have no row. Queue length less the waiting rows (inode 0) of the same port and table.
 */
function countAcceptQueueClosed(snapshot: Snapshot): number {
  const { sockets } = snapshot;
  let closed = 0;
  for (const source of sockets.sources) {
    const waiting = new Map<number, number>();
    const queued = new Map<number, number>();
    for (let row = source.firstRow; row < source.firstRow + source.rows; row++) {
      const port = sockets.localPort[row] ?? 0;
      const state = sockets.state[row];
      if (state === LISTEN) queued.set(port, (queued.get(port) ?? 0) + (sockets.rxQueueBytes[row] ?? 0));
      else if ((state === 1 || state === 8) && sockets.inode[row] === 0)
        waiting.set(port, (waiting.get(port) ?? 0) + 1);
    }
    for (const [port, length] of queued) closed += Math.max(0, length - (waiting.get(port) ?? 0));
  }
  return closed;
}

function countByOwner(snapshot: Snapshot, processIndexes: readonly number[]): readonly OwnerCount[] {
  const counts = new Map<number, number>();
  for (const index of processIndexes) counts.set(index, (counts.get(index) ?? 0) + 1);
  return [...counts]
    .map(([index, count]) => ({ process: snapshot.processes[index], count }))
    .filter((owner) => owner.process !== undefined)
    .sort((a, b) => b.count - a.count || (a.process?.pid ?? 0) - (b.process?.pid ?? 0))
    .map(({ process, count }) => ({
      subject: process === undefined ? { kind: 'node' } : processSubject(process),
      count,
    }));
}

/** Distinct TCP sockets by the process that answers for them, closed ones included. */
function socketsByOwner(snapshot: Snapshot): readonly OwnerCount[] {
  const { sockets, join } = snapshot;
  const indexes = join.unmatched.map((socket) => socket.process);
  for (let row = 0; row < sockets.count; row++) {
    const owner = sockets.owner[row] ?? -1;
    if (owner >= 0) indexes.push(owner);
  }
  return countByOwner(snapshot, indexes);
}

function mergeStates(ledgers: readonly NamespaceLedger[]): Record<string, number> {
  const states: Record<string, number> = {};
  for (const ledger of ledgers) {
    for (const [name, count] of Object.entries(ledger.states)) states[name] = (states[name] ?? 0) + count;
  }
  return states;
}

function ledgerNotes(
  snapshot: Snapshot,
  alloc: Range | null,
  closedHeld: number,
  unhashed: number | null,
): readonly string[] {
  const notes: string[] = [];
  if (alloc !== null && alloc.max > alloc.min) {
    notes.push(
      `alloc moved from ${alloc.min} to ${alloc.max} while the bundle was taken: smaller differences mean nothing.`,
    );
  }
  if (unhashed !== null && alloc !== null && -unhashed > Math.max(50, 0.02 * alloc.value)) {
    notes.push(
      `The namespaces have ${-unhashed} more sockets than alloc of the node: these files are not of one moment, or not of one node.`,
    );
  }
  if (unhashed !== null && closedHeld > unhashed + (alloc === null ? 0 : alloc.max - alloc.min)) {
    notes.push(
      `${closedHeld - Math.max(0, unhashed)} of the ${closedHeld} sockets that no table lists are not TCP or belong to a namespace that was not captured.`,
    );
  }
  if (snapshot.namespaces.some((namespace) => namespace.tables.some((table) => !table.complete))) {
    notes.push('A socket table is cut: its later sockets are missing from every count by state.');
  }
  return notes;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
