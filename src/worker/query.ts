/** Answers about the sockets of an open bundle: nothing is read again. */
import { parseFilter } from '../core/query/parse-filter.ts';
import { select } from '../core/query/select.ts';
import type { SocketOrder } from '../core/query/socket-row.ts';
import { orderSockets, socketPlace, socketRow } from '../core/query/socket-table.ts';
import type { Evidence } from '../core/report/report.ts';
import { buildFilteredPage } from '../core/views/filtered-page.ts';
import type { FilteredBundle, Params, Request, SocketWindow } from '../protocol/worker-messages.ts';
import type { Held } from './open-bundle.ts';

type QueryRequest = Extract<Request, { method: 'filter' | 'sockets' | 'socketPlace' }>;

export function isQuery(request: Request): request is QueryRequest {
  return request.method === 'filter' || request.method === 'sockets' || request.method === 'socketPlace';
}

export function answerQuery(held: Held, request: QueryRequest): FilteredBundle | SocketWindow | Evidence | null {
  switch (request.method) {
    case 'filter':
      return filterPage(held, request.params.filter);
    case 'sockets':
      return socketWindow(held, request.params);
    case 'socketPlace':
      return socketPlace(held.analysis.snapshot, request.params.item);
  }
}

function filterPage(held: Held, filter: string): FilteredBundle {
  const firstId = held.nextPlaceId;
  const { view, places } = buildFilteredPage(held.analysis, filter, firstId);
  held.nextPlaceId += places.length;
  return { view, firstId, places };
}

/** The last order, since a reader scrolls through one for long. */
const ORDERS = new WeakMap<Held, { readonly key: string; readonly items: Uint32Array }>();

function ordered(held: Held, filter: string, order: SocketOrder): Uint32Array {
  const key = JSON.stringify([filter, order.column, order.descending]);
  const known = ORDERS.get(held);
  if (known?.key === key) return known.items;
  const { snapshot } = held.analysis;
  const items = orderSockets(snapshot, select(snapshot, parseFilter(filter)), order);
  ORDERS.set(held, { key, items });
  return items;
}

function socketWindow(held: Held, { filter, order, first, count }: Params<'sockets'>): SocketWindow {
  const items = ordered(held, filter, order);
  const rows = Array.from(items.subarray(first, first + count), (item) => socketRow(held.analysis.snapshot, item));
  return { total: items.length, first, rows };
}
