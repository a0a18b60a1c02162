/** Terms of the filter language, written by the views. */
import type { StateId } from '../report/state-ids.ts';
import type { FieldName } from './filter-fields.ts';
import { quoteValue } from './filter-words.ts';
import { stateWord } from './socket-items.ts';

/** No name of Kubernetes or Linux is longer, and a filter has to be read. */
export const MAX_VALUE_LENGTH = 300;

/** `pod:default/web-1`; quoted where the value would be read as more than one, empty where it is no name. */
export function writeTerm(field: FieldName, value: string | number): string {
  const text = String(value);
  return text === '' || text.length > MAX_VALUE_LENGTH ? '' : `${field}:${quoteValue(text)}`;
}

const OWN_TERMS: Partial<Record<StateId, string>> = {
  // What has left its socket behind stands in a box of its own.
  FIN_WAIT2: 'state:fin-wait2 -state:minisock',
  SYN_RECV: 'state:syn-recv -state:request',
  // Counted for the node or a namespace: there are no sockets to pick.
  CLOSED_QUEUED: '',
  UNCONNECTED: '',
};

/** Picks the sockets of a box of the state graph; empty where none can be picked. */
export function stateTerm(id: StateId): string {
  return OWN_TERMS[id] ?? `state:${stateWord(id)}`;
}
