/** TCP memory: the gauge and who owns the pages. */
import type { MemoryPart, MemoryView } from '../../src/core/page/page-model.ts';
import { defineMessages } from '../../src/core/wording/define-messages.ts';
import { drawMemoryGauge, partLook } from '../charts/memory-gauge.ts';
import { swatch } from '../charts/paint.ts';
import { cut, el } from '../dom.ts';
import type { Stage } from '../stage.ts';
import { words } from '../words.ts';
import { countCell, mebibytesCell, numberColumn, shareCell, textColumn } from './cells.ts';
import { dataTable } from './data-table.ts';
import { evidenceRow } from './evidence.ts';
import { podMemory } from './pods.ts';
import { emptyBox, tableName, twinSection } from './section.ts';

const say = defineMessages('webview-memory', {
  title: 'TCP memory',
  pageSize: '1 page = {size, number, bytes}',
  owner: 'Owner',
  ownerOrLimit: 'Owner or limit',
  pages: 'Pages',
  mebibytes: 'MiB',
  share: 'Share',
  shareOfMem: 'Share of mem',
  source: 'Source',
  moreOwners: '{owners, plural, one {# more owner} other {# more owners}}',
  errorBound: '± {pages, plural, one {# page} other {# pages}}',
  nothing: 'No TCP memory in this bundle',
  notCaptured: 'Neither net/sockstat nor tcp_mem was captured.',
});

/** The owners below the gauge; the table twin lists all of them with their sources. */
const SHOWN = 5;

const owner = (part: MemoryPart) => el('span', { class: 'owner' }, swatch(partLook(part)), cut(part.label));

/** Pages as a count, as MiB, and as a part of mem. */
function sizeCells(pages: number, view: MemoryView) {
  return [countCell(pages), mebibytesCell(pages * view.pageSizeBytes), shareCell(pages, view.memPages ?? 0)] as const;
}

function ownerTable(view: MemoryView): HTMLElement | null {
  if (view.parts.length === 0) return null;
  const numbers = (pages: number) => sizeCells(pages, view).map(({ text }) => el('td', { class: 'num' }, text));
  const rows = view.parts
    .slice(0, SHOWN)
    .map((part) => el('tr', { title: part.source }, el('td', {}, owner(part)), ...numbers(part.pages)));
  const rest = view.parts.slice(SHOWN);
  if (rest.length > 0) {
    const pages = rest.reduce((sum, part) => sum + part.pages, 0);
    const more = words.text(say.moreOwners({ owners: rest.length }));
    rows.push(el('tr', {}, el('td', { class: 'dim' }, more), ...numbers(pages)));
  }
  if (view.memPages !== null) rows.push(el('tr', { class: 'total' }, el('td', {}, 'mem'), ...numbers(view.memPages)));
  const head = [say.owner(), say.pages(), say.mebibytes(), say.share()].map((title, index) =>
    el('th', { scope: 'col', class: index > 0 ? 'num' : undefined }, words.text(title)),
  );
  return el('table', { class: 'owners' }, el('thead', {}, el('tr', {}, ...head)), el('tbody', {}, ...rows));
}

function twinTable(view: MemoryView, stage: Stage): HTMLElement {
  const limits = [
    ['mem', view.memPages, words.text(say.errorBound({ pages: view.errorPages }))],
    ['min', view.minPages, 'tcp_mem[0]'],
    ['pressure', view.pressurePages, 'tcp_mem[1]'],
    ['max', view.maxPages, 'tcp_mem[2]'],
  ] as const;
  const rows = [
    ...view.parts.map((part) => [part.label, ...sizeCells(part.pages, view), part.source]),
    ...limits.flatMap(([name, pages, source]) => (pages === null ? [] : [[name, ...sizeCells(pages, view), source]])),
  ];
  const columns = [
    textColumn(say.ownerOrLimit()),
    numberColumn(say.pages()),
    numberColumn(say.mebibytes()),
    numberColumn(say.shareOfMem()),
    textColumn(say.source()),
  ];
  return dataTable({ id: 'memory', name: tableName(say.title()), columns, rows }, stage);
}

export function memory(view: MemoryView, stage: Stage): HTMLElement {
  const chart = el('div', { class: 'place' });
  const nothing = view.memPages === null && view.maxPages === null && view.parts.length === 0;
  if (nothing) chart.append(emptyBox(words.text(say.nothing()), words.text(say.notCaptured())));
  else stage.fit(chart, (width) => drawMemoryGauge(chart, width, view, stage));
  return twinSection(
    {
      id: 'memory',
      title: say.title(),
      scope: 'node',
      note: words.text(say.pageSize({ size: view.pageSizeBytes })),
      picture: el('div', {}, chart, ownerTable(view)),
      canSave: !nothing,
      table: () => twinTable(view, stage),
      below: el('div', {}, podMemory(view.pods, stage), evidenceRow(view.evidence, stage)),
    },
    stage,
  );
}
