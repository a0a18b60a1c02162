/** Units of the numbers in these files, by themselves and behind a number. */
import type { Message } from '../../report/message.ts';
import { defineMessages } from '../../wording/define-messages.ts';

const unit = defineMessages('unit', {
  bytes: 'bytes',
  connections: 'connections',
  events: 'events',
  fds: 'fds',
  fileHandles: 'file handles',
  handshakes: 'handshakes',
  milliseconds: 'milliseconds',
  neighbours: 'neighbours',
  packets: 'packets',
  probes: 'probes',
  queues: 'queues',
  retransmissions: 'retransmissions',
  seconds: 'seconds',
  segments: 'segments',
  sockets: 'sockets',
  switch: 'switch',
});

const quantity = defineMessages('quantity', {
  bytes: '{n, plural, one {# byte} other {# bytes}}',
  connections: '{n, plural, one {# connection} other {# connections}}',
  events: '{n, number}',
  fds: '{n, plural, one {# fd} other {# fds}}',
  fileHandles: '{n, plural, one {# file handle} other {# file handles}}',
  handshakes: '{n, plural, one {# handshake} other {# handshakes}}',
  milliseconds: '{n, plural, one {# millisecond} other {# milliseconds}}',
  neighbours: '{n, plural, one {# neighbour} other {# neighbours}}',
  packets: '{n, plural, one {# packet} other {# packets}}',
  probes: '{n, plural, one {# probe} other {# probes}}',
  queues: '{n, plural, one {# queue} other {# queues}}',
  retransmissions: '{n, plural, one {# retransmission} other {# retransmissions}}',
  seconds: '{n, plural, one {# second} other {# seconds}}',
  segments: '{n, plural, one {# segment} other {# segments}}',
  sockets: '{n, plural, one {# socket} other {# sockets}}',
  switch: '{n, number}',
});

const large = defineMessages('large-quantity', {
  bytes: '{n, plural, one {# byte} other {# bytes}} ({n, number, bytes})',
  milliseconds: '{n, plural, one {# millisecond} other {# milliseconds}} ({seconds, number, duration})',
});

/** What can be counted; `switch` is 0 or 1. */
export type Unit = keyof typeof unit;

export function sayUnit(name: Unit): Message {
  return unit[name]();
}

/** `5,335 sockets`; large numbers of bytes and milliseconds in a larger unit too: `4,096 bytes (4 KiB)`. */
export function sayQuantity(n: number, name: Unit): Message {
  if (name === 'bytes' && n >= 1024) return large.bytes({ n });
  if (name === 'milliseconds' && n >= 1000) return large.milliseconds({ n, seconds: n / 1000 });
  return quantity[name]({ n });
}
