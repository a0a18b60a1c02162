/** TCP memory against tcp_mem: who owns the pages, how sure the count is, and how far the hard limit is. */
import type { MemoryView } from '../../src/core/page/page-model.ts';
import type { Message } from '../../src/core/report/message.ts';
import { defineMessages } from '../../src/core/wording/define-messages.ts';
import type { Stage } from '../stage.ts';
import { words } from '../words.ts';
import { type Gauge, layoutGauge, spreadLabels } from './memory-layout.ts';
import { type Look, lookOf, paint } from './paint.ts';
import { group, hint, line, openChart, type Pen, path, type Run, rect, write, writeRuns } from './pen.ts';
import { rove, type Stop } from './stops.ts';

const say = defineMessages('webview-memory-gauge', {
  title: 'TCP memory: {summary}',
  mem: 'mem {pages, plural, one {# page} other {# pages}}',
  memUnknown: 'mem is not known',
  memAbsent: 'mem is not in this bundle',
  part: '{owner}: {numbers}. Source: {source}. Scope: the whole node.',
  pages: '{pages, plural, one {# page} other {# pages}}',
  size: '{size, number, bytes}',
  shareOfMem: '{share, number, share} of mem',
  limit: '{limit} {pages, number}',
  reading: 'mem {pages, number}',
  readingError: '± {pages, plural, one {# page} other {# pages}}',
  readingSize: '= {size, number, bytes}',
  readingShare: '{share, number, share} of max',
});

const TOP = 42;
const HEIGHT = 34;
const INSET = 8;
const BOTTOM = TOP + HEIGHT;

export function partLook(part: MemoryView['parts'][number]): Look {
  if (part.kind === 'unexplained') return 'dots';
  return part.kind === 'reserved' && part.tone === 'bad' ? 'badReserved' : lookOf(part.tone);
}

/** Full sentence for one part: what the reader hears and sees on hover. */
function partText(part: MemoryView['parts'][number], view: MemoryView): string {
  const { label: owner, pages, source } = part;
  const numbers: Message[] = [say.pages({ pages }), say.size({ size: pages * view.pageSizeBytes })];
  if (view.memPages !== null) numbers.push(say.shareOfMem({ share: pages / view.memPages }));
  return words.text(say.part({ owner, numbers, source }));
}

function drawLimits(pen: Pen, gauge: Gauge, view: MemoryView, width: number, stage: Stage): void {
  const texts = gauge.limits.map(({ name, pages }) => words.text(say.limit({ limit: name, pages })));
  const sizes = texts.map((text) => stage.measure(text, 12, 600));
  const marks = gauge.limits.map((limit, index) => ({ centre: limit.x, width: sizes[index] ?? 0 }));
  const lefts = spreadLabels(marks, width, 10);
  for (const [index, limit] of gauge.limits.entries()) {
    const over = limit.name === 'max' && view.memPages !== null && view.memPages > limit.pages;
    line(pen, limit.x, 30, limit.x, BOTTOM + 4, `limit limit-${limit.name}${over ? ' over' : ''}`);
    // Without room for all three the hard limit is the one that matters.
    if (lefts === null && limit.name !== 'max') continue;
    const half = (sizes[index] ?? 0) / 2;
    const centre = lefts === null ? Math.min(Math.max(limit.x, half), width - half) : (lefts[index] ?? 0) + half;
    write(pen, centre, 12, texts[index] ?? '', limit.name === 'max' ? 'strong' : '', 'middle');
    write(pen, centre, 26, words.bytes(limit.pages * view.pageSizeBytes), 'dim small', 'middle');
  }
}

function drawParts(pen: Pen, gauge: Gauge, view: MemoryView, stage: Stage): void {
  const stops: Stop[] = [];
  for (const [index, bar] of gauge.bars.entries()) {
    const box = { x: bar.x, y: TOP + INSET, width: bar.width, height: HEIGHT - 2 * INSET };
    const part = group(pen, 'stop');
    paint(rect(part, box, 'bar'), partLook(bar.part));
    rect(part, { x: box.x - 2, y: box.y - 2, width: box.width + 4, height: box.height + 4 }, 'ring');
    hint(part, partText(bar.part, view));
    part.attr('role', 'img').attr('aria-label', partText(bar.part, view));
    const element = part.node();
    if (element !== null) stops.push({ key: `part-${index}`, box, element });
  }
  const first = view.evidence[0];
  const open = () => (first === undefined ? undefined : stage.open(first));
  rove(stops, undefined, { select: open, evidence: open });
}

function drawMem(pen: Pen, gauge: Gauge): void {
  const { mem } = gauge;
  if (mem === null) return;
  const middle = TOP + HEIGHT / 2;
  line(pen, mem.from, middle, mem.to, middle, 'whisker-ground');
  line(pen, mem.from, middle, mem.to, middle, 'whisker');
  if (!mem.openLeft) line(pen, mem.from, middle - 5, mem.from, middle + 5, 'whisker');
  line(pen, mem.to, middle - 5, mem.to, middle + 5, 'whisker');
  path(pen, `M${mem.x} ${BOTTOM - 2}l5 8h-10z`, 'caret');
}

function drawReading(pen: Pen, gauge: Gauge, view: MemoryView, width: number, stage: Stage): void {
  if (view.memPages === null || gauge.mem === null) {
    write(pen, 0, BOTTOM + 21, words.text(say.memAbsent()), 'dim');
    return;
  }
  const { memPages: pages, maxPages, pageSizeBytes } = view;
  const share = maxPages === null ? null : words.text(say.readingShare({ share: pages / maxPages }));
  const all: Run[] = [
    { text: words.text(say.reading({ pages })), className: 'strong' },
    { text: ` ${words.text(say.readingError({ pages: view.errorPages }))}`, className: 'dim' },
    { text: ` ${words.text(say.readingSize({ size: pages * pageSizeBytes }))}` },
    ...(share === null ? [] : [{ text: `, ${share}` }]),
  ];
  const widthOf = (runs: readonly Run[]) => stage.measure(runs.map((run) => run.text).join(''), 13, 500);
  // From the end: the first piece is the one that must stay.
  const runs = [4, 3, 2, 1].map((length) => all.slice(0, length)).find((each) => widthOf(each) <= width) ?? [];
  const needed = widthOf(runs);
  const right = Math.min(width, Math.max(gauge.mem.x + needed / 2, needed));
  writeRuns(pen.append('g').attr('class', 'big'), right, BOTTOM + 21, runs, 'end');
  if (right - needed > 24) write(pen, 0, BOTTOM + 20, '0', 'dim small');
}

export function drawMemoryGauge(place: HTMLElement, width: number, view: MemoryView, stage: Stage): void {
  const gauge = layoutGauge(view, width);
  const known = view.summary === '' ? say.mem({ pages: view.memPages ?? 0 }) : view.summary;
  const summary = view.memPages === null ? say.memUnknown() : known;
  const pen = openChart(place, width, BOTTOM + 28, words.text(say.title({ summary })));
  for (const band of gauge.bands) {
    rect(pen, { x: band.x, y: TOP, width: band.width, height: HEIGHT }, `zone zone-${band.zone}`);
  }
  rect(pen, { x: 0.5, y: TOP + 0.5, width: width - 1, height: HEIGHT - 1 }, 'frame');
  drawParts(pen, gauge, view, stage);
  drawLimits(pen, gauge, view, width, stage);
  drawMem(pen, gauge);
  drawReading(pen, gauge, view, width, stage);
}
