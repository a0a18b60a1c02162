/** Open fds per process, grouped by pod, with the soft limit beside. Rows are HTML so that names cut themselves. */
import { select } from 'd3';
import type { Tone } from '../../src/core/page/evidence-link.ts';
import type { FdKindCount, ProcessesView, ProcessRow } from '../../src/core/page/page-model.ts';
import type { Message } from '../../src/core/report/message.ts';
import { defineMessages } from '../../src/core/wording/define-messages.ts';
import { cut, el } from '../dom.ts';
import { icon } from '../icons.ts';
import type { Stage } from '../stage.ts';
import { words } from '../words.ts';
import { lookOf, paint, swatch } from './paint.ts';
import {
  barSegments,
  type ListRow,
  LONG_LIST,
  limitLevel,
  listRows,
  logLength,
  SHORT_LIST,
} from './processes-layout.ts';
import { rove, type Stop } from './stops.ts';

const say = defineMessages('webview-fd-bars', {
  title: 'Open fds per process',
  podAndProcess: 'Pod and process',
  bars: 'Open fds, 0 to {most, number}',
  logBars: 'Open fds, 0 to {most, number}, log',
  fds: 'fds',
  tcp: 'TCP',
  limit: 'limit',
  ofLimit: 'of soft limit',
  noName: '(no name)',
  shared: 'shared',
  sharedSockets: 'Other processes hold {sockets, number} of its sockets too',
  nearLimit: '{fds, number} of {limit, number}, the soft limit of open files',
  openFds: '{fds, plural, one {# fd} other {# fds}}',
  tcpSockets: '{sockets, number} TCP',
  shareOfLimit: '{share, number, share} of the soft limit',
  kind: '{kind} {fds, number}',
  row: '{process} {pid}: {numbers}. {kinds}. Enter filters all views by it, E opens its fds.',
  kinds: '{kinds}',
});

const NARROW = 560;
const LIMIT_BAR = 54;
const ROW = 22;

interface Columns {
  readonly name: number;
  readonly number: number;
  readonly limit: number;
  readonly gap: number;
  readonly bar: number;
}

function columnsOf(width: number, view: ProcessesView, stage: Stage): Columns {
  const narrow = width < NARROW;
  const most = Math.max(view.openFds, ...view.groups.map((group) => group.fds), 0);
  const widest = Math.ceil(stage.measure(words.count(most), 12, 600)) + 2;
  const number = Math.round(Math.min(Math.max(40, widest), width * 0.18));
  const name = Math.round(Math.min(190, Math.max(110, width * 0.32)));
  const limit = narrow ? 52 : 120;
  const gap = narrow ? 8 : 12;
  return { name, number, limit, gap, bar: Math.max(8, width - name - 2 * number - limit - 4 * gap - 12) };
}

function bar(process: ProcessRow, most: number, width: number, scale: 'linear' | 'log'): SVGSVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const drawn = select(svg).attr('class', 'bar').attr('width', width).attr('height', 14).attr('aria-hidden', 'true');
  const place = (x: number, wide: number, tone: Tone) => {
    const shape = drawn.append('rect').attr('x', x).attr('y', 1.5).attr('height', 11);
    paint(shape.attr('width', Math.max(2, wide - 1)), lookOf(tone));
  };
  if (scale === 'log') {
    const length = logLength(process.fds, most, width);
    if (length > 0) place(0, length, process.tone);
  } else {
    for (const segment of barSegments(process.kinds, most, width)) place(segment.x, segment.width, segment.kind.tone);
  }
  return svg;
}

/** A number whose unit the column head says to the eye; the ear is told both. */
function heard(seen: string, message: Message): readonly HTMLElement[] {
  return [el('span', { 'aria-hidden': 'true' }, seen), el('span', { class: 'spoken' }, words.text(message))];
}

const shareOfLimit = (fds: number, limit: number) => say.shareOfLimit({ share: fds / limit });

function limitCell(process: ProcessRow, narrow: boolean): HTMLElement {
  const level = limitLevel(process.fds, process.softLimit);
  if (level === 'none' || process.softLimit === null) return el('span', { class: 'limit-cell dim' }, '–');
  const title = words.text(say.nearLimit({ fds: process.fds, limit: process.softLimit }));
  const sign = level === 'bad' ? icon('bad', 'tone-bad') : level === 'warn' ? icon('warn', 'tone-warn') : null;
  const cell = el(
    'span',
    { class: `limit-cell ${level}`, title },
    sign,
    ...heard(words.share(process.fds, process.softLimit), shareOfLimit(process.fds, process.softLimit)),
  );
  if (narrow) return cell;
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const drawn = select(svg)
    .attr('width', LIMIT_BAR + 2)
    .attr('height', 10)
    .attr('aria-hidden', 'true');
  drawn.append('rect').attr('class', 'track').attr('y', 3).attr('width', LIMIT_BAR).attr('height', 4);
  const length = Math.max(1, Math.min(1, process.fds / process.softLimit) * LIMIT_BAR);
  drawn.append('rect').attr('class', 'fill').attr('y', 3).attr('width', length).attr('height', 4);
  drawn.append('line').attr('class', 'tick').attr('x1', LIMIT_BAR).attr('x2', LIMIT_BAR).attr('y1', 0).attr('y2', 10);
  cell.append(svg);
  return cell;
}

function processName(process: ProcessRow): HTMLElement {
  const shared = process.sharedSockets > 0;
  const title = words.text(say.sharedSockets({ sockets: process.sharedSockets }));
  return el(
    'span',
    { class: 'process-name' },
    cut(process.comm === '' ? words.text(say.noName()) : process.comm),
    ' ',
    el('span', { class: 'dim nowrap' }, String(process.pid)),
    shared ? el('span', { class: 'tag', title }, words.text(say.shared())) : null,
  );
}

const sayKind = ({ label, count }: FdKindCount) => say.kind({ kind: label, fds: count });

function rowText({ comm, pid, fds, tcp, softLimit, kinds }: ProcessRow): string {
  const numbers = [say.openFds({ fds }), say.tcpSockets({ sockets: tcp })];
  if (softLimit !== null && softLimit > 0) numbers.push(shareOfLimit(fds, softLimit));
  const present = kinds.filter((kind) => kind.count > 0).map(sayKind);
  return words.text(say.row({ process: comm, pid, numbers, kinds: present }));
}

function listRow(row: ListRow, most: number, columns: Columns, narrow: boolean, scale: 'linear' | 'log'): HTMLElement {
  if (row.kind === 'group') {
    const name = cut(row.group.label, 'group-name');
    return el('div', { class: 'row group-row' }, name, el('span', { class: 'num' }, words.count(row.group.fds)));
  }
  if (row.kind === 'more') {
    const tcp = row.tcp === null ? '' : words.count(row.tcp);
    const numbers = [el('span', { class: 'num' }, words.count(row.fds)), el('span', { class: 'num' }, tcp)];
    return el(
      'div',
      { class: 'row more-row dim' },
      el('span', { class: 'process-name' }, row.label),
      el('span'),
      ...numbers,
    );
  }
  const { process } = row;
  return el(
    'div',
    {
      class: `row process-row tone-${process.tone}`,
      role: 'button',
      title: rowText(process),
    },
    processName(process),
    ' ',
    bar(process, most, columns.bar, scale),
    el('span', { class: 'num' }, ...heard(words.count(process.fds), say.openFds({ fds: process.fds }))),
    ' ',
    el(
      'span',
      { class: process.tcp === 0 ? 'num dim' : 'num' },
      ...heard(words.count(process.tcp), say.tcpSockets({ sockets: process.tcp })),
    ),
    ' ',
    limitCell(process, narrow),
  );
}

/** One sample per tone, named after the kinds of fds that have it. */
export function fdLegend(view: ProcessesView): HTMLElement {
  const labels = new Map<Tone, Set<string>>();
  for (const process of view.groups.flatMap((group) => group.processes)) {
    for (const kind of process.kinds) labels.set(kind.tone, (labels.get(kind.tone) ?? new Set()).add(kind.label));
  }
  const entries = [...labels].map(([tone, names]) => {
    const kinds = [...[...names].slice(0, 4), ...(names.size > 4 ? ['…'] : [])];
    return el('span', { class: 'legend-entry' }, swatch(lookOf(tone)), cut(words.text(say.kinds({ kinds }))));
  });
  return el('div', { class: 'legend' }, ...entries);
}

export function drawFdBars(
  place: HTMLElement,
  width: number,
  view: ProcessesView,
  scale: 'linear' | 'log',
  stage: Stage,
): void {
  const narrow = width < NARROW;
  const columns = columnsOf(width, view, stage);
  const most = Math.max(1, ...view.groups.flatMap((group) => group.processes.map((process) => process.fds)));
  const heads = [
    say.podAndProcess(),
    scale === 'log' ? say.logBars({ most }) : say.bars({ most }),
    say.fds(),
    say.tcp(),
    narrow ? say.limit() : say.ofLimit(),
  ].map((title, index) => cut(words.text(title), index > 1 ? 'num' : ''));
  const head = el('div', { class: 'row head-row' }, ...heads);
  const stops: Stop[] = [];
  const links = new Map<string, ProcessRow>();
  const rows = listRows(view, stage.view().longList ? LONG_LIST : SHORT_LIST).map((row, index) => {
    const element = listRow(row, most, columns, narrow, scale);
    if (row.kind === 'process') {
      const key = `process-${row.process.pid}`;
      stops.push({ key, element, box: { x: 0, y: index * ROW, width: 1, height: ROW } });
      links.set(key, row.process);
    }
    return element;
  });
  const list = el('div', { class: 'fd-bars', role: 'group', 'aria-label': words.text(say.title()) }, head, ...rows);
  const { name, bar: barWidth, number, limit, gap } = columns;
  list.style.setProperty('--columns', `${name}px ${barWidth}px ${number}px ${number}px ${limit}px`);
  list.style.setProperty('--gap', `${gap}px`);
  place.replaceChildren(list);
  const open = (key: string) => {
    const link = links.get(key)?.evidence ?? null;
    if (link !== null) stage.open(link);
  };
  const pick = (key: string) => {
    const process = links.get(key);
    if (process !== undefined) stage.filter.toggle(`pid:${process.pid}`);
  };
  rove(stops, undefined, { select: pick, evidence: open });
}
