/** Values that the filter can be completed with: what the node has, the most frequent first. */

import { FILTER_FIELDS, type FieldName } from '../query/filter-fields.ts';
import { withoutQuotes } from '../query/filter-words.ts';
import { podOfProcess, stateWord } from '../query/socket-items.ts';
import { MAX_VALUE_LENGTH } from '../query/write-term.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { LISTEN, TCP_STATES } from '../snapshot/tcp-states.ts';
import { defineMessages } from '../wording/define-messages.ts';
import type { Wording } from '../wording/wording.ts';

const say = defineMessages('filter-vocabulary', {
  node: 'the node itself',
  services: 'services of the node',
  listens: 'listens',
  sockets: '{sockets, plural, one {# socket} other {# sockets}}',
});

interface FilterValue {
  readonly text: string;
  /** What it is, or how many sockets have it. */
  readonly detail: string;
}

/** Full sockets are in alloc; mini sockets (TIME_WAIT, a FIN_WAIT2 that lost its socket, a handshake) are not. */
export interface SocketCount {
  readonly sockets: number;
  readonly miniSockets: number;
}

export interface FilterVocabulary {
  readonly fields: readonly { readonly name: string; readonly kind: string; readonly help: string }[];
  readonly values: readonly { readonly field: string; readonly values: readonly FilterValue[] }[];
}

/** More are found by typing. */
const MAX_VALUES = 200;

export function buildFilterVocabulary(snapshot: Snapshot, wording: Wording): FilterVocabulary {
  const { sockets, processes, namespaces } = snapshot;
  const stateRows = new Uint32Array(TCP_STATES.length);
  const ports = new Map<string, number>();
  const bySource = new Uint32Array(processes.length);
  for (let row = 0; row < sockets.count; row++) {
    const state = sockets.state[row] ?? 0;
    stateRows[state] = (stateRows[state] ?? 0) + 1;
    if (state === LISTEN) count(ports, String(sockets.localPort[row]));
    const owner = sockets.owner[row] ?? -1;
    if (owner >= 0) bySource[owner] = (bySource[owner] ?? 0) + 1;
  }
  const states = new Map<string, number>();
  TCP_STATES.forEach((name, state) => {
    const rows = stateRows[state] ?? 0;
    if (rows > 0) states.set(stateWord(name), rows);
  });
  if (snapshot.join.unmatched.length > 0) states.set('closed-held', snapshot.join.unmatched.length);
  for (const { process } of snapshot.join.unmatched) bySource[process] = (bySource[process] ?? 0) + 1;
  const pods = new Map<string, number>();
  const comms = new Map<string, number>();
  const containers = new Map<string, number>();
  const units = new Map<string, number>();
  processes.forEach((process, index) => {
    const held = bySource[index] ?? 0;
    count(comms, process.comm, held);
    const pod = podOfProcess(snapshot, index);
    if (pod !== null) count(pods, pod, held);
    if (process.container !== null) count(containers, process.container, held);
    if (process.unit !== null) count(units, process.unit, held);
  });
  const pids = processes
    .map((process, index) => ({ text: String(process.pid), held: bySource[index] ?? 0, comm: process.comm }))
    .sort((a, b) => b.held - a.held)
    .slice(0, MAX_VALUES)
    .map(({ text, comm }) => ({ text, detail: comm }));
  const ns = namespaces
    .filter(({ netns }) => netns > 0)
    .slice(0, MAX_VALUES)
    .map(({ netns, isHost }) => ({ text: String(netns), detail: isHost ? wording.text(say.node()) : '' }));
  const bySockets = (counts: ReadonlyMap<string, number>) =>
    ranked(counts, (sockets) => wording.text(say.sockets({ sockets })));
  const listens = wording.text(say.listens());
  const values: Partial<Record<FieldName, readonly FilterValue[]>> = {
    state: bySockets(states),
    pod: [...bySockets(pods), { text: 'none', detail: wording.text(say.services()) }],
    comm: bySockets(comms),
    container: bySockets(containers),
    unit: bySockets(units),
    port: ranked(ports, () => listens),
    pid: pids,
    ns,
    family: [
      { text: '4', detail: 'IPv4' },
      { text: '6', detail: 'IPv6' },
    ],
  };
  const listed = Object.entries(values).map(([field, known]) => ({ field, values: known }));
  return { fields: FILTER_FIELDS.map((field) => ({ ...field, help: wording.text(field.help) })), values: listed };
}

function count(counts: Map<string, number>, key: string, by = 1): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}

function ranked(counts: ReadonlyMap<string, number>, detailOf: (sockets: number) => string): readonly FilterValue[] {
  return [...counts]
    .filter(([text]) => text !== '' && text.length <= MAX_VALUE_LENGTH)
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, MAX_VALUES)
    .map(([text, sockets]) => ({ text: withoutQuotes(text), detail: detailOf(sockets) }));
}
