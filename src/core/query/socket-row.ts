/** One row of the table of sockets. */

/** Columns in the order in which they stand. */
export const SOCKET_COLUMNS = [
  'state',
  'comm',
  'pid',
  'pod',
  'local',
  'peer',
  'rxq',
  'txq',
  'idle',
  'ns',
  'inode',
] as const;
export type SocketColumn = (typeof SOCKET_COLUMNS)[number];

export interface SocketOrder {
  /** Null: as the bundle has them. */
  readonly column: SocketColumn | null;
  readonly descending: boolean;
}

export interface SocketRow {
  /** To ask for the place that proves it. */
  readonly item: number;
  readonly state: string;
  /** Empty when no process is known. */
  readonly comm: string;
  readonly pid: number | null;
  readonly pod: string;
  /** How many processes hold it. */
  readonly holders: number;
  /** Address and port; empty for a socket without a row. */
  readonly local: string;
  readonly peer: string;
  readonly peerPod: string;
  /** Bytes; of LISTEN, connections. Null for a socket without a row. */
  readonly rxQueue: number | null;
  readonly txQueue: number | null;
  /** Seconds since the last data came; null where ss was not captured. */
  readonly idleSeconds: number | null;
  /** Inode of the namespace; null when unknown, as for a negative stand-in. */
  readonly netns: number | null;
  readonly inode: number;
}
