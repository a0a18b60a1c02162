/** Fields of a row of net/tcp or net/tcp6; parsers/proc/net-tcp.ts has the format. */
import { CLOSE_WAIT, LISTEN, NO_TIMER } from '../../snapshot/tcp-states.ts';
import { formatBytes, formatCount, formatDuration, formatQuantity } from '../../wording/format.ts';
import { decodeAddress } from './address.ts';
import {
  describeNamespace,
  type EntryHover,
  type HoverContext,
  type LinePlace,
  type Token,
  tokenAt,
  tokensOf,
} from './hover-model.ts';
import { FIELDS, type FieldName, HEADER, isRow, OPEN_ENDED, SHAPES } from './tcp-fields.ts';
import {
  describeCloseWaitQueue,
  describeInode,
  describeState,
  kindOf,
  type RowFacts,
  rowFacts,
  stateTitle,
} from './tcp-state.ts';

interface Told {
  readonly title: string;
  readonly unit: string;
  readonly text: readonly string[];
}

const USER_HZ = 100;

export function hoverTcp(place: LinePlace, pid: number | null, context: HoverContext): EntryHover | null {
  const tokens = tokensOf(place.text);
  const at = tokenAt(tokens, place.column);
  const token = tokens[at];
  if (token === undefined) return null;
  const isHeader = tokens[0]?.text === 'sl';
  if (!isHeader && !isRow(tokens)) return null;
  const part = isHeader ? headerPart(token) : rowPart(token, at, place.column);
  if (part === undefined) return null;
  if (!isHeader && (!SHAPES[part.name].test(part.text) || (OPEN_ENDED.includes(part.name) && at === tokens.length - 1)))
    return null;
  const told = tell(part.name, isHeader ? null : part.text, rowFacts(isHeader ? [] : tokens), context);
  return {
    start: part.start,
    end: part.end,
    title: told.title,
    paragraphs: [...told.text.filter((text) => text !== ''), `The table is of ${describeNamespace(pid, context)}.`],
    unit: told.unit,
    scope: 'network namespace',
    evidence: [],
  };
}

interface Part extends Token {
  readonly name: FieldName;
}

function headerPart(token: Token): Part | undefined {
  const name = Object.hasOwn(HEADER, token.text) ? HEADER[token.text] : undefined;
  return name === undefined ? undefined : { ...token, name };
}

function rowPart(token: Token, at: number, column: number): Part | undefined {
  const field = FIELDS[at];
  if (field === undefined) return undefined;
  if (typeof field === 'string') return { ...token, name: field };
  const colon = token.text.indexOf(':');
  if (colon < 0) return undefined;
  const middle = token.start + colon;
  return column <= middle
    ? { name: field[0], text: token.text.slice(0, colon), start: token.start, end: middle }
    : { name: field[1], text: token.text.slice(colon + 1), start: middle + 1, end: token.end };
}

/** `raw` is null in the first line, which has names only. */
function tell(name: FieldName, raw: string | null, row: RowFacts, context: HoverContext): Told {
  const hex = raw === null ? null : Number.parseInt(raw, 16);
  switch (name) {
    case 'local':
    case 'remote':
      return tellAddress(name, raw, row, context);
    case 'st':
      return raw === null
        ? { title: 'st: state', unit: 'state, in hexadecimal', text: ['The state of the connection.'] }
        : { title: `${raw} is ${stateTitle(row.state)}`, unit: 'state, in hexadecimal', text: describeState(row) };
    case 'tx':
      return tellSendQueue(hex, row);
    case 'rx':
      return tellReceiveQueue(hex, row);
    case 'tr':
      return tellTimer(hex);
    case 'when':
      return {
        title: hex === null ? 'tm->when: timer' : `The timer ends in ${formatDuration(hex / USER_HZ)}`,
        unit: 'clock ticks in hexadecimal, 100 a second',
        text: [
          'How long until the timer of tr ends, when the table was read.',
          row.timer === NO_TIMER ? 'tr is 0: no timer runs.' : '',
        ],
      };
    case 'inode':
      return {
        title: raw === null ? 'inode' : `inode ${raw}`,
        unit: 'inode number',
        text: raw === null ? ['The inode of the socket; 0 where no process holds it.'] : describeInode(row),
      };
    default:
      return tellSmall(name, raw, hex);
  }
}

function tellAddress(name: 'local' | 'remote', raw: string | null, row: RowFacts, context: HoverContext): Told {
  const side = name === 'local' ? 'local' : 'remote';
  const order = describeOrder(context.littleEndian);
  const unit = 'address and port, in hexadecimal';
  if (raw === null) return { title: `${side} address and port`, unit, text: [order] };
  const decoded = decodeAddress(raw, context.littleEndian ?? true);
  const isUnset = name === 'remote' && decoded.port === 0;
  const text = [
    row.state === LISTEN && name === 'local' && decoded.isAny ? 'It listens on every address of its namespace.' : '',
    isUnset ? 'There is no peer.' : '',
    decoded.isMapped ? 'It is an IPv4 address in an IPv6 socket.' : '',
    order,
  ];
  return { title: `${side} ${decoded.text}`, unit, text };
}

/** In which byte order the address is read, in a sentence. */
export function describeOrder(littleEndian: boolean | null): string {
  const parts = 'the port is in human order.';
  if (littleEndian === null)
    return `Each word of the address is in the byte order of the node, which is not known here: it was read as little endian (x86, arm64); ${parts}`;
  return `Each word of the address is in the byte order of the node, ${littleEndian ? 'little' : 'big'} endian; ${parts}`;
}

function tellSendQueue(bytes: number | null, row: RowFacts): Told {
  const what = [
    'Payload that was written and that the peer has not acknowledged: unsent, or sent and in flight. A SYN or FIN counts as 1.',
    'It is payload, not memory: what it occupies of mem is more, with what each packet needs beside it.',
  ];
  if (kindOf(row) === 'listener')
    return {
      title: `tx_queue ${formatCount(bytes ?? 0)}`,
      unit: 'bytes, in hexadecimal',
      text: ['A listener sends nothing: 0. The limit of its accept queue is not in this table.'],
    };
  return {
    title: bytes === null ? 'tx_queue' : `tx_queue ${writeBytes(bytes)}`,
    unit: 'bytes, in hexadecimal',
    text: what,
  };
}

function tellReceiveQueue(value: number | null, row: RowFacts): Told {
  if (kindOf(row) === 'listener')
    return {
      title:
        value === null ? 'rx_queue' : `${formatQuantity(value, 'connection waits', 'connections wait')} for accept()`,
      unit: 'connections, in hexadecimal: not bytes',
      text: [
        'Of a LISTEN row this is the length of the accept queue, not bytes. Connections that were reset while they waited are still in it.',
      ],
    };
  const text = [
    'Payload that has come in order and that the process has not read. Of a LISTEN row it is the number of connections that wait for accept().',
    'It is payload, not memory: what it occupies of mem is more, with what each packet needs beside it.',
    row.state === CLOSE_WAIT && value !== null ? describeCloseWaitQueue(value) : '',
  ];
  return { title: value === null ? 'rx_queue' : `rx_queue ${writeBytes(value)}`, unit: 'bytes, in hexadecimal', text };
}

function writeBytes(bytes: number): string {
  const exact = formatQuantity(bytes, 'byte');
  return bytes < 1024 ? exact : `${exact} (${formatBytes(bytes)})`;
}

const TIMERS: readonly string[] = [
  'no timer runs',
  'a retransmission is due',
  'the keepalive timer runs (it also ends a long FIN_WAIT2)',
  'the end of TIME_WAIT, or of a FIN_WAIT2 without a holder',
  'the window of the peer is 0, and it is probed',
];

function tellTimer(timer: number | null): Told {
  const meaning = timer === null ? undefined : TIMERS[timer];
  return {
    title: timer === null ? 'tr: timer' : `tr ${timer}: ${meaning ?? 'not known'}`,
    unit: 'kind of timer',
    text:
      timer === null
        ? TIMERS.map((text, index) => `${index}: ${text}.`)
        : ['Which timer of the socket runs; tm->when has the time.'],
  };
}

const SMALL: Readonly<Partial<Record<FieldName, readonly [name: string, unit: string, text: string]>>> = {
  sl: ['row', 'number of the row', 'A running number; it has no other meaning.'],
  retransmits: [
    'retrnsmt',
    'retransmissions, in hexadecimal',
    'How often the oldest data that the peer has not acknowledged was sent again in vain.',
  ],
  uid: [
    'uid',
    'user id',
    'The user of the socket, as seen from the user namespace of the reader. 0 for minisocks; up to Linux 6.12 also for orphans and for connections that nobody accepted.',
  ],
  timeout: ['timeout', 'probes', 'Probes of a closed window or of keepalive that were not answered. It is no time.'],
  ref: ['references', 'references', 'How many references the kernel holds to the socket.'],
  pointer: ['address in the kernel', 'address', 'Hashed or zeroed by the kernel: it identifies nothing.'],
  rto: ['retransmission timeout', 'clock ticks, 100 a second', 'How long it waits before it sends again.'],
  ato: ['delayed acknowledgement', 'clock ticks, 100 a second', 'How long it may wait before it acknowledges.'],
  pingpong: ['quick acknowledgements', 'none', 'Two values in one number: (quick << 1) | pingpong.'],
  cwnd: ['congestion window', 'segments', 'How many segments may be in flight.'],
  ssthresh: [
    'slow start threshold',
    'segments',
    '-1 during the first slow start; of a listener it has another meaning (TCP Fast Open).',
  ],
};

function tellSmall(name: FieldName, raw: string | null, hex: number | null): Told {
  const [title, unit, text] = SMALL[name] ?? [name, 'not known', 'Its meaning is not known.'];
  const value = name === 'retransmits' ? hex : raw;
  return { title: value === null ? title : `${title} ${value}`, unit, text: [text] };
}
