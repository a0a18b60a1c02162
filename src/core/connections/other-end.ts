/**
 * The other end of a connection, where both live on this node: the row whose remote address and port are the local ones
 * here. The remote ones need not agree: behind a ClusterIP the client sees the service and the server the pod
 * (destination NAT), and the address and port of the client are what both know. Loopback is of one namespace only.
 */

import { mostOf } from '../most.ts';
import type { Process } from '../snapshot/processes.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import {
  type AddressKey,
  endKey,
  isLoopback,
  isMinisock,
  localKey,
  remoteKey,
  responsibleFor,
  type Sockets,
  sourceOf,
} from '../snapshot/sockets.ts';
import { LISTEN } from '../snapshot/tcp-states.ts';
import { bucketOf, rowsOfBucket } from './end-index.ts';

/** The process at the other end of this row; where that is not found, who has most sockets at its address and port. */
export function otherEnd(snapshot: Snapshot, row: number): Process | null {
  const { sockets, processes } = snapshot;
  if (row < 0) return null;
  const exact = otherEnds(snapshot, [row], null).process;
  if (exact !== null) return exact;
  const address = remoteKey(sockets, row);
  const namespace = isLoopback(address) ? sourceOf(sockets, row)?.namespace : undefined;
  const owners = new Map<number, number>();
  for (const other of rowsOfBucket(sockets, 'local', bucketOf(sockets, row, 'remote'))) {
    if (sockets.localPort[other] !== sockets.remotePort[row] || sockets.state[other] === LISTEN) continue;
    if (namespace !== undefined && sourceOf(sockets, other)?.namespace !== namespace) continue;
    if (localKey(sockets, other) === address) count(owners, responsibleFor(sockets, other));
  }
  return processes[mostOf(owners)?.[0] ?? -1] ?? null;
}

export interface OtherEnds {
  readonly found: number;
  readonly process: Process | null;
}

/** Of these rows, how many have their other end on this node in this state (null: any); and who holds most of those. */
export function otherEnds(snapshot: Snapshot, rows: readonly number[], state: number | null): OtherEnds {
  const { sockets, processes } = snapshot;
  const own = new Set(rows);
  const wanted = new Set<AddressKey>();
  const buckets = new Set<number>();
  for (const row of rows) {
    wanted.add(endOf(sockets, row, localKey(sockets, row), sockets.localPort[row] ?? 0));
    buckets.add(bucketOf(sockets, row, 'local'));
  }
  const owners = new Map<number, number>();
  let found = 0;
  for (const bucket of buckets) {
    for (const row of rowsOfBucket(sockets, 'remote', bucket)) {
      if (state === null ? sockets.state[row] === LISTEN : sockets.state[row] !== state) continue;
      if (own.has(row) || isMinisock(sockets, row)) continue;
      if (!wanted.has(endOf(sockets, row, remoteKey(sockets, row), sockets.remotePort[row] ?? 0))) continue;
      found++;
      count(owners, responsibleFor(sockets, row));
    }
  }
  return { found, process: processes[mostOf(owners)?.[0] ?? -1] ?? null };
}

/** Loopback is of every namespace. */
function endOf(sockets: Sockets, row: number, address: AddressKey, port: number): AddressKey {
  return isLoopback(address) ? `${sourceOf(sockets, row)?.namespace} ${address} ${port}` : endKey(address, port);
}

/** Nobody is counted. */
function count(owners: Map<number, number>, owner: number): void {
  if (owner >= 0) owners.set(owner, (owners.get(owner) ?? 0) + 1);
}
