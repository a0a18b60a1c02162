/** The table twin of a chart: a plain table, or a windowed one when it is long. */
import type { EvidenceLink } from '../../src/core/views/page-model.ts';
import { type Child, cut, el } from '../dom.ts';
import type { Stage } from '../stage.ts';
import { evidenceLink } from './evidence.ts';
import { PLAIN_ROWS, ROW_HEIGHT, rowWindow } from './table-window.ts';

interface TableColumn {
  readonly title: string;
  readonly numeric?: boolean;
}

/** A cell is text, a link to evidence, an element made by the caller, or nothing. */
type Cell = string | EvidenceLink | HTMLElement | null;

export interface TableData {
  readonly name: string;
  readonly columns: readonly TableColumn[];
  readonly rows: readonly (readonly Cell[])[];
}

/** Height of the window of a long table. */
const WINDOW = 16 * ROW_HEIGHT;

function content(cell: Cell, stage: Stage): Child {
  if (cell === null || cell instanceof HTMLElement) return cell;
  return typeof cell === 'string' ? cut(cell) : evidenceLink(cell, stage);
}

const classOf = (column: TableColumn | undefined) => (column?.numeric === true ? 'num' : undefined);

function plainTable(data: TableData, stage: Stage): HTMLElement {
  const head = data.columns.map((column) => el('th', { scope: 'col', class: classOf(column) }, column.title));
  const body = data.rows.map((row) =>
    el('tr', {}, ...row.map((cell, index) => el('td', { class: classOf(data.columns[index]) }, content(cell, stage)))),
  );
  const table = el(
    'table',
    { class: 'twin', 'aria-label': data.name },
    el('thead', {}, el('tr', {}, ...head)),
    el('tbody', {}, ...body),
  );
  return el('div', { class: 'twin-scroll', tabindex: 0, role: 'region', 'aria-label': data.name }, table);
}

function windowRow(data: TableData, index: number, stage: Stage): HTMLElement {
  const cells = (data.rows[index] ?? []).map((cell, column) =>
    el('div', { role: 'cell', class: classOf(data.columns[column]) }, content(cell, stage)),
  );
  const row = el('div', { role: 'row', class: 'window-row', 'aria-rowindex': index + 2 }, ...cells);
  row.style.setProperty('top', `${index * ROW_HEIGHT}px`);
  return row;
}

function windowedTable(data: TableData, stage: Stage): HTMLElement {
  const titles = data.columns.map((column) =>
    el('div', { role: 'columnheader', class: classOf(column) }, column.title),
  );
  const head = el('div', { role: 'row', class: 'window-head', 'aria-rowindex': 1 }, ...titles);
  const body = el('div', { class: 'window-rows', role: 'rowgroup' });
  body.style.setProperty('height', `${data.rows.length * ROW_HEIGHT}px`);
  const counted = { role: 'table', 'aria-label': data.name, 'aria-rowcount': data.rows.length + 1 };
  const table = el(
    'div',
    { class: 'window', ...counted },
    el('div', { role: 'rowgroup', class: 'window-top' }, head),
    body,
  );
  // Names share what the numbers leave, but stay readable: a narrow page scrolls sideways.
  const widths = data.columns.map((column) => (column.numeric ? '96px' : 'minmax(120px,1fr)'));
  table.style.setProperty('min-width', `${data.columns.length * 122}px`);
  table.style.setProperty('--window-columns', widths.join(' '));
  const scroller = el('div', { class: 'twin-scroll', role: 'region', tabindex: 0, 'aria-label': data.name }, table);
  scroller.style.setProperty('height', `${WINDOW}px`);
  let shown = '';
  const show = () => {
    const { first, end } = rowWindow(scroller.scrollTop, WINDOW, data.rows.length);
    if (shown === `${first}-${end}`) return;
    shown = `${first}-${end}`;
    const rows = Array.from({ length: end - first }, (_, offset) => windowRow(data, first + offset, stage));
    body.replaceChildren(...rows);
  };
  scroller.addEventListener('scroll', show, { passive: true });
  show();
  return scroller;
}

export function dataTable(data: TableData, stage: Stage): HTMLElement {
  if (data.rows.length === 0) return el('p', { class: 'empty dim' }, 'Nothing to list.');
  return data.rows.length > PLAIN_ROWS ? windowedTable(data, stage) : plainTable(data, stage);
}
