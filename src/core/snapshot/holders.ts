/** Who holds what: sockets by state for each process, and for what no process can be named, each namespace. */

import { formatCount, formatQuantity } from '../format.ts';
import type { Evidence, Subject } from '../report/report.ts';
import { Counter, PORTS } from './counter.ts';
import { holderRows } from './holder-rows.ts';
import { NO_FD } from './join.ts';
import { namespaceSubject } from './memory.ts';
import { otherEnds } from './other-end.ts';
import { poolsOf } from './pools.ts';
import { type Process, processSubject } from './processes.ts';
import { TASK_FD_BASE } from './raw-facts.ts';
import type { Snapshot } from './snapshot.ts';
import { CLOSE_WAIT, isWaiting, LISTEN, remoteAddress, sourceOf } from './sockets.ts';
import { newTally, type Rows, type Tally } from './tally.ts';
import { addRow } from './tally-rows.ts';

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

interface Context {
  readonly readable: ReadonlySet<number | null>;
  /** Index into namespaces, by inode. */
  readonly namespaceOf: ReadonlyMap<number | null, number>;
  /** Index into the unmatched fds of the first one of each process. */
  readonly firstUnmatched: ReadonlyMap<number | null, number>;
  readonly peers: ReadonlyMap<Tally, ReturnType<typeof otherEnds>>;
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
function peersOf(tallies: readonly Tally[], snapshot: Snapshot): Context['peers'] {
  const most = tallies
    .filter((tally) => tally.finWait2 >= MIN_PEERED)
    .sort((a, b) => b.finWait2 - a.finWait2)
    .slice(0, MAX_PEERED);
  return new Map(most.map((tally) => [tally, otherEnds(snapshot, tally.finWait2List, CLOSE_WAIT)]));
}

function toHolder(tally: Tally, snapshot: Snapshot, members: readonly number[], context: Context): Holder {
  const ends = context.peers.get(tally);
  const process = snapshot.processes[tally.key] ?? null;
  const own = process === null ? -1 - tally.key : (context.namespaceOf.get(process.netns) ?? -1);
  const namespace = tally.namespace < 0 ? own : tally.namespace;
  const topLocalPort = Math.max(0, tally.topPort);
  const remote = tally.finWait2List[0];
  return {
    // Evidence is made for those that a rule reports: few of thousands.
    get finWait2Evidence() {
      return evidenceOf(tally.finWait2Rows, snapshot);
    },
    get closeWaitEvidence() {
      return evidenceOf(tally.closeWaitRows, snapshot);
    },
    get closedHeldEvidence() {
      return tally.closed === 0 ? null : closedEvidence(snapshot, members, tally.closed, context);
    },
    get fdEvidence() {
      return process === null ? null : fdEvidence(snapshot, process, 0, formatQuantity(process.openFds, 'fd'));
    },
    subject: process === null ? namespaceSubject(snapshot, namespace) : processSubject(process),
    process,
    pids: members.flatMap((member) => snapshot.processes[member]?.pid ?? []).sort((a, b) => a - b),
    namespace,
    closeWait: tally.closeWait,
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
    established: tally.established,
    listen: tally.listening,
    connections: tally.connections + tally.closed,
    closedHeld: tally.closed,
    rxQueueBytes: tally.rx,
    txQueueBytes: tally.tx,
    sharedSockets: tally.shared,
    finWait2Remote: remote === undefined ? '' : remoteAddress(snapshot.sockets, remote),
    finWait2RemotePort: remote === undefined ? 0 : (snapshot.sockets.remotePort[remote] ?? 0),
    finWait2Answered: ends?.found ?? 0,
    finWait2Peer: ends?.process === undefined || ends.process === null ? null : processSubject(ends.process),
    topLocalPort,
    accepted: tally.listens.includes(topLocalPort),
  };
}

/** Namespaces that processes are in, all of which let their fds be read. */
function readableNamespaces({ processes }: Snapshot): ReadonlySet<number | null> {
  const inside = processes.filter((process) => process.isUser);
  const unreadable = new Set(inside.filter((process) => !process.fdsReadable).map((process) => process.netns));
  return new Set(inside.map((process) => process.netns).filter((netns) => !unreadable.has(netns)));
}

function evidenceOf(rows: Rows | null, snapshot: Snapshot): readonly Evidence[] {
  return [...(rows ?? [])].map(([source, range]) => ({
    entry: snapshot.sockets.sources[source]?.entry ?? '',
    startLine: range.first,
    endLine: range.last,
    note: formatQuantity(range.rows, 'row'),
  }));
}

function closedEvidence(
  snapshot: Snapshot,
  members: readonly number[],
  count: number,
  { firstUnmatched }: Context,
): Evidence | null {
  let index = Number.POSITIVE_INFINITY;
  for (const member of members) index = Math.min(index, firstUnmatched.get(member) ?? index);
  const first = snapshot.join.unmatched[index];
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
