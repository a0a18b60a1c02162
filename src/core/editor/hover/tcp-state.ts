/** What a state in net/tcp means, with the inode and the timer that stand beside it (net/ipv4/tcp_ipv4.c). */
import type { Message, Text } from '../../report/message.ts';
import {
  CLOSE_WAIT,
  NO_TIMER,
  nameOfState,
  type RowKind,
  rowKind,
  TIMER_KEEPALIVE,
} from '../../snapshot/tcp-states.ts';
import { defineMessages } from '../../wording/define-messages.ts';
import type { Token } from './hover-model.ts';
import { SHAPES } from './tcp-fields.ts';

const say = defineMessages('tcp-state', {
  unknown: 'unknown state',
  noState: 'It is no state that a table of the kernel shows.',
  keepalive: 'Keepalive is armed: the row may vanish while the fd stays open.',
  noKeepalive: 'No keepalive is armed: the row stays until the process closes the socket.',
  readToEnd: 'rx_queue is 0: the process has read to the end and has not closed the socket.',
  endUnread: 'rx_queue is 1: the end of the stream lies there, and the process has never read it.',
  dataUnread: 'rx_queue is larger than 1: data and the end of the stream lie there unread.',
});

const meaning = defineMessages('tcp-state-meaning', {
  ESTABLISHED: 'The connection is open on both sides.',
  SYN_SENT: 'The socket tries to connect: it has sent a SYN, and nothing has come back.',
  SYN_RECV: 'A SYN has come in, and the handshake is not finished.',
  FIN_WAIT1: 'This side has closed; the peer has not acknowledged that yet.',
  FIN_WAIT2: 'This side has closed, and the peer has acknowledged it; the peer has not closed yet.',
  TIME_WAIT: 'Both sides have closed; the kernel keeps the pair of addresses for a minute.',
  CLOSE: 'A closed socket. The kernel takes such sockets out of this table, so the row is a rare moment.',
  CLOSE_WAIT: 'The peer has closed; the process on this side has not closed its socket.',
  LAST_ACK: 'Both sides have closed; the last acknowledgement is missing.',
  LISTEN: 'The socket listens for connections.',
  CLOSING: 'Both sides closed at the same time; the acknowledgement is missing.',
  NEW_SYN_RECV: 'A SYN has come in, and the handshake is not finished.',
});

const kindMeaning = defineMessages('tcp-row-kind', {
  minisock:
    'The row is a minisock, what is left of a connection: it has no fd and no TCP memory. It is counted in tw, not in inuse, alloc and mem, and it ends by itself.',
  request: 'The row is a request socket: it has no fd and no TCP memory, and is not counted in inuse and alloc.',
  listener: 'It is counted in inuse and in alloc.',
  waiting:
    'Its inode is 0: no process has accepted it yet, it waits in the accept queue of the listener on this port. It is counted in inuse and in alloc, and is no orphan.',
  orphan:
    'Its inode is 0: the process has closed it, so it is an orphan. It is counted in inuse, in alloc and in orphan, and its queues are in mem.',
  socket: 'The row is a whole socket: it is counted in inuse and in alloc, and its queues are in mem.',
});

const inode = defineMessages('tcp-row-inode', {
  held: 'This is the inode of the socket: whoever holds it has an fd that links to socket:[{inode}]. Inodes of sockets are unique on the node, so the fd may be of a process in another namespace.',
  notHeld:
    'If no fd has it, it is a socket of the kernel, one that is in flight between processes, or one of a process that was not captured.',
  minisock: 'A minisock (TIME_WAIT, or FIN_WAIT2 without a holder) has no inode.',
  request: 'The handshake is not finished, so there is no socket with an inode yet.',
  waiting: 'Nobody has accepted it yet: the inode comes with accept(). It is no orphan.',
  orphan: 'The process has closed it: it is an orphan.',
  listener: 'Why this listener has none is not known.',
  unknown:
    'An inode of 0 means a minisock, an unfinished handshake, a connection that nobody accepted yet, or an orphan: the state tells which.',
});

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
export function kindOf({ state, timer, inode: number }: RowFacts): RowKind {
  if (state === null) return 'unknown';
  const kind = rowKind(state, timer ?? NO_TIMER, number ?? 0);
  const isCut = timer === null || number === null;
  return isCut && kind !== 'minisock' && kind !== 'listener' ? 'unknown' : kind;
}

/** `CLOSE_WAIT`: names of states are those of the kernel in every language. */
export function sayState(state: number | null): Text {
  return (state === null ? null : nameOfState(state)) ?? say.unknown();
}

/** Sentences about the state, those of this row last. */
export function sayMeaning(row: RowFacts): readonly Message[] {
  const name = row.state === null ? null : nameOfState(row.state);
  if (name === null) return [say.noState()];
  const kind = kindOf(row);
  return [
    meaning[name](),
    ...(kind === 'unknown' ? [] : [kindMeaning[kind]()]),
    ...(row.state === CLOSE_WAIT && kind === 'socket' ? closeWait(row) : []),
  ];
}

function closeWait({ rxQueue, timer }: RowFacts): readonly Message[] {
  const read = rxQueue === null ? [] : [sayCloseWaitQueue(rxQueue)];
  if (timer === TIMER_KEEPALIVE) return [...read, say.keepalive()];
  return timer === NO_TIMER ? [...read, say.noKeepalive()] : read;
}

/** The FIN of the peer takes one number of the sequence. */
export function sayCloseWaitQueue(rxQueue: number): Message {
  if (rxQueue === 0) return say.readToEnd();
  return rxQueue === 1 ? say.endUnread() : say.dataUnread();
}

export function sayInode(row: RowFacts): readonly Message[] {
  if (row.inode !== null && row.inode > 0) return [inode.held({ inode: row.inode }), inode.notHeld()];
  const kind = kindOf(row);
  return kind === 'socket' ? [] : [inode[kind]()];
}
