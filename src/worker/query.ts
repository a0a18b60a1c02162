/** Answers about the sockets of an open bundle: nothing is read again. */

import { type CgroupPlace, cgroupPlaces } from '../core/editor/log-cgroups.ts';
import { type ProcessPlace, processPlaces } from '../core/editor/log-processes.ts';
import { TABLE_FORMATS } from '../core/formats/delimited.ts';
import { buildFilteredPage } from '../core/page/filtered-page.ts';
import { select } from '../core/query/select.ts';
import type { SocketOrder } from '../core/query/socket-row.ts';
import { orderSockets, socketCells, socketPlace, socketRow } from '../core/query/socket-table.ts';
import type { Evidence } from '../core/report/report.ts';
import { onceFor } from '../core/snapshot/once-for.ts';
import type { Snapshot } from '../core/snapshot/snapshot.ts';
import type { FilteredBundle, Params, Request, SocketText, SocketWindow } from '../protocol/worker-messages.ts';
import type { Held } from './open-bundle.ts';

type QueryMethod = 'filter' | 'sockets' | 'findCgroups' | 'findProcesses' | 'socketPlace' | 'socketText';
const METHODS: ReadonlySet<string> = new Set<QueryMethod>([
  'filter',
  'sockets',
  'findCgroups',
  'findProcesses',
  'socketPlace',
  'socketText',
]);

type QueryRequest = Extract<Request, { method: QueryMethod }>;

export function isQuery(request: Request): request is QueryRequest {
  return METHODS.has(request.method);
}

type Answer =
  | FilteredBundle
  | SocketWindow
  | SocketText
  | readonly CgroupPlace[]
  | readonly ProcessPlace[]
  | Evidence
  | null;

export function answerQuery(held: Held, request: QueryRequest): Answer {
  switch (request.method) {
    case 'filter':
      return filterPage(held, request.params.filter);
    case 'sockets':
      return socketWindow(held, request.params);
    case 'findCgroups':
      return findCgroups(held, request.params.paths);
    case 'findProcesses':
      return processPlaces(held.analysis.snapshot, request.params.pids);
    case 'socketPlace':
      return socketPlace(held.analysis.snapshot, request.params.item);
    case 'socketText':
      return socketText(held, request.params);
  }
}

function filterPage(held: Held, filter: string): FilteredBundle {
  const firstId = held.nextPlaceId;
  const { view, places } = buildFilteredPage(held.analysis, filter, firstId, held.wording);
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
  const items = orderSockets(snapshot, select(snapshot, filter).selection, order);
  ORDERS.set(held, { key, items });
  return items;
}

function socketWindow(held: Held, { filter, order, first, count }: Params<'sockets'>): SocketWindow {
  const items = ordered(held, filter, order);
  const { snapshot } = held.analysis;
  const rows = Array.from(items.subarray(first, first + count), (item) => socketRow(snapshot, item, held.wording));
  return { total: items.length, first, rows };
}

/** About 15 MB of text: more chokes a clipboard, and the spreadsheet behind it. */
const MAX_COPIED_ROWS = 100_000;

function socketText(held: Held, { filter, order, format }: Params<'socketText'>): SocketText {
  const items = ordered(held, filter, order);
  const copied = items.subarray(0, MAX_COPIED_ROWS);
  const cells = socketCells(held.analysis.snapshot, copied, held.wording);
  return { text: TABLE_FORMATS[format](cells), rows: copied.length, total: items.length };
}

/** Made when a log first asks: a large node has thousands, of which its log names a few. */
const cgroupsOf = onceFor(
  ({ processes }: Snapshot): ReadonlyMap<string, CgroupPlace> =>
    new Map(cgroupPlaces(processes).map((place) => [place.path, place])),
);

function findCgroups(held: Held, paths: readonly string[]): readonly CgroupPlace[] {
  const places = cgroupsOf(held.analysis.snapshot);
  return [...new Set(paths)].flatMap((path) => places.get(path) ?? []);
}
