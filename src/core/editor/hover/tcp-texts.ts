/** What each field of a row of net/tcp says, in which unit. */
import type { Message, Text } from '../../report/message.ts';
import { CLOSE_WAIT, LISTEN, NO_TIMER } from '../../snapshot/tcp-states.ts';
import { defineMessages } from '../../wording/define-messages.ts';
import { decodeAddress } from './address.ts';
import type { FieldFacts, HoverContext } from './hover-model.ts';
import type { FieldName } from './tcp-fields.ts';
import { tellSmallField } from './tcp-small-fields.ts';
import { kindOf, type RowFacts, sayCloseWaitQueue, sayInode, sayMeaning, sayState } from './tcp-state.ts';
import { sayQuantity } from './units.ts';

const unit = defineMessages('net-tcp-unit', {
  address: 'address and port, in hexadecimal',
  state: 'state, in hexadecimal',
  bytes: 'bytes, in hexadecimal',
  waiting: 'connections, in hexadecimal: not bytes',
  timer: 'kind of timer',
  ticks: 'clock ticks in hexadecimal, 100 a second',
  inode: 'inode number',
});

const say = defineMessages('net-tcp', {
  stateName: 'st: state',
  state: '{raw} is {state}',
  aboutState: 'The state of the connection.',
  addressName: '{side, select, local {local} other {remote}} address and port',
  address: '{side, select, local {local} other {remote}} {address}',
  listensOnAll: 'The socket listens on every address of its namespace.',
  noPeer: 'There is no peer.',
  mapped: 'It is an IPv4 address in an IPv6 socket.',
  orderUnknown:
    'Each word of the address is in the byte order of the node, which is not known here: it was read as little endian (x86, arm64). The port is in human order.',
  order:
    'Each word of the address is in the byte order of the node, {order, select, little {little} other {big}} endian; the port is in human order.',
  queue: '{name} {amount}',
  sendQueueOfListener: 'A listener sends nothing: 0. The limit of its accept queue is not in this table.',
  sendQueue:
    'Payload that the process has written and the peer has not acknowledged: not sent yet, or sent and in flight. A SYN or FIN counts as 1.',
  receiveQueue:
    'Payload that has come in order and that the process has not read. In a LISTEN row it is the number of connections that wait for accept().',
  notMemory:
    'It is payload, not memory: what it occupies of mem is more, because each packet needs some memory beside its payload.',
  waiting: '{n, plural, one {# connection waits} other {# connections wait}} for accept()',
  acceptQueue:
    'In a LISTEN row this is the length of the accept queue, not bytes. Connections that were reset while they waited are still in it.',
  whenName: 'tm->when: timer',
  when: 'The timer ends in {seconds, number, duration}',
  aboutWhen: 'How long until the timer of tr ends, counted from when the table was read.',
  noTimer: 'tr is 0: no timer runs.',
  timerName: 'tr: timer',
  timer: 'tr {timer}: {meaning}',
  unknownTimer: 'tr {timer}: not known',
  aboutTimer: 'Which timer of the socket runs; tm->when has the time.',
  timerMeaning: '{timer}: {meaning}.',
  inodeName: 'inode',
  inode: 'inode {inode}',
  aboutInode: 'The inode of the socket; 0 where no process holds it.',
});

const timerMeaning = defineMessages('net-tcp-timer', {
  none: 'no timer runs',
  retransmission: 'a retransmission is due',
  keepalive: 'the keepalive timer runs (it also ends a long FIN_WAIT2)',
  timeWait: 'the end of TIME_WAIT, or of a FIN_WAIT2 without a holder',
  probe: 'the window of the peer is 0, and it is probed',
});

/** By number. */
const TIMERS: readonly Message[] = [
  timerMeaning.none(),
  timerMeaning.retransmission(),
  timerMeaning.keepalive(),
  timerMeaning.timeWait(),
  timerMeaning.probe(),
];

/** The kernel shows times in these ticks, whatever its own are. */
const USER_HZ = 100;

/** `raw` is null in the first line, which has names only. */
export function tellField(name: FieldName, raw: string | null, row: RowFacts, context: HoverContext): FieldFacts {
  const hex = raw === null ? null : Number.parseInt(raw, 16);
  switch (name) {
    case 'local':
    case 'remote':
      return tellAddress(name, raw, row, context);
    case 'st':
      return raw === null
        ? { title: say.stateName(), unit: unit.state(), paragraphs: [say.aboutState()] }
        : { title: say.state({ raw, state: sayState(row.state) }), unit: unit.state(), paragraphs: sayMeaning(row) };
    case 'tx':
      return tellSendQueue(hex, row);
    case 'rx':
      return tellReceiveQueue(hex, row);
    case 'tr':
      return tellTimer(hex);
    case 'when':
      return {
        title: hex === null ? say.whenName() : say.when({ seconds: hex / USER_HZ }),
        unit: unit.ticks(),
        paragraphs: [say.aboutWhen(), ...(row.timer === NO_TIMER ? [say.noTimer()] : [])],
      };
    case 'inode':
      return {
        title: raw === null ? say.inodeName() : say.inode({ inode: raw }),
        unit: unit.inode(),
        paragraphs: raw === null ? [say.aboutInode()] : sayInode(row),
      };
    default:
      return tellSmallField(name, raw, hex);
  }
}

function tellAddress(side: 'local' | 'remote', raw: string | null, row: RowFacts, context: HoverContext): FieldFacts {
  const order = sayOrder(context.littleEndian);
  if (raw === null) return { title: say.addressName({ side }), unit: unit.address(), paragraphs: [order] };
  const { text: address, port, isAny, isMapped } = decodeAddress(raw, context.littleEndian ?? true);
  return {
    title: say.address({ side, address }),
    unit: unit.address(),
    paragraphs: [
      ...(row.state === LISTEN && side === 'local' && isAny ? [say.listensOnAll()] : []),
      ...(side === 'remote' && port === 0 ? [say.noPeer()] : []),
      ...(isMapped ? [say.mapped()] : []),
      order,
    ],
  };
}

/** In which byte order the address is read. */
export function sayOrder(littleEndian: boolean | null): Message {
  return littleEndian === null ? say.orderUnknown() : say.order({ order: littleEndian ? 'little' : 'big' });
}

function queueTitle(name: 'tx_queue' | 'rx_queue', bytes: number | null): Text {
  return bytes === null ? name : say.queue({ name, amount: sayQuantity(bytes, 'bytes') });
}

function tellSendQueue(bytes: number | null, row: RowFacts): FieldFacts {
  if (kindOf(row) === 'listener')
    return { title: queueTitle('tx_queue', bytes), unit: unit.bytes(), paragraphs: [say.sendQueueOfListener()] };
  return { title: queueTitle('tx_queue', bytes), unit: unit.bytes(), paragraphs: [say.sendQueue(), say.notMemory()] };
}

function tellReceiveQueue(value: number | null, row: RowFacts): FieldFacts {
  if (kindOf(row) === 'listener')
    return {
      title: value === null ? queueTitle('rx_queue', null) : say.waiting({ n: value }),
      unit: unit.waiting(),
      paragraphs: [say.acceptQueue()],
    };
  return {
    title: queueTitle('rx_queue', value),
    unit: unit.bytes(),
    paragraphs: [
      say.receiveQueue(),
      say.notMemory(),
      ...(row.state === CLOSE_WAIT && value !== null ? [sayCloseWaitQueue(value)] : []),
    ],
  };
}

function tellTimer(timer: number | null): FieldFacts {
  if (timer === null)
    return {
      title: say.timerName(),
      unit: unit.timer(),
      paragraphs: TIMERS.map((meaning, number) => say.timerMeaning({ timer: number, meaning })),
    };
  const meaning = TIMERS[timer];
  return {
    title: meaning === undefined ? say.unknownTimer({ timer }) : say.timer({ timer, meaning }),
    unit: unit.timer(),
    paragraphs: [say.aboutTimer()],
  };
}
