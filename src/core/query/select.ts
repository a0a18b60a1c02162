/** What a filter picks: sockets, and the processes to show with them. */
import type { Snapshot } from '../snapshot/snapshot.ts';
import { isSocket } from '../snapshot/sockets.ts';
import { compileFilter } from './compile-filter.ts';
import type { Filter } from './parse-filter.ts';
import { type SocketItems, socketItems } from './socket-items.ts';

export interface Selection {
  readonly items: SocketItems;
  /** Items in ascending order. */
  readonly picked: Uint32Array;
  /** Processes picked with all their fds; null when the filter asks about single sockets. */
  readonly whole: ((process: number) => boolean) | null;
  /** Is this row or closed socket picked? Takes an item. */
  has(item: number): boolean;
}

const ITEMS = new WeakMap<Snapshot, SocketItems>();

/** The items of a snapshot, made once. */
export function itemsOf(snapshot: Snapshot): SocketItems {
  let items = ITEMS.get(snapshot);
  if (items === undefined) {
    items = socketItems(snapshot);
    ITEMS.set(snapshot, items);
  }
  return items;
}

/** Null when the filter is empty, or is no filter: then nothing is left out. */
export function select(snapshot: Snapshot, filter: Filter): Selection | null {
  if (filter.terms.length === 0 || filter.problems.length > 0) return null;
  const items = itemsOf(snapshot);
  const compiled = compileFilter(filter, items);
  const flags = new Uint8Array(items.count);
  let count = 0;
  for (let item = 0; item < items.count; item++) {
    if (!compiled.item(item)) continue;
    flags[item] = 1;
    count++;
  }
  const picked = new Uint32Array(count);
  for (let item = 0, at = 0; at < count; item++) if (flags[item] === 1) picked[at++] = item;
  return { items, picked, whole: compiled.process, has: (item) => flags[item] === 1 };
}

/** Of a selection, or of all. */
export function countSockets(snapshot: Snapshot, selection: Selection | null) {
  const { sockets } = snapshot;
  let miniSockets = 0;
  const add = (item: number) => {
    if (item < sockets.count && !isSocket(sockets, item)) miniSockets++;
  };
  if (selection === null) for (let row = 0; row < sockets.count; row++) add(row);
  else for (const item of selection.picked) add(item);
  return { sockets: (selection?.picked.length ?? itemsOf(snapshot).count) - miniSockets, miniSockets };
}
