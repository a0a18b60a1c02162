/** The rows of the table of sockets: what stands in each column, and the elements that show it. */
import type { SocketColumn, SocketRow } from '../../src/core/query/socket-row.ts';
import { el } from '../dom.ts';
import { count, duration } from '../format.ts';
import { visible } from '../visible.ts';
import { ROW_HEIGHT } from './table-window.ts';

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

export const COLUMNS: readonly Column[] = [
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
export function rowPool(body: HTMLElement) {
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
