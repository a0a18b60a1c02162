/** Rows of the socket tables, counted by state with holders, ports and peers. */

import type { StateId } from '../report/state-ids.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { type AddressKey, kindOf, remoteKey, type StateColumns, sourceOf, stateName } from '../snapshot/sockets.ts';
import { LISTEN, TIME_WAIT, TIMER_KEEPALIVE } from '../snapshot/tcp-states.ts';

/** Distinct peers or ports that are counted one by one; what comes after is "others". */
const MAX_DISTINCT = 20_000;

export interface Group {
  count: number;
  firstRow: number;
}

export interface Tally {
  count: number;
  v6: number;
  unread: number;
  unsent: number;
  keepalive: number;
  timeWait: number;
  zeroUnread: number;
  readonly rows: number[];
  readonly holders: Map<number, Group>;
  readonly ports: Map<number, Group>;
  readonly peers: Map<AddressKey, Group>;
  othersPeers: number;
  idleMin: number;
  idleMax: number;
}

export function newTally(): Tally {
  return {
    count: 0,
    v6: 0,
    unread: 0,
    unsent: 0,
    keepalive: 0,
    timeWait: 0,
    zeroUnread: 0,
    rows: [],
    holders: new Map(),
    ports: new Map(),
    peers: new Map(),
    othersPeers: 0,
    idleMin: Number.POSITIVE_INFINITY,
    idleMax: -1,
  };
}

/** A minisock stands in its own box and in that of TIME_WAIT or FIN_WAIT2; an orphan in its state and as orphan. */
export function idsOf(snapshot: Snapshot, row: number): readonly StateId[] {
  return idsOfRow(snapshot.sockets, row);
}

/** The same for a table that is not part of the snapshot. */
export function idsOfRow(sockets: StateColumns, row: number): readonly StateId[] {
  const kind = kindOf(sockets, row);
  if (kind === 'request') return ['REQUEST'];
  if (kind === 'minisock') return ['MINISOCK'];
  const name = stateName(sockets, row) as StateId;
  return kind === 'orphan' ? [name, 'ORPHAN'] : [name];
}

export function addRow(tally: Tally, snapshot: Snapshot, row: number): void {
  const { sockets } = snapshot;
  const source = sourceOf(sockets, row);
  tally.count++;
  if (source?.family === 6) tally.v6++;
  const unread = sockets.rxQueueBytes[row] ?? 0;
  tally.unread += unread;
  tally.unsent += sockets.txQueueBytes[row] ?? 0;
  if (unread === 0) tally.zeroUnread++;
  if (sockets.timer[row] === TIMER_KEEPALIVE) tally.keepalive++;
  if (sockets.state[row] === TIME_WAIT) tally.timeWait++;
  const idle = sockets.idleMs[row] ?? -1;
  if (idle >= 0) {
    tally.idleMin = Math.min(tally.idleMin, idle);
    tally.idleMax = Math.max(tally.idleMax, idle);
  }
  tally.rows.push(row);
  const owner = sockets.owner[row] ?? -1;
  count(tally.holders, owner >= 0 ? owner : -1 - (source?.namespace ?? 0), row);
  count(tally.ports, sockets.localPort[row] ?? 0, row);
  if (sockets.state[row] === LISTEN) return;
  const peer = remoteKey(sockets, row);
  if (tally.peers.size < MAX_DISTINCT || tally.peers.has(peer)) count(tally.peers, peer, row);
  else tally.othersPeers++;
}

function count<K>(groups: Map<K, Group>, key: K, row: number): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, { count: 1, firstRow: row });
  else group.count++;
}
