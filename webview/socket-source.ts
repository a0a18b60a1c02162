/** Windows of the table of sockets, fetched from the host a page of rows at a time. */
import type { SocketOrder, SocketRow } from '../src/core/query/socket-row.ts';
import type { FromPage, ToPage } from '../src/protocol/page-messages.ts';

/** Rows that are asked for at once: a few screens. */
const CHUNK = 200;
/** So many chunks are kept: what the reader has just scrolled past. */
const MAX_CHUNKS = 12;

type Answer = Extract<ToPage, { type: 'sockets' }>;

export interface SocketSource {
  readonly total: () => number | null;
  /** The row, or undefined when it is still on its way: then it is asked for. */
  row(index: number): SocketRow | undefined;
  /** Forgets all rows: another filter or another order. */
  reset(filter: string, order: SocketOrder): void;
  answer(answer: Answer): void;
}

export function createSocketSource(post: (message: FromPage) => void, changed: () => void): SocketSource {
  let filter = '';
  let order: SocketOrder = { column: null, descending: false };
  let total: number | null = null;
  let nextRequest = 1;
  /** Requests before this one are of another filter or order. */
  let firstRequest = 1;
  const chunks = new Map<number, readonly SocketRow[]>();
  const pending = new Set<number>();
  const ask = (chunk: number) => {
    if (pending.has(chunk)) return;
    pending.add(chunk);
    post({ type: 'sockets', request: nextRequest++, filter, order, first: chunk * CHUNK, count: CHUNK });
  };
  return {
    total: () => total,
    row: (index) => {
      const chunk = Math.floor(index / CHUNK);
      const rows = chunks.get(chunk);
      if (rows === undefined) ask(chunk);
      return rows?.[index - chunk * CHUNK];
    },
    reset: (newFilter, newOrder) => {
      filter = newFilter;
      order = newOrder;
      total = null;
      firstRequest = nextRequest;
      chunks.clear();
      pending.clear();
      ask(0);
    },
    answer: (answer) => {
      if (answer.request < firstRequest) return;
      const chunk = Math.floor(answer.first / CHUNK);
      pending.delete(chunk);
      total = answer.total;
      chunks.set(chunk, answer.rows);
      for (const known of chunks.keys()) {
        if (chunks.size <= MAX_CHUNKS) break;
        if (known !== chunk) chunks.delete(known);
      }
      changed();
    },
  };
}
