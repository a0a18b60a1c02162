/** All sockets that the filter picks, one a row: only the rows in sight are on the page, each leads to its proof. */
import type { SocketColumn, SocketRow } from '../../src/core/query/socket-row.ts';
import { el } from '../dom.ts';
import { count, duration } from '../format.ts';
import { createSocketSource } from '../socket-source.ts';
import type { Stage } from '../stage.ts';
import { visible } from '../visible.ts';
import { plainSection } from './section.ts';
import { copyButtons } from './table-copy.ts';
import { ROW_HEIGHT, rowWindow } from './table-window.ts';

interface Column {
  readonly id: SocketColumn;
  readonly title: string;
  readonly hint: string;
  readonly width: string;
  readonly numeric?: boolean;
  cell(row: SocketRow): string;
}

const number = (value: number | null) => (value === null ? '–' : count(value));
const text = (value: string) => (value === '' ? '–' : value);

const COLUMNS: readonly Column[] = [
  { id: 'state', title: 'State', hint: 'State of TCP', width: '104px', cell: (row) => row.state },
  {
    id: 'comm',
    title: 'Process',
    hint: 'Who holds it',
    width: 'minmax(90px,1fr)',
    cell: (row) => (row.pid === null ? 'no fd seen' : `${row.comm}${row.holders > 1 ? ` (+${row.holders - 1})` : ''}`),
  },
  {
    id: 'pid',
    title: 'PID',
    hint: 'Process ID',
    width: '64px',
    numeric: true,
    cell: (row) => (row.pid === null ? '–' : String(row.pid)),
  },
  {
    id: 'pod',
    title: 'Pod',
    hint: 'Namespace and name of the pod',
    width: 'minmax(110px,1.6fr)',
    cell: (row) => text(row.pod),
  },
  {
    id: 'local',
    title: 'Local',
    hint: 'Local address and port',
    width: 'minmax(132px,1.1fr)',
    cell: (row) => text(row.local),
  },
  {
    id: 'peer',
    title: 'Peer',
    hint: 'Remote address and port',
    width: 'minmax(132px,1.4fr)',
    cell: (row) => (row.peerPod === '' ? text(row.peer) : `${row.peer} ${row.peerPod}`),
  },
  {
    id: 'rxq',
    title: 'Recv-Q',
    hint: 'Unread bytes; of LISTEN, connections that wait',
    width: '72px',
    numeric: true,
    cell: (row) => number(row.rxQueue),
  },
  {
    id: 'txq',
    title: 'Send-Q',
    hint: 'Unsent and unacknowledged bytes',
    width: '72px',
    numeric: true,
    cell: (row) => number(row.txQueue),
  },
  {
    id: 'idle',
    title: 'Idle',
    hint: 'Time since the last data came, as ss tells',
    width: '72px',
    numeric: true,
    cell: (row) => (row.idleSeconds === null ? '–' : duration(row.idleSeconds)),
  },
  {
    id: 'ns',
    title: 'netns',
    hint: 'Inode of the network namespace',
    width: '88px',
    numeric: true,
    cell: (row) => (row.netns === null ? '–' : String(row.netns)),
  },
  {
    id: 'inode',
    title: 'Inode',
    hint: 'Inode of the socket',
    width: '80px',
    numeric: true,
    cell: (row) => (row.inode === 0 ? '–' : String(row.inode)),
  },
];

const VISIBLE_ROWS = 14;
/** Browsers draw no higher element than about 33 million pixels. */
const MAX_ROWS = 1_400_000;

/** Rows that leave the window at one end come in at the other with new texts: making elements is what takes long. */
interface RowElement {
  readonly element: HTMLElement;
  show(index: number, row: SocketRow | undefined, active: boolean): void;
}

function rowElement(): RowElement {
  const texts = COLUMNS.map((column) =>
    el('div', { role: 'gridcell', class: column.numeric === true ? 'num' : undefined }),
  );
  const element = el('div', { role: 'row', class: 'window-row socket-row' }, ...texts);
  let shown: SocketRow | undefined;
  let place = -1;
  return {
    element,
    show: (index, row, active) => {
      if (index !== place) {
        place = index;
        element.id = `socket-${index}`;
        element.setAttribute('aria-rowindex', String(index + 2));
        element.style.setProperty('top', `${index * ROW_HEIGHT}px`);
      }
      element.classList.toggle('active', active);
      element.setAttribute('aria-selected', String(active));
      if (row === shown) return;
      shown = row;
      for (const [column, cell] of texts.entries()) {
        const written = row === undefined ? '' : visible(COLUMNS[column]?.cell(row) ?? '');
        if (cell.textContent === written) continue;
        cell.textContent = written;
        // Cut ones are read in the hover text.
        cell.title = written;
      }
    },
  };
}

/** The rows from `first` to `end`, each in the element that it had before, or in one that is free. */
function rowPool(body: HTMLElement) {
  const used = new Map<number, RowElement>();
  return (first: number, end: number, show: (row: RowElement, index: number) => void) => {
    const free: RowElement[] = [];
    for (const [index, row] of used) {
      if (index >= first && index < end) continue;
      used.delete(index);
      free.push(row);
    }
    for (let index = first; index < end; index++) {
      let row = used.get(index) ?? free.pop();
      if (row === undefined) {
        row = rowElement();
        body.append(row.element);
      }
      used.set(index, row);
      show(row, index);
    }
    for (const row of free) row.element.remove();
  };
}

function headCells(stage: Stage, sort: (column: SocketColumn) => void): HTMLElement[] {
  const { column: sorted, descending } = stage.view().socketOrder;
  return COLUMNS.map((column) => {
    const mine = column.id === sorted;
    const arrow = mine ? (descending ? ' ▼' : ' ▲') : '';
    const button = el(
      'button',
      {
        type: 'button',
        class: 'sort',
        title: `${column.hint}. Sort by ${column.title}`,
        'data-key': `sort-${column.id}`,
      },
      `${column.title}${arrow}`,
    );
    button.addEventListener('click', () => sort(column.id));
    return el(
      'div',
      {
        role: 'columnheader',
        class: column.numeric === true ? 'num' : undefined,
        'aria-sort': mine ? (descending ? 'descending' : 'ascending') : 'none',
      },
      button,
    );
  });
}

export function socketTable(stage: Stage): HTMLElement {
  const head = el('div', { role: 'row', class: 'window-head', 'aria-rowindex': 1 });
  const body = el('div', { class: 'window-rows', role: 'rowgroup' });
  const table = el(
    'div',
    { class: 'window sockets-window', role: 'grid', 'aria-label': 'Sockets', tabindex: 0 },
    el('div', { class: 'window-top', role: 'rowgroup' }, head),
    body,
  );
  table.style.setProperty('--window-columns', COLUMNS.map(({ width }) => width).join(' '));
  const scroller = el('div', { class: 'twin-scroll sockets-scroll' }, table);
  const none = el('p', { class: 'empty dim' }, 'No socket is picked by the filter.');
  const note = el('span', {});
  const showRows = rowPool(body);
  let active = -1;
  /** For how many rows the table was last made. */
  let sized: number | null = -1;
  const show = () => {
    const total = Math.min(source.total() ?? 0, MAX_ROWS);
    none.hidden = source.total() !== 0;
    scroller.hidden = source.total() === 0;
    if (source.total() !== sized) {
      sized = source.total();
      table.setAttribute('aria-rowcount', String(total + 1));
      body.style.setProperty('height', `${total * ROW_HEIGHT}px`);
      scroller.style.setProperty('height', `${(Math.min(Math.max(total, 3), VISIBLE_ROWS) + 2) * ROW_HEIGHT}px`);
      note.textContent =
        source.total() === null
          ? 'counting'
          : `${count(source.total() ?? 0)} picked; a click opens the line that proves it`;
    }
    const { first, end } = rowWindow(scroller.scrollTop, scroller.clientHeight, total);
    showRows(first, end, (row, index) => row.show(index, source.row(index), index === active));
    const inSight = active >= first && active < end;
    if (inSight) table.setAttribute('aria-activedescendant', `socket-${active}`);
    else table.removeAttribute('aria-activedescendant');
  };
  const source = createSocketSource(stage.post, show);
  const reset = () => {
    active = -1;
    sized = -1;
    scroller.scrollTop = 0;
    source.reset(stage.filter.text(), stage.view().socketOrder);
  };
  const sort = (column: SocketColumn) => {
    const now = stage.view().socketOrder;
    // Large numbers are what is looked for; a third click gives the order of the bundle back.
    const numeric = COLUMNS.find(({ id }) => id === column)?.numeric === true;
    const again = now.column === column;
    const next = !again
      ? { column, descending: numeric }
      : now.descending === numeric
        ? { column, descending: !numeric }
        : { column: null, descending: false };
    stage.remember({ socketOrder: next });
    drawHead(column);
    reset();
  };
  const drawHead = (focused?: SocketColumn) => {
    head.replaceChildren(...headCells(stage, sort));
    if (focused !== undefined) head.querySelector<HTMLElement>(`[data-key="sort-${focused}"]`)?.focus();
  };
  const open = (index: number) => {
    const row = source.row(index);
    if (row !== undefined) stage.post({ type: 'openSocket', item: row.item });
  };
  const activate = (index: number) => {
    const total = Math.min(source.total() ?? 0, MAX_ROWS);
    active = Math.max(0, Math.min(total - 1, index));
    const top = active * ROW_HEIGHT;
    const room = scroller.clientHeight - 2 * ROW_HEIGHT;
    if (top < scroller.scrollTop) scroller.scrollTop = top;
    else if (top > scroller.scrollTop + room) scroller.scrollTop = top - room;
    show();
  };
  const keys: Readonly<Record<string, () => void>> = {
    ArrowDown: () => activate(active + 1),
    ArrowUp: () => activate(active - 1),
    PageDown: () => activate(active + VISIBLE_ROWS),
    PageUp: () => activate(active - VISIBLE_ROWS),
    Home: () => activate(0),
    End: () => activate(Number.MAX_SAFE_INTEGER),
    Enter: () => open(active),
    e: () => open(active),
  };
  table.addEventListener('keydown', (event) => {
    const act = keys[event.key];
    if (act === undefined || event.target !== table || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    act();
  });
  body.addEventListener('click', (event) => {
    const row = event.target instanceof Element ? event.target.closest('[role="row"]') : null;
    if (row === null) return;
    activate(Number(row.getAttribute('aria-rowindex')) - 2);
    open(active);
  });
  let frame = 0;
  const showInFrame = () => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(show);
  };
  scroller.addEventListener('scroll', showInFrame, { passive: true });
  const copy = copyButtons(
    'Sockets',
    (format) =>
      stage.post({ type: 'copySockets', filter: stage.filter.text(), order: stage.view().socketOrder, format }),
    stage,
  );
  drawHead();
  stage.onSockets((answer) => source.answer(answer));
  stage.filter.listen((view) => {
    if (view.problems.length === 0) reset();
  });
  reset();
  return plainSection({ id: 'socket-table', title: 'Sockets', scope: 'node', note }, none, copy, scroller);
}
