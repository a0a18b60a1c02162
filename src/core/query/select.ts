/** What a filter picks: sockets, and the processes to show with them. Each text is read and applied once. */
import type { Message } from '../report/message.ts';
import { onceFor } from '../snapshot/once-for.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { isSocket } from '../snapshot/sockets.ts';
import { compileFilter } from './compile-filter.ts';
import { type Filter, parseFilter } from './parse-filter.ts';
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

/** The items of a snapshot, made once. */
export const itemsOf = onceFor(socketItems);

export interface Picked {
  /** Why nothing is left out although there is a filter; empty when it was understood. */
  readonly problems: readonly Message[];
  /** Null when the filter is empty, or is no filter: then nothing is left out. */
  readonly selection: Selection | null;
}

/** The filter in view, and those that a step back and a step forward lead to. */
const MAX_KEPT = 3;
/** By text, the last one last. */
const keptOf = onceFor((_: Snapshot) => new Map<string, Picked>());

export function select(snapshot: Snapshot, text: string): Picked {
  const kept = keptOf(snapshot);
  const picked = kept.get(text) ?? pick(snapshot, parseFilter(text));
  kept.delete(text);
  kept.set(text, picked);
  const [oldest] = kept.keys();
  if (kept.size > MAX_KEPT && oldest !== undefined) kept.delete(oldest);
  return picked;
}

function pick(snapshot: Snapshot, filter: Filter): Picked {
  const { terms, problems } = filter;
  const selection = terms.length === 0 || problems.length > 0 ? null : applyFilter(snapshot, filter);
  return { problems, selection };
}

function applyFilter(snapshot: Snapshot, filter: Filter): Selection {
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
