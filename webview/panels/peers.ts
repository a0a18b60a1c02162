/** Who talks to whom: pods, processes and addresses in pairs, with the sockets at both ends. */
import type { PeerLink, PeerSide, PeersView } from '../../src/core/page/peers-model.ts';
import type { Message } from '../../src/core/report/message.ts';
import { defineMessages } from '../../src/core/wording/define-messages.ts';
import { drawPeers } from '../charts/peers-bands.ts';
import { SHORT_PEERS } from '../charts/peers-layout.ts';
import { el } from '../dom.ts';
import { icon } from '../icons.ts';
import type { Stage } from '../stage.ts';
import { words } from '../words.ts';
import { countCell, idCell, NO_VALUE, numberColumn, textCell, textColumn, type ValueCell } from './cells.ts';
import { dataTable } from './data-table.ts';
import { evidenceColumn } from './evidence.ts';
import { emptyBox, plainSection, tableName, twinSection } from './section.ts';

const say = defineMessages('webview-peers', {
  title: 'Who talks to whom',
  connects: 'Connects',
  listens: 'Listens',
  port: 'Port',
  socketsConnecting: 'Sockets, connecting',
  socketsListening: 'Sockets, listening',
  statesConnecting: 'States of the connecting end',
  statesListening: 'States of the listening end',
  queuesConnecting: 'Unread / unsent, connecting',
  queuesListening: 'Unread / unsent, listening',
  joined: 'Both ends seen',
  conntrack: 'By conntrack',
  remark: 'Remark',
  notSeen: 'not seen',
  queues: '{unread, number, bytes} / {unsent, number, bytes}',
  states: '{states}',
  inState: '{state} {sockets, number}',
  inOthers: '{sockets, number} in other states',
  minisocks: '{sockets, plural, one {# minisock} other {# minisocks}}',
  handshakes: '{sockets, plural, one {# handshake} other {# handshakes}}',
  morePorts: '{port} and {more, number} more',
  moreInTable:
    '{pairs, plural, one {# more pair} other {# more pairs}} with {connections, plural, one {# connection} other {# connections}}; in the table.',
  moreThanListed:
    '{pairs, plural, one {# more pair} other {# more pairs}} with {connections, plural, one {# connection} other {# connections}}; the table lists the first {listed, plural, one {# pair} other {# pairs}}.',
  noTable: 'No socket table in this bundle',
  noConnections: 'No connections in this bundle',
  absent: 'This bundle has neither proc/PID/net/tcp nor proc/PID/net/tcp6.',
});

const notSeen = () => textCell(words.text(say.notSeen()), null);

function sockets(side: PeerSide): ValueCell {
  return side.seen ? countCell(side.sockets) : notSeen();
}

function queues(side: PeerSide): ValueCell {
  if (!side.seen) return notSeen();
  const [unread, unsent] = [side.rxQueueBytes, side.txQueueBytes];
  return textCell(words.text(say.queues({ unread, unsent })), unread + unsent);
}

/** The state of most, and how many others there are; minisocks and handshakes, which are no full sockets. */
function states(side: PeerSide): string {
  if (!side.seen) return words.text(say.notSeen());
  const [top, ...others] = side.states;
  const rest = others.reduce((sum, { count: each }) => sum + each, 0);
  const parts: Message[] = [];
  if (top !== undefined) parts.push(say.inState({ state: top.state, sockets: top.count }));
  if (rest > 0) parts.push(say.inOthers({ sockets: rest }));
  if (side.minisocks > 0) parts.push(say.minisocks({ sockets: side.minisocks }));
  if (side.handshakes > 0) parts.push(say.handshakes({ sockets: side.handshakes }));
  return parts.length === 0 ? '–' : words.text(say.states({ states: parts }));
}

function port({ port: top, otherPorts }: PeerLink): ValueCell {
  if (top === 0) return NO_VALUE;
  return otherPorts === 0 ? idCell(top) : textCell(words.text(say.morePorts({ port: top, more: otherPorts })), top);
}

const someCell = (value: number) => (value === 0 ? NO_VALUE : countCell(value));

function cells(link: PeerLink) {
  const { from, to, fromSide, toSide } = link;
  return [
    from.label,
    to.label,
    port(link),
    sockets(fromSide),
    sockets(toSide),
    states(fromSide),
    states(toSide),
    queues(fromSide),
    queues(toSide),
    someCell(link.joined),
    someCell(link.throughConntrack),
    link.note === '' ? (to.kind === 'pod' || to.kind === 'process' ? '' : to.detail) : link.note,
    link.evidence,
  ];
}

function twinTable(view: PeersView, stage: Stage): HTMLElement {
  const columns = [
    textColumn(say.connects()),
    textColumn(say.listens()),
    numberColumn(say.port()),
    numberColumn(say.socketsConnecting()),
    numberColumn(say.socketsListening()),
    textColumn(say.statesConnecting()),
    textColumn(say.statesListening()),
    numberColumn(say.queuesConnecting()),
    numberColumn(say.queuesListening()),
    numberColumn(say.joined()),
    numberColumn(say.conntrack()),
    textColumn(say.remark()),
    evidenceColumn(),
  ];
  return dataTable({ id: 'peers', name: tableName(say.title()), columns, rows: view.links.map(cells) }, stage);
}

/** How much the picture leaves out. */
function moreText({ links, more }: PeersView): string {
  const hidden = links.slice(SHORT_PEERS);
  const pairs = hidden.length + (more?.links ?? 0);
  if (pairs === 0 && (more?.sockets ?? 0) === 0) return '';
  const left = hidden.reduce((sum, link) => sum + Math.max(link.fromSide.sockets, link.toSide.sockets), 0);
  const connections = left + (more?.sockets ?? 0);
  if (more === null) return words.text(say.moreInTable({ pairs, connections }));
  return words.text(say.moreThanListed({ pairs, connections, listed: links.length }));
}

function remark(text: string, tone: 'warn' | 'bad'): HTMLElement {
  return el('p', { class: 'caveat' }, icon(tone, `tone-${tone}`), el('span', { class: 'clamp', title: text }, text));
}

export function peers(view: PeersView | null, stage: Stage): HTMLElement {
  const heading = { id: 'peers', title: say.title() };
  if (view === null || view.links.length === 0) {
    const why = view === null ? words.text(say.absent()) : '';
    const title = words.text(view === null ? say.noTable() : say.noConnections());
    return plainSection(heading, emptyBox(title, why));
  }
  const chart = el('div', { class: 'place' });
  stage.fit(chart, (width) => drawPeers(chart, width, view.links, stage));
  const more = moreText(view);
  const below = el('div', {});
  for (const link of view.links) if (link.tone === 'bad' && link.note !== '') below.append(remark(link.note, 'bad'));
  if (view.caveat !== '') below.append(remark(view.caveat, 'warn'));
  return twinSection(
    {
      ...heading,
      scope: 'node',
      note: view.summary,
      picture: el('div', {}, chart, more === '' ? null : el('p', { class: 'dim small-text' }, more)),
      table: () => twinTable(view, stage),
      below,
    },
    stage,
  );
}
