/** Fields of a row of net/tcp that need one sentence each. */
import type { Message, Text } from '../../report/message.ts';
import { defineMessages } from '../../wording/define-messages.ts';
import type { FieldFacts } from './hover-model.ts';
import type { FieldName } from './tcp-fields.ts';

const say = defineMessages('net-tcp-field', {
  named: '{name} {value}',
  unknown: 'Its meaning is not known.',
  unknownUnit: 'not known',
});

const name = defineMessages('net-tcp-field-name', {
  sl: 'row',
  ref: 'references',
  pointer: 'address in the kernel',
  rto: 'retransmission timeout',
  ato: 'delayed acknowledgement',
  pingpong: 'quick acknowledgements',
  cwnd: 'congestion window',
  ssthresh: 'slow start threshold',
});

const unit = defineMessages('net-tcp-field-unit', {
  sl: 'number of the row',
  retransmits: 'retransmissions, in hexadecimal',
  uid: 'user id',
  timeout: 'probes',
  ref: 'references',
  pointer: 'address',
  ticks: 'clock ticks, 100 a second',
  none: 'none',
  segments: 'segments',
});

const text = defineMessages('net-tcp-field-text', {
  sl: 'A running number; it has no other meaning.',
  retransmits: 'How often the oldest data that the peer has not acknowledged was sent again in vain.',
  uid: 'The user of the socket, as the user namespace of the reader shows it. It is 0 for minisocks; up to Linux 6.12 also for orphans and for connections that nobody accepted.',
  timeout: 'Probes of a closed window or of keepalive that were not answered. It is no time.',
  ref: 'How many references the kernel holds to the socket.',
  pointer: 'The kernel hashes or zeroes it: it identifies nothing.',
  rto: 'How long the socket waits before it sends again.',
  ato: 'How long the socket may wait before it acknowledges.',
  pingpong: 'Two values in one number: (quick << 1) | pingpong.',
  cwnd: 'How many segments may be in flight.',
  ssthresh: '-1 during the first slow start; in the row of a listener it has another meaning (TCP Fast Open).',
});

type SmallField = keyof typeof text;

/** Names that are not code stand in `name`. */
const FIELDS: Readonly<Record<SmallField, readonly [name: Text, unit: Message]>> = {
  sl: [name.sl(), unit.sl()],
  retransmits: ['retrnsmt', unit.retransmits()],
  uid: ['uid', unit.uid()],
  timeout: ['timeout', unit.timeout()],
  ref: [name.ref(), unit.ref()],
  pointer: [name.pointer(), unit.pointer()],
  rto: [name.rto(), unit.ticks()],
  ato: [name.ato(), unit.ticks()],
  pingpong: [name.pingpong(), unit.none()],
  cwnd: [name.cwnd(), unit.segments()],
  ssthresh: [name.ssthresh(), unit.segments()],
};

/** `raw` is null in the first line, which has names only; `hex` is the same in hexadecimal. */
export function tellSmallField(field: FieldName, raw: string | null, hex: number | null): FieldFacts {
  if (!isSmall(field)) return { title: field, unit: say.unknownUnit(), paragraphs: [say.unknown()] };
  const [named, fieldUnit] = FIELDS[field];
  const value = field === 'retransmits' ? hex : raw;
  const title = value === null ? named : say.named({ name: named, value });
  return { title, unit: fieldUnit, paragraphs: [text[field]()] };
}

function isSmall(field: FieldName): field is SmallField {
  return Object.hasOwn(FIELDS, field);
}
