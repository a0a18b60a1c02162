/** Columns of net/tcp and net/tcp6, as the first line names them. */

export type FieldName =
  | 'sl'
  | 'local'
  | 'remote'
  | 'st'
  | 'tx'
  | 'rx'
  | 'tr'
  | 'when'
  | 'retransmits'
  | 'uid'
  | 'timeout'
  | 'inode'
  | 'ref'
  | 'pointer'
  | 'rto'
  | 'ato'
  | 'pingpong'
  | 'cwnd'
  | 'ssthresh';

/** Names of the first line, that of tcp6 too. */
export const HEADER: Readonly<Record<string, FieldName>> = {
  sl: 'sl',
  local_address: 'local',
  rem_address: 'remote',
  remote_address: 'remote',
  st: 'st',
  tx_queue: 'tx',
  rx_queue: 'rx',
  tr: 'tr',
  'tm->when': 'when',
  retrnsmt: 'retransmits',
  uid: 'uid',
  timeout: 'timeout',
  inode: 'inode',
};
