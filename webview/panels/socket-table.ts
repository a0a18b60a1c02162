/** All sockets that the filter picks, one a row: only the rows in sight are on the page, each leads to its proof. */
import type { SocketColumn } from '../../src/core/query/socket-row.ts';
import { defineMessages } from '../../src/core/wording/define-messages.ts';
import { cut, el } from '../dom.ts';
import { createSocketSource } from '../socket-source.ts';
import type { Stage } from '../stage.ts';
import { words } from '../words.ts';
import { plainSection } from './section.ts';
import { COLUMNS, rowPool } from './socket-rows.ts';
import { copyButtons } from './table-copy.ts';
import { ROW_HEIGHT, rowWindow } from './table-window.ts';

const say = defineMessages('webview-socket-table', {
  title: 'Sockets',
  sortBy: '{about}. Sort by {column}',
  nothingPicked: 'The filter picks no socket.',
  counting: 'counting',
  picked: '{sockets, number} picked; a click opens the line that proves it',
});

const VISIBLE_ROWS = 14;
/** Browsers draw no higher element than about 33 million pixels. */
const MAX_ROWS = 1_400_000;

function headCells(stage: Stage, sort: (column: SocketColumn) => void): HTMLElement[] {
  const { column: sorted, descending } = stage.view().socketOrder;
  return COLUMNS.map((column) => {
    const mine = column.id === sorted;
    const button = el(
      'button',
      {
        type: 'button',
        class: 'sort',
        title: words.text(say.sortBy({ about: column.hint, column: column.title })),
        'data-key': `sort-${column.id}`,
      },
      cut(column.title),
    );
    button.addEventListener('click', () => sort(column.id));
    return el(
      'div',
      {
        role: 'columnheader',
        class: column.numeric === true ? 'num' : undefined,
        'aria-sort': mine ? (descending ? 'descending' : 'ascending') : undefined,
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
    { class: 'window sockets-window', role: 'grid', 'aria-label': words.text(say.title()), tabindex: 0 },
    el('div', { class: 'window-top', role: 'rowgroup' }, head),
    body,
  );
  table.style.setProperty('--window-columns', COLUMNS.map(({ width }) => width).join(' '));
  const scroller = el('div', { class: 'twin-scroll sockets-scroll' }, table);
  const none = el('p', { class: 'empty dim' }, words.text(say.nothingPicked()));
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
      note.textContent = words.text(sized === null ? say.counting() : say.picked({ sockets: sized }));
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
    words.text(say.title()),
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
  return plainSection({ id: 'socket-table', title: say.title(), scope: 'node', note }, none, copy, scroller);
}
