/** Who talks to whom: pods, processes and addresses in pairs, by sockets and by bytes in queues. */

import type { PeerIdentity } from '../connections/peer-nodes.ts';
import { writeTerm } from '../query/write-term.ts';
import type { Message } from '../report/message.ts';
import { podWorker } from '../snapshot/pod-index.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { sourceOf } from '../snapshot/sockets.ts';
import { TCP_STATES } from '../snapshot/tcp-states.ts';
import { cleanText } from '../text.ts';
import { defineMessages } from '../wording/define-messages.ts';
import { podName } from '../wording/subject.ts';
import type { WordedReport } from '../wording/worded.ts';
import type { EvidenceLink } from './evidence-link.ts';
import type { PageContext } from './page-context.ts';
import type { PeerLink, PeerNode, PeerSide, PeersView } from './peers-model.ts';
import { type LinkTally, type PeersTally, type SideTally, tallyPeers } from './peers-tally.ts';

const say = defineMessages('peers-view', {
  summary:
    '{pairs, plural, one {# pair} other {# pairs}} with {sockets, plural, one {# socket} other {# sockets}}; {joined, plural, =0 {no connection has both ends in the bundle} one {# connection has both ends in the bundle} other {# connections have both ends in the bundle}}{conntrack, plural, =0 {} other {, # of them told by conntrack}}',
  caveat:
    '{sockets, plural, one {# socket leads} other {# sockets lead}} to a private address that nobody on this node has. It belongs to another node or to a service. Only conntrack tells which pod answers for a service, and it is not in the bundle ({file}).',
  outsidePods: 'process outside pods',
  detail:
    '{kind, select, namespace {no process known} private {private address, not of this node} public {public address} loopback {the other end was not found} other {too many to list}}',
  note: '{most, plural, one {# socket is} other {# sockets are}} at {more}, {least, number} at {less}. {least, plural, =0 {The other ends are gone} other {The other ends of the rest are gone}}{minisocks, plural, =0 {} one {, but for # minisock without a process} other {, but for # minisocks without a process}}.',
  firstRow: 'first of {sockets, plural, one {# row} other {# rows}}',
});

const MAX_LINKS = 200;

/** Null when no socket table is in the bundle. */
export function buildPeersView(context: PageContext): PeersView | null {
  const { report, snapshot, wording } = context;
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
    summary: wording.text(summaryOf(tally)),
    links: shown.map((link) => toLink(link, tally, blamed.has(link), context)),
    more: hidden.length + tally.dropped === 0 ? null : { links: hidden.length, sockets: hiddenSockets },
    caveat: wording.text(caveatOf(tally, snapshot) ?? ''),
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

function summaryOf({ links, dropped }: PeersTally): Message {
  const sockets = links.reduce((sum, link) => sum + link.fromSide.sockets + link.toSide.sockets, dropped);
  const joined = links.reduce((sum, link) => sum + link.joined, 0);
  const through = links.reduce((sum, link) => sum + link.throughConntrack, 0);
  return say.summary({ pairs: links.length, sockets, joined: joined / 2, conntrack: through / 2 });
}

function caveatOf({ unknownPrivate }: PeersTally, { raw }: Snapshot): Message | null {
  if (raw.conntrack.length > 0 || unknownPrivate === 0) return null;
  return say.caveat({ sockets: unknownPrivate, file: '/proc/net/nf_conntrack' });
}

function toLink(link: LinkTally, { nodes }: PeersTally, isBlamed: boolean, context: PageContext): PeerLink {
  const { snapshot, wording } = context;
  const from = toNode(link.from, nodes.identities[link.from], context);
  const to = toNode(link.to, nodes.identities[link.to], context);
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
    note: wording.text(noteOf(from, fromSide, to, toSide) ?? ''),
    tone: isBlamed ? 'bad' : isEmpty ? 'faint' : toSide.seen && fromSide.seen ? 'tcp' : 'plain',
    evidence: evidenceOf(link, context),
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

function toNode(id: number, identity: PeerIdentity | undefined, { snapshot, wording }: PageContext): PeerNode {
  const subject = identity?.subject ?? null;
  const kind = identity?.kind ?? 'others';
  if (subject === null) {
    const label = cleanText(wording.text(identity?.text ?? '?'));
    return { id, kind, label, detail: wording.text(say.detail({ kind })) };
  }
  if (kind === 'pod')
    return { id, kind, label: podName(subject), detail: podWorker(snapshot, subject.podUid ?? '')?.comm ?? '' };
  return { id, kind, label: subject.comm ?? '?', detail: wording.text(say.outsidePods()) };
}

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
function noteOf(from: PeerNode, fromSide: PeerSide, to: PeerNode, toSide: PeerSide): Message | null {
  if (!fromSide.seen || !toSide.seen || fromSide.sockets === toSide.sockets) return null;
  const isFromMore = fromSide.sockets > toSide.sockets;
  const [more, most] = isFromMore ? [from, fromSide] : [to, toSide];
  const [less, least] = isFromMore ? [to, toSide] : [from, fromSide];
  return say.note({
    most: most.sockets,
    more: more.label,
    least: least.sockets,
    less: less.label,
    minisocks: least.minisocks,
  });
}

/** The first row of the end with more sockets. */
function evidenceOf({ fromSide, toSide }: LinkTally, { snapshot, book }: PageContext): EvidenceLink | null {
  const { sockets } = snapshot;
  const side = toSide.sockets > fromSide.sockets || fromSide.firstRow < 0 ? toSide : fromSide;
  const source = side.firstRow < 0 ? undefined : sourceOf(sockets, side.firstRow);
  if (source === undefined) return null;
  const line = sockets.line[side.firstRow] ?? 1;
  const note = side.sockets === 0 ? '' : say.firstRow({ sockets: side.sockets });
  return book.link({ entry: source.entry, startLine: line, endLine: line, note });
}
