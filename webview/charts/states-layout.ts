/**
 * The fixed places of the TCP state machine. Boxes never move, so that two bundles compare by eye: left column outside
 * alloc, right column in alloc without a row of its own, three columns of states between them (narrow: below). Pure.
 */
import type { StateView } from '../../src/core/page/page-model.ts';
import type { Message } from '../../src/core/report/message.ts';
import type { StateId } from '../../src/core/report/state-ids.ts';
import { defineMessages } from '../../src/core/wording/define-messages.ts';
import { words } from '../words.ts';
import type { Box } from './roving.ts';

const say = defineMessages('webview-states-layout', {
  request: 'Request sockets',
  minisock: 'Minisocks',
  closedHeld: 'Closed, held by fd',
  closedQueued: 'Closed, in queue',
  orphan: 'Orphans',
  unexplained: 'Unexplained',
  outside: 'Outside alloc',
  withoutRow: 'In alloc, without a row',
  withoutFd: 'In alloc, without an fd',
  withoutRowOrFd: 'In alloc, without a row, or (orphans) without an fd',
});

export interface StatesLayout {
  readonly wide: boolean;
  readonly width: number;
  readonly height: number;
  readonly boxes: ReadonlyMap<StateId, Box>;
  readonly closed: Box;
  readonly captions: readonly { readonly x: number; readonly y: number; readonly text: string }[];
  /** Dashed rules that part the outer columns from the states. */
  readonly rules: readonly number[];
  /** Room for the sentence that explains what is stuck; null when the layout has none. */
  readonly noteRight: Box | null;
  readonly noteLeft: Box | null;
}

export interface Edge {
  readonly from: StateId | 'CLOSED';
  readonly to: StateId;
  /** Where it leaves and arrives, as shares of the boxes' width and height. */
  readonly out: readonly [number, number];
  readonly into: readonly [number, number];
}

const BOX_HEIGHT = 72;
const WIDE = 760;
const CLOSED_HEIGHT = 34;
const ROW_GAP = 34;
const TOP = 22;
const GHOST_GAP = 12;

/** Possible transitions of RFC 9293; they are possibilities and carry no weight. */
export const EDGES: readonly Edge[] = [
  { from: 'CLOSED', to: 'LISTEN', out: [0.5, 1], into: [0.5, 0] },
  { from: 'CLOSED', to: 'SYN_SENT', out: [1, 0.6], into: [0.4, 0] },
  { from: 'LISTEN', to: 'SYN_RECV', out: [0, 0.5], into: [1, 0.5] },
  { from: 'LISTEN', to: 'SYN_SENT', out: [1, 0.5], into: [0, 0.5] },
  { from: 'SYN_RECV', to: 'ESTABLISHED', out: [0.75, 1], into: [0.12, 0] },
  { from: 'SYN_SENT', to: 'ESTABLISHED', out: [0.25, 1], into: [0.88, 0] },
  { from: 'SYN_RECV', to: 'FIN_WAIT1', out: [0.25, 1], into: [0.25, 0] },
  { from: 'ESTABLISHED', to: 'FIN_WAIT1', out: [0.12, 1], into: [0.8, 0] },
  { from: 'ESTABLISHED', to: 'CLOSE_WAIT', out: [0.88, 1], into: [0.2, 0] },
  { from: 'FIN_WAIT1', to: 'CLOSING', out: [1, 0.5], into: [0, 0.5] },
  { from: 'FIN_WAIT1', to: 'FIN_WAIT2', out: [0.5, 1], into: [0.5, 0] },
  { from: 'FIN_WAIT1', to: 'TIME_WAIT', out: [0.85, 1], into: [0.12, 0] },
  { from: 'CLOSING', to: 'TIME_WAIT', out: [0.5, 1], into: [0.5, 0] },
  { from: 'FIN_WAIT2', to: 'TIME_WAIT', out: [1, 0.5], into: [0, 0.5] },
  { from: 'CLOSE_WAIT', to: 'LAST_ACK', out: [0.5, 1], into: [0.5, 0] },
];

const GRID: readonly (readonly [StateId, number, number])[] = [
  ['SYN_RECV', 0, 1],
  ['LISTEN', 1, 1],
  ['SYN_SENT', 2, 1],
  ['ESTABLISHED', 1, 2],
  ['FIN_WAIT1', 0, 3],
  ['CLOSING', 1, 3],
  ['CLOSE_WAIT', 2, 3],
  ['FIN_WAIT2', 0, 4],
  ['TIME_WAIT', 1, 4],
  ['LAST_ACK', 2, 4],
];

/** Without a row of their own: drawn dashed. */
export const GHOSTS: ReadonlySet<StateId> = new Set<StateId>([
  'REQUEST',
  'MINISOCK',
  'CLOSED_HELD',
  'CLOSED_QUEUED',
  'ORPHAN',
  'UNCONNECTED',
]);

const TITLES: Readonly<Partial<Record<StateId, Message>>> = {
  REQUEST: say.request(),
  MINISOCK: say.minisock(),
  CLOSED_HELD: say.closedHeld(),
  CLOSED_QUEUED: say.closedQueued(),
  ORPHAN: say.orphan(),
  UNCONNECTED: say.unexplained(),
};

/** The states of TCP have the names that the kernel gives them. */
export function stateTitle(id: StateId): string {
  const title = TITLES[id];
  return title === undefined ? id : words.text(title);
}

function rowTops(): number[] {
  const tops = [TOP, TOP + CLOSED_HEIGHT + 32];
  for (let row = 2; row < 5; row += 1) tops.push((tops[row - 1] ?? 0) + BOX_HEIGHT + ROW_GAP + (row === 4 ? 6 : 0));
  return tops;
}

interface Columns {
  readonly width: number;
  readonly boxWidth: number;
  readonly gap: number;
  readonly tops: readonly number[];
}

const ghost = (columns: Columns, x: number, y: number): Box => ({ x, y, width: columns.boxWidth, height: BOX_HEIGHT });

function wideGhosts(columns: Columns, unconnected: boolean): [StateId, Box][] {
  const right = columns.width - columns.boxWidth;
  const step = BOX_HEIGHT + GHOST_GAP;
  const first = columns.tops[0] ?? 0;
  const last = columns.tops[4] ?? 0;
  const boxes: [StateId, Box][] = [
    ['REQUEST', ghost(columns, 0, columns.tops[1] ?? 0)],
    ['MINISOCK', ghost(columns, 0, last)],
    ['CLOSED_HELD', ghost(columns, right, first)],
    ['CLOSED_QUEUED', ghost(columns, right, first + step)],
    ['ORPHAN', ghost(columns, right, last)],
  ];
  if (unconnected) boxes.push(['UNCONNECTED', ghost(columns, right, first + 2 * step)]);
  return boxes;
}

function narrowGhosts(columns: Columns, top: number, unconnected: boolean): [StateId, Box][] {
  const at = (column: number) => column * (columns.boxWidth + columns.gap);
  const second = top + BOX_HEIGHT + 30;
  const boxes: [StateId, Box][] = [
    ['REQUEST', ghost(columns, at(0), top)],
    ['MINISOCK', ghost(columns, at(1), top)],
    ['CLOSED_HELD', ghost(columns, at(0), second)],
    ['CLOSED_QUEUED', ghost(columns, at(1), second)],
    ['ORPHAN', ghost(columns, at(2), second)],
  ];
  if (unconnected) boxes.push(['UNCONNECTED', ghost(columns, at(0), second + BOX_HEIGHT + GHOST_GAP)]);
  return boxes;
}

function layoutWide(columns: Columns, stateBoxes: [StateId, Box][], closed: Box, unconnected: boolean): StatesLayout {
  const { width, boxWidth, gap, tops } = columns;
  const last = tops[4] ?? 0;
  const right = width - boxWidth;
  const third = tops[3] ?? 0;
  return {
    wide: true,
    width,
    height: last + BOX_HEIGHT + 30,
    boxes: new Map([...stateBoxes, ...wideGhosts(columns, unconnected)]),
    closed,
    captions: [
      { x: 0, y: 10, text: words.text(say.outside()) },
      { x: right, y: 10, text: words.text(say.withoutRow()) },
      { x: right, y: last - 8, text: words.text(say.withoutFd()) },
    ],
    rules: [boxWidth + gap / 2, right - gap / 2],
    noteRight: { x: right, y: third - 12, width: boxWidth, height: 96 },
    noteLeft: { x: 0, y: third - 12, width: boxWidth, height: 100 },
  };
}

function layoutNarrow(columns: Columns, stateBoxes: [StateId, Box][], closed: Box, unconnected: boolean): StatesLayout {
  const top = (columns.tops[4] ?? 0) + BOX_HEIGHT + 56;
  const ghosts = narrowGhosts(columns, top, unconnected);
  const bottom = Math.max(...ghosts.map(([, box]) => box.y + box.height));
  return {
    wide: false,
    width: columns.width,
    height: bottom + 6,
    boxes: new Map([...stateBoxes, ...ghosts]),
    closed,
    captions: [
      { x: 0, y: top - 10, text: words.text(say.outside()) },
      { x: 0, y: top + BOX_HEIGHT + 20, text: words.text(say.withoutRowOrFd()) },
    ],
    rules: [],
    noteRight: null,
    noteLeft: null,
  };
}

export function layoutStates(width: number, states: readonly StateView[]): StatesLayout {
  const wide = width >= WIDE;
  const count = wide ? 5 : 3;
  const gap = wide ? Math.min(40, (width - 5 * 132) / 4) : 26;
  const boxWidth = Math.max(60, (width - gap * (count - 1)) / count);
  const columns: Columns = { width, boxWidth, gap, tops: rowTops() };
  const x = (column: number) => (column + (wide ? 1 : 0)) * (boxWidth + gap);
  const boxes = GRID.map(([id, column, row]): [StateId, Box] => [
    id,
    ghost(columns, x(column), columns.tops[row] ?? 0),
  ]);
  const closed = { x: x(1), y: TOP, width: boxWidth, height: CLOSED_HEIGHT };
  const unconnected = states.some((state) => state.id === 'UNCONNECTED' && state.count > 0);
  return wide ? layoutWide(columns, boxes, closed, unconnected) : layoutNarrow(columns, boxes, closed, unconnected);
}

/** Ends of an edge, drawn back a little from the box it arrives at so that the arrow head stays clear of a ring. */
export function edgeEnds(
  layout: StatesLayout,
  edge: Edge,
  clearance: number,
): { readonly from: [number, number]; readonly to: [number, number] } | null {
  const start = edge.from === 'CLOSED' ? layout.closed : layout.boxes.get(edge.from);
  const end = layout.boxes.get(edge.to);
  if (start === undefined || end === undefined) return null;
  const from: [number, number] = [start.x + start.width * edge.out[0], start.y + start.height * edge.out[1]];
  const tip: [number, number] = [end.x + end.width * edge.into[0], end.y + end.height * edge.into[1]];
  const length = Math.hypot(tip[0] - from[0], tip[1] - from[1]);
  const share = length === 0 ? 0 : clearance / length;
  return { from, to: [tip[0] - (tip[0] - from[0]) * share, tip[1] - (tip[1] - from[1]) * share] };
}
