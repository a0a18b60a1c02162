/** The TCP state machine with the sockets of all captured namespaces in it. */
import type { StatesView, StateView } from '../../src/core/page/page-model.ts';
import type { Message } from '../../src/core/report/message.ts';
import type { StateId } from '../../src/core/report/state-ids.ts';
import { defineMessages } from '../../src/core/wording/define-messages.ts';
import type { Stage } from '../stage.ts';
import { words } from '../words.ts';
import { wrapText } from './measure.ts';
import { hint, line, openChart, type Pen, path, rect, write } from './pen.ts';
import { drawStateNode } from './state-node.ts';
import { EDGES, type Edge, edgeEnds, layoutStates, type StatesLayout } from './states-layout.ts';
import { rove, type Stop } from './stops.ts';

const say = defineMessages('webview-state-graph', {
  title: 'TCP state machine, {sockets, plural, one {# socket} other {# sockets}}',
  neverClosed: 'close() never called',
  neverClosedNarrow: 'no close()',
  thisSide: 'this side closed first',
  thisSideNarrow: 'this side first',
  peer: 'peer closed first',
  peerNarrow: 'peer first',
});

/** Zero counts for every state, so that a model that leaves one out still shows the whole machine. */
const EMPTY: Omit<StateView, 'id'> = {
  count: 0,
  change: null,
  v6: 0,
  tone: 'plain',
  unreadBytes: 0,
  unsentBytes: 0,
  hint: '',
  holders: [],
  ports: [],
  peers: [],
  unread: [],
  reading: [],
  filter: '',
  evidence: [],
};

/** What has not happened on the way out of a stuck state: the crossed edge and its words, wide and narrow. */
const CROSSED: readonly { from: StateId; to: StateId; wide: Message; narrow: Message }[] = [
  { from: 'CLOSE_WAIT', to: 'LAST_ACK', wide: say.neverClosed(), narrow: say.neverClosedNarrow() },
];

/** States of the left half: their note stands in the left column. */
const LEFT: ReadonlySet<StateId> = new Set<StateId>(['SYN_RECV', 'FIN_WAIT1', 'FIN_WAIT2', 'REQUEST', 'MINISOCK']);

const NOTE_LINE = 15;

function drawEdges(pen: Pen, layout: StatesLayout, view: StatesView, selected: StateId | null): void {
  const stuck = view.stuck?.id;
  const isCrossed = (edge: Edge) =>
    CROSSED.some((each) => each.from === stuck && each.from === edge.from && each.to === edge.to);
  for (const edge of EDGES) {
    const ends = edgeEnds(layout, edge, edge.to === selected ? 7 : 2);
    if (ends === null) continue;
    const drawn = line(pen, ...ends.from, ...ends.to, isCrossed(edge) ? 'edge crossed' : 'edge');
    drawn.attr('marker-end', 'url(#arrow)');
  }
  drawSimultaneousOpen(pen, layout);
  for (const id of ['TIME_WAIT', 'LAST_ACK'] as const) {
    const box = layout.boxes.get(id);
    if (box === undefined) continue;
    const x = box.x + box.width / 2;
    const y = box.y + box.height;
    line(pen, x, y, x, y + 12, 'edge').attr('marker-end', 'url(#arrow)');
    write(pen, x, y + 25, 'CLOSED', 'dim small', 'middle');
  }
}

function drawSimultaneousOpen(pen: Pen, layout: StatesLayout): void {
  const from = layout.boxes.get('SYN_SENT');
  const to = layout.boxes.get('SYN_RECV');
  if (from === undefined || to === undefined) return;
  const start = [from.x + from.width * 0.08, from.y + from.height] as const;
  const end = [to.x + to.width * 0.92, to.y + to.height] as const;
  const bend = `C${start[0] - 20} ${start[1] + 14} ${end[0] + 20} ${end[1] + 14} ${end[0] + 2} ${end[1] + 2}`;
  path(pen, `M${start[0]} ${start[1]}${bend}`, 'edge').attr('marker-end', 'url(#arrow)');
}

function drawArrowHead(pen: Pen): void {
  const marker = pen.append('defs').append('marker').attr('id', 'arrow').attr('viewBox', '0 0 8 8');
  marker.attr('refX', 7).attr('refY', 4).attr('markerWidth', 7).attr('markerHeight', 7).attr('orient', 'auto');
  marker.append('path').attr('class', 'arrow').attr('d', 'M0 .8L7 4L0 7.2');
}

function drawFrame(pen: Pen, layout: StatesLayout): void {
  for (const x of layout.rules) line(pen, x, 0, x, layout.height - 30, 'divide');
  for (const caption of layout.captions) write(pen, caption.x, caption.y, caption.text, 'strong small');
  const { closed } = layout;
  const pill = { x: closed.x + 0.5, y: closed.y + 0.5, width: closed.width - 1, height: closed.height - 1 };
  rect(pen, pill, 'closed').attr('rx', 17);
  write(pen, closed.x + closed.width / 2, closed.y + 21, 'CLOSED', 'quiet', 'middle');
  if (!layout.wide) return;
  for (const [ghost, state] of [
    ['REQUEST', 'SYN_RECV'],
    ['MINISOCK', 'FIN_WAIT2'],
  ] as const) {
    const from = layout.boxes.get(ghost);
    const to = layout.boxes.get(state);
    if (from !== undefined && to !== undefined) {
      line(pen, from.x + from.width, from.y + from.height / 2, to.x, to.y + to.height / 2, 'tie');
    }
  }
}

function drawSides(pen: Pen, layout: StatesLayout): void {
  const active = layout.boxes.get('FIN_WAIT1');
  const passive = layout.boxes.get('CLOSE_WAIT');
  const thisSide = words.text(layout.wide ? say.thisSide() : say.thisSideNarrow());
  const peer = words.text(layout.wide ? say.peer() : say.peerNarrow());
  if (active !== undefined) write(pen, active.x, active.y - 8, thisSide, 'dim small halo');
  if (passive !== undefined) write(pen, passive.x + passive.width, passive.y - 8, peer, 'dim small halo', 'end');
}

function drawCross(pen: Pen, layout: StatesLayout, view: StatesView): void {
  const crossed = CROSSED.find((each) => each.from === view.stuck?.id);
  const box = crossed === undefined ? undefined : layout.boxes.get(crossed.from);
  if (crossed === undefined || box === undefined) return;
  const x = box.x + box.width / 2;
  const y = box.y + box.height + 18;
  for (const className of ['cross-ground', 'cross']) {
    line(pen, x - 5, y - 5, x + 5, y + 5, className);
    line(pen, x + 5, y - 5, x - 5, y + 5, className);
  }
  const text = words.text(layout.wide ? crossed.wide : crossed.narrow);
  write(pen, x - 14, y + 4, text, 'strong small halo fault', 'end');
}

/** The words before the first colon when they are few, and what follows with a capital letter. */
function splitTitle(text: string): readonly [string, string] {
  const [, title = '', rest = ''] = /^([^:]{1,20}): (.*)$/s.exec(text) ?? [];
  return title === '' ? ['', text] : [title, rest.charAt(0).toUpperCase() + rest.slice(1)];
}

/** The sentence beside the graph. Without room it is cut, and the panel beside the graph has it whole. */
function drawNote(pen: Pen, layout: StatesLayout, view: StatesView, stage: Stage): void {
  const { stuck } = view;
  if (stuck === null) return;
  const room = LEFT.has(stuck.id) ? layout.noteLeft : layout.noteRight;
  if (room === null) return;
  const measure = (text: string) => stage.measure(text, 12);
  const maxLines = Math.floor(room.height / NOTE_LINE) - 1;
  const note = pen.append('g').attr('class', 'note');
  // "Stuck here: the peers have closed ..." reads as a title and its text.
  const [title, rest] = splitTitle(stuck.text);
  const lines = wrapText(rest, room.width, maxLines, measure);
  if (title !== '') write(note, room.x, room.y + 12, title, 'strong fault');
  for (const [index, text] of lines.entries()) write(note, room.x, room.y + 12 + (index + 1) * NOTE_LINE, text);
  hint(note, stuck.text);
}

export interface StateGraphActions {
  select(id: StateId | null): void;
  evidence(id: StateId): void;
}

export function drawStateGraph(
  place: HTMLElement,
  width: number,
  view: StatesView,
  selected: StateId | null,
  stage: Stage,
  actions: StateGraphActions,
): void {
  const layout = layoutStates(width, view.states);
  const name = words.text(say.title({ sockets: view.total }));
  const pen = openChart(place, layout.width, layout.height, name);
  drawArrowHead(pen);
  drawFrame(pen, layout);
  drawEdges(pen, layout, view, selected);
  drawSides(pen, layout);
  drawCross(pen, layout, view);
  drawNote(pen, layout, view, stage);
  const stops: Stop[] = [];
  for (const [id, box] of layout.boxes) {
    const state = view.states.find((each) => each.id === id) ?? { ...EMPTY, id };
    const element = drawStateNode(pen, state, box, { total: view.total, selected: id === selected, stage });
    if (element !== null) stops.push({ key: id, box, element });
  }
  const idOf = (key: string) => stops.find((stop) => stop.key === key)?.key as StateId | undefined;
  rove(stops, selected ?? view.stuck?.id ?? 'ESTABLISHED', {
    select: (key) => actions.select(idOf(key) ?? null),
    clear: () => actions.select(null),
    evidence: (key) => {
      const id = idOf(key);
      if (id !== undefined) actions.evidence(id);
    },
  });
}
