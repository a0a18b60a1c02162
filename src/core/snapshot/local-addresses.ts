/** Which processes of the node have sockets with a given local address: joins the two ends of a connection. */
import { onceFor } from './once-for.ts';
import type { Process } from './processes.ts';
import type { Snapshot } from './snapshot.ts';
import { localAddress, sourceOf } from './sockets.ts';
import { LISTEN } from './tcp-states.ts';

interface Holders {
  /** Sockets by index of the process. */
  readonly processes: Map<number, number>;
}

/**
 * The process that has most sockets with this local address. Pod addresses are unique on a node; a ClusterIP or a
 * remote host matches nothing, and loopback is of every namespace, so of none.
 */
export function processAtAddress(snapshot: Snapshot, address: string): Process | null {
  const holders = localAddresses(snapshot).get(address);
  if (holders === undefined) return null;
  const [owner] = [...holders.processes].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0] ?? [];
  return owner === undefined ? null : (snapshot.processes[owner] ?? null);
}

const localAddresses = onceFor((snapshot: Snapshot): ReadonlyMap<string, Holders> => {
  const { sockets } = snapshot;
  const addresses = new Map<string, Holders>();
  let before = -1;
  let current: Holders | null = null;
  for (let row = 0; row < sockets.count; row++) {
    // Neighbours mostly share their address: text is made only when it changes.
    if (before < 0 || !hasSameAddress(snapshot, before, row))
      current = holdersOf(addresses, localAddress(sockets, row));
    before = row;
    const owner = sockets.owner[row] ?? -1;
    if (current === null || owner < 0 || sockets.state[row] === LISTEN) continue;
    current.processes.set(owner, (current.processes.get(owner) ?? 0) + 1);
  }
  return addresses;
});

function holdersOf(addresses: Map<string, Holders>, address: string): Holders | null {
  if (address.startsWith('127.') || address === '::1' || address === '0.0.0.0' || address === '::') return null;
  let holders = addresses.get(address);
  if (holders === undefined) {
    holders = { processes: new Map() };
    addresses.set(address, holders);
  }
  return holders;
}

function hasSameAddress({ sockets }: Snapshot, a: number, b: number): boolean {
  if (sockets.source[a] !== sockets.source[b]) return false;
  const source = sourceOf(sockets, b);
  const wordA = sockets.local[a] ?? 0;
  const wordB = sockets.local[b] ?? 0;
  if (source?.family !== 6) return wordA === wordB;
  for (let i = 0; i < 4; i++) if (source.words6[wordA + i] !== source.words6[wordB + i]) return false;
  return true;
}
