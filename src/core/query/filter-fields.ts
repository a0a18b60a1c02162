/** The fields of the filter language: one list for reading a filter, completing it and explaining it. */

type FieldKind = 'text' | 'number' | 'bytes';

export interface FilterField {
  readonly name: string;
  readonly kind: FieldKind;
  /** One line for the list of completions. */
  readonly help: string;
}

export const FILTER_FIELDS = [
  { name: 'state', kind: 'text', help: 'TCP state, also closed-held, orphan, minisock, request, waiting' },
  { name: 'pod', kind: 'text', help: 'Pod, or namespace/pod; none for services of the node' },
  { name: 'comm', kind: 'text', help: 'Name of the process' },
  { name: 'pid', kind: 'number', help: 'Process ID' },
  { name: 'container', kind: 'text', help: 'Container in the pod' },
  { name: 'unit', kind: 'text', help: 'systemd unit of a process outside pods' },
  { name: 'ns', kind: 'number', help: 'Network namespace by its inode' },
  { name: 'port', kind: 'number', help: 'Local port' },
  { name: 'rport', kind: 'number', help: 'Remote port' },
  { name: 'peer', kind: 'text', help: 'Remote address or network, or the pod that has it' },
  { name: 'local', kind: 'text', help: 'Local address or network' },
  { name: 'inode', kind: 'number', help: 'Inode of the socket' },
  { name: 'rxq', kind: 'bytes', help: 'Recv-Q: unread bytes; of LISTEN, connections that wait' },
  { name: 'txq', kind: 'bytes', help: 'Send-Q: unsent and unacknowledged bytes' },
  { name: 'idle', kind: 'number', help: 'Seconds without data from the peer, where ss was captured' },
  { name: 'fds', kind: 'number', help: 'Open fds of the process' },
  { name: 'family', kind: 'number', help: '4 or 6' },
] as const satisfies readonly FilterField[];

export type FieldName = (typeof FILTER_FIELDS)[number]['name'];

const BY_NAME: ReadonlyMap<string, (typeof FILTER_FIELDS)[number]> = new Map(
  FILTER_FIELDS.map((field) => [field.name, field]),
);

export function filterField(name: string): (typeof FILTER_FIELDS)[number] | undefined {
  return BY_NAME.get(name.toLowerCase());
}
