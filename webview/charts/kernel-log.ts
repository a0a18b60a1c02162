/**
 * Kernel log events by kind over time: one lane per kind, height = lines, a mark where the capture was made. A stretch
 * of it is looked at closer by drawing over it, or with + and - at a column.
 */
import { brushX, scaleLinear, select } from 'd3';
import type { LogLane, LogView } from '../../src/core/page/page-model.ts';
import { defineMessages } from '../../src/core/wording/define-messages.ts';
import { type ClockDetail, clock } from '../clock.ts';
import { iconAt, toneIconName } from '../icons.ts';
import type { Stage } from '../stage.ts';
import { words } from '../words.ts';
import { type Column, labelledColumns, laneColumns, logSpan, tickText, timeAxis } from './log-layout.ts';
import { type Span, shownSpan, zoomByKey } from './log-zoom.ts';
import { fitText } from './measure.ts';
import { type Look, lookOf, paint } from './paint.ts';
import { asButton, group, hint, line, openChart, type Pen, path, rect, write, writeRuns } from './pen.ts';
import { rove, type Stop } from './stops.ts';

const say = defineMessages('webview-kernel-log', {
  title: 'Kernel log: events by kind over time, {lanes, plural, one {# lane} other {# lanes}}',
  column: '{lines, plural, one {# line} other {# lines}}, {lane}, at {at, number, duration}',
  columnUtc: '{lines, plural, one {# line} other {# lines}}, {lane}, at {at, number, duration}, {clock} UTC',
  captured: 'captured {at, number, duration}',
});

const TOP = 20;
const BAR = 20;
/** A column is this wide at least; with many lanes full of lines the next width is taken. */
const MIN_COLUMNS = [7, 12, 20, 32, 48] as const;
/** Columns of all lanes together: each is four elements, and more than 1,500 make a page slow. */
const MAX_COLUMNS = 300;
const NARROW = 640;

interface LaneColumns {
  readonly lane: LogLane;
  readonly columns: readonly Column[];
}

interface Frame {
  readonly width: number;
  readonly left: number;
  readonly right: number;
  readonly laneHeight: number;
  readonly bottom: number;
  readonly x: { (seconds: number): number; invert(x: number): number };
  readonly stage: Stage;
  readonly view: LogView;
  readonly shown: Span;
}

/** The part of the log's time that is shown; bins tell no more than their width. */
export function shownLog(view: LogView, stage: Stage): Span {
  return shownSpan(logSpan(view), stage.view().logSpan, 4 * view.binSeconds);
}

function frameOf(width: number, view: LogView, stage: Stage): Frame {
  const narrow = width < NARROW;
  const widest = Math.max(0, ...view.lanes.map((lane) => stage.measure(lane.label.slice(0, 60), 12, 600)));
  const left = narrow ? 0 : Math.ceil(Math.min(300, Math.max(160, widest + 44)));
  const right = narrow ? 12 : 24;
  const laneHeight = narrow ? 50 : 38;
  const shown = shownLog(view, stage);
  const x = scaleLinear([shown.start, shown.end], [left + 4, width - right]).clamp(true);
  return { width, left, right, laneHeight, bottom: TOP + view.lanes.length * laneHeight, x, stage, view, shown };
}

/** The columns of every lane, as thin as the budget of elements allows. */
function allColumns({ view, x, shown }: Frame): LaneColumns[] {
  const isShown = ({ seconds }: { readonly seconds: number }) =>
    seconds + view.binSeconds > shown.start && seconds <= shown.end;
  let lanes: LaneColumns[] = [];
  for (const minWidth of MIN_COLUMNS) {
    lanes = view.lanes.map((lane) => {
      const part = { ...lane, bins: lane.bins.filter(isShown) };
      return { lane, columns: laneColumns(part, view.binSeconds, x, minWidth) };
    });
    if (lanes.reduce((sum, lane) => sum + lane.columns.length, 0) <= MAX_COLUMNS) break;
  }
  return lanes;
}

function laneLook(lane: LogLane): Look {
  return lane.tone === 'warn' ? 'warn' : lane.tone === 'tcp' ? 'plain' : lookOf(lane.tone);
}

function columnText(lane: LogLane, column: Column, view: LogView): string {
  const said = { lines: column.lines, lane: lane.label, at: column.startSeconds };
  if (view.zeroUnixSeconds === null) return words.text(say.column(said));
  const wall = clock(view.zeroUnixSeconds + column.startSeconds, 'seconds');
  return words.text(say.columnUtc({ ...said, clock: wall }));
}

function drawLaneName(pen: Pen, lane: LogLane, top: number, frame: Frame): void {
  const { stage } = frame;
  const bold = (text: string) => stage.measure(text, 12, 600);
  const small = (text: string) => stage.measure(text, 11);
  const element = pen.node();
  if (frame.left === 0) {
    const label = fitText(lane.label, frame.width * 0.6, bold);
    const detail = fitText(lane.detail, frame.width - bold(label) - 12, small);
    writeRuns(pen, 0, top + 12, [
      { text: label, className: 'strong' },
      { text: `  ${detail}`, className: 'dim small' },
    ]);
    return;
  }
  if (element !== null) iconAt(element, toneIconName(lane.tone), 0, top + 8, `tone-${lane.tone}`);
  hint(write(pen, 24, top + 14, fitText(lane.label, frame.left - 36, bold), 'strong') as unknown as Pen, lane.label);
  hint(
    write(pen, 24, top + 28, fitText(lane.detail, frame.left - 36, small), 'dim small') as unknown as Pen,
    lane.detail,
  );
}

function drawColumn(pen: Pen, lane: LogLane, column: Column, base: number, tallest: number, frame: Frame) {
  const height = Math.max(4, (column.lines / tallest) * BAR);
  const width = Math.min(column.width, frame.width - frame.right - column.x + MIN_COLUMNS[0]);
  const box = { x: column.x, y: base - height, width: Math.max(width, 3), height };
  const stop = group(pen, 'stop');
  paint(rect(stop, box, ''), laneLook(lane));
  rect(stop, { x: box.x - 3, y: box.y - 3, width: box.width + 6, height: box.height + 6 }, 'ring');
  const text = columnText(lane, column, frame.view);
  hint(stop, `${text}\n${frame.view.clockNote}`);
  return { box, element: asButton(stop, text), stop };
}

function drawLane(pen: Pen, { lane, columns }: LaneColumns, index: number, frame: Frame): Stop[] {
  const top = TOP + index * frame.laneHeight;
  const base = top + frame.laneHeight - 5;
  const lanePen = group(pen, 'lane');
  drawLaneName(lanePen, lane, top, frame);
  line(lanePen, frame.left, base + 0.5, frame.width - frame.right, base + 0.5, 'base');
  const tallest = Math.max(1, ...columns.map((column) => column.lines));
  const widthOf = (column: Column) => frame.stage.measure(words.count(column.lines), 11);
  const labelled = labelledColumns(columns, widthOf, 3);
  const stops: Stop[] = [];
  for (const [order, column] of columns.entries()) {
    const { box, element, stop } = drawColumn(lanePen, lane, column, base, tallest, frame);
    if (labelled.has(column)) {
      const half = widthOf(column) / 2;
      const centre = Math.min(Math.max(box.x + box.width / 2, frame.left + half), frame.width - half);
      const className = lane.tone === 'bad' ? 'strong small' : 'dim small';
      write(stop, centre, box.y - 3, words.count(column.lines), className, 'middle');
    }
    if (element !== null)
      stops.push({ key: `${lane.id}-${order}`, box: { ...box, y: base - BAR, height: BAR }, element });
  }
  return stops;
}

const DAY = 86400;

const clockDetail = (span: number): ClockDetail => (span <= DAY ? 'seconds' : span <= 300 * DAY ? 'minutes' : 'days');

function drawAxis(pen: Pen, frame: Frame): void {
  const { view, stage } = frame;
  const { start, end } = frame.shown;
  const axis = timeAxis(start, end, Math.max(2, Math.floor((frame.width - frame.left) / 84)));
  const detail = clockDetail(end - start);
  for (const seconds of axis.ticks) {
    const x = frame.x(seconds);
    line(pen, x, TOP - 6, x, frame.bottom, 'grid');
    const label = tickText(seconds, axis.step);
    const wall = view.zeroUnixSeconds === null ? '' : clock(view.zeroUnixSeconds + seconds, detail);
    const half = Math.max(stage.measure(label, 11), stage.measure(wall, 11)) / 2;
    const centre = Math.min(Math.max(x, frame.left + half), frame.width - half);
    write(pen, centre, frame.bottom + 13, label, 'dim small', 'middle');
    if (wall !== '') write(pen, centre, frame.bottom + 27, wall, 'dim small', 'middle');
  }
}

function drawCapture(pen: Pen, frame: Frame): void {
  const { captureSeconds } = frame.view;
  if (captureSeconds === null || captureSeconds > frame.shown.end) return;
  const x = frame.x(captureSeconds);
  const text = words.text(say.captured({ at: captureSeconds }));
  const toLeft = x + 12 + frame.stage.measure(text, 11) > frame.width;
  line(pen, x, 12, x, frame.bottom, 'capture');
  path(pen, `M${x - 5} 6h10l-5 7z`, 'caret');
  write(pen, x + (toLeft ? -9 : 9), 12, text, 'small halo', toLeft ? 'end' : 'start');
}

/** Below the columns, so that these can still be clicked. */
function drawBrush(pen: Pen, frame: Frame, choose: (span: Span) => void): void {
  const brush = brushX<unknown>()
    .extent([
      [frame.left, TOP - 6],
      [frame.width - frame.right, frame.bottom],
    ])
    .on('end', ({ selection }: { readonly selection: readonly [number, number] | null }) => {
      if (selection !== null) choose({ start: frame.x.invert(selection[0]), end: frame.x.invert(selection[1]) });
    });
  const element = group(pen, 'brush').node();
  if (element !== null) select(element).call(brush);
}

/** `changed` is called when another part is to be shown. */
export function drawKernelLog(
  place: HTMLElement,
  width: number,
  view: LogView,
  stage: Stage,
  changed: () => void,
): void {
  const frame = frameOf(width, view, stage);
  const pen = openChart(place, width, frame.bottom + 32, words.text(say.title({ lanes: view.lanes.length })));
  const whole = logSpan(view);
  const choose = ({ start, end }: Span) => {
    const isWhole = start <= whole.start && end >= whole.end;
    stage.remember({ logSpan: isWhole ? null : [start, end] });
    changed();
  };
  drawAxis(pen, frame);
  drawBrush(pen, frame, choose);
  const lanes = allColumns(frame);
  const stops = lanes.flatMap((lane, index) => drawLane(pen, lane, index, frame));
  drawCapture(pen, frame);
  const byKey = new Map(
    lanes.flatMap(({ lane, columns }) => columns.map((column, order) => [`${lane.id}-${order}`, column])),
  );
  const open = (key: string) => {
    const link = byKey.get(key)?.evidence ?? null;
    if (link !== null) stage.open(link);
  };
  const zoom = (key: string, pressed: string): boolean => {
    const at = byKey.get(key)?.startSeconds ?? frame.shown.start;
    const span = zoomByKey(frame.shown, whole, at, pressed);
    if (span !== undefined) choose(span);
    return span !== undefined;
  };
  rove(stops, undefined, { select: open, evidence: open, clear: () => choose(whole), other: zoom });
}
