/**
 * What the page remembers of itself: where the reader was, never data. VS Code keeps it while the page is destroyed
 * and rebuilt; it is read back as unknown because an older version of the page may have written it.
 */
import { MAX_FILTER_LENGTH } from '../src/core/query/filter-words.ts';
import { SOCKET_COLUMNS, type SocketColumn, type SocketOrder } from '../src/core/query/socket-row.ts';
import { STATE_IDS, type StateId } from '../src/core/report/state-ids.ts';

/** One step into the icicle: a child, or several that were merged into "N more". */
export type PathStep = number | readonly number[];

interface TableSort {
  readonly table: string;
  readonly column: number;
  readonly descending: boolean;
}

export interface ViewState {
  readonly scroll: number;
  /** Null: cleared by the reader. Undefined: never chosen, so the page may choose. */
  readonly selected?: StateId | null;
  /** The filter of all views; empty when nothing is left out. */
  readonly filter: string;
  /** Filters before it, the last one last, and those that were gone back from. */
  readonly past: readonly string[];
  readonly future: readonly string[];
  /** How the table of sockets is sorted. */
  readonly socketOrder: SocketOrder;
  readonly zoom: readonly PathStep[];
  readonly scale: 'linear' | 'log';
  /** Seconds of the kernel log that are shown; null: all. */
  readonly logSpan: readonly [number, number] | null;
  /** Every process in the picture, not only the first ones. */
  readonly longList: boolean;
  /** Sections that are shown as a table. */
  readonly tables: readonly string[];
  /** Tables that the reader sorted, by their ids. */
  readonly sorts: readonly TableSort[];
  /** Disclosures that the reader folded or unfolded, against their default. */
  readonly toggled: readonly string[];
}

const FRESH: ViewState = {
  scroll: 0,
  filter: '',
  past: [],
  future: [],
  socketOrder: { column: null, descending: false },
  zoom: [],
  scale: 'linear',
  logSpan: null,
  longList: false,
  tables: [],
  sorts: [],
  toggled: [],
};

const STATES: ReadonlySet<string> = new Set(STATE_IDS);

function isStateId(value: unknown): value is StateId {
  return typeof value === 'string' && STATES.has(value);
}

function isIndex(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}

function isStep(value: unknown): value is PathStep {
  return isIndex(value) || (Array.isArray(value) && value.length > 0 && value.every(isIndex));
}

function isSpan(value: unknown): value is readonly [number, number] {
  return Array.isArray(value) && value.length === 2 && value.every((each) => Number.isFinite(each));
}

function isSort(value: unknown): value is TableSort {
  if (typeof value !== 'object' || value === null) return false;
  const { table, column, descending }: Readonly<Record<string, unknown>> = { ...value };
  return typeof table === 'string' && isIndex(column) && typeof descending === 'boolean';
}

function names(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((name) => typeof name === 'string') : [];
}

function isFilter(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_FILTER_LENGTH;
}

function filters(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter(isFilter) : [];
}

const COLUMNS: ReadonlySet<unknown> = new Set(SOCKET_COLUMNS);

function isColumn(value: unknown): value is SocketColumn {
  return COLUMNS.has(value);
}

function readOrder(value: unknown): SocketOrder {
  if (typeof value !== 'object' || value === null) return FRESH.socketOrder;
  const { column, descending }: Readonly<Record<string, unknown>> = { ...value };
  return isColumn(column) ? { column, descending: descending === true } : FRESH.socketOrder;
}

/** Keeps every part that is well formed and replaces the others by the fresh one. */
export function readViewState(value: unknown): ViewState {
  if (typeof value !== 'object' || value === null) return FRESH;
  const found: Readonly<Record<string, unknown>> = { ...value };
  const { scroll, selected, filter, past, future, socketOrder } = found;
  const { zoom, scale, logSpan, longList, tables, sorts, toggled } = found;
  return {
    scroll: typeof scroll === 'number' && scroll >= 0 && Number.isFinite(scroll) ? scroll : 0,
    ...(selected === null || isStateId(selected) ? { selected } : {}),
    filter: isFilter(filter) ? filter : '',
    past: filters(past),
    future: filters(future),
    socketOrder: readOrder(socketOrder),
    zoom: Array.isArray(zoom) && zoom.every(isStep) ? zoom : [],
    scale: scale === 'log' ? 'log' : 'linear',
    logSpan: isSpan(logSpan) ? logSpan : null,
    longList: longList === true,
    tables: names(tables),
    sorts: Array.isArray(sorts) ? sorts.filter(isSort) : [],
    toggled: names(toggled),
  };
}
