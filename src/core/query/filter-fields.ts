/** The fields of the filter language: one list for reading a filter, completing it and explaining it. */

import type { Message } from '../report/message.ts';
import { defineMessages } from '../wording/define-messages.ts';

const say = defineMessages('filter-fields', {
  state: 'TCP state, also closed-held, orphan, minisock, request, waiting',
  pod: 'Pod, or namespace/pod; none for services of the node',
  comm: 'Name of the process',
  pid: 'Process ID',
  container: 'Container in the pod',
  unit: 'systemd unit of a process outside pods',
  ns: 'Network namespace by its inode',
  port: 'Local port',
  rport: 'Remote port',
  peer: 'Remote address or network, or the pod that has it',
  local: 'Local address or network',
  inode: 'Inode of the socket',
  rxq: 'Recv-Q: unread bytes; of LISTEN, connections that wait',
  txq: 'Send-Q: unsent and unacknowledged bytes',
  idle: 'Seconds without data from the peer, where ss was captured',
  fds: 'Open fds of the process',
  family: '4 or 6',
});

type FieldKind = 'text' | 'number' | 'bytes';

export interface FilterField {
  readonly name: string;
  readonly kind: FieldKind;
  /** One line for the list of completions. */
  readonly help: Message;
}

export const FILTER_FIELDS = [
  { name: 'state', kind: 'text', help: say.state() },
  { name: 'pod', kind: 'text', help: say.pod() },
  { name: 'comm', kind: 'text', help: say.comm() },
  { name: 'pid', kind: 'number', help: say.pid() },
  { name: 'container', kind: 'text', help: say.container() },
  { name: 'unit', kind: 'text', help: say.unit() },
  { name: 'ns', kind: 'number', help: say.ns() },
  { name: 'port', kind: 'number', help: say.port() },
  { name: 'rport', kind: 'number', help: say.rport() },
  { name: 'peer', kind: 'text', help: say.peer() },
  { name: 'local', kind: 'text', help: say.local() },
  { name: 'inode', kind: 'number', help: say.inode() },
  { name: 'rxq', kind: 'bytes', help: say.rxq() },
  { name: 'txq', kind: 'bytes', help: say.txq() },
  { name: 'idle', kind: 'number', help: say.idle() },
  { name: 'fds', kind: 'number', help: say.fds() },
  { name: 'family', kind: 'number', help: say.family() },
] as const satisfies readonly FilterField[];

export type FieldName = (typeof FILTER_FIELDS)[number]['name'];

const BY_NAME: ReadonlyMap<string, (typeof FILTER_FIELDS)[number]> = new Map(
  FILTER_FIELDS.map((field) => [field.name, field]),
);

export function filterField(name: string): (typeof FILTER_FIELDS)[number] | undefined {
  return BY_NAME.get(name.toLowerCase());
}
