/** Who talks to whom: pods, processes and addresses in pairs, with the sockets at both ends. */
import type { PeerLink, PeerSide, PeersView } from '../../src/core/page/peers-model.ts';
import { drawPeers } from '../charts/peers-bands.ts';
import { SHORT_PEERS } from '../charts/peers-layout.ts';
import { el } from '../dom.ts';
import { bytes, count, plural } from '../format.ts';
import { icon } from '../icons.ts';
import type { Stage } from '../stage.ts';
import { dataTable } from './data-table.ts';
import { emptyBox, plainSection, twinSection } from './section.ts';

const TITLE = 'Who talks to whom';

const NOT_SEEN = 'not seen';

function sockets(side: PeerSide): string {
  return side.seen ? count(side.sockets) : NOT_SEEN;
}

function queues(side: PeerSide): string {
  return side.seen ? `${bytes(side.rxQueueBytes)} / ${bytes(side.txQueueBytes)}` : NOT_SEEN;
}

/** The state of most, and how many others there are; minisocks and handshakes, which are no full sockets. */
function states(side: PeerSide): string {
  if (!side.seen) return NOT_SEEN;
  const [top, ...others] = side.states;
  const rest = others.reduce((sum, { count: each }) => sum + each, 0);
  const parts = [
    top === undefined ? '' : `${top.state} ${count(top.count)}`,
    rest === 0 ? '' : `${count(rest)} in others`,
    side.minisocks === 0 ? '' : plural(side.minisocks, 'minisock'),
    side.handshakes === 0 ? '' : plural(side.handshakes, 'handshake'),
  ];
  return parts.filter((part) => part !== '').join(', ') || '–';
}

function port({ port: top, otherPorts }: PeerLink): string {
  if (top === 0) return '–';
  return otherPorts === 0 ? String(top) : `${top} and ${count(otherPorts)} more`;
}

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
    link.joined === 0 ? '–' : count(link.joined),
    link.throughConntrack === 0 ? '–' : count(link.throughConntrack),
    link.note === '' ? (to.kind === 'pod' || to.kind === 'process' ? '' : to.detail) : link.note,
    link.evidence,
  ];
}

function twinTable(view: PeersView, stage: Stage): HTMLElement {
  const number = (title: string) => ({ title, numeric: true });
  const columns = [
    { title: 'Connects' },
    { title: 'Listens' },
    number('Port'),
    number('Sockets, connecting'),
    number('Sockets, listening'),
    { title: 'States of the connecting end' },
    { title: 'States of the listening end' },
    number('Unread / unsent, connecting'),
    number('Unread / unsent, listening'),
    number('Both ends seen'),
    number('By conntrack'),
    { title: 'Remark' },
    { title: 'Evidence' },
  ];
  return dataTable({ name: `${TITLE} as table`, columns, rows: view.links.map(cells) }, stage);
}

/** How much the picture leaves out. */
function moreText({ links, more }: PeersView): string {
  const hidden = links.slice(SHORT_PEERS);
  const pairs = hidden.length + (more?.links ?? 0);
  if (pairs === 0 && (more?.sockets ?? 0) === 0) return '';
  const left = hidden.reduce((sum, link) => sum + Math.max(link.fromSide.sockets, link.toSide.sockets), 0);
  const listed = more === null ? 'in the table' : `the first ${count(links.length)} pairs are in the table`;
  return `${plural(pairs, 'more pair')} with ${plural(left + (more?.sockets ?? 0), 'connection')}; ${listed}.`;
}

function remark(text: string, tone: 'warn' | 'bad'): HTMLElement {
  return el('p', { class: 'caveat' }, icon(tone, `tone-${tone}`), el('span', { class: 'clamp', title: text }, text));
}

export function peers(view: PeersView | null, stage: Stage): HTMLElement {
  const heading = { id: 'peers', title: TITLE };
  if (view === null || view.links.length === 0) {
    const why = view === null ? 'The tables proc/PID/net/tcp and tcp6 are absent.' : '';
    const title = view === null ? 'No socket table in this bundle' : 'No connections in this bundle';
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
