/** The sockets of a selection as rows of a table: in any order, a window of them at a time. */
import type { Evidence } from '../report/report.ts';
import { fdEvidence } from '../snapshot/fd-evidence.ts';
import { processAtAddress } from '../snapshot/local-addresses.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { formatKey, localKey, remoteKey, sourceOf, stateName } from '../snapshot/sockets.ts';
import { LISTEN } from '../snapshot/tcp-states.ts';
import { defineMessages } from '../wording/define-messages.ts';
import type { Wording } from '../wording/wording.ts';
import { itemsOf, type Selection } from './select.ts';
import { podNameOfNamespace, podOfProcess, type SocketItems } from './socket-items.ts';
import type { SocketColumn, SocketOrder, SocketRow } from './socket-row.ts';

const say = defineMessages('socket-table', {
  closedHeld: 'closed, held',
  state: 'State',
  comm: 'Process',
  pid: 'PID',
  pod: 'Pod',
  local: 'Local',
  peer: 'Peer',
  peerPod: 'Peer pod',
  rxQueue: 'Recv-Q',
  txQueue: 'Send-Q',
  idle: 'Idle s',
  netns: 'netns',
  inode: 'Inode',
});

/** The picked items in the order that is asked for; all of them without a selection. */
export function orderSockets(snapshot: Snapshot, selection: Selection | null, order: SocketOrder): Uint32Array {
  const items = itemsOf(snapshot);
  const picked = selection?.picked.slice() ?? Uint32Array.from({ length: items.count }, (_, item) => item);
  if (order.column === null) return order.descending ? picked.reverse() : picked;
  const keys = sortKeys(items, picked, order.column);
  const places = Uint32Array.from(picked, (_, place) => place);
  const sign = order.descending ? -1 : 1;
  places.sort((a, b) => sign * ((keys[a] ?? 0) - (keys[b] ?? 0)) || a - b);
  return places.map((place) => picked[place] ?? 0);
}

/** A number for each picked item; of texts their rank. Unknown comes before everything known. */
function sortKeys(items: SocketItems, picked: Uint32Array, column: SocketColumn): Float64Array {
  const { snapshot, rows } = items;
  const { sockets, processes, join } = snapshot;
  const numbers = (read: (row: number) => number) =>
    Float64Array.from(picked, (item) => (item < rows ? read(item) : -1));
  switch (column) {
    case 'rxq':
      return numbers((row) => sockets.rxQueueBytes[row] ?? 0);
    case 'txq':
      return numbers((row) => sockets.txQueueBytes[row] ?? 0);
    case 'idle':
      return numbers((row) => sockets.idleMs[row] ?? -1);
    case 'pid':
      return Float64Array.from(picked, (item) => processes[items.processOf(item)]?.pid ?? -1);
    case 'inode':
      return Float64Array.from(
        picked,
        (item) => (item < rows ? sockets.inode[item] : join.unmatched[item - rows]?.inode) ?? 0,
      );
    case 'ns':
      return Float64Array.from(picked, (item) => snapshot.namespaces[items.namespaceOf(item)]?.netns ?? -1);
    case 'state':
      return ranks(picked, (item) => stateOf(items, item) ?? CLOSED_HELD);
    case 'comm':
      return ranks(picked, (item) => processes[items.processOf(item)]?.comm ?? '');
    case 'pod':
      return ranks(picked, (item) => podOfItem(items, item));
    case 'local':
      return addressRanks(items, picked, localKey, sockets.localPort);
    case 'peer':
      return addressRanks(items, picked, remoteKey, sockets.remotePort);
  }
}

/** Texts are compared once for each different one. */
function ranks(picked: Uint32Array, read: (item: number) => string): Float64Array {
  const texts = new Map<string, number>();
  const places = Float64Array.from(picked, (item) => {
    const text = read(item);
    let place = texts.get(text);
    if (place === undefined) {
      place = texts.size;
      texts.set(text, place);
    }
    return place;
  });
  const rankOf = new Float64Array(texts.size);
  [...texts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .forEach(([, place], rank) => {
      rankOf[place] = rank;
    });
  return places.map((place) => rankOf[place] ?? 0);
}

/** IPv4 by number, then IPv6 by text, then port. */
function addressRanks(
  { snapshot, rows }: SocketItems,
  picked: Uint32Array,
  keyOf: typeof localKey,
  ports: Uint16Array,
): Float64Array {
  const { sockets } = snapshot;
  const v6 = ranks(picked, (item) => {
    const key = item < rows ? keyOf(sockets, item) : 0;
    return typeof key === 'string' ? key : '';
  });
  return Float64Array.from(picked, (item, place) => {
    if (item >= rows) return -1;
    const key = keyOf(sockets, item);
    const address = typeof key === 'number' ? key : 2 ** 32 + (v6[place] ?? 0);
    return address * 65536 + (ports[item] ?? 0);
  });
}

/** Where it stands among the names of the states, whatever it is called: behind them. */
const CLOSED_HELD = 'closed-held';

/** Null for a socket without a row. */
function stateOf({ snapshot, rows }: SocketItems, item: number): string | null {
  return item < rows ? stateName(snapshot.sockets, item) : null;
}

function podOfItem(items: SocketItems, item: number): string {
  const owner = items.processOf(item);
  const { snapshot } = items;
  return (owner < 0 ? podNameOfNamespace(snapshot, items.namespaceOf(item)) : podOfProcess(snapshot, owner)) ?? '';
}

export function socketRow(snapshot: Snapshot, item: number, wording: Wording): SocketRow {
  const items = itemsOf(snapshot);
  const { sockets, join, processes, namespaces } = snapshot;
  const process = processes[items.processOf(item)];
  const netns = namespaces[items.namespaceOf(item)]?.netns ?? null;
  const owned = {
    item,
    state: stateOf(items, item) ?? wording.text(say.closedHeld()),
    comm: process?.comm ?? '',
    pid: process?.pid ?? null,
    pod: podOfItem(items, item),
    netns: netns !== null && netns > 0 ? netns : null,
  };
  if (item >= items.rows) {
    const inode = join.unmatched[item - items.rows]?.inode ?? 0;
    const empty = { local: '', peer: '', peerPod: '', rxQueue: null, txQueue: null, idleSeconds: null };
    return { ...owned, ...empty, holders: 1, inode };
  }
  const address = formatKey(remoteKey(sockets, item));
  const listens = sockets.state[item] === LISTEN;
  const peer = listens ? null : processAtAddress(snapshot, address);
  const idle = sockets.idleMs[item] ?? -1;
  return {
    ...owned,
    holders: sockets.owners[item] ?? 0,
    local: withPort(formatKey(localKey(sockets, item)), sockets.localPort[item] ?? 0),
    peer: listens ? '' : withPort(address, sockets.remotePort[item] ?? 0),
    peerPod: (peer === null ? null : podOfProcess(snapshot, peer.index)) ?? '',
    rxQueue: sockets.rxQueueBytes[item] ?? 0,
    txQueue: sockets.txQueueBytes[item] ?? 0,
    idleSeconds: idle < 0 ? null : idle / 1000,
    inode: sockets.inode[item] ?? 0,
  };
}

function withPort(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

const HEADINGS = [
  say.state(),
  say.comm(),
  say.pid(),
  say.pod(),
  say.local(),
  say.peer(),
  say.peerPod(),
  say.rxQueue(),
  say.txQueue(),
  say.idle(),
  say.netns(),
  say.inode(),
];

/** Headings and cells for a spreadsheet: numbers bare, unknown ones empty. */
export function socketCells(snapshot: Snapshot, items: Uint32Array, wording: Wording): string[][] {
  const cells: string[][] = [HEADINGS.map(wording.text)];
  const number = (value: number | null) => (value === null ? '' : String(value));
  for (const item of items) {
    const row = socketRow(snapshot, item, wording);
    cells.push([
      row.state,
      row.comm,
      number(row.pid),
      row.pod,
      row.local,
      row.peer,
      row.peerPod,
      number(row.rxQueue),
      number(row.txQueue),
      number(row.idleSeconds),
      number(row.netns),
      row.inode === 0 ? '' : String(row.inode),
    ]);
  }
  return cells;
}

/** The line of net/tcp, or the fd of a socket without a row; null for an item that does not exist. */
export function socketPlace(snapshot: Snapshot, item: number): Evidence | null {
  const items = itemsOf(snapshot);
  const { sockets, join, processes } = snapshot;
  if (item >= items.count) return null;
  if (item < items.rows) {
    const entry = sourceOf(sockets, item)?.entry ?? '';
    const line = sockets.line[item] ?? 1;
    return { entry, startLine: line, endLine: line };
  }
  const held = join.unmatched[item - items.rows];
  const process = processes[held?.process ?? -1];
  return held === undefined || process === undefined ? null : fdEvidence(snapshot, process, held.fdRow);
}
