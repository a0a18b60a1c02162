/** Sums over the sockets of one holder: what the rows of a process add up to. */

export type Rows = Map<number, { first: number; last: number; rows: number }>;

export interface Tally {
  key: number;
  namespaces: Map<number, number>;
  states: Map<number, number>;
  unread: number;
  keepalive: number;
  finWait2: number;
  waiting: number;
  rx: number;
  tx: number;
  shared: number;
  connections: number;
  ports: Map<number, number>;
  listens: Set<number>;
  closeWaitRows: Rows;
  finWait2Rows: Rows;
  /** Rows of FIN_WAIT2, to look for their other ends. */
  finWait2List: number[];
  synSent: number;
  /** Of CLOSE_WAIT: those that ss or samples tell times of, fresh, still being sent to, or old. */
  closeWaitTimed: number;
  closeWaitFresh: number;
  closeWaitSending: number;
  closeWaitOld: number;
  closeWaitSurvived: number;
  closed: number;
}

export function newTally(key: number): Tally {
  return {
    key,
    namespaces: new Map(),
    states: new Map(),
    unread: 0,
    keepalive: 0,
    finWait2: 0,
    waiting: 0,
    rx: 0,
    tx: 0,
    shared: 0,
    connections: 0,
    ports: new Map(),
    listens: new Set(),
    closeWaitRows: new Map(),
    finWait2Rows: new Map(),
    finWait2List: [],
    synSent: 0,
    closeWaitTimed: 0,
    closeWaitFresh: 0,
    closeWaitSending: 0,
    closeWaitOld: 0,
    closeWaitSurvived: 0,
    closed: 0,
  };
}

export function addTally(sum: Tally, part: Tally | undefined): void {
  if (part === undefined) return;
  sum.unread += part.unread;
  sum.keepalive += part.keepalive;
  sum.finWait2 += part.finWait2;
  sum.waiting += part.waiting;
  sum.rx += part.rx;
  sum.tx += part.tx;
  sum.shared += part.shared;
  sum.connections += part.connections;
  sum.closed += part.closed;
  addCounts(sum.namespaces, part.namespaces);
  addCounts(sum.states, part.states);
  addCounts(sum.ports, part.ports);
  for (const port of part.listens) sum.listens.add(port);
  for (const row of part.finWait2List) sum.finWait2List.push(row);
  sum.synSent += part.synSent;
  sum.closeWaitTimed += part.closeWaitTimed;
  sum.closeWaitFresh += part.closeWaitFresh;
  sum.closeWaitSending += part.closeWaitSending;
  sum.closeWaitOld += part.closeWaitOld;
  sum.closeWaitSurvived += part.closeWaitSurvived;
  addRows(sum.closeWaitRows, part.closeWaitRows);
  addRows(sum.finWait2Rows, part.finWait2Rows);
}

function addCounts(sum: Map<number, number>, part: ReadonlyMap<number, number>): void {
  for (const [key, count] of part) sum.set(key, (sum.get(key) ?? 0) + count);
}

function addRows(sum: Rows, part: Rows): void {
  for (const [source, range] of part) {
    const known = sum.get(source);
    if (known === undefined) sum.set(source, { ...range });
    else {
      known.first = Math.min(known.first, range.first);
      known.last = Math.max(known.last, range.last);
      known.rows += range.rows;
    }
  }
}
