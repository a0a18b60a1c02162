/** Open fds from pod to peer: each column divides the one before it. Click zooms in, the crumbs above zoom out. */
import type { IcicleNode } from '../../src/core/page/page-model.ts';
import { defineMessages } from '../../src/core/wording/define-messages.ts';
import { el } from '../dom.ts';
import type { Stage } from '../stage.ts';
import { toolButton } from '../tool-button.ts';
import type { PathStep } from '../view-state.ts';
import { words } from '../words.ts';
import { followPath, type IcicleCell, layoutIcicle, usedColumns } from './icicle-layout.ts';
import { fitText, wrapName } from './measure.ts';
import { type Look, lookOf, paint } from './paint.ts';
import {
  asButton,
  group,
  hint,
  labels,
  line,
  openChart,
  type Pen,
  rect,
  path as shape,
  write,
  writeRuns,
} from './pen.ts';
import type { Box } from './roving.ts';
import { rove, type Stop } from './stops.ts';

const say = defineMessages('webview-icicle', {
  title: 'Open fds from pod to peer',
  level: '{level, select, pod {Pod} process {Process} kind {Kind} state {State} other {Peer}}',
  allFds: 'All fds',
  cell: '{name} {fds, number} {share, number, share} of all fds',
  lowCell: '{name} {fds, number} {share, number, share} of all fds, {detail}',
  tallCell: '{name} {detail} {fds, number} {share, number, share} of all fds',
  torn: 'Cells with a torn edge are drawn larger than their share',
  filter: 'Filter all views by {filter}',
});

const LEVELS = ['pod', 'process', 'kind', 'state', 'peer'] as const;
type Level = (typeof LEVELS)[number];
const HEADER = 22;
const NARROW = 560;
const HEIGHT = { narrow: 404, wide: 480 } as const;
const TALL = 44;
/** From one line of a tall cell to the next. */
const STEP = 17;

/** How many levels lie above the first column: merged nodes are no level of their own. */
function firstLevel(path: readonly PathStep[]): number {
  const deep = path.filter((each) => typeof each === 'number').length;
  const onMerged = typeof path[path.length - 1] === 'object';
  return path.length === 0 || onMerged ? deep : deep - 1;
}

function columnLevels(path: readonly PathStep[], width: number): Level[] {
  const levels = LEVELS.slice(firstLevel(path));
  const onMerged = typeof path[path.length - 1] === 'object';
  const all = onMerged ? [LEVELS[firstLevel(path)] ?? 'peer', ...levels] : levels;
  return all.slice(0, width < NARROW ? 4 : 5);
}

/** Begins with the text that is seen: a tall cell shows its detail before the count, a low one not at all. */
function cellName(node: IcicleNode, whole: number, tall: boolean): string {
  const { label: name, detail } = node;
  const numbers = { name, fds: node.value, share: node.value / whole };
  if (detail === '') return words.text(say.cell(numbers));
  return words.text(tall ? say.tallCell({ ...numbers, detail }) : say.lowCell({ ...numbers, detail }));
}

/** Text lines of a tall cell: the name, what else there is room for, and the count with its share. */
function drawTall(pen: Pen, node: IcicleNode, box: Box, plate: boolean, whole: number, stage: Stage): void {
  const room = box.width - 16;
  const free = Math.max(0, Math.floor((box.height - TALL) / STEP));
  const names = wrapName(node.label, room, Math.min(3, 1 + free), (text) => stage.measure(text, 12, 600));
  const left = free - names.length + 1;
  const details =
    node.detail === '' ? [] : wrapName(node.detail, room, Math.min(3, left), (text) => stage.measure(text, 12));
  if (plate) drawPlate(pen, box, STEP * (names.length + details.length + 1) + 5);
  let y = box.y + 21;
  for (const [index, text] of [...names, ...details].entries()) {
    write(pen, box.x + 9, y, text, index < names.length ? 'strong' : 'dim');
    y += STEP;
  }
  const share = `  ${words.share(node.value, whole)}`;
  const runs = [{ text: words.count(node.value) }, { text: share, className: 'dim' }];
  const both = stage.measure(runs.map((run) => run.text).join(''), 12) <= room;
  writeRuns(pen, box.x + 9, y, both ? runs : runs.slice(0, 1));
}

/** Quiet ground under the text of a hatched cell. */
function drawPlate(pen: Pen, box: Box, height: number): void {
  rect(pen, { x: box.x + 4, y: box.y + 4, width: box.width - 8, height }, 'plate').attr('rx', 2);
}

function drawLow(pen: Pen, cell: IcicleCell, box: Box, plate: boolean, stage: Stage): void {
  if (plate) drawPlate(pen, box, box.height - 8);
  const number = words.count(cell.node.value);
  const numberWidth = stage.measure(number, 12);
  const tail = cell.torn ? 12 : 7;
  const baseline = box.y + box.height / 2 + 4;
  const room = box.width - numberWidth - tail - 14;
  const label = fitText(cell.node.label, room, (text) => stage.measure(text, 12));
  write(pen, box.x + 7, baseline, label);
  write(pen, box.x + box.width - tail, baseline, number, 'dim', 'end');
}

function drawTorn(pen: Pen, box: Box): void {
  const tooth = (box.height - 2) / 4;
  const x = box.x + box.width - 4;
  shape(pen, `M${x} ${box.y + 1}l-3 ${tooth}l3 ${tooth}l-3 ${tooth}l3 ${tooth}`, 'torn');
}

/** The fault is hatched where it is named, in its state; the way there and its peers are only outlined. */
function cellLook(node: IcicleNode, level: Level): Look | null {
  if (node.tone === 'tcp' || node.tone === 'good') return 'tint';
  if (node.tone === 'plain') return null;
  if (node.tone !== 'bad') return lookOf(node.tone);
  return level === 'state' || (node.children.length === 0 && level !== 'peer') ? 'bad' : 'fault';
}

function drawCell(pen: Pen, cell: IcicleCell, level: Level, whole: number, stage: Stage): Stop | null {
  const gap = cell.column === 0 ? 0 : 1;
  const box: Box = {
    x: cell.box.x + gap + 0.5,
    y: HEADER + cell.box.y + 0.5,
    width: cell.box.width - gap - 2,
    height: Math.max(2, cell.box.height - 2),
  };
  const place = group(pen, `cell tone-${cell.node.tone}`);
  const stop = group(place, 'stop');
  const texts = labels(place);
  const look = cellLook(cell.node, level);
  const ground = rect(stop, box, 'ground').attr('rx', 2);
  if (look !== null) paint(ground, look);
  const tall = box.height >= TALL;
  const hatched = look === 'bad';
  if (tall) drawTall(texts, cell.node, box, hatched, whole, stage);
  else drawLow(texts, cell, box, hatched, stage);
  if (cell.torn) drawTorn(texts, box);
  rect(stop, { x: box.x - 1, y: box.y - 1, width: box.width + 2, height: box.height + 2 }, 'ring').attr('rx', 3);
  const name = cellName(cell.node, whole, tall);
  hint(stop, name);
  const element = asButton(stop, name);
  return element === null ? null : { key: cell.key, box, element };
}

/** Right is the child, left the parent, up and down stay in the column. */
function arrow(cells: readonly IcicleCell[], key: string, pressed: string): string | undefined {
  const cell = cells.find((each) => each.key === key);
  if (cell === undefined) return undefined;
  if (pressed === 'ArrowRight') return cells.find((each) => each.parentKey === key)?.key ?? key;
  if (pressed === 'ArrowLeft') return cell.parentKey ?? key;
  const column = cells.filter((each) => each.column === cell.column);
  const place = column.indexOf(cell);
  if (pressed === 'ArrowDown') return column[place + 1]?.key ?? key;
  if (pressed === 'ArrowUp') return column[place - 1]?.key ?? key;
  return undefined;
}

/** Picks a node: its own term and those of the nodes above it, of which a process says all that its pod does. */
function termsOf(root: IcicleNode, path: readonly PathStep[]): string {
  const terms = followPath(root, path).flatMap(({ filter }) => filter.split(' ').filter((term) => term !== ''));
  return (
    terms.some((term) => term.startsWith('pid:')) ? terms.filter((term) => !term.startsWith('pod:')) : terms
  ).join(' ');
}

/** The way back: every node from the whole tree to the zoomed one. */
export function drawCrumbs(
  place: HTMLElement,
  root: IcicleNode,
  path: readonly PathStep[],
  stage: Stage,
  zoom: (path: readonly PathStep[]) => void,
): void {
  const trail = followPath(root, path);
  const crumbs: HTMLElement[] = trail.map((node, depth) => {
    const last = depth === trail.length - 1;
    const text = depth === 0 ? words.text(say.allFds()) : node.label;
    if (last) return el('span', { class: 'crumb here cut', title: text, 'aria-current': 'true' }, text);
    const button = el(
      'button',
      { type: 'button', class: 'link crumb cut', title: text, 'data-key': `crumb-${depth}` },
      text,
    );
    button.addEventListener('click', () => zoom(path.slice(0, depth)));
    return button;
  });
  const terms = termsOf(root, path.slice(0, trail.length - 1));
  if (terms !== '') {
    crumbs.push(toolButton('filter', words.text(say.filter({ filter: terms })), () => stage.filter.toggle(terms)));
  }
  place.replaceChildren(...crumbs);
}

export function drawIcicle(
  place: HTMLElement,
  width: number,
  root: IcicleNode,
  path: readonly PathStep[],
  stage: Stage,
  zoom: (path: readonly PathStep[]) => void,
): void {
  const known = path.slice(0, followPath(root, path).length - 1);
  const height = HEIGHT[width < NARROW ? 'narrow' : 'wide'];
  const possible = columnLevels(known, width);
  // Where the cells are too low for their children the last columns stay empty; the others take their width.
  const used = usedColumns(layoutIcicle(root, known, { width, height, columns: possible.length }));
  const levels = possible.slice(0, used);
  const cells = layoutIcicle(root, known, { width, height, columns: levels.length });
  const torn = cells.some((cell) => cell.torn);
  const pen = openChart(place, width, HEADER + height + (torn ? 18 : 2), words.text(say.title()));
  for (const [index, level] of levels.entries())
    write(pen, (index * width) / levels.length + 6, 13, words.text(say.level({ level })), 'dim small');
  line(pen, 0, HEADER - 4, width, HEADER - 4, 'base');
  const stops = cells.flatMap((cell) => drawCell(pen, cell, levels[cell.column] ?? 'peer', root.value, stage) ?? []);
  if (torn) write(pen, width, HEADER + height + 14, words.text(say.torn()), 'dim small', 'end');
  const cellOf = (key: string) => cells.find((cell) => cell.key === key);
  const open = (key: string) => {
    const link = cellOf(key)?.node.evidence ?? null;
    if (link !== null) stage.open(link);
  };
  rove(stops, undefined, {
    select: (key) => {
      const cell = cellOf(key);
      if (cell === undefined) return;
      if (cell.node.children.length === 0 || cell.path.length === known.length) open(key);
      else zoom(cell.path);
    },
    clear: () => zoom(known.slice(0, -1)),
    evidence: open,
    other: (key, pressed) => {
      const cell = cellOf(key);
      const terms = cell === undefined || pressed !== 'f' ? '' : termsOf(root, cell.path);
      if (terms !== '') stage.filter.toggle(terms);
      return terms !== '';
    },
    move: (key, pressed) => arrow(cells, key, pressed),
  });
}
