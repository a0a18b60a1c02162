/** Who talks to whom: pods, processes and addresses in pairs, by sockets and by bytes in queues. */

import type { PeerIdentity } from '../connections/peer-nodes.ts';
import { writeTerm } from '../query/write-term.ts';
import { podWorker } from '../snapshot/pod-index.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { sourceOf } from '../snapshot/sockets.ts';
import { TCP_STATES } from '../snapshot/tcp-states.ts';
import { cleanText } from '../text.ts';
import { formatCount, formatQuantity } from '../wording/format.ts';
import { podName } from '../wording/subject-text.ts';
import type { WordedReport } from '../wording/worded.ts';
import type { EvidenceBook } from './evidence-book.ts';
import type { EvidenceLink } from './evidence-link.ts';
import type { PeerLink, PeerNode, PeerSide, PeersView } from './peers-model.ts';
import { type LinkTally, type PeersTally, type SideTally, tallyPeers } from './peers-tally.ts';

const MAX_LINKS = 200;

/** Null when no socket table is in the bundle. */
export function buildPeersView(report: WordedReport, snapshot: Snapshot, book: EvidenceBook): PeersView | null {
  if (!snapshot.namespaces.some((namespace) => namespace.tables.length > 0)) return null;
  const tally = tallyPeers(snapshot);
  const sorted = [...tally.links].sort(
    (a, b) => widthOf(b) - widthOf(a) || bytesOf(b) - bytesOf(a) || a.from - b.from || a.to - b.to,
  );
  const blamed = blamedLinks(report, tally, sorted);
  const shown = sorted.slice(0, MAX_LINKS);
  // Whom the verdict names is never among those left out.
  for (const link of blamed) if (!shown.includes(link)) shown.push(link);
  const hidden = sorted.slice(MAX_LINKS).filter((link) => !blamed.has(link));
  const hiddenSockets = hidden.reduce((sum, link) => sum + widthOf(link), tally.dropped);
  return {
    summary: summaryOf(tally),
    links: shown.map((link) => toLink(link, tally, blamed.has(link), snapshot, book)),
    more: hidden.length + tally.dropped === 0 ? null : { links: hidden.length, sockets: hiddenSockets },
    caveat: caveatOf(tally, snapshot),
  };
}

/** Connections, as far as either end shows them. */
function widthOf({ fromSide, toSide }: LinkTally): number {
  return Math.max(fromSide.sockets, toSide.sockets);
}

function bytesOf({ fromSide, toSide }: LinkTally): number {
  return fromSide.rx + fromSide.tx + toSide.rx + toSide.tx;
}

/** Of each that the verdict names the link with most sockets, of who has the memory that with most bytes. */
function blamedLinks(
  report: WordedReport,
  { nodes }: PeersTally,
  sorted: readonly LinkTally[],
): ReadonlySet<LinkTally> {
  const { countOwner, memoryOwner, status } = report.verdict;
  const blamed = new Set<LinkTally>();
  if (status === 'healthy') return blamed;
  const of = (node: number) => sorted.filter((link) => link.from === node || link.to === node);
  const byCount = countOwner === null ? undefined : of(nodes.ofSubject(countOwner))[0];
  if (byCount !== undefined && widthOf(byCount) > 0) blamed.add(byCount);
  const byMemory =
    memoryOwner === null
      ? undefined
      : of(nodes.ofSubject(memoryOwner)).reduce<LinkTally | undefined>(
          (most, link) => (most === undefined || bytesOf(link) > bytesOf(most) ? link : most),
          undefined,
        );
  if (byMemory !== undefined && bytesOf(byMemory) > 0) blamed.add(byMemory);
  return blamed;
}

function summaryOf({ links, dropped }: PeersTally): string {
  const sockets = links.reduce((sum, link) => sum + link.fromSide.sockets + link.toSide.sockets, dropped);
  const joined = links.reduce((sum, link) => sum + link.joined, 0);
  const through = links.reduce((sum, link) => sum + link.throughConntrack, 0);
  const both =
    joined === 0
      ? 'no connection has both ends in the bundle'
      : `${formatQuantity(joined / 2, 'connection has', 'connections have')} both ends in the bundle`;
  const conntrack = through === 0 ? '' : `, ${formatCount(through / 2)} of them told by conntrack`;
  return `${formatQuantity(links.length, 'pair')} with ${formatQuantity(sockets, 'socket')}; ${both}${conntrack}`;
}

function caveatOf({ unknownPrivate }: PeersTally, { raw }: Snapshot): string {
  if (raw.conntrack.length > 0 || unknownPrivate === 0) return '';
  return `${formatQuantity(unknownPrivate, 'socket leads', 'sockets lead')} to a private address that nobody here has: of another node, or of a service. Which pod answers for a service only conntrack tells, and that is not in the bundle (/proc/net/nf_conntrack).`;
}

function toLink(
  link: LinkTally,
  { nodes }: PeersTally,
  isBlamed: boolean,
  snapshot: Snapshot,
  book: EvidenceBook,
): PeerLink {
  const from = toNode(link.from, nodes.identities[link.from], snapshot);
  const to = toNode(link.to, nodes.identities[link.to], snapshot);
  const hostNetns = snapshot.namespaces.find(({ isHost }) => isHost)?.netns;
  const isAddressable = (id: number) => {
    const identity = nodes.identities[id];
    // All pods of the host's network have its address.
    return identity !== undefined && ADDRESSABLE.has(identity.kind) && identity.subject?.netns !== hostNetns;
  };
  const fromSide = sideOf(link.fromSide, from);
  const toSide = sideOf(link.toSide, to);
  const ports = [...link.ports].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  const isEmpty = widthOf(link) === 0;
  return {
    from,
    to,
    fromSide,
    toSide,
    port: ports[0]?.[0] ?? 0,
    otherPorts: Math.max(0, ports.length - 1),
    joined: link.joined / 2,
    throughConntrack: link.throughConntrack / 2,
    note: noteOf(from, fromSide, to, toSide),
    tone: isBlamed ? 'bad' : isEmpty ? 'faint' : toSide.seen && fromSide.seen ? 'tcp' : 'plain',
    evidence: evidenceOf(link, snapshot, book),
    filter: filterOf([from, isAddressable(link.from)], [to, isAddressable(link.to)]),
  };
}

/** The sockets of the listening end, else of the other, by who holds them and whom they lead to. */
function filterOf(from: readonly [PeerNode, boolean], to: readonly [PeerNode, boolean]): string {
  const pick = ([holder]: typeof from, [peer, isAddressable]: typeof to): string => {
    const held = HOLDER_TERMS[holder.kind]?.(holder.label) ?? '';
    const led = isAddressable ? writeTerm('peer', peer.label) : '';
    return held === '' || led === '' ? '' : `${held} ${led}`;
  };
  return pick(to, from) || pick(from, to);
}

const HOLDER_TERMS: Partial<Record<PeerNode['kind'], (label: string) => string>> = {
  pod: (label) => writeTerm('pod', label),
  process: (label) => `${writeTerm('comm', label)} pod:none`,
};
/** `peer:` finds a pod by its name and everything else by its address. */
const ADDRESSABLE: ReadonlySet<PeerNode['kind']> = new Set(['pod', 'private', 'public'] as const);

function toNode(id: number, identity: PeerIdentity | undefined, snapshot: Snapshot): PeerNode {
  const subject = identity?.subject ?? null;
  const kind = identity?.kind ?? 'others';
  if (subject === null) return { id, kind, label: cleanText(identity?.text ?? '?'), detail: DETAIL[kind] };
  if (kind === 'pod')
    return { id, kind, label: podName(subject), detail: podWorker(snapshot, subject.podUid ?? '')?.comm ?? '' };
  return { id, kind, label: subject.comm ?? '?', detail: 'process outside pods' };
}

const DETAIL: Readonly<Record<PeerIdentity['kind'], string>> = {
  pod: '',
  process: '',
  namespace: 'no process known',
  private: 'private address, not of this node',
  public: 'public address',
  loopback: 'the other end was not found',
  others: 'too many to list',
};

const LOCAL: ReadonlySet<PeerIdentity['kind']> = new Set(['pod', 'process', 'namespace']);

function sideOf(side: SideTally, { kind }: PeerNode): PeerSide {
  const states = [...side.states]
    .map((count, state) => ({ state: TCP_STATES[state] || 'UNKNOWN', count }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count);
  return {
    seen: LOCAL.has(kind),
    sockets: side.sockets,
    states,
    rxQueueBytes: side.rx,
    txQueueBytes: side.tx,
    minisocks: side.minisocks,
    handshakes: side.handshakes,
  };
}

/** Only where both ends could be seen. */
function noteOf(from: PeerNode, fromSide: PeerSide, to: PeerNode, toSide: PeerSide): string {
  if (!fromSide.seen || !toSide.seen || fromSide.sockets === toSide.sockets) return '';
  const isFromMore = fromSide.sockets > toSide.sockets;
  const [more, most] = isFromMore ? [from, fromSide] : [to, toSide];
  const [less, least] = isFromMore ? [to, toSide] : [from, fromSide];
  const gone = least.sockets === 0 ? 'the other ends are gone' : 'of the rest the other end is gone';
  const left =
    least.minisocks === 0 ? '' : `, but for ${formatQuantity(least.minisocks, 'minisock')} without a process`;
  return `${formatCount(most.sockets)} at ${more.label}, ${formatCount(least.sockets)} at ${less.label}: ${gone}${left}.`;
}

/** The first row of the end with more sockets. */
function evidenceOf({ fromSide, toSide }: LinkTally, { sockets }: Snapshot, book: EvidenceBook): EvidenceLink | null {
  const side = toSide.sockets > fromSide.sockets || fromSide.firstRow < 0 ? toSide : fromSide;
  const source = side.firstRow < 0 ? undefined : sourceOf(sockets, side.firstRow);
  if (source === undefined) return null;
  const line = sockets.line[side.firstRow] ?? 1;
  const note = side.sockets === 0 ? '' : `first of ${formatQuantity(side.sockets, 'row')}`;
  return book.link({ entry: source.entry, startLine: line, endLine: line, note });
}
