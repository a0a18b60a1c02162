/** The table twin of a chart: a plain table, or a windowed one when it is long. */
import type { EvidenceLink } from '../../src/core/views/page-model.ts';
import { type Child, cut, el } from '../dom.ts';
import type { Stage } from '../stage.ts';
import { evidenceLink } from './evidence.ts';
import { PLAIN_ROWS, ROW_HEIGHT, rowWindow } from './table-window.ts';

export interface TableColumn {
  readonly title: string;
  readonly numeric?: boolean;
}

/** A cell is text, a link to evidence, an element made by the caller, or nothing. */
export type Cell = string | EvidenceLink | HTMLElement | null;

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
  const head = data.columns.map((column) => el('div', { role: 'columnheader', class: classOf(column) }, column.title));
  const spacer = el('div', { class: 'window-rows', role: 'rowgroup' });
  spacer.style.setProperty('height', `${data.rows.length * ROW_HEIGHT}px`);
  const scroller = el('div', { class: 'window-scroll', role: 'presentation', tabindex: 0 }, spacer);
  scroller.style.setProperty('height', `${WINDOW}px`);
  let shown = '';
  const show = () => {
    const { first, end } = rowWindow(scroller.scrollTop, WINDOW, data.rows.length);
    if (shown === `${first}-${end}`) return;
    shown = `${first}-${end}`;
    const rows = Array.from({ length: end - first }, (_, offset) => windowRow(data, first + offset, stage));
    spacer.replaceChildren(...rows);
  };
  scroller.addEventListener('scroll', show, { passive: true });
  show();
  const header = el(
    'div',
    { role: 'rowgroup' },
    el('div', { role: 'row', class: 'window-head', 'aria-rowindex': 1 }, ...head),
  );
  const attributes = {
    class: 'twin window',
    role: 'table',
    'aria-label': data.name,
    'aria-rowcount': data.rows.length + 1,
  };
  const table = el('div', attributes, header, scroller);
  table.style.setProperty(
    '--window-columns',
    data.columns.map((column) => (column.numeric ? '96px' : 'minmax(0,1fr)')).join(' '),
  );
  return table;
}

export function dataTable(data: TableData, stage: Stage): HTMLElement {
  if (data.rows.length === 0) return el('p', { class: 'empty dim' }, 'Nothing to list.');
  return data.rows.length > PLAIN_ROWS ? windowedTable(data, stage) : plainTable(data, stage);
}
