/** Sums over the sockets of one holder: what the rows of a process add up to. */

export type Rows = Map<number, { first: number; last: number; rows: number }>;

export interface Tally {
  key: number;
  /** Index into namespaces of most of the sockets, -1 when there is none. */
  namespace: number;
  established: number;
  listening: number;
  closeWait: number;
  unread: number;
  keepalive: number;
  finWait2: number;
  waiting: number;
  rx: number;
  tx: number;
  shared: number;
  connections: number;
  /** Port of most connections, -1 when there is none. */
  topPort: number;
  /** Ports that it listens at. */
  listens: number[];
  /** By index of the table; null until there is one. */
  closeWaitRows: Rows | null;
  finWait2Rows: Rows | null;
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
    namespace: -1,
    established: 0,
    listening: 0,
    closeWait: 0,
    unread: 0,
    keepalive: 0,
    finWait2: 0,
    waiting: 0,
    rx: 0,
    tx: 0,
    shared: 0,
    connections: 0,
    topPort: -1,
    listens: [],
    closeWaitRows: null,
    finWait2Rows: null,
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
