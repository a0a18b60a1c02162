/** What the section "Who talks to whom" shows, ready to draw. */
import type { EvidenceLink, Tone } from './evidence-link.ts';

/** pod, process: on this node. namespace: of the node, nobody known. private, public: an address that nobody here has. */
export const PEER_KINDS = ['pod', 'process', 'namespace', 'private', 'public', 'loopback', 'others'] as const;
type PeerKind = (typeof PEER_KINDS)[number];

export interface PeerNode {
  /** The same for the same node in every link. */
  readonly id: number;
  readonly kind: PeerKind;
  readonly label: string;
  readonly detail: string;
}

export interface PeerSide {
  /** Its namespace is in the bundle: 0 sockets means that there are none. */
  readonly seen: boolean;
  /** Full sockets; minisocks and handshakes are counted apart. */
  readonly sockets: number;
  /** Most first. */
  readonly states: readonly { readonly state: string; readonly count: number }[];
  readonly rxQueueBytes: number;
  readonly txQueueBytes: number;
  readonly minisocks: number;
  readonly handshakes: number;
}

/** All connections of one node to another. */
export interface PeerLink {
  /** Who connects. */
  readonly from: PeerNode;
  /** Who listens. */
  readonly to: PeerNode;
  readonly fromSide: PeerSide;
  readonly toSide: PeerSide;
  /** Port of the listening end with most sockets, and how many other ports there are at least. */
  readonly port: number;
  readonly otherPorts: number;
  /** Connections whose two ends are both in the bundle, and how many of them only conntrack could tell. */
  readonly joined: number;
  readonly throughConntrack: number;
  /** Where the ends differ, and what that means; else empty. */
  readonly note: string;
  /** bad: of all links of whom the verdict names, the one with most. */
  readonly tone: Tone;
  readonly evidence: EvidenceLink | null;
  /** Picks its sockets at the end that can be named; empty when none can. */
  readonly filter: string;
}

export interface PeersView {
  readonly summary: string;
  /** Most sockets first. */
  readonly links: readonly PeerLink[];
  /** Left out of the links, with their sums. */
  readonly more: { readonly links: number; readonly sockets: number } | null;
  /** What could not be told from this bundle; empty when nothing is missing. */
  readonly caveat: string;
}
