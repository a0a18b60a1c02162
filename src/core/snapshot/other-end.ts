/**
 * The other end of a connection, where both live on this node: the row whose remote address and port are the local ones
 * here. The remote ones need not agree: behind a ClusterIP the client sees the service and the server the pod
 * (destination NAT), and the address and port of the client are what both know. Loopback is of one namespace only.
 */
import type { Process } from './processes.ts';
import type { Snapshot } from './snapshot.ts';
import { isMinisock, LISTEN, localAddress, remoteAddress, responsibleFor, type Sockets, sourceOf } from './sockets.ts';

/** The process at the other end of this row; where that is not found, who has most sockets at its address and port. */
export function otherEnd(snapshot: Snapshot, row: number): Process | null {
  const { sockets, processes } = snapshot;
  if (row < 0) return null;
  const exact = otherEnds(snapshot, [row], null).process;
  if (exact !== null) return exact;
  const address = remoteAddress(sockets, row);
  const port = sockets.remotePort[row] ?? 0;
  const namespace = isLoopback(address) ? sourceOf(sockets, row)?.namespace : undefined;
  const owners: number[] = [];
  for (let other = 0; other < sockets.count; other++) {
    if (sockets.localPort[other] !== port || sockets.state[other] === LISTEN) continue;
    if (namespace !== undefined && sourceOf(sockets, other)?.namespace !== namespace) continue;
    if (localAddress(sockets, other) === address) owners.push(responsibleFor(sockets, other));
  }
  return processes[mostFrequent(owners)] ?? null;
}

/** Of these rows, how many have their other end on this node in this state (null: any); and who holds most of those. */
export function otherEnds(
  snapshot: Snapshot,
  rows: readonly number[],
  state: number | null,
): { readonly found: number; readonly process: Process | null } {
  const { sockets, processes } = snapshot;
  const own = new Set(rows);
  const wanted = new Set(
    rows.map((row) => endKey(sockets, row, localAddress(sockets, row), sockets.localPort[row] ?? 0)),
  );
  const isPort = new Uint8Array(65536);
  for (const row of rows) isPort[sockets.localPort[row] ?? 0] = 1;
  const owners: number[] = [];
  let found = 0;
  for (let row = 0; row < sockets.count; row++) {
    const port = sockets.remotePort[row] ?? 0;
    if (isPort[port] === 0 || own.has(row) || isMinisock(sockets, row)) continue;
    if (state === null ? sockets.state[row] === LISTEN : sockets.state[row] !== state) continue;
    if (!wanted.has(endKey(sockets, row, remoteAddress(sockets, row), port))) continue;
    found++;
    owners.push(responsibleFor(sockets, row));
  }
  return { found, process: processes[mostFrequent(owners)] ?? null };
}

function endKey(sockets: Sockets, row: number, address: string, port: number): string {
  return isLoopback(address) ? `${sourceOf(sockets, row)?.namespace} ${address} ${port}` : `${address} ${port}`;
}

/** -1 when nobody is known. */
function mostFrequent(owners: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const owner of owners) if (owner >= 0) counts.set(owner, (counts.get(owner) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0]?.[0] ?? -1;
}

function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1';
}
