/** What a state in net/tcp means, with the inode and the timer that stand beside it (net/ipv4/tcp_ipv4.c). */
import {
  CLOSE_WAIT,
  NO_TIMER,
  nameOfState,
  type RowKind,
  rowKind,
  TIMER_KEEPALIVE,
} from '../../snapshot/tcp-states.ts';
import type { Token } from './hover-model.ts';
import { SHAPES } from './tcp-fields.ts';

/** What the row says beside the field under the cursor; null where a cut row does not tell. */
export interface RowFacts {
  readonly state: number | null;
  readonly timer: number | null;
  readonly inode: number | null;
  readonly rxQueue: number | null;
}

/** Of a cut row only the fields that are whole. */
export function rowFacts(tokens: readonly Token[]): RowFacts {
  const text = (index: number) => tokens[index]?.text ?? '';
  const [, rx = ''] = text(4).split(':');
  const [tr = ''] = text(5).split(':');
  const hex = (shape: RegExp, value: string) => (shape.test(value) ? Number.parseInt(value, 16) : null);
  return {
    state: hex(SHAPES.st, text(3)),
    rxQueue: hex(SHAPES.rx, rx),
    timer: hex(SHAPES.tr, tr),
    inode: tokens.length > 10 && SHAPES.inode.test(text(9)) ? Number(text(9)) : null,
  };
}

/** Of a cut row a state that tells it by itself is enough. */
export function kindOf({ state, timer, inode }: RowFacts): RowKind {
  if (state === null) return 'unknown';
  const kind = rowKind(state, timer ?? NO_TIMER, inode ?? 0);
  const isCut = timer === null || inode === null;
  return isCut && kind !== 'minisock' && kind !== 'listener' ? 'unknown' : kind;
}

export function stateTitle(state: number | null): string {
  return (state === null ? null : nameOfState(state)) ?? 'unknown state';
}

const MEANINGS: Readonly<Record<string, string>> = {
  ESTABLISHED: 'The connection is open on both sides.',
  SYN_SENT: 'It tries to connect: the SYN is out, and nothing has come back.',
  SYN_RECV: 'A SYN has come in, and the handshake is not finished.',
  FIN_WAIT1: 'This side has closed; the peer has not acknowledged that yet.',
  FIN_WAIT2: 'This side has closed and the peer knows; the peer has not closed yet.',
  TIME_WAIT: 'Both sides have closed; the pair of addresses is kept for a minute.',
  CLOSE: 'A closed socket. The kernel takes such sockets out of this table, so that the row is a rare moment.',
  CLOSE_WAIT: 'The peer has closed; the process on this side has not closed its socket.',
  LAST_ACK: 'Both sides have closed; the last acknowledgement is missing.',
  LISTEN: 'It listens for connections.',
  CLOSING: 'Both sides closed at the same time; the acknowledgement is missing.',
  NEW_SYN_RECV: 'A SYN has come in, and the handshake is not finished.',
};

const KINDS: Readonly<Record<RowKind, string>> = {
  minisock:
    'It is a minisock, what is left of a connection: it has no fd and no TCP memory, is counted in tw, and is outside inuse, alloc and mem. It ends by itself.',
  request: 'It is a request socket: it has no fd and no TCP memory, and is outside inuse and alloc.',
  listener: 'It is counted in inuse and in alloc.',
  waiting:
    'Its inode is 0: no process has accepted it yet, it waits in the accept queue of the listener on this port. It is in inuse and in alloc, and is no orphan.',
  orphan:
    'Its inode is 0: the process has closed it, and it is an orphan: in inuse, in alloc and in orphan, and its queues are in mem.',
  socket: 'It is a whole socket: in inuse and in alloc, and its queues are in mem.',
  unknown: '',
};

/** Sentences about the state, those of this row last. */
export function describeState(row: RowFacts): readonly string[] {
  const name = stateTitle(row.state);
  const meaning = Object.hasOwn(MEANINGS, name) ? MEANINGS[name] : undefined;
  if (meaning === undefined) return ['It is no state that a table of the kernel shows.'];
  const kind = kindOf(row);
  return [meaning, KINDS[kind], ...(row.state === CLOSE_WAIT && kind === 'socket' ? closeWait(row) : [])].filter(
    (text) => text !== '',
  );
}

function closeWait({ rxQueue, timer }: RowFacts): readonly string[] {
  const read = rxQueue === null ? [] : [describeCloseWaitQueue(rxQueue)];
  const end =
    timer === TIMER_KEEPALIVE
      ? 'Keepalive is armed: its row may vanish while the fd stays open.'
      : 'No keepalive is armed: it stays until the process closes it.';
  return timer === TIMER_KEEPALIVE || timer === NO_TIMER ? [...read, end] : read;
}

/** The FIN of the peer takes one number of the sequence. */
export function describeCloseWaitQueue(rxQueue: number): string {
  if (rxQueue === 0) return 'rx_queue is 0: the process has read to the end and did not close.';
  if (rxQueue === 1) return 'rx_queue is 1: the end of the stream lies there, and the process has never read it.';
  return 'rx_queue is larger than 1: data and the end of the stream lie there unread.';
}

export function describeInode(row: RowFacts): readonly string[] {
  if (row.inode !== null && row.inode > 0)
    return [
      `The inode of the socket: whoever holds it has an fd that links to socket:[${row.inode}]. Inodes of sockets are unique on the node, so that the fd may be of a process in another namespace.`,
      'No fd at all: a socket of the kernel, one in flight between processes, or a process that was not captured.',
    ];
  const kind = kindOf(row);
  const reason: Readonly<Record<RowKind, string>> = {
    minisock: 'A minisock (TIME_WAIT, or FIN_WAIT2 without a holder) has no inode.',
    request: 'The handshake is not finished, so that there is no socket with an inode yet.',
    waiting: 'Nobody has accepted it yet: the inode comes with accept(). It is no orphan.',
    orphan: 'The process has closed it: it is an orphan.',
    listener: 'Why this listener has none is not known.',
    socket: '',
    unknown:
      'An inode of 0 means a minisock, an unfinished handshake, a connection that nobody accepted yet, or an orphan: the state tells which.',
  };
  return [reason[kind]];
}
