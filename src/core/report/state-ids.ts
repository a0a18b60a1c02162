/** The boxes of the state graph, as reports, filters and pages name them. */

/** The states of TCP, and the places of their own for what net/tcp cannot show. */
export const STATE_IDS = [
  'LISTEN',
  'SYN_SENT',
  'SYN_RECV',
  'ESTABLISHED',
  'FIN_WAIT1',
  'FIN_WAIT2',
  'CLOSING',
  'TIME_WAIT',
  'CLOSE_WAIT',
  'LAST_ACK',
  'REQUEST',
  'MINISOCK',
  'CLOSED_HELD',
  'CLOSED_QUEUED',
  'ORPHAN',
  'UNCONNECTED',
] as const;
export type StateId = (typeof STATE_IDS)[number];
