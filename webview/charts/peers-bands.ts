/** Who talks to whom, drawn: a band for each pair, as thick at either end as there are sockets. */
import type { PeerLink, PeerSide } from '../../src/core/page/peers-model.ts';
import type { Message } from '../../src/core/report/message.ts';
import { defineMessages } from '../../src/core/wording/define-messages.ts';
import type { Stage } from '../stage.ts';
import { words } from '../words.ts';
import { fitText, wrapName } from './measure.ts';
import { lookOf, paint } from './paint.ts';
import { bandPath, layoutPeers, type PeerBand, type PeerPlace, SHORT_PEERS } from './peers-layout.ts';
import { asButton, group, hint, labels, openChart, type Pen, path, type Run, rect, write, writeRuns } from './pen.ts';
import { rove, type Stop } from './stops.ts';

const say = defineMessages('webview-peers-bands', {
  title: 'Who talks to whom: the {pairs, plural, one {largest pair} other {# largest pairs}}',
  connects: 'connects',
  listens: 'listens',
  queued: '{size, number, bytes} queued',
  notSeen: '{name} is not in this bundle',
  side: 'at {name} {sockets}',
  sockets: '{sockets, plural, one {# socket} other {# sockets}}',
  socketsInStates: '{sockets, plural, one {# socket} other {# sockets}} ({states})',
  inState: '{state} {sockets, number}',
  minisocks: '{sockets, plural, one {# minisock} other {# minisocks}}',
  unread: 'unread {size, number, bytes}',
  unsent: 'unsent {size, number, bytes}',
  pair: '{from} to {to}',
  pairAtPort: '{from} to {to} port {port}',
  band: '{pair}: {connecting}; {listening}.',
  bandWithNote: '{pair}: {connecting}; {listening}. {note}',
});

const BAR = 8;
const HEAD = 22;
const NAME_GAP = 8;
const LINE = 14;
const THIN = 14;

interface Columns {
  readonly name: number;
  readonly from: number;
  readonly to: number;
  readonly narrow: boolean;
}

function columnsOf(width: number): Columns {
  const name = Math.round(Math.min(260, Math.max(96, width * 0.27)));
  return { name, from: name + NAME_GAP, to: width - name - NAME_GAP - BAR, narrow: width < 640 };
}

function queued({ rxQueueBytes, txQueueBytes }: PeerSide): number {
  return rxQueueBytes + txQueueBytes;
}

/** `5,336`, or `1 → 5,336` where the ends differ and both can be seen. */
function socketsText({ fromSide, toSide }: PeerLink): string {
  if (fromSide.seen && toSide.seen && fromSide.sockets !== toSide.sockets)
    return `${words.count(fromSide.sockets)} → ${words.count(toSide.sockets)}`;
  return words.count(Math.max(fromSide.sockets, toSide.sockets));
}

/** What is written at a band. */
function bandRuns(link: PeerLink, narrow: boolean): Run[] {
  const size = queued(link.fromSide) + queued(link.toSide);
  const waiting = narrow ? words.bytes(size) : words.text(say.queued({ size }));
  return [
    { text: socketsText(link), className: 'strong' },
    { text: narrow || link.port === 0 ? '' : ` :${link.port}`, className: 'dim' },
    { text: size === 0 ? '' : ` ${waiting}` },
  ];
}

function saySide(name: string, side: PeerSide): Message {
  if (!side.seen) return say.notSeen({ name });
  const { sockets } = side;
  const states = side.states.map(({ state, count }) => say.inState({ state, sockets: count }));
  const numbers = [states.length === 0 ? say.sockets({ sockets }) : say.socketsInStates({ sockets, states })];
  if (side.minisocks > 0) numbers.push(say.minisocks({ sockets: side.minisocks }));
  if (queued(side) > 0) numbers.push(say.unread({ size: side.rxQueueBytes }), say.unsent({ size: side.txQueueBytes }));
  return say.side({ name, sockets: numbers });
}

function bandName(link: PeerLink): string {
  const [from, to] = [link.from.label, link.to.label];
  const { port, note } = link;
  const band = {
    pair: port === 0 ? say.pair({ from, to }) : say.pairAtPort({ from, to, port }),
    connecting: saySide(from, link.fromSide),
    listening: saySide(to, link.toSide),
  };
  return words.text(note === '' ? say.band(band) : say.bandWithNote({ ...band, note }));
}

function drawBand(pen: Pen, texts: Pen, band: PeerBand, index: number, columns: Columns, stage: Stage): Stop | null {
  const { link, to } = band;
  const [x1, x2] = [columns.from + BAR, columns.to];
  const stop = group(pen, 'stop band');
  const shape = bandPath(band, x1, x2);
  paint(path(stop, shape, 'band-shape'), lookOf(link.tone));
  path(stop, shape, 'ring');
  hint(stop, bandName(link));
  const runs = bandRuns(link, columns.narrow);
  const room = x2 - x1 - 12;
  const width = runs.reduce((sum, run) => sum + stage.measure(run.text, 12, run.className === 'strong' ? 600 : 400), 0);
  const shown = width <= room ? runs : runs.slice(0, 1);
  // In a thick band, above a thin one: a line would strike the text through.
  const baseline = to.y + to.height / 2 + (to.height < THIN ? -3 - to.height / 2 : 4);
  writeRuns(group(texts, 'halo-text'), x2 - 6, baseline, shown, 'end');
  const element = asButton(stop, bandName(link));
  if (element === null) return null;
  const top = Math.min(band.from.y, to.y);
  const height = Math.max(band.from.y + band.from.height, to.y + to.height) - top;
  return { key: `peer-${index}`, box: { x: x1, y: top, width: x2 - x1, height }, element };
}

function drawPlace(
  pen: Pen,
  place: PeerPlace,
  side: 'from' | 'to',
  columns: Columns,
  width: number,
  stage: Stage,
): void {
  const x = side === 'from' ? columns.from : columns.to;
  rect(pen, { x, y: place.y, width: BAR, height: place.height }, 'peer-bar');
  const at = side === 'from' ? columns.name : width - columns.name;
  const anchor = side === 'from' ? 'end' : 'start';
  const names = wrapName(place.node.label, columns.name, 2, (text) => stage.measure(text, 12, 600));
  const detail = fitText(place.node.detail, columns.name, (text) => stage.measure(text, 11));
  const lines = names.length + (detail === '' ? 0 : 1);
  let y = place.y + place.height / 2 - ((lines - 1) * LINE) / 2 + 4;
  for (const name of names) {
    write(pen, at, y, name, 'strong', anchor);
    y += LINE;
  }
  if (detail !== '') write(pen, at, y, detail, 'dim small', anchor);
  hint(pen, `${place.node.label} ${place.node.detail}`.trim());
}

export function drawPeers(place: HTMLElement, width: number, links: readonly PeerLink[], stage: Stage): void {
  const shown = links.slice(0, SHORT_PEERS);
  const layout = layoutPeers(shown);
  const columns = columnsOf(width);
  const pen = openChart(place, width, layout.height + HEAD + 4, words.text(say.title({ pairs: shown.length })));
  const heads = labels(pen);
  write(heads, columns.name, 12, words.text(say.connects()), 'dim small', 'end');
  write(heads, width - columns.name, 12, words.text(say.listens()), 'dim small');
  const body = pen.append('g').attr('transform', `translate(0 ${HEAD})`);
  const bands = group(body, 'bands');
  const texts = labels(body);
  for (const each of layout.left) drawPlace(group(texts, ''), each, 'from', columns, width, stage);
  for (const each of layout.right) drawPlace(group(texts, ''), each, 'to', columns, width, stage);
  const stops = layout.bands.flatMap((band, index) => drawBand(bands, texts, band, index, columns, stage) ?? []);
  const open = (key: string) => {
    const link = layout.bands[Number(key.slice('peer-'.length))]?.link.evidence ?? null;
    if (link !== null) stage.open(link);
  };
  rove(stops, undefined, {
    select: open,
    evidence: open,
    other: (key, pressed) => {
      const filter = layout.bands[Number(key.slice('peer-'.length))]?.link.filter ?? '';
      if (pressed !== 'f' || filter === '') return false;
      stage.filter.toggle(filter);
      return true;
    },
  });
}
