/** Who holds what: sockets by state for each process, and for what no process can be named, each namespace. */

import { formatCount, formatQuantity } from '../format.ts';
import type { Evidence, Subject } from '../report/report.ts';
import { NO_FD } from './join.ts';
import { namespaceSubject } from './memory.ts';
import { type Process, processSubject } from './processes.ts';
import type { Snapshot } from './snapshot.ts';
import { CLOSE_WAIT, ESTABLISHED, isMinisock, isRequestSocket, LISTEN, sourceOf, TIMER_KEEPALIVE } from './sockets.ts';

export interface Holder {
  readonly subject: Subject;
  readonly process: Process | null;
  /** Index into namespaces of most of its sockets. */
  readonly namespace: number;
  /** CLOSE_WAIT with an inode: accepted, or made by the process. */
  readonly closeWait: number;
  readonly closeWaitUnread: number;
  readonly closeWaitKeepalive: number;
  /** CLOSE_WAIT without an inode: the peer left before accept(). */
  readonly closeWaitUnaccepted: number;
  readonly established: number;
  readonly listen: number;
  /** Open connections and closed ones still held, listeners not among them. */
  readonly connections: number;
  readonly closedHeld: number;
  readonly rxQueueBytes: number;
  readonly txQueueBytes: number;
  /** Distinct processes that hold one of its sockets beside it. */
  readonly sharedSockets: number;
  readonly remotes: number;
  /** Port with most connections, 0 when there is none. */
  readonly topLocalPort: number;
  /** The listener of that port is its own: the connections were accepted, not made. */
  readonly accepted: boolean;
  /** Rows of CLOSE_WAIT by table: first and last line. */
  readonly closeWaitEvidence: readonly Evidence[];
  readonly closedHeldEvidence: Evidence | null;
  readonly fdEvidence: Evidence | null;
}

interface Tally {
  key: number;
  namespaces: Map<number, number>;
  states: Map<number, number>;
  unread: number;
  keepalive: number;
  unaccepted: number;
  rx: number;
  tx: number;
  shared: number;
  connections: number;
  remotes: Set<string>;
  ports: Map<number, number>;
  listens: Set<number>;
  closeWaitRows: Map<number, { first: number; last: number; rows: number }>;
  closed: number;
}

export function buildHolders(snapshot: Snapshot): readonly Holder[] {
  const { sockets, join } = snapshot;
  const tallies = new Map<number, Tally>();
  const tallyOf = (key: number): Tally => {
    let tally = tallies.get(key);
    if (tally === undefined) {
      tally = newTally(key);
      tallies.set(key, tally);
    }
    return tally;
  };
  for (let row = 0; row < sockets.count; row++) {
    if (isMinisock(sockets, row) || isRequestSocket(sockets, row)) continue;
    const owner = sockets.owner[row] ?? -1;
    const namespace = sourceOf(sockets, row)?.namespace ?? 0;
    addRow(tallyOf(owner >= 0 ? owner : -1 - namespace), snapshot, row, namespace);
  }
  for (const socket of join.unmatched) tallyOf(socket.process).closed++;
  return [...tallies.values()]
    .map((tally) => toHolder(tally, snapshot))
    .sort((a, b) => b.connections - a.connections || (a.subject.pid ?? 0) - (b.subject.pid ?? 0));
}

function newTally(key: number): Tally {
  return {
    key,
    namespaces: new Map(),
    states: new Map(),
    unread: 0,
    keepalive: 0,
    unaccepted: 0,
    rx: 0,
    tx: 0,
    shared: 0,
    connections: 0,
    remotes: new Set(),
    ports: new Map(),
    listens: new Set(),
    closeWaitRows: new Map(),
    closed: 0,
  };
}

function addRow(tally: Tally, snapshot: Snapshot, row: number, namespace: number): void {
  const { sockets } = snapshot;
  const state = sockets.state[row] ?? 0;
  const port = sockets.localPort[row] ?? 0;
  increment(tally.namespaces, namespace);
  increment(tally.states, state);
  tally.tx += sockets.txQueueBytes[row] ?? 0;
  if ((sockets.owners[row] ?? 0) > 1) tally.shared++;
  if (state === LISTEN) {
    tally.listens.add(port);
    return;
  }
  const rx = sockets.rxQueueBytes[row] ?? 0;
  tally.rx += rx;
  tally.connections++;
  increment(tally.ports, port);
  // Distinct remotes are only needed up to "many"; the set stays small on a node with half a million peers.
  if (tally.remotes.size < 1000) tally.remotes.add(`${sockets.remote[row]}:${sockets.remotePort[row]}`);
  if (state !== CLOSE_WAIT) return;
  if (sockets.inode[row] === 0) {
    tally.unaccepted++;
    return;
  }
  if (rx > 0) tally.unread++;
  if (sockets.timer[row] === TIMER_KEEPALIVE) tally.keepalive++;
  const source = sockets.source[row] ?? 0;
  const line = sockets.line[row] ?? 0;
  const range = tally.closeWaitRows.get(source);
  if (range === undefined) tally.closeWaitRows.set(source, { first: line, last: line, rows: 1 });
  else {
    range.first = Math.min(range.first, line);
    range.last = Math.max(range.last, line);
    range.rows++;
  }
}

function increment(counts: Map<number, number>, key: number): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function largest(counts: ReadonlyMap<number, number>, otherwise: number): number {
  return [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0]?.[0] ?? otherwise;
}

function toHolder(tally: Tally, snapshot: Snapshot): Holder {
  const process = snapshot.processes[tally.key] ?? null;
  const own = process === null ? -1 - tally.key : snapshot.namespaces.findIndex((ns) => ns.netns === process.netns);
  const namespace = largest(tally.namespaces, own);
  const topLocalPort = largest(tally.ports, 0);
  return {
    subject: process === null ? namespaceSubject(snapshot, namespace) : processSubject(process),
    process,
    namespace,
    closeWait: (tally.states.get(CLOSE_WAIT) ?? 0) - tally.unaccepted,
    closeWaitUnread: tally.unread,
    closeWaitKeepalive: tally.keepalive,
    closeWaitUnaccepted: tally.unaccepted,
    established: tally.states.get(ESTABLISHED) ?? 0,
    listen: tally.states.get(LISTEN) ?? 0,
    connections: tally.connections + tally.closed,
    closedHeld: tally.closed,
    rxQueueBytes: tally.rx,
    txQueueBytes: tally.tx,
    sharedSockets: tally.shared,
    remotes: tally.remotes.size,
    topLocalPort,
    accepted: tally.listens.has(topLocalPort),
    closeWaitEvidence: [...tally.closeWaitRows].map(([source, range]) => ({
      entry: snapshot.sockets.sources[source]?.entry ?? '',
      startLine: range.first,
      endLine: range.last,
      note: formatQuantity(range.rows, 'row'),
    })),
    closedHeldEvidence: closedEvidence(snapshot, tally),
    fdEvidence: process === null ? null : fdEvidence(snapshot, process, 0, formatQuantity(process.openFds, 'fd')),
  };
}

function closedEvidence(snapshot: Snapshot, tally: Tally): Evidence | null {
  const process = snapshot.processes[tally.key];
  const first = snapshot.join.unmatched.find((socket) => socket.process === tally.key);
  if (process === undefined || first === undefined) return null;
  return fdEvidence(snapshot, process, first.fdRow, `first of ${formatCount(tally.closed)} fds without a row`);
}

/** Where an fd can be seen: its line in a listing, or the link member itself. */
export function fdEvidence(snapshot: Snapshot, process: Process, fdRow: number, note: string): Evidence | null {
  const { fds } = snapshot.join;
  const row = fds.process[fdRow] === process.index ? fdRow : (fds.firstRow[process.index] ?? NO_FD);
  if (row === NO_FD) return null;
  const line = fds.line[row] ?? 0;
  if (line > 0 && process.fdListing !== '') return { entry: process.fdListing, startLine: line, endLine: line, note };
  const entry = `${snapshot.raw.root}proc/${process.pid}/fd/${fds.fd[row]}`;
  return { entry, startLine: 1, endLine: 1, note };
}
