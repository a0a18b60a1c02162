/** Geometry of "who talks to whom": who connects on the left, who listens on the right, a band for each pair. Pure. */
import { scaleLinear } from 'd3';
import type { PeerLink, PeerNode } from '../../src/core/page/peers-model.ts';

export const SHORT_PEERS = 10;
/** Height that the pair with most sockets gets. */
const TALLEST = 88;
const MIN_BAND = 2;
/** Room for the text of a band, and for the name of a node with its second line. */
const MIN_SLOT = 18;
const MIN_NODE = 46;
const GAP = 10;

interface BandEnd {
  readonly y: number;
  readonly height: number;
}

export interface PeerBand {
  readonly link: PeerLink;
  readonly from: BandEnd;
  readonly to: BandEnd;
}

export interface PeerPlace {
  readonly node: PeerNode;
  readonly y: number;
  readonly height: number;
}

export interface PeersLayout {
  readonly left: readonly PeerPlace[];
  readonly right: readonly PeerPlace[];
  readonly bands: readonly PeerBand[];
  readonly height: number;
}

/** Sockets at both ends; one that cannot be seen is taken to have as many as the other. */
function socketsOf({ fromSide, toSide }: PeerLink): readonly [number, number] {
  const from = fromSide.seen ? fromSide.sockets : toSide.sockets;
  const to = toSide.seen ? toSide.sockets : fromSide.sockets;
  return [from, to];
}

interface Column {
  readonly places: readonly PeerPlace[];
  readonly ends: ReadonlyMap<PeerLink, BandEnd>;
  readonly height: number;
}

/** Takes the links that are to be drawn, largest first. */
export function layoutPeers(links: readonly PeerLink[]): PeersLayout {
  const most = Math.max(1, ...links.flatMap(socketsOf));
  const thickness = scaleLinear([0, most], [0, TALLEST]);
  const band = (sockets: number) => Math.max(MIN_BAND, thickness(sockets));
  const right = stack(links, 'to', (link) => band(socketsOf(link)[1]));
  const left = stack(links, 'from', (link) => band(socketsOf(link)[0]));
  const height = Math.max(left.height, right.height);
  return {
    left: left.places,
    right: right.places,
    height,
    bands: links.map((link) => ({
      link,
      from: left.ends.get(link) ?? { y: 0, height: MIN_BAND },
      to: right.ends.get(link) ?? { y: 0, height: MIN_BAND },
    })),
  };
}

/** The nodes of one side below each other, in the order in which they come; the bands of each in theirs. */
function stack(links: readonly PeerLink[], side: 'from' | 'to', heightOf: (link: PeerLink) => number): Column {
  const groups = new Map<number, PeerLink[]>();
  for (const link of links) {
    const group = groups.get(link[side].id);
    if (group === undefined) groups.set(link[side].id, [link]);
    else group.push(link);
  }
  const places: PeerPlace[] = [];
  const ends = new Map<PeerLink, BandEnd>();
  let y = 0;
  for (const group of groups.values()) {
    const slots = group.map((link) => Math.max(MIN_SLOT, heightOf(link)));
    const needed = slots.reduce((sum, slot) => sum + slot, 0);
    const height = Math.max(MIN_NODE, needed);
    let at = y + (height - needed) / 2;
    group.forEach((link, index) => {
      const slot = slots[index] ?? MIN_SLOT;
      const thick = heightOf(link);
      ends.set(link, { y: at + (slot - thick) / 2, height: thick });
      at += slot;
    });
    const node = group[0]?.[side];
    if (node !== undefined) places.push({ node, y, height });
    y += height + GAP;
  }
  return { places, ends, height: Math.max(0, y - GAP) };
}

/** The outline of a band between two columns. */
export function bandPath({ from, to }: PeerBand, x1: number, x2: number): string {
  const middle = (x1 + x2) / 2;
  const [a, b] = [from.y, from.y + from.height];
  const [c, d] = [to.y, to.y + to.height];
  return `M${x1} ${a}C${middle} ${a} ${middle} ${c} ${x2} ${c}V${d}C${middle} ${d} ${middle} ${b} ${x1} ${b}z`;
}
