/** The table twin of a chart: a plain table, or a windowed one when it is long. Its headings sort it. */
import type { EvidenceLink } from '../../src/core/page/evidence-link.ts';
import { defineMessages } from '../../src/core/wording/define-messages.ts';
import { type Child, cut, el } from '../dom.ts';
import { shortPath } from '../short-path.ts';
import type { Stage } from '../stage.ts';
import { visible } from '../visible.ts';
import { words } from '../words.ts';
import type { TableColumn, ValueCell } from './cells.ts';
import { evidenceLink } from './evidence.ts';
import { copyBar } from './table-copy.ts';
import { nextSorting, orderRows, type Sorting, type SortKey } from './table-sort.ts';
import { PLAIN_ROWS, ROW_HEIGHT, rowWindow } from './table-window.ts';

const say = defineMessages('webview-data-table', {
  empty: 'Nothing to list.',
});

/** A cell is text, a number, a link to evidence, an element made by the caller, or nothing. */
type Cell = string | EvidenceLink | ValueCell | HTMLElement | null;
type Row = readonly Cell[];

export interface TableData {
  /** Its order is remembered under this, whatever the language. */
  readonly id: string;
  readonly name: string;
  readonly columns: readonly TableColumn[];
  readonly rows: readonly Row[];
  /** Stay below, however the others are sorted: a sum, or what was left out. */
  readonly footer?: readonly Row[];
}

/** Height of the window of a long table. */
const WINDOW = 16 * ROW_HEIGHT;

const isValue = (cell: Cell): cell is ValueCell =>
  cell !== null && typeof cell === 'object' && !(cell instanceof HTMLElement) && 'value' in cell;

function content(cell: Cell, stage: Stage): Child {
  if (cell === null || cell instanceof HTMLElement) return cell;
  if (typeof cell === 'string') return cut(cell);
  if (!isValue(cell)) return evidenceLink(cell, stage);
  return cell.drawn ?? cut(cell.text);
}

/** The texts of an element with spaces between: "web-1" and its tag "host network" are two words. */
function elementText(element: HTMLElement): string {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const texts: string[] = [];
  while (walker.nextNode() !== null) texts.push(walker.currentNode.textContent?.trim() ?? '');
  return texts.filter((text) => text !== '').join(' ');
}

/** As it is copied: a text as it is shown. */
function cellText(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'string') return cell;
  if (cell instanceof HTMLElement) return elementText(cell);
  return isValue(cell) ? cell.copied : cell.label;
}

/** The table as it is copied, headings first. */
function copyRows(data: TableData, rows: readonly Row[]): string[][] {
  return [data.columns.map(({ title }) => title), ...rows.map((row) => row.map((cell) => visible(cellText(cell))))];
}

function keyOf(cell: Cell): SortKey {
  if (cell !== null && isValue(cell)) return cell.value;
  const text = cellText(cell);
  return text === '' ? null : shortPath(text);
}

const classOf = (column: TableColumn | undefined) => (column?.numeric === true ? 'num' : undefined);

interface Sorter {
  /** In their present order, what stays below last. */
  rows(): readonly Row[];
  /** Turns the cell of a heading into the one that sorts by its column. */
  heading(cell: HTMLElement, index: number): HTMLElement;
}

function createSorter(data: TableData, stage: Stage, changed: () => void): Sorter {
  const { columns, footer = [] } = data;
  const cells: HTMLElement[] = [];
  const remembered = () => stage.view().sorts.find((sort) => sort.table === data.id);
  let rows: readonly Row[] = [];
  const mark = (sorting: Sorting | undefined) => {
    for (const [index, cell] of cells.entries()) {
      const sorted = sorting?.column === index;
      if (sorted) cell.setAttribute('aria-sort', sorting.descending ? 'descending' : 'ascending');
      else cell.removeAttribute('aria-sort');
    }
  };
  const apply = () => {
    const sorting = remembered();
    const column = sorting === undefined ? undefined : columns[sorting.column];
    if (sorting === undefined || column === undefined) {
      rows = [...data.rows, ...footer];
    } else {
      const keys = data.rows.map((row) => keyOf(row[sorting.column] ?? null));
      rows = [...orderRows(keys, sorting.descending).map((row) => data.rows[row] ?? []), ...footer];
    }
    mark(sorting);
  };
  apply();
  return {
    rows: () => rows,
    heading: (cell, index) => {
      const column = columns[index];
      const button = el('button', { type: 'button', class: 'sort' }, cut(column?.title ?? ''));
      button.addEventListener('click', () => {
        const sorting = nextSorting(remembered(), index, column?.numeric === true);
        const others = stage.view().sorts.filter((sort) => sort.table !== data.id);
        stage.remember({ sorts: [...others, { table: data.id, ...sorting }] });
        apply();
        changed();
      });
      cells[index] = cell;
      cell.append(button);
      mark(remembered());
      return cell;
    },
  };
}

interface Made {
  readonly scroller: HTMLElement;
  readonly sorter: Sorter;
}

function plainTable(data: TableData, stage: Stage): Made {
  const body = el('tbody');
  const show = () => {
    const rows = sorter
      .rows()
      .map((row) =>
        el(
          'tr',
          {},
          ...row.map((cell, index) => el('td', { class: classOf(data.columns[index]) }, content(cell, stage))),
        ),
      );
    body.replaceChildren(...rows);
  };
  const sorter = createSorter(data, stage, show);
  const head = data.columns.map((column, index) =>
    sorter.heading(el('th', { scope: 'col', class: classOf(column) }), index),
  );
  show();
  const table = el('table', { class: 'twin', 'aria-label': data.name }, el('thead', {}, el('tr', {}, ...head)), body);
  const scroller = el('div', { class: 'twin-scroll', tabindex: 0, role: 'region', 'aria-label': data.name }, table);
  return { scroller, sorter };
}

function windowRow(data: TableData, cells: Row, index: number, stage: Stage): HTMLElement {
  const drawn = cells.map((cell, column) =>
    el('div', { role: 'cell', class: classOf(data.columns[column]) }, content(cell, stage)),
  );
  const row = el('div', { role: 'row', class: 'window-row', 'aria-rowindex': index + 2 }, ...drawn);
  row.style.setProperty('top', `${index * ROW_HEIGHT}px`);
  return row;
}

function windowedTable(data: TableData, stage: Stage): Made {
  const body = el('div', { class: 'window-rows', role: 'rowgroup' });
  let shown = '';
  const show = () => {
    const rows = sorter.rows();
    const { first, end } = rowWindow(scroller.scrollTop, WINDOW, rows.length);
    if (shown === `${first}-${end}`) return;
    shown = `${first}-${end}`;
    const drawn = rows.slice(first, end).map((row, offset) => windowRow(data, row, first + offset, stage));
    body.replaceChildren(...drawn);
  };
  const sorter = createSorter(data, stage, () => {
    shown = '';
    show();
  });
  const titles = data.columns.map((column, index) =>
    sorter.heading(el('div', { role: 'columnheader', class: classOf(column) }), index),
  );
  const total = sorter.rows().length;
  body.style.setProperty('height', `${total * ROW_HEIGHT}px`);
  const head = el('div', { role: 'row', class: 'window-head', 'aria-rowindex': 1 }, ...titles);
  const counted = { role: 'table', 'aria-label': data.name, 'aria-rowcount': total + 1 };
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
  scroller.addEventListener('scroll', show, { passive: true });
  show();
  return { scroller, sorter };
}

export function dataTable(data: TableData, stage: Stage): HTMLElement {
  if (data.rows.length === 0) return el('p', { class: 'empty dim' }, words.text(say.empty()));
  const { scroller, sorter } = data.rows.length > PLAIN_ROWS ? windowedTable(data, stage) : plainTable(data, stage);
  return el(
    'div',
    {},
    copyBar(data.name, () => copyRows(data, sorter.rows()), stage),
    scroller,
  );
}
