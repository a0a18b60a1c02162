/** Columns of net/tcp and net/tcp6, as the first line names them. */
import type { Token } from './hover-model.ts';

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

/** By place in the row; pairs are told apart by the column. */
export const FIELDS: readonly (FieldName | readonly [FieldName, FieldName])[] = [
  'sl',
  'local',
  'remote',
  'st',
  ['tx', 'rx'],
  ['tr', 'when'],
  'retransmits',
  'uid',
  'timeout',
  'inode',
  'ref',
  'pointer',
  'rto',
  'ato',
  'pingpong',
  'cwnd',
  'ssthresh',
];
export const SHAPES: Readonly<Record<FieldName, RegExp>> = {
  sl: /^\d+:$/,
  local: /^(?:[0-9A-F]{8}|[0-9A-F]{32}):[0-9A-F]{4}$/i,
  remote: /^(?:[0-9A-F]{8}|[0-9A-F]{32}):[0-9A-F]{4}$/i,
  st: /^[0-9A-F]{2}$/i,
  tx: /^[0-9A-F]{8}$/i,
  rx: /^[0-9A-F]{8}$/i,
  tr: /^[0-9A-F]{2}$/i,
  when: /^[0-9A-F]{8,16}$/i,
  retransmits: /^[0-9A-F]{8}$/i,
  uid: /^\d{1,10}$/,
  timeout: /^\d{1,10}$/,
  inode: /^\d{1,20}$/,
  ref: /^\d{1,10}$/,
  pointer: /^[0-9A-F]{8,16}$/i,
  rto: /^\d{1,15}$/,
  ato: /^\d{1,15}$/,
  pingpong: /^\d{1,10}$/,
  cwnd: /^\d{1,10}$/,
  ssthresh: /^-?\d{1,10}$/,
};
/** Of no fixed length: at the end of a cut row they may lack digits. Rows of minisocks end after the pointer. */
export const OPEN_ENDED: readonly FieldName[] = ['uid', 'timeout', 'inode', 'ref', 'rto', 'ato', 'pingpong', 'cwnd'];

/** A row, and not the first line of the table or something else. */
export function isRow(tokens: readonly Token[]): boolean {
  return SHAPES.sl.test(tokens[0]?.text ?? '') && SHAPES.local.test(tokens[1]?.text ?? '');
}
