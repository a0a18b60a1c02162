/** Data that stands in queues: who sends what nobody takes, and who does not read what has come. */

import type { Memory, Subject } from '../report/report.ts';
import { IDLE_MS, LARGE_RX_BYTES, type ReaderFact, type SenderFact } from '../rules/facts.ts';
import { namespaceSubject } from './memory.ts';
import { otherEnd } from './other-end.ts';
import { processSubject } from './processes.ts';
import { RowRange } from './row-range.ts';
import type { Snapshot } from './snapshot.ts';
import {
  CLOSE_WAIT,
  isMinisock,
  isRequestSocket,
  isWaiting,
  LISTEN,
  remoteAddress,
  responsibleFor,
  sourceOf,
} from './sockets.ts';

interface Sender {
  tx: number;
  sockets: number;
  zero: number;
  retransmitting: number;
  idle: number;
  timed: number;
  /** By address: one of the rows and how many. */
  remotes: Map<string, { readonly row: number; count: number }>;
  range: RowRange;
}

interface Reader {
  rx: number;
  closeWaitRx: number;
  sockets: number;
  closeWait: number;
  large: number;
  idle: number;
  timed: number;
  ports: Map<number, number>;
  range: RowRange;
}

/** Whose peer is looked for in all rows: only of those who have most, and at least 1 MiB. */
const MAX_PEERED = 20;
const MIN_PEERED_BYTES = 1 << 20;
const ZERO_WINDOW_PROBE = 4;
const RETRANSMIT = 1;

export interface Flows {
  readonly senders: readonly SenderFact[];
  readonly readers: readonly ReaderFact[];
}

/** By holder, largest first. Connections that wait for accept() are not read by anybody yet: they are the acceptor's. */
export function buildFlows(snapshot: Snapshot, memory: Memory): Flows {
  const { sockets } = snapshot;
  const senders = new Map<number, Sender>();
  const readers = new Map<number, Reader>();
  const connections = new Map<number, number>();
  for (let row = 0; row < sockets.count; row++) {
    const tx = sockets.txQueueBytes[row] ?? 0;
    const rx = sockets.rxQueueBytes[row] ?? 0;
    if (sockets.state[row] === LISTEN || isMinisock(sockets, row) || isRequestSocket(sockets, row)) continue;
    const owner = responsibleFor(sockets, row);
    const key = owner >= 0 ? owner : -1 - (sourceOf(sockets, row)?.namespace ?? 0);
    connections.set(key, (connections.get(key) ?? 0) + 1);
    if (tx > 0 && owner >= 0) addSender(entry(senders, key, newSender), snapshot, row, tx);
    // The last byte of a queue in CLOSE_WAIT is the end of file, not data.
    if (rx > 0 && !isWaiting(sockets, row)) addReader(entry(readers, key, newReader), snapshot, row, rx);
  }
  const accounts = accountsOf(memory);
  return {
    senders: [...senders]
      .sort(([a, { tx: left }], [b, { tx: right }]) => right - left || a - b)
      .map(([key, sender], rank) => toSender(snapshot, accounts, key, { ...sender, peered: rank < MAX_PEERED })),
    readers: [...readers]
      .map(([key, reader]) => ({
        ...toReader(snapshot, accounts, key, reader),
        connections: connections.get(key) ?? reader.sockets,
      }))
      .sort((a, b) => b.rxQueueBytes - a.rxQueueBytes || (a.subject.pid ?? 0) - (b.subject.pid ?? 0)),
  };
}

function entry<T>(map: Map<number, T>, key: number, make: () => T): T {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}

function newSender(): Sender {
  return {
    tx: 0,
    sockets: 0,
    zero: 0,
    retransmitting: 0,
    idle: 0,
    timed: 0,
    remotes: new Map(),
    range: new RowRange(),
  };
}

function newReader(): Reader {
  return {
    rx: 0,
    closeWaitRx: 0,
    sockets: 0,
    closeWait: 0,
    large: 0,
    idle: 0,
    timed: 0,
    ports: new Map(),
    range: new RowRange(),
  };
}

function addSender(sender: Sender, { sockets }: Snapshot, row: number, tx: number): void {
  sender.tx += tx;
  sender.sockets++;
  if (sockets.timer[row] === ZERO_WINDOW_PROBE) sender.zero++;
  if (sockets.timer[row] === RETRANSMIT && (sockets.retransmits[row] ?? 0) > 0) sender.retransmitting++;
  const sent = sockets.sentMs[row] ?? -1;
  if (sent >= 0) sender.timed++;
  if (sent >= IDLE_MS) sender.idle++;
  sender.range.add(sockets, row);
  if (sender.remotes.size < 1000) {
    const remote = remoteAddress(sockets, row);
    const known = sender.remotes.get(remote);
    if (known === undefined) sender.remotes.set(remote, { row, count: 1 });
    else known.count++;
  }
}

function addReader(reader: Reader, { sockets }: Snapshot, row: number, rx: number): void {
  const port = sockets.localPort[row] ?? 0;
  const idle = sockets.idleMs[row] ?? -1;
  reader.rx += rx;
  reader.sockets++;
  if (sockets.state[row] === CLOSE_WAIT) {
    reader.closeWait++;
    reader.closeWaitRx += rx;
  }
  if (rx >= LARGE_RX_BYTES) reader.large++;
  if (idle >= 0) reader.timed++;
  if (idle >= IDLE_MS) reader.idle++;
  reader.ports.set(port, (reader.ports.get(port) ?? 0) + rx);
  reader.range.add(sockets, row);
}

function subjectOf(snapshot: Snapshot, key: number): Subject {
  const process = snapshot.processes[key];
  return process === undefined ? namespaceSubject(snapshot, -1 - key) : processSubject(process);
}

type Accounts = ReadonlyMap<string, Memory['owners'][number]>;

/** What the memory ledger says, by holder. */
function accountsOf(memory: Memory): Accounts {
  return new Map(memory.owners.map((owner) => [accountKey(owner.subject), owner]));
}

function accountKey({ pid, netns }: Subject): string {
  return `${pid} ${netns}`;
}

function top<K extends string | number>(counts: ReadonlyMap<K, number>): readonly [K, number] | undefined {
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0];
}

function toSender(
  snapshot: Snapshot,
  accounts: Accounts,
  key: number,
  sender: Sender & { readonly peered: boolean },
): SenderFact {
  const subject = subjectOf(snapshot, key);
  const remotes = new Map([...sender.remotes].map(([address, { count }]) => [address, count]));
  const [topRemote, topRemoteSockets] = top(remotes) ?? ['', 0];
  const row = sender.peered && sender.tx >= MIN_PEERED_BYTES ? (sender.remotes.get(topRemote)?.row ?? -1) : -1;
  const peer = otherEnd(snapshot, row);
  return {
    subject,
    txQueueBytes: sender.tx,
    sockets: sender.sockets,
    zeroWindow: sender.zero,
    retransmitting: sender.retransmitting,
    idleSockets: sender.idle,
    timedSockets: sender.timed,
    pages: accounts.get(accountKey(subject))?.pages ?? 0,
    topRemote,
    topRemoteSockets,
    topRemoteSubject: peer === null ? null : processSubject(peer),
    evidence: sender.range.evidence('sending socket'),
  };
}

function toReader(
  snapshot: Snapshot,
  accounts: Accounts,
  key: number,
  reader: Reader,
): Omit<ReaderFact, 'connections'> {
  const subject = subjectOf(snapshot, key);
  const account = accounts.get(accountKey(subject));
  return {
    subject,
    processState: snapshot.processes[key]?.state ?? '',
    rxQueueBytes: reader.rx,
    closeWaitRxBytes: reader.closeWaitRx,
    sockets: reader.sockets,
    closeWaitSockets: reader.closeWait,
    largeSockets: reader.large,
    idleSockets: reader.idle,
    timedSockets: reader.timed,
    pages: account?.pages ?? 0,
    source: account?.source ?? 'queues',
    topLocalPort: top(reader.ports)?.[0] ?? 0,
    evidence: reader.range.evidence('socket with unread data'),
  };
}
