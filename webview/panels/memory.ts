/** TCP memory: the gauge and who owns the pages. */
import type { MemoryPart, MemoryView } from '../../src/core/page/page-model.ts';
import { drawMemoryGauge, partLook } from '../charts/memory-gauge.ts';
import { swatch } from '../charts/paint.ts';
import { cut, el } from '../dom.ts';
import { bytes, count, mebibytes, percent } from '../format.ts';
import type { Stage } from '../stage.ts';
import { dataTable } from './data-table.ts';
import { evidenceRow } from './evidence.ts';
import { podMemory } from './pods.ts';
import { emptyBox, twinSection } from './section.ts';

/** The owners below the gauge; the table twin lists all of them with their sources. */
const SHOWN = 5;

const owner = (part: MemoryPart) => el('span', { class: 'owner' }, swatch(partLook(part)), cut(part.label));

const share = (pages: number, view: MemoryView) => (view.memPages === null ? '–' : percent(pages, view.memPages));

function ownerTable(view: MemoryView): HTMLElement | null {
  if (view.parts.length === 0) return null;
  const number = (text: string) => el('td', { class: 'num' }, text);
  const rows = view.parts
    .slice(0, SHOWN)
    .map((part) =>
      el(
        'tr',
        { title: part.source },
        el('td', {}, owner(part)),
        number(count(part.pages)),
        number(mebibytes(part.pages, view.pageSizeBytes)),
        number(share(part.pages, view)),
      ),
    );
  const rest = view.parts.slice(SHOWN);
  if (rest.length > 0) {
    const pages = rest.reduce((sum, part) => sum + part.pages, 0);
    const cells = [count(pages), mebibytes(pages, view.pageSizeBytes), share(pages, view)].map(number);
    rows.push(el('tr', {}, el('td', { class: 'dim' }, `${rest.length} more owners`), ...cells));
  }
  if (view.memPages !== null) {
    const cells = [count(view.memPages), mebibytes(view.memPages, view.pageSizeBytes), share(view.memPages, view)];
    rows.push(el('tr', { class: 'total' }, el('td', {}, 'mem'), ...cells.map(number)));
  }
  const head = ['Owner', 'Pages', 'MiB', 'Share'].map((text, index) =>
    el('th', { scope: 'col', class: index > 0 ? 'num' : undefined }, text),
  );
  return el('table', { class: 'owners' }, el('thead', {}, el('tr', {}, ...head)), el('tbody', {}, ...rows));
}

function twinTable(view: MemoryView, stage: Stage): HTMLElement {
  const sizes = (pages: number) => [count(pages), mebibytes(pages, view.pageSizeBytes)];
  const limits = [
    ['mem', view.memPages, `± ${count(view.errorPages)} pages`],
    ['min', view.minPages, 'tcp_mem[0]'],
    ['pressure', view.pressurePages, 'tcp_mem[1]'],
    ['max', view.maxPages, 'tcp_mem[2]'],
  ] as const;
  const rows = [
    ...view.parts.map((part) => [part.label, ...sizes(part.pages), share(part.pages, view), part.source]),
    ...limits.flatMap(([name, pages, source]) =>
      pages === null ? [] : [[name, ...sizes(pages), share(pages, view), source]],
    ),
  ];
  const columns = [
    { title: 'Owner or limit' },
    { title: 'Pages', numeric: true },
    { title: 'MiB', numeric: true },
    { title: 'Share of mem', numeric: true },
    { title: 'Source' },
  ];
  return dataTable({ name: 'TCP memory as table', columns, rows }, stage);
}

export function memory(view: MemoryView, stage: Stage): HTMLElement {
  const chart = el('div', { class: 'place' });
  const nothing = view.memPages === null && view.maxPages === null && view.parts.length === 0;
  if (nothing) chart.append(emptyBox('No TCP memory in this bundle', 'Neither net/sockstat nor tcp_mem was captured.'));
  else stage.fit(chart, (width) => drawMemoryGauge(chart, width, view, stage));
  return twinSection(
    {
      id: 'memory',
      title: 'TCP memory',
      scope: 'node',
      note: `1 page = ${bytes(view.pageSizeBytes)}`,
      picture: el('div', {}, chart, ownerTable(view)),
      canSave: !nothing,
      table: () => twinTable(view, stage),
      below: el('div', {}, podMemory(view.pods, stage), evidenceRow(view.evidence, stage)),
    },
    stage,
  );
}
