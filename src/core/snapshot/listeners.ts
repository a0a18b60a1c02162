/**
 * Listeners with what waits at them. rx_queue of a LISTEN row is the length of its accept queue (net/ipv4/tcp_ipv4.c
 * `get_tcp4_sock`, sk_ack_backlog). Connections in the queue are rows with inode 0, unless they were reset meanwhile:
 * those have no row any more and still fill the queue and alloc, until accept() takes them.
 */
import {
  type AddressKey,
  endKey,
  isRequest,
  isWaiting,
  localKey,
  PORTS,
  remoteKey,
  type Sockets,
  type SocketTableSource,
  sourceOf,
} from './sockets.ts';
import { LISTEN } from './tcp-states.ts';

/** All listeners of one address and port in one table: several with SO_REUSEPORT. */
export interface Listener {
  /** Row of the one with the longest queue. */
  readonly row: number;
  readonly namespace: number;
  readonly port: number;
  /** Connections that wait for accept(), the reset ones among them. */
  readonly queue: number;
  /** The longest of the queues: with SO_REUSEPORT one worker may be stuck while the others serve. */
  readonly longest: number;
  /** The limit of that one, from ss; null when it was not captured. */
  readonly longestBacklog: number | null;
  /** Of them, those with a row: still connected, or closed by the peer. */
  readonly waiting: number;
  readonly waitingRxBytes: number;
  /** queue less waiting: reset before accept(). 0 where the table is cut: the missing rows may be theirs. */
  readonly closedInQueue: number;
  /** Limit of all these queues from ss; null when ss was not captured. The kernel lets each exceed it by one. */
  readonly backlog: number | null;
  /** Index of the process that holds it, -1 when unknown. */
  readonly owner: number;
  /** Handshakes in progress at this port, and from how many addresses (counted up to MAX_REMOTES). */
  readonly requests: number;
  readonly requestRemotes: number;
  readonly requestRetransmits: number;
  /** First row of a handshake, -1 when there is none. */
  readonly requestRow: number;
}

interface Group {
  source: SocketTableSource;
  port: number;
  row: number;
  queue: number;
  /** -1 once one of them is not known. */
  backlog: number;
  waiting: number;
  waitingRxBytes: number;
}

interface Requests {
  count: number;
  retransmits: number;
  row: number;
  remotes: Set<AddressKey>;
}

/** Finds the listeners, and writes into the sockets at whose listener each unaccepted connection waits. */
export function buildListeners(sockets: Sockets): readonly Listener[] {
  const requests = requestsByPort(sockets);
  const listeners: Listener[] = [];
  for (const source of sockets.sources) {
    for (const group of groupsOf(sockets, source).values()) {
      const key = source.namespace * PORTS + group.port;
      const asking = requests.get(key);
      requests.delete(key);
      listeners.push(toListener(sockets, group, asking));
    }
  }
  return listeners;
}

function groupsOf(sockets: Sockets, source: SocketTableSource): Map<AddressKey, Group> {
  const groups = new Map<AddressKey, Group>();
  const end = source.firstRow + source.rows;
  for (let row = source.firstRow; row < end; row++) {
    if (sockets.state[row] !== LISTEN) continue;
    const port = sockets.localPort[row] ?? 0;
    const length = sockets.rxQueueBytes[row] ?? 0;
    const backlog = sockets.backlog[row] ?? -1;
    const key = listenKey(port, localKey(sockets, row));
    const group = groups.get(key);
    if (group === undefined && groups.size >= MAX_LISTENERS) continue;
    if (group === undefined)
      groups.set(key, { source, port, row, queue: length, backlog, waiting: 0, waitingRxBytes: 0 });
    else {
      group.backlog = backlog < 0 || group.backlog < 0 ? -1 : group.backlog + backlog;
      if (length > (sockets.rxQueueBytes[group.row] ?? 0)) group.row = row;
      group.queue += length;
    }
  }
  if (groups.size === 0) return groups;
  for (let row = source.firstRow; row < end; row++) {
    if (!isWaiting(sockets, row)) continue;
    const port = sockets.localPort[row] ?? 0;
    // The kernel prefers the listener of the very address, too (net/ipv4/inet_hashtables.c compute_score).
    const group = groups.get(listenKey(port, localKey(sockets, row))) ?? groups.get(listenKey(port, ANY));
    if (group === undefined) continue;
    group.waiting++;
    group.waitingRxBytes += sockets.rxQueueBytes[row] ?? 0;
    sockets.acceptor[row] = sockets.owner[group.row] ?? -1;
  }
  return groups;
}

/** No namespace has nearly as many ports in use; a table may be made to list a million. */
const MAX_LISTENERS = 100_000;
/** Distinct addresses of one listener are counted up to here. */
export const MAX_REMOTES = 10_000;
const ANY = 0;

/** Every address of IPv6 is every one of IPv4 too. */
function listenKey(port: number, address: AddressKey): AddressKey {
  return endKey(address === '::' ? ANY : address, port);
}

/** By namespace and port: a handshake over IPv4 at a dual-stack listener is in the other table than the listener. */
function requestsByPort(sockets: Sockets): Map<number, Requests> {
  const found = new Map<number, Requests>();
  for (let row = 0; row < sockets.count; row++) {
    if (!isRequest(sockets, row)) continue;
    const key = (sourceOf(sockets, row)?.namespace ?? 0) * PORTS + (sockets.localPort[row] ?? 0);
    let requests = found.get(key);
    if (requests === undefined) {
      requests = { count: 0, retransmits: 0, row, remotes: new Set() };
      found.set(key, requests);
    }
    requests.count++;
    if ((sockets.retransmits[row] ?? 0) > 0) requests.retransmits++;
    if (requests.remotes.size < MAX_REMOTES) requests.remotes.add(remoteKey(sockets, row));
  }
  return found;
}

function toListener(sockets: Sockets, group: Group, asking: Requests | undefined): Listener {
  const longestBacklog = sockets.backlog[group.row] ?? -1;
  return {
    row: group.row,
    namespace: group.source.namespace,
    port: group.port,
    queue: group.queue,
    longest: sockets.rxQueueBytes[group.row] ?? 0,
    longestBacklog: longestBacklog < 0 ? null : longestBacklog,
    waiting: group.waiting,
    waitingRxBytes: group.waitingRxBytes,
    closedInQueue: group.source.complete ? Math.max(0, group.queue - group.waiting) : 0,
    backlog: group.backlog < 0 ? null : group.backlog,
    owner: sockets.owner[group.row] ?? -1,
    requests: asking?.count ?? 0,
    requestRemotes: asking?.remotes.size ?? 0,
    requestRetransmits: asking?.retransmits ?? 0,
    requestRow: asking?.row ?? -1,
  };
}
