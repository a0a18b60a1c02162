/** Who holds the TCP sockets of the node: alloc to scale, a lens on the small holders, and what alloc leaves out. */
import type { SocketPart, SocketsView } from '../../src/core/page/page-model.ts';
import { defineMessages } from '../../src/core/wording/define-messages.ts';
import { scopeText } from '../scope.ts';
import type { Stage } from '../stage.ts';
import { words } from '../words.ts';
import { fitText } from './measure.ts';
import { type Look, lookOf, paint } from './paint.ts';
import { asButton, group, hint, line, openChart, type Pen, path, type Run, rect, write, writeRuns } from './pen.ts';
import type { Box } from './roving.ts';
import { type Cell, layoutCells, type SocketSplit, splitSmall, withRest } from './socket-layout.ts';
import { rove, type Stop } from './stops.ts';

const say = defineMessages('webview-socket-ledger', {
  title: 'TCP sockets: alloc {sockets, number}',
  allocUnknown: 'TCP sockets: alloc is not known',
  cell: '{holder} {sockets, plural, one {# socket} other {# sockets}}, {share, number, share} of alloc. Scope: the whole node.',
  cellWithDetail:
    '{holder} {sockets, plural, one {# socket} other {# sockets}}, {share, number, share} of alloc, {detail}. Scope: the whole node.',
  sockets: '{sockets, plural, one {# socket} other {# sockets}}',
  ofHolders: 'of {holders, plural, one {# holder} other {# holders}}',
  lens: 'the other {sockets, number}, magnified {factor, number} times; {holders, plural, one {# holder} other {# holders}}',
  outside: 'not part of alloc, same scale',
  outsideRow:
    '{kind} {sockets, number}. Outside alloc, without socket memory. Scope: summed over the network namespaces.',
  outsideRowWithDetail:
    '{kind} {sockets, number}, {detail}. Outside alloc, without socket memory. Scope: summed over the network namespaces.',
});

const BAR = { y: 20, height: 26 };
const LENS = { y: BAR.y + BAR.height + 16, height: 20 };
const OUTSIDE_ROW = 41;

function cellText(cell: Cell, total: number): string {
  const { label: holder, count: sockets, detail } = cell.part;
  const said = { holder, sockets, share: sockets / total };
  return words.text(detail === '' ? say.cell(said) : say.cellWithDetail({ ...said, detail }));
}

function cellLook(part: SocketPart): Look {
  return part.tone === 'tcp' || part.tone === 'good' ? 'tint' : lookOf(part.tone);
}

/** A label that fits: name and count, the count alone, or nothing. */
function labelCell(pen: Pen, cell: Cell, box: Box, stage: Stage): void {
  const number = words.count(cell.part.count);
  const label = `${cell.part.label} ${number}`;
  const baseline = box.y + box.height / 2 + 4;
  if (cellLook(cell.part) !== 'tint') return;
  if (stage.measure(label, 12, 600) < box.width - 10) {
    writeRuns(pen, box.x + 6, baseline, [{ text: `${cell.part.label} ` }, { text: number, className: 'strong' }]);
  } else if (stage.measure(number, 12) < box.width - 4) {
    write(pen, box.x + box.width / 2, baseline, number, '', 'middle');
  }
}

function drawCells(
  pen: Pen,
  cells: readonly Cell[],
  row: { y: number; height: number },
  total: number,
  stage: Stage,
): Stop[] {
  const stops: Stop[] = [];
  for (const [index, cell] of cells.entries()) {
    const box = { x: cell.x + 0.5, y: row.y + 0.5, width: Math.max(cell.width - 1.5, 1.5), height: row.height - 1 };
    const stop = group(pen, 'stop');
    paint(rect(stop, box, ''), cellLook(cell.part));
    labelCell(stop, cell, box, stage);
    rect(stop, { x: box.x - 3, y: box.y - 3, width: box.width + 6, height: box.height + 6 }, 'ring');
    hint(stop, cellText(cell, total));
    const element = asButton(stop, cellText(cell, total));
    if (element !== null) stops.push({ key: `cell-${row.y}-${index}`, box, element });
  }
  return stops;
}

function headline(parts: readonly SocketPart[], total: number, room: number, stage: Stage): Run[] {
  const culprit = parts.find((part) => part.tone === 'bad');
  if (culprit === undefined) {
    const holders = parts.filter((part) => part.tone !== 'faint').length;
    return [
      { text: words.text(say.sockets({ sockets: total })), className: 'strong' },
      { text: ` ${words.text(say.ofHolders({ holders }))}`, className: 'dim' },
    ];
  }
  const tail = ` ${words.count(culprit.count)}`;
  const share = ` ${words.share(culprit.count, total)}`;
  const fixed = stage.measure(tail + share, 13);
  const label = fitText(culprit.label, Math.max(room - fixed, 60), (text) => stage.measure(text, 13, 600));
  const left = room - fixed - stage.measure(label, 13, 600);
  const detail = culprit.detail === '' ? '' : fitText(`: ${culprit.detail}`, left, (text) => stage.measure(text, 13));
  return [{ text: label, className: 'strong' }, { text: tail }, { text: share + detail, className: 'dim' }];
}

function drawLens(pen: Pen, cells: readonly Cell[], from: number, width: number, caption: string, stage: Stage): void {
  const bottom = BAR.y + BAR.height;
  path(pen, `M${from} ${bottom}L0 ${LENS.y}H${width}L${width} ${bottom}z`, 'lens');
  line(pen, from, bottom, 0, LENS.y, 'lens-edge');
  line(pen, width, bottom, width, LENS.y, 'lens-edge');
  if (cells.length > 0) {
    const text = fitText(caption, width, (piece) => stage.measure(piece, 11));
    write(pen, 0, LENS.y + LENS.height + 15, text, 'dim small');
  }
}

interface OutsidePlace {
  readonly y: number;
  readonly width: number;
  readonly total: number;
}

function drawOutsideRow(pen: Pen, part: SocketPart, place: OutsidePlace, stage: Stage): void {
  const { y, width } = place;
  const scopeName = scopeText('namespace');
  const scope = stage.measure(scopeName, 11) + 10;
  const number = ` ${words.count(part.count)} `;
  const room = width - 34 - scope - stage.measure(number, 12);
  const label = fitText(part.label, room, (text) => stage.measure(text, 12, 600));
  const left = room - stage.measure(label, 12, 600);
  const detail = fitText(part.detail, left, (text) => stage.measure(text, 12));
  writeRuns(pen, 10, y + 12, [
    { text: label, className: 'strong' },
    { text: number },
    { text: detail, className: 'dim' },
  ]);
  rect(pen, { x: width - scope - 9.5, y: y + 0.5, width: scope, height: 15 }, 'scope').attr('rx', 3);
  write(pen, width - scope / 2 - 9.5, y + 12, scopeName, 'dim small', 'middle');
  const said = { kind: part.label, sockets: part.count };
  const name = part.detail === '' ? say.outsideRow(said) : say.outsideRowWithDetail({ ...said, detail: part.detail });
  hint(pen, words.text(name));
  const length = place.total > 0 ? Math.min(1, part.count / place.total) * (width - 20) : 0;
  if (part.count > 0)
    paint(rect(pen, { x: 10.5, y: y + 19.5, width: Math.max(length - 1, 2), height: 13 }, ''), 'outside');
  else line(pen, 10.5, y + 19, 10.5, y + 32, 'zero-mark');
}

function drawOutside(pen: Pen, view: SocketsView, top: number, width: number, total: number, stage: Stage): void {
  const height = view.outside.length * OUTSIDE_ROW + 12;
  rect(pen, { x: 0.5, y: top + 0.5, width: width - 1, height }, 'dashed').attr('rx', 3);
  write(pen, 10, top + 4, words.text(say.outside()), 'dim small halo');
  for (const [index, part] of view.outside.entries()) {
    drawOutsideRow(group(pen, ''), part, { y: top + 12 + index * OUTSIDE_ROW, width, total }, stage);
  }
}

/** The small holders: one mark at the end of the bar, the lens below it. Returns the cells under the lens. */
function drawSmall(pen: Pen, split: SocketSplit, from: number, width: number, total: number, stage: Stage): Stop[] {
  if (split.small.length === 0) return [];
  paint(rect(pen, { x: from + 0.5, y: BAR.y, width: width - from - 0.5, height: BAR.height }, ''), 'tcp');
  const { small, smallSum: sockets, factor } = split;
  const caption = words.text(say.lens({ sockets, factor: Math.round(factor), holders: small.length }));
  const cells = layoutCells(small, sockets, width);
  drawLens(pen, cells, from, width, caption, stage);
  return drawCells(pen, cells, LENS, total, stage);
}

export function drawSocketLedger(place: HTMLElement, width: number, view: SocketsView, stage: Stage): void {
  const parts = withRest(view.parts, view.alloc);
  const total = parts.reduce((sum, part) => sum + part.count, 0);
  const split = splitSmall(parts);
  const lens = split.small.length > 0;
  const barEnd = lens ? LENS.y + LENS.height + 20 : BAR.y + BAR.height + 4;
  const outsideHeight = view.outside.length === 0 ? 0 : 28 + view.outside.length * OUTSIDE_ROW;
  const name = view.alloc === null ? say.allocUnknown() : say.title({ sockets: view.alloc });
  const pen = openChart(place, width, barEnd + outsideHeight, words.text(name));
  const note = lens ? words.count(split.smallSum) : '';
  const room = width - stage.measure(note, 13) - 16;
  writeRuns(pen.append('g').attr('class', 'big'), 0, 12, headline(parts, total, room, stage));
  write(pen, width, 12, note, 'big', 'end');
  if (total === 0) rect(pen, { x: 0.5, y: BAR.y + 0.5, width: width - 1, height: BAR.height - 1 }, 'frame');
  const from = lens ? width - Math.max((split.smallSum / total) * width, 3) : width;
  const cells = drawCells(pen, layoutCells(split.large, total - split.smallSum, from), BAR, total, stage);
  const stops = [...cells, ...drawSmall(pen, split, from, width, total, stage)];
  const first = view.evidence[0];
  const open = () => (first === undefined ? undefined : stage.open(first));
  rove(stops, undefined, { select: open, evidence: open });
  if (view.outside.length > 0) drawOutside(pen, view, barEnd + 14, width, total, stage);
}
