/** What the lines of evidence show, in a few words. */
import { defineMessages } from '../wording/define-messages.ts';

export const note = defineMessages('note', {
  rows: '{rows, plural, one {# row} other {# rows}}',
  fds: '{fds, plural, one {# fd} other {# fds}}',
  fdsWithoutRow: 'first of {fds, plural, one {# fd} other {# fds}} without a row',
  orphans: '{rows, plural, one {# orphan} other {# orphans}}',
  minisocks: '{rows, plural, one {# minisock} other {# minisocks}}',
  sending: '{rows, plural, one {# sending socket} other {# sending sockets}}',
  unread: '{rows, plural, one {# socket} other {# sockets}} with unread data',
  foreign: '{rows, plural, one {# socket} other {# sockets}} of another namespace',
  sockets: '{rows, plural, one {# socket} other {# sockets}}',
  withoutFd: '{rows, plural, one {# socket} other {# sockets}} without an fd',
  inFlight: '{files, plural, one {# file} other {# files}} in flight',
  softLimit: 'soft limit {limit}',
  listener: 'LISTEN {port}, queue {queue}',
  firstHandshake: 'first handshake',
  sysctl: '{key}',
});
