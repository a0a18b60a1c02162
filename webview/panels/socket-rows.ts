/** The rows of the table of sockets: what stands in each column, and the elements that show it. */
import type { SocketColumn, SocketRow } from '../../src/core/query/socket-row.ts';
import { defineMessages } from '../../src/core/wording/define-messages.ts';
import { el } from '../dom.ts';
import { visible } from '../visible.ts';
import { words } from '../words.ts';
import { ROW_HEIGHT } from './table-window.ts';

const say = defineMessages('webview-socket-rows', {
  state: 'State',
  aboutState: 'State of TCP',
  process: 'Process',
  aboutProcess: 'Process that holds the socket',
  noFd: 'no fd seen',
  sharedBy: '{process} (+{others, number})',
  pid: 'PID',
  aboutPid: 'Process ID',
  pod: 'Pod',
  aboutPod: 'Namespace and name of the pod',
  local: 'Local',
  aboutLocal: 'Local address and port',
  peer: 'Peer',
  aboutPeer: 'Remote address and port',
  rxQueue: 'Recv-Q',
  aboutRxQueue: 'Unread bytes; of a socket in LISTEN, the connections that wait',
  txQueue: 'Send-Q',
  aboutTxQueue: 'Bytes that are unsent or not acknowledged',
  idle: 'Idle',
  aboutIdle: 'Time since the last data came, as ss tells it',
  netns: 'netns',
  aboutNetns: 'Inode of the network namespace',
  inode: 'Inode',
  aboutInode: 'Inode of the socket',
});

interface Column {
  readonly id: SocketColumn;
  readonly title: string;
  readonly hint: string;
  readonly width: string;
  readonly numeric?: boolean;
  cell(row: SocketRow): string;
}

const number = (value: number | null) => (value === null ? '–' : words.count(value));
const text = (value: string) => (value === '' ? '–' : value);

const NO_FD = words.text(say.noFd());

export const COLUMNS: readonly Column[] = [
  {
    id: 'state',
    title: words.text(say.state()),
    hint: words.text(say.aboutState()),
    width: '104px',
    cell: (row) => row.state,
  },
  {
    id: 'comm',
    title: words.text(say.process()),
    hint: words.text(say.aboutProcess()),
    width: 'minmax(90px,1fr)',
    cell: (row) => {
      if (row.pid === null) return NO_FD;
      return row.holders > 1 ? words.text(say.sharedBy({ process: row.comm, others: row.holders - 1 })) : row.comm;
    },
  },
  {
    id: 'pid',
    title: words.text(say.pid()),
    hint: words.text(say.aboutPid()),
    width: '64px',
    numeric: true,
    cell: (row) => (row.pid === null ? '–' : String(row.pid)),
  },
  {
    id: 'pod',
    title: words.text(say.pod()),
    hint: words.text(say.aboutPod()),
    width: 'minmax(110px,1.6fr)',
    cell: (row) => text(row.pod),
  },
  {
    id: 'local',
    title: words.text(say.local()),
    hint: words.text(say.aboutLocal()),
    width: 'minmax(132px,1.1fr)',
    cell: (row) => text(row.local),
  },
  {
    id: 'peer',
    title: words.text(say.peer()),
    hint: words.text(say.aboutPeer()),
    width: 'minmax(132px,1.4fr)',
    cell: (row) => (row.peerPod === '' ? text(row.peer) : `${row.peer} ${row.peerPod}`),
  },
  {
    id: 'rxq',
    title: words.text(say.rxQueue()),
    hint: words.text(say.aboutRxQueue()),
    width: '72px',
    numeric: true,
    cell: (row) => number(row.rxQueue),
  },
  {
    id: 'txq',
    title: words.text(say.txQueue()),
    hint: words.text(say.aboutTxQueue()),
    width: '72px',
    numeric: true,
    cell: (row) => number(row.txQueue),
  },
  {
    id: 'idle',
    title: words.text(say.idle()),
    hint: words.text(say.aboutIdle()),
    width: '72px',
    numeric: true,
    cell: (row) => (row.idleSeconds === null ? '–' : words.duration(row.idleSeconds)),
  },
  {
    id: 'ns',
    title: words.text(say.netns()),
    hint: words.text(say.aboutNetns()),
    width: '88px',
    numeric: true,
    cell: (row) => (row.netns === null ? '–' : String(row.netns)),
  },
  {
    id: 'inode',
    title: words.text(say.inode()),
    hint: words.text(say.aboutInode()),
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
