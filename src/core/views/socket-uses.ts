/** What the socket fds of each process are: states of TCP with their peers, other protocols, sockets without a row. */
import type { Selection } from '../query/select.ts';
import { NOT_TCP, UNMATCHED } from '../snapshot/join.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { LISTEN, remoteAddress, stateName } from '../snapshot/sockets.ts';

/** What the socket fds of one process are. An fd that a process has twice is one fd each, as /proc shows it. */
export interface SocketUse {
  tcp: Map<string, number>;
  tcpTotal: number;
  other: number;
  unmatched: number;
  shared: number;
  peers: Map<string, Map<string, number>>;
}

export function newUse(): SocketUse {
  return { tcp: new Map(), tcpTotal: 0, other: 0, unmatched: 0, shared: 0, peers: new Map() };
}

/** By index of the process; of a selection only what it picks. */
export function socketUses(snapshot: Snapshot, selection: Selection | null): readonly SocketUse[] {
  const { sockets, join } = snapshot;
  const uses = snapshot.processes.map(newUse);
  const closed = selection === null ? null : closedInodes(snapshot, selection);
  for (let row = 0; row < join.fds.count; row++) {
    const index = join.fds.process[row] ?? 0;
    const use = uses[index];
    const socket = join.fds.socket[row] ?? UNMATCHED;
    if (use === undefined) continue;
    const isPicked =
      selection === null ||
      selection.whole?.(index) === true ||
      (socket >= 0 ? selection.has(socket) : socket === UNMATCHED && closed?.has(join.fds.inode[row] ?? 0) === true);
    if (!isPicked) continue;
    if (socket === NOT_TCP) use.other++;
    else if (socket === UNMATCHED) use.unmatched++;
    else {
      const state = stateName(sockets, socket);
      use.tcpTotal++;
      use.tcp.set(state, (use.tcp.get(state) ?? 0) + 1);
      if ((sockets.owners[socket] ?? 0) > 1) use.shared++;
      addPeer(
        use,
        state,
        sockets.state[socket] === LISTEN ? `:${sockets.localPort[socket]}` : remoteAddress(sockets, socket),
      );
    }
  }
  return uses;
}

/** Inodes of the closed sockets that are picked. */
function closedInodes({ sockets, join }: Snapshot, { picked }: Selection): ReadonlySet<number> {
  const inodes = new Set<number>();
  for (const item of picked) if (item >= sockets.count) inodes.add(join.unmatched[item - sockets.count]?.inode ?? 0);
  return inodes;
}

function addPeer(use: SocketUse, state: string, peer: string): void {
  let peers = use.peers.get(state);
  if (peers === undefined) {
    peers = new Map();
    use.peers.set(state, peers);
  }
  // Enough to rank the largest; a process with more distinct peers than this has no large one to miss.
  const key = peers.size < 5000 || peers.has(peer) ? peer : 'others';
  peers.set(key, (peers.get(key) ?? 0) + 1);
}
