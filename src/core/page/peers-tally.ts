/** Adds the rows of all socket tables up by pair: who connects, who listens. */
import { BY_CONNTRACK, type ConnectionEnds, connectionEnds } from '../connections/connection-ends.ts';
import { createPeerNodes, type PeerNodes } from '../connections/peer-nodes.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { isMinisock, isSocket, type Sockets } from '../snapshot/sockets.ts';
import { LISTEN } from '../snapshot/tcp-states.ts';

export interface SideTally {
  sockets: number;
  rx: number;
  tx: number;
  minisocks: number;
  handshakes: number;
  /** The first full socket, else the first of what there is; -1 when there is nothing. */
  firstRow: number;
  hasSocket: boolean;
  /** By state, as in net/tcp. */
  readonly states: Uint32Array;
}

export interface LinkTally {
  readonly from: number;
  readonly to: number;
  readonly fromSide: SideTally;
  readonly toSide: SideTally;
  /** Full sockets whose other end is one in the bundle: two for each connection. */
  joined: number;
  throughConntrack: number;
  /** Rows by port of the listening end. */
  readonly ports: Map<number, number>;
}

export interface PeersTally {
  readonly nodes: PeerNodes;
  readonly links: readonly LinkTally[];
  /** Full sockets that are in no link, because there are too many pairs. */
  readonly dropped: number;
  /** Full sockets to a private address that is nobody's here. */
  readonly unknownPrivate: number;
}

/** Pairs beyond so many are not among the largest, unless a bundle wants it so. */
const MAX_LINKS = 20_000;
const MAX_PORTS = 32;
const STATES = 16;
/** Where ports that a kernel gives to clients begin: net.ipv4.ip_local_port_range. */
const FIRST_EPHEMERAL = 32768;

export function tallyPeers(snapshot: Snapshot): PeersTally {
  const { sockets } = snapshot;
  const ends = connectionEnds(snapshot);
  const nodes = createPeerNodes(snapshot);
  const links = new Map<number, LinkTally>();
  let last: LinkTally | null = null;
  let dropped = 0;
  let unknownPrivate = 0;
  for (let row = 0; row < sockets.count; row++) {
    if (sockets.state[row] === LISTEN) continue;
    const other = ends.other[row] ?? -1;
    const own = nodes.ofRow(row);
    const peer = other >= 0 ? nodes.ofRow(other) : nodes.ofPeer(row);
    const listens = isListeningEnd(sockets, ends, row, other);
    const from = listens ? peer : own;
    const to = listens ? own : peer;
    const link: LinkTally | null =
      last !== null && last.from === from && last.to === to ? last : linkOf(links, from, to);
    const isFull = isSocket(sockets, row);
    if (isFull && other < 0 && !listens && nodes.identities[peer]?.kind === 'private') unknownPrivate++;
    if (link === null) {
      if (isFull) dropped++;
      continue;
    }
    last = link;
    addRow(listens ? link.toSide : link.fromSide, sockets, row);
    addPort(link, portOf(sockets, ends, row, other, listens));
    if (!isFull || other < 0 || !isSocket(sockets, other)) continue;
    link.joined++;
    if (ends.how[row] === BY_CONNTRACK) link.throughConntrack++;
  }
  return { nodes, links: [...links.values()], dropped, unknownPrivate };
}

/** Both ends may be the same node, which then has two sides. Null: there are too many. */
function linkOf(links: Map<number, LinkTally>, from: number, to: number): LinkTally | null {
  const key = from * 2 ** 26 + to;
  let link = links.get(key);
  if (link === undefined) {
    if (links.size >= MAX_LINKS) return null;
    link = { from, to, fromSide: newSide(), toSide: newSide(), joined: 0, throughConntrack: 0, ports: new Map() };
    links.set(key, link);
  }
  return link;
}

function newSide(): SideTally {
  return {
    sockets: 0,
    rx: 0,
    tx: 0,
    minisocks: 0,
    handshakes: 0,
    firstRow: -1,
    hasSocket: false,
    states: new Uint32Array(STATES),
  };
}

/** Is this row the end that was connected to? */
function isListeningEnd(sockets: Sockets, ends: ConnectionEnds, row: number, other: number): boolean {
  const own = ends.isAtListener(row);
  const localPort = sockets.localPort[row] ?? 0;
  if (other < 0) return own || (localPort < FIRST_EPHEMERAL && (sockets.remotePort[row] ?? 0) >= FIRST_EPHEMERAL);
  if (own !== ends.isAtListener(other)) return own;
  const otherPort = sockets.localPort[other] ?? 0;
  return localPort === otherPort ? row < other : localPort < otherPort;
}

function portOf(sockets: Sockets, ends: ConnectionEnds, row: number, other: number, listens: boolean): number {
  if (listens) return sockets.localPort[row] ?? 0;
  if (other >= 0) return sockets.localPort[other] ?? 0;
  return ends.translation(row)?.port ?? sockets.remotePort[row] ?? 0;
}

function addPort({ ports }: LinkTally, port: number): void {
  const count = ports.get(port);
  if (count !== undefined || ports.size < MAX_PORTS) ports.set(port, (count ?? 0) + 1);
}

function addRow(side: SideTally, sockets: Sockets, row: number): void {
  const isFull = isSocket(sockets, row);
  if (side.firstRow < 0 || (isFull && !side.hasSocket)) side.firstRow = row;
  if (!isFull) {
    if (isMinisock(sockets, row)) side.minisocks++;
    else side.handshakes++;
    return;
  }
  const state = sockets.state[row] ?? 0;
  side.hasSocket = true;
  side.sockets++;
  side.rx += sockets.rxQueueBytes[row] ?? 0;
  side.tx += sockets.txQueueBytes[row] ?? 0;
  if (state < STATES) side.states[state] = (side.states[state] ?? 0) + 1;
}
