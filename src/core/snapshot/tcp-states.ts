/**
 * States and timers of a row of net/tcp, and what kind of thing the row is. The kernel writes three kinds of object
 * into one table: sockets, minisocks and requests (net/ipv4/tcp_ipv4.c `get_tcp4_sock`, `get_timewait4_sock`,
 * `get_openreq4`). State, timer and inode of the row tell which. Everything takes single numbers, so that loops over
 * columns and the hover of one line of text ask the same functions.
 */

/** By number (include/net/tcp_states.h). */
export const TCP_STATES = [
  '',
  'ESTABLISHED',
  'SYN_SENT',
  'SYN_RECV',
  'FIN_WAIT1',
  'FIN_WAIT2',
  'TIME_WAIT',
  'CLOSE',
  'CLOSE_WAIT',
  'LAST_ACK',
  'LISTEN',
  'CLOSING',
  'NEW_SYN_RECV',
] as const;
type TcpState = Exclude<(typeof TCP_STATES)[number], ''>;

export const ESTABLISHED = 1;
export const SYN_SENT = 2;
export const SYN_RECV = 3;
const FIN_WAIT1 = 4;
export const FIN_WAIT2 = 5;
export const TIME_WAIT = 6;
export const CLOSE_WAIT = 8;
const LAST_ACK = 9;
export const LISTEN = 10;
const CLOSING = 11;
/** Of a request inside the kernel; the table shows SYN_RECV in its place. */
const NEW_SYN_RECV = 12;

/** Values of `tr`. */
export const NO_TIMER = 0;
export const TIMER_RETRANSMIT = 1;
export const TIMER_KEEPALIVE = 2;
const TIMER_TIME_WAIT = 3;
export const TIMER_ZERO_WINDOW = 4;

/** Null for a number that is no state. */
export function nameOfState(state: number): TcpState | null {
  return TCP_STATES[state] || null;
}

/**
 * What is left of a connection: no memory, no fd, outside `alloc` and `inuse`, counted in `tw`. A FIN_WAIT2 that nobody
 * holds becomes one too (net/ipv4/tcp_minisocks.c `tcp_time_wait`): only the timer tells it from a socket.
 */
export function isMinisockRow(state: number, timer: number): boolean {
  return state === TIME_WAIT || timer === TIMER_TIME_WAIT;
}

/**
 * A handshake that is not finished: outside `alloc` and `inuse` (net/ipv4/inet_connection_sock.c
 * `reqsk_queue_hash_req`). A SYN_RECV with an inode is a socket (TCP Fast Open).
 */
export function isRequestRow(state: number, timer: number, inode: number): boolean {
  return inode === 0 && timer !== TIMER_TIME_WAIT && (state === SYN_RECV || state === NEW_SYN_RECV);
}

/**
 * Connected, and not accepted yet: a socket in `alloc` and `inuse` that gets its inode by accept()
 * (net/ipv4/inet_connection_sock.c `inet_csk_accept`). It is no orphan, although its inode is 0.
 */
export function isWaitingRow(state: number, timer: number, inode: number): boolean {
  return inode === 0 && timer !== TIMER_TIME_WAIT && (state === ESTABLISHED || state === CLOSE_WAIT);
}

/** Closed by its process and still sending: inside `alloc`, `inuse` and `orphan` (net/ipv4/tcp.c `__tcp_close`). */
export function isOrphanRow(state: number, timer: number, inode: number): boolean {
  return (
    inode === 0 &&
    timer !== TIMER_TIME_WAIT &&
    (state === FIN_WAIT1 || state === FIN_WAIT2 || state === LAST_ACK || state === CLOSING)
  );
}

/** `socket` is one with an inode. What one without an inode is in any other state is not known. */
export type RowKind = 'minisock' | 'request' | 'listener' | 'waiting' | 'orphan' | 'socket' | 'unknown';

/** Each row is of one kind. All but minisocks and requests are sockets in `alloc`. */
export function rowKind(state: number, timer: number, inode: number): RowKind {
  if (isMinisockRow(state, timer)) return 'minisock';
  if (state === LISTEN) return 'listener';
  if (inode !== 0) return 'socket';
  if (isRequestRow(state, timer, inode)) return 'request';
  if (isWaitingRow(state, timer, inode)) return 'waiting';
  return isOrphanRow(state, timer, inode) ? 'orphan' : 'unknown';
}
