/** Who holds what: sockets by state for each process, and for what no process can be named, each namespace. */

import { formatCount, formatQuantity } from '../format.ts';
import type { Evidence, Subject } from '../report/report.ts';
import { IDLE_MS } from '../rules/facts.ts';
import { NO_FD } from './join.ts';
import { namespaceSubject } from './memory.ts';
import { otherEnds } from './other-end.ts';
import { poolsOf } from './pools.ts';
import { type Process, processSubject } from './processes.ts';
import { TASK_FD_BASE } from './raw-facts.ts';
import type { Snapshot } from './snapshot.ts';
import {
  CLOSE_WAIT,
  ESTABLISHED,
  FIN_WAIT2,
  isMinisock,
  isRequestSocket,
  isWaiting,
  LISTEN,
  remoteAddress,
  responsibleFor,
  SYN_SENT,
  sourceOf,
  TIMER_KEEPALIVE,
} from './sockets.ts';
import { newTally, type Rows, type Tally } from './tally.ts';

export interface Holder {
  readonly subject: Subject;
  readonly process: Process | null;
  /** Index into namespaces of most of its sockets. */
  readonly namespace: number;
  /** CLOSE_WAIT with an inode: accepted, or made by the process. */
  readonly closeWait: number;
  readonly closeWaitUnread: number;
  readonly closeWaitKeepalive: number;
  /** FIN_WAIT2 with an fd: this side has shut down its direction, the peer has not closed; no timer ends it. */
  readonly finWait2: number;
  readonly synSent: number;
  /** Of CLOSE_WAIT, by ss or by samples: with a known age, younger than five seconds, and older but still being sent to. */
  readonly closeWaitTimed: number;
  readonly closeWaitFresh: number;
  readonly closeWaitSending: number;
  /** Nothing came for IDLE_MS, and nothing was sent for five seconds. */
  readonly closeWaitOld: number;
  /** In CLOSE_WAIT in a sample too, at least five seconds before or after. */
  readonly closeWaitSurvived: number;
  /** Nobody is known to hold them although every process of their namespace was readable. */
  readonly outside: boolean;
  /** Connections at its listeners that it has not accepted. */
  readonly waiting: number;
  readonly established: number;
  readonly listen: number;
  /** Open connections and closed ones still held, listeners not among them. */
  readonly connections: number;
  readonly closedHeld: number;
  readonly rxQueueBytes: number;
  readonly txQueueBytes: number;
  /** Connections that other processes hold too; listeners are shared on purpose. */
  readonly sharedSockets: number;
  /** The processes that this stands for, lowest pid first: one, or the workers of one container; none when unknown. */
  readonly pids: readonly number[];
  /** A remote address and port of its FIN_WAIT2; empty and 0 when there is none. */
  readonly finWait2Remote: string;
  readonly finWait2RemotePort: number;
  /** How many of its FIN_WAIT2 have their other end on this node, in CLOSE_WAIT. */
  readonly finWait2Answered: number;
  /** Who holds most of those other ends. */
  readonly finWait2Peer: Subject | null;
  readonly finWait2Evidence: readonly Evidence[];
  /** Port with most connections, 0 when there is none. */
  readonly topLocalPort: number;
  /** The listener of that port is its own: the connections were accepted, not made. */
  readonly accepted: boolean;
  /** Rows of CLOSE_WAIT by table: first and last line. */
  readonly closeWaitEvidence: readonly Evidence[];
  readonly closedHeldEvidence: Evidence | null;
  readonly fdEvidence: Evidence | null;
}

/** Fewer are not worth a walk over all sockets, and no more holders than this. */
const MIN_PEERED = 50;
const MAX_PEERED = 20;
/** Handlers that are slow close within seconds. */
const FRESH_MS = 5000;

export interface Holders {
  /** One for each process that holds sockets, and one for each namespace with sockets that nobody is known to hold. */
  readonly holders: readonly Holder[];
  /** Several processes of one container taken as one: a pool of workers leaks a little in each. */
  readonly pools: readonly Holder[];
}

export function buildHolders(snapshot: Snapshot): Holders {
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
    const owner = responsibleFor(sockets, row);
    const namespace = sourceOf(sockets, row)?.namespace ?? 0;
    const tally = tallyOf(owner >= 0 ? owner : -1 - namespace);
    if (isWaiting(sockets, row)) tally.waiting++;
    else addRow(tally, snapshot, row, namespace);
  }
  for (const socket of join.unmatched) tallyOf(socket.process).closed++;
  const sorted = (holders: readonly Holder[]) =>
    [...holders].sort((a, b) => b.connections - a.connections || (a.subject.pid ?? 0) - (b.subject.pid ?? 0));
  const pools = poolsOf(tallies, snapshot.processes);
  const context = {
    readable: readableNamespaces(snapshot),
    peers: peersOf([...tallies.values(), ...pools.map(({ tally }) => tally)], snapshot),
  };
  return {
    holders: sorted([...tallies.values()].map((tally) => toHolder(tally, snapshot, [tally.key], context))),
    pools: sorted(pools.map(({ tally, members }) => toHolder(tally, snapshot, members, context))),
  };
}

interface Context {
  readonly readable: ReadonlySet<number | null>;
  readonly peers: ReadonlyMap<Tally, ReturnType<typeof otherEnds>>;
}

/** The other ends of FIN_WAIT2, of those who have most of it. */
function peersOf(tallies: readonly Tally[], snapshot: Snapshot): Context['peers'] {
  const most = tallies
    .filter((tally) => tally.finWait2 >= MIN_PEERED)
    .sort((a, b) => b.finWait2 - a.finWait2)
    .slice(0, MAX_PEERED);
  return new Map(most.map((tally) => [tally, otherEnds(snapshot, tally.finWait2List, CLOSE_WAIT)]));
}

function addRow(tally: Tally, snapshot: Snapshot, row: number, namespace: number): void {
  const { sockets } = snapshot;
  const state = sockets.state[row] ?? 0;
  const port = sockets.localPort[row] ?? 0;
  increment(tally.namespaces, namespace);
  increment(tally.states, state);
  tally.tx += sockets.txQueueBytes[row] ?? 0;
  if (state === LISTEN) {
    tally.listens.add(port);
    return;
  }
  if ((sockets.owners[row] ?? 0) > 1) tally.shared++;
  const rx = sockets.rxQueueBytes[row] ?? 0;
  tally.rx += rx;
  tally.connections++;
  increment(tally.ports, port);
  if (sockets.inode[row] === 0) return;
  if (state === FIN_WAIT2) {
    tally.finWait2++;
    addLine(tally.finWait2Rows, snapshot, row);
    tally.finWait2List.push(row);
  }
  if (state === SYN_SENT) tally.synSent++;
  if (state !== CLOSE_WAIT) return;
  addTimes(tally, snapshot, row);
  if (rx > 0) tally.unread++;
  if (sockets.timer[row] === TIMER_KEEPALIVE) tally.keepalive++;
  addLine(tally.closeWaitRows, snapshot, row);
}

/**
 * How long it has been like that, from ss: lastrcv is the end of file; or from samples: so long at least. Half-closed
 * connections are in use while this side goes on sending; what came within the last seconds may be about to be closed.
 */
function addTimes(tally: Tally, { sockets }: Snapshot, row: number): void {
  const received = sockets.idleMs[row] ?? -1;
  const sent = sockets.sentMs[row] ?? -1;
  const survived = sockets.survivedMs[row] ?? -1;
  // Samples that are close together tell of no age: it may be any above theirs.
  if (survived >= FRESH_MS) tally.closeWaitSurvived++;
  const age = survived >= FRESH_MS ? Math.max(received, survived) : received;
  if (age < 0) return;
  tally.closeWaitTimed++;
  if (age < FRESH_MS) tally.closeWaitFresh++;
  else if (sent >= 0 && sent < FRESH_MS) tally.closeWaitSending++;
  // Without ss, what waits to be sent may be why it is still open.
  else if (age >= IDLE_MS && (received >= 0 || sockets.txQueueBytes[row] === 0)) tally.closeWaitOld++;
}

function addLine(rows: Rows, { sockets }: Snapshot, row: number): void {
  const source = sockets.source[row] ?? 0;
  const line = sockets.line[row] ?? 0;
  const range = rows.get(source);
  if (range === undefined) rows.set(source, { first: line, last: line, rows: 1 });
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

function toHolder(tally: Tally, snapshot: Snapshot, members: readonly number[], context: Context): Holder {
  const ends = context.peers.get(tally);
  const process = snapshot.processes[tally.key] ?? null;
  const own = process === null ? -1 - tally.key : snapshot.namespaces.findIndex((ns) => ns.netns === process.netns);
  const namespace = largest(tally.namespaces, own);
  const topLocalPort = largest(tally.ports, 0);
  const remote = tally.finWait2List[0];
  const pids = members.flatMap((member) => snapshot.processes[member]?.pid ?? []).sort((a, b) => a - b);
  return {
    subject: process === null ? namespaceSubject(snapshot, namespace) : processSubject(process),
    process,
    pids,
    namespace,
    closeWait: tally.states.get(CLOSE_WAIT) ?? 0,
    closeWaitUnread: tally.unread,
    closeWaitKeepalive: tally.keepalive,
    finWait2: tally.finWait2,
    synSent: tally.synSent,
    closeWaitTimed: tally.closeWaitTimed,
    closeWaitFresh: tally.closeWaitFresh,
    closeWaitSending: tally.closeWaitSending,
    closeWaitOld: tally.closeWaitOld,
    closeWaitSurvived: tally.closeWaitSurvived,
    outside: process === null && context.readable.has(snapshot.namespaces[namespace]?.netns ?? null),
    waiting: tally.waiting,
    established: tally.states.get(ESTABLISHED) ?? 0,
    listen: tally.states.get(LISTEN) ?? 0,
    connections: tally.connections + tally.closed,
    closedHeld: tally.closed,
    rxQueueBytes: tally.rx,
    txQueueBytes: tally.tx,
    sharedSockets: tally.shared,
    finWait2Remote: remote === undefined ? '' : remoteAddress(snapshot.sockets, remote),
    finWait2RemotePort: remote === undefined ? 0 : (snapshot.sockets.remotePort[remote] ?? 0),
    finWait2Answered: ends?.found ?? 0,
    finWait2Peer: ends?.process === undefined || ends.process === null ? null : processSubject(ends.process),
    finWait2Evidence: evidenceOf(tally.finWait2Rows, snapshot),
    topLocalPort,
    accepted: tally.listens.has(topLocalPort),
    closeWaitEvidence: evidenceOf(tally.closeWaitRows, snapshot),
    closedHeldEvidence: closedEvidence(snapshot, members, tally.closed),
    fdEvidence: process === null ? null : fdEvidence(snapshot, process, 0, formatQuantity(process.openFds, 'fd')),
  };
}

/** Namespaces that processes are in, all of which let their fds be read. */
function readableNamespaces({ processes }: Snapshot): ReadonlySet<number | null> {
  const inside = processes.filter((process) => process.isUser);
  const unreadable = new Set(inside.filter((process) => !process.fdsReadable).map((process) => process.netns));
  return new Set(inside.map((process) => process.netns).filter((netns) => !unreadable.has(netns)));
}

function evidenceOf(rows: Rows, snapshot: Snapshot): readonly Evidence[] {
  return [...rows].map(([source, range]) => ({
    entry: snapshot.sockets.sources[source]?.entry ?? '',
    startLine: range.first,
    endLine: range.last,
    note: formatQuantity(range.rows, 'row'),
  }));
}

function closedEvidence(snapshot: Snapshot, members: readonly number[], count: number): Evidence | null {
  const first = snapshot.join.unmatched.find((socket) => members.includes(socket.process));
  const process = first === undefined ? undefined : snapshot.processes[first.process];
  if (process === undefined || first === undefined) return null;
  return fdEvidence(snapshot, process, first.fdRow, `first of ${formatCount(count)} fds without a row`);
}

/** Where an fd can be seen: its line in a listing, or the link member itself. */
export function fdEvidence(snapshot: Snapshot, process: Process, fdRow: number, note: string): Evidence | null {
  const { fds } = snapshot.join;
  const row = fds.process[fdRow] === process.index ? fdRow : (fds.firstRow[process.index] ?? NO_FD);
  if (row === NO_FD) return null;
  const line = fds.line[row] ?? 0;
  if (line > 0 && process.fdListing !== '') return { entry: process.fdListing, startLine: line, endLine: line, note };
  const fd = fds.fd[row] ?? 0;
  const thread = fd >= TASK_FD_BASE ? snapshot.raw.taskFds[fd - TASK_FD_BASE] : undefined;
  const folder = `${snapshot.raw.root}proc/${process.pid}`;
  const place = thread ?? { entry: `${folder}/fd/${fd}`, line: 1 };
  return { entry: place.entry, startLine: place.line, endLine: place.line, note };
}
