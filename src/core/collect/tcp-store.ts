/**
 * The rows of all socket tables of a node, one table behind the other: hundreds of tables with eleven columns each, and
 * a copy of all of them when they are put together, would leave holes in memory as large as themselves.
 */
import { createColumns, reserve, type TcpColumns, type TcpRows } from '../parsers/proc/tcp-columns.ts';
import { release } from '../release.ts';

/** What is copied of a table: all that has one value for each row. */
const ROW_COLUMNS = [
  'state',
  'timer',
  'retransmits',
  'localPort',
  'remotePort',
  'local',
  'remote',
  'txQueueBytes',
  'rxQueueBytes',
  'inode',
  'line',
] as const;

type RowColumns = Pick<TcpRows, (typeof ROW_COLUMNS)[number]>;

const FIRST_ROWS = 16;

export function createTcpStore(): TcpColumns {
  return createColumns(FIRST_ROWS);
}

/** Takes over the rows of a table, whose own columns are given up. */
export function storeRows(store: TcpColumns, columns: TcpRows): StoredRows {
  const first = store.count;
  const capacity = store.state.length;
  const needed = first + columns.count;
  if (needed > capacity) reserve(store, Math.max(needed, capacity * 2));
  for (const name of ROW_COLUMNS) {
    store[name].set(columns[name].subarray(0, columns.count), first);
    release(columns[name]);
  }
  store.count = needed;
  return new StoredRows(store, first, columns);
}

/** Each of its columns is a view that is made when it is asked for: to be asked once, not for each row. */
export class StoredRows implements TcpRows {
  readonly count: number;
  readonly words6: Uint32Array;
  #store: RowColumns;
  #first: number;

  constructor(store: RowColumns, first: number, { count, words6 }: TcpRows) {
    this.count = count;
    this.words6 = words6;
    this.#store = store;
    this.#first = first;
  }

  /** The rows lie somewhere else from now on. */
  move(store: RowColumns, first: number): void {
    this.#store = store;
    this.#first = first;
  }

  get state(): Uint8Array {
    return this.#part(this.#store.state);
  }
  get timer(): Uint8Array {
    return this.#part(this.#store.timer);
  }
  get retransmits(): Uint8Array {
    return this.#part(this.#store.retransmits);
  }
  get localPort(): Uint16Array {
    return this.#part(this.#store.localPort);
  }
  get remotePort(): Uint16Array {
    return this.#part(this.#store.remotePort);
  }
  get local(): Uint32Array {
    return this.#part(this.#store.local);
  }
  get remote(): Uint32Array {
    return this.#part(this.#store.remote);
  }
  get txQueueBytes(): Uint32Array {
    return this.#part(this.#store.txQueueBytes);
  }
  get rxQueueBytes(): Uint32Array {
    return this.#part(this.#store.rxQueueBytes);
  }
  get inode(): Uint32Array {
    return this.#part(this.#store.inode);
  }
  get line(): Uint32Array {
    return this.#part(this.#store.line);
  }

  #part<T extends Uint8Array | Uint16Array | Uint32Array>(column: T): T {
    return column.subarray(this.#first, this.#first + this.count) as T;
  }
}
