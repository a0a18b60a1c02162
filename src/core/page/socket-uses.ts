/** What the socket fds of each process are: states of TCP with their peers, other protocols, sockets without a row. */
import type { Selection } from '../query/select.ts';
import { NO_FD, NOT_TCP, UNMATCHED } from '../snapshot/join.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { type AddressKey, remoteKey } from '../snapshot/sockets.ts';
import { LISTEN, TCP_STATES } from '../snapshot/tcp-states.ts';

/** What the socket fds of one process are. An fd that a process has twice is one fd each, as /proc shows it. */
export interface SocketUse {
  /** By number of the state. */
  readonly tcp: Uint32Array;
  tcpTotal: number;
  other: number;
  unmatched: number;
  shared: number;
}

function newUse(): SocketUse {
  return { tcp: new Uint32Array(TCP_STATES.length), tcpTotal: 0, other: 0, unmatched: 0, shared: 0 };
}

/** Says of a row of the socket fds whether it is picked. */
type IsPicked = (fdRow: number) => boolean;

function pickedFds({ sockets, join }: Snapshot, selection: Selection | null): IsPicked {
  if (selection === null) return () => true;
  const closed = new Set<number>();
  for (const item of selection.picked)
    if (item >= sockets.count) closed.add(join.unmatched[item - sockets.count]?.inode ?? 0);
  return (row) => {
    if (selection.whole?.(join.fds.process[row] ?? 0) === true) return true;
    const socket = join.fds.socket[row] ?? UNMATCHED;
    return socket >= 0 ? selection.has(socket) : socket === UNMATCHED && closed.has(join.fds.inode[row] ?? 0);
  };
}

export interface SocketUses {
  /** By index of the process. */
  readonly uses: readonly SocketUse[];
  /** By number of the state; of LISTEN by port. Of one process, since few are shown. */
  peersOf(process: number): ReadonlyMap<number, ReadonlyMap<AddressKey, number>>;
}

/** Of a selection only what it picks. */
export function socketUses(snapshot: Snapshot, selection: Selection | null): SocketUses {
  const { sockets, join } = snapshot;
  const { fds } = join;
  const uses = snapshot.processes.map(newUse);
  const isPicked = pickedFds(snapshot, selection);
  for (let row = 0; row < fds.count; row++) {
    const use = uses[fds.process[row] ?? 0];
    if (use === undefined || !isPicked(row)) continue;
    const socket = fds.socket[row] ?? UNMATCHED;
    if (socket === NOT_TCP) use.other++;
    else if (socket === UNMATCHED) use.unmatched++;
    else {
      const state = sockets.state[socket] ?? 0;
      use.tcpTotal++;
      use.tcp[state] = (use.tcp[state] ?? 0) + 1;
      if ((sockets.owners[socket] ?? 0) > 1) use.shared++;
    }
  }
  return { uses, peersOf: (process) => countPeers(snapshot, process, isPicked) };
}

/** Enough to rank the largest; a process with more distinct peers than this has no large one to miss. */
const MAX_PEERS = 5000;
/** Stands for the addresses that were not counted one by one. */
export const OTHER_PEERS = 'others';

function countPeers({ sockets, join }: Snapshot, process: number, isPicked: IsPicked) {
  const { fds } = join;
  const states = new Map<number, Map<AddressKey, number>>();
  const first = fds.firstRow[process] ?? NO_FD;
  for (let row = first; row < fds.count && fds.process[row] === process; row++) {
    const socket = fds.socket[row] ?? UNMATCHED;
    if (socket < 0 || !isPicked(row)) continue;
    const state = sockets.state[socket] ?? 0;
    let peers = states.get(state);
    if (peers === undefined) {
      peers = new Map();
      states.set(state, peers);
    }
    const peer = state === LISTEN ? (sockets.localPort[socket] ?? 0) : remoteKey(sockets, socket);
    const key = peers.size < MAX_PEERS || peers.has(peer) ? peer : OTHER_PEERS;
    peers.set(key, (peers.get(key) ?? 0) + 1);
  }
  return states;
}
