/** Data that stands in queues: who sends what nobody takes, and who does not read what has come. */

import { otherEnd } from '../connections/other-end.ts';
import { mostOf } from '../most.ts';
import type { Evidence, Memory, Subject } from '../report/report.ts';
import { holderRows } from '../snapshot/holder-rows.ts';
import { namespaceSubject } from '../snapshot/pod-index.ts';
import { processSubject } from '../snapshot/processes.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { type AddressKey, formatKey, isWaiting, PORTS, remoteKey, type Sockets } from '../snapshot/sockets.ts';
import { CLOSE_WAIT, LISTEN, TIMER_RETRANSMIT, TIMER_ZERO_WINDOW } from '../snapshot/tcp-states.ts';
import { Counter } from './counter.ts';
import type { ReaderFact, SenderFact } from './facts.ts';
import { IDLE_MS, LARGE_RX_BYTES } from './limits.ts';
import { note } from './notes.ts';
import { RowRange } from './row-range.ts';

interface Sender {
  readonly key: number;
  tx: number;
  sockets: number;
  zero: number;
  retransmitting: number;
  idle: number;
  timed: number;
  /** The address that most are to, and how many. */
  topRemote: AddressKey;
  topRemoteSockets: number;
  readonly range: RowRange;
}

interface Reader {
  readonly key: number;
  rx: number;
  closeWaitRx: number;
  sockets: number;
  closeWait: number;
  large: number;
  idle: number;
  timed: number;
  connections: number;
  /** Port of most unread data. */
  topPort: number;
  readonly range: RowRange;
}

/** Whose peer is looked for in all rows: only of those who have most, and at least 1 MiB. */
const MAX_PEERED = 20;
const MIN_PEERED_BYTES = 1 << 20;

export interface Flows {
  readonly senders: readonly SenderFact[];
  readonly readers: readonly ReaderFact[];
}

/** By holder, largest first. Connections that wait for accept() are not read by anybody yet: they are the acceptor's. */
export function buildFlows(snapshot: Snapshot, memory: Memory): Flows {
  const { sockets } = snapshot;
  const holders = holderRows(snapshot);
  const senders: Sender[] = [];
  const readers: Reader[] = [];
  const ports = new Counter(PORTS);
  const remotes = new Map<AddressKey, number>();
  for (const key of holders.keys) {
    const sender = newSender(key);
    const reader = newReader(key);
    remotes.clear();
    const rows = holders.rowsOf(key);
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] ?? 0;
      if (sockets.state[row] === LISTEN) continue;
      reader.connections++;
      const tx = sockets.txQueueBytes[row] ?? 0;
      const rx = sockets.rxQueueBytes[row] ?? 0;
      if (tx > 0 && key >= 0) {
        addSender(sender, sockets, row, tx);
        if (remotes.size < MAX_REMOTES) countRemote(remotes, remoteKey(sockets, row));
      }
      // The last byte of a queue in CLOSE_WAIT is the end of file, not data.
      if (rx > 0 && !isWaiting(sockets, row)) {
        addReader(reader, sockets, row, rx);
        ports.add(sockets.localPort[row] ?? 0, rx);
      }
    }
    if (sender.tx > 0) {
      [sender.topRemote, sender.topRemoteSockets] = mostOf(remotes) ?? ['', 0];
      senders.push(sender);
    }
    if (reader.rx > 0) {
      reader.topPort = ports.takeMost();
      readers.push(reader);
    }
  }
  const accounts = accountsOf(memory);
  return {
    senders: senders
      .sort((a, b) => b.tx - a.tx || a.key - b.key)
      .map((sender, rank) => new SendingHolder(snapshot, accounts, sender, rank < MAX_PEERED)),
    readers: readers
      .map((reader) => new ReadingHolder(snapshot, accounts, reader))
      .sort((a, b) => b.rxQueueBytes - a.rxQueueBytes || (a.subject.pid ?? 0) - (b.subject.pid ?? 0)),
  };
}

function countRemote(remotes: Map<AddressKey, number>, remote: AddressKey): void {
  remotes.set(remote, (remotes.get(remote) ?? 0) + 1);
}

/** Addresses beyond so many are not among the largest. */
const MAX_REMOTES = 1000;

function newSender(key: number): Sender {
  return {
    key,
    tx: 0,
    sockets: 0,
    zero: 0,
    retransmitting: 0,
    idle: 0,
    timed: 0,
    topRemote: '',
    topRemoteSockets: 0,
    range: new RowRange(),
  };
}

function newReader(key: number): Reader {
  return {
    key,
    rx: 0,
    closeWaitRx: 0,
    sockets: 0,
    closeWait: 0,
    large: 0,
    idle: 0,
    timed: 0,
    connections: 0,
    topPort: 0,
    range: new RowRange(),
  };
}

function addSender(sender: Sender, sockets: Sockets, row: number, tx: number): void {
  sender.tx += tx;
  sender.sockets++;
  if (sockets.timer[row] === TIMER_ZERO_WINDOW) sender.zero++;
  if (sockets.timer[row] === TIMER_RETRANSMIT && (sockets.retransmits[row] ?? 0) > 0) sender.retransmitting++;
  const sent = sockets.sentMs[row] ?? -1;
  if (sent >= 0) sender.timed++;
  if (sent >= IDLE_MS) sender.idle++;
  sender.range.add(sockets, row);
}

function addReader(reader: Reader, sockets: Sockets, row: number, rx: number): void {
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

/** Classes, as their getters are then one for all; what most rules do not ask for is found when one does. */
class SendingHolder implements SenderFact {
  readonly subject: Subject;
  readonly pages: number;
  readonly #snapshot: Snapshot;
  readonly #sender: Sender;
  readonly #isPeered: boolean;

  constructor(snapshot: Snapshot, accounts: Accounts, sender: Sender, isPeered: boolean) {
    this.subject = subjectOf(snapshot, sender.key);
    this.pages = accounts.get(accountKey(this.subject))?.pages ?? 0;
    this.#snapshot = snapshot;
    this.#sender = sender;
    this.#isPeered = isPeered && sender.tx >= MIN_PEERED_BYTES;
  }

  get txQueueBytes(): number {
    return this.#sender.tx;
  }
  get sockets(): number {
    return this.#sender.sockets;
  }
  get zeroWindow(): number {
    return this.#sender.zero;
  }
  get retransmitting(): number {
    return this.#sender.retransmitting;
  }
  get idleSockets(): number {
    return this.#sender.idle;
  }
  get timedSockets(): number {
    return this.#sender.timed;
  }
  get topRemote(): string {
    return formatKey(this.#sender.topRemote);
  }
  get topRemoteSockets(): number {
    return this.#sender.topRemoteSockets;
  }
  get topRemoteSubject(): Subject | null {
    if (!this.#isPeered) return null;
    const peer = otherEnd(this.#snapshot, rowOfTopRemote(this.#snapshot, this.#sender));
    return peer === null ? null : processSubject(peer);
  }
  get evidence(): Evidence | null {
    return this.#sender.range.evidence(note.sending);
  }
}

/** The first row that sends to it. */
function rowOfTopRemote(snapshot: Snapshot, { key, topRemote }: Sender): number {
  const { sockets } = snapshot;
  const sends = (row: number) =>
    sockets.state[row] !== LISTEN && (sockets.txQueueBytes[row] ?? 0) > 0 && remoteKey(sockets, row) === topRemote;
  return holderRows(snapshot).rowsOf(key).find(sends) ?? -1;
}

class ReadingHolder implements ReaderFact {
  readonly subject: Subject;
  readonly processState: string;
  readonly rxQueueBytes: number;
  readonly pages: number;
  readonly source: ReaderFact['source'];
  readonly #reader: Reader;

  constructor(snapshot: Snapshot, accounts: Accounts, reader: Reader) {
    this.subject = subjectOf(snapshot, reader.key);
    const account = accounts.get(accountKey(this.subject));
    this.processState = snapshot.processes[reader.key]?.state ?? '';
    this.rxQueueBytes = reader.rx;
    this.pages = account?.pages ?? 0;
    this.source = account?.source ?? 'queues';
    this.#reader = reader;
  }

  get closeWaitRxBytes(): number {
    return this.#reader.closeWaitRx;
  }
  get sockets(): number {
    return this.#reader.sockets;
  }
  get connections(): number {
    return this.#reader.connections;
  }
  get closeWaitSockets(): number {
    return this.#reader.closeWait;
  }
  get largeSockets(): number {
    return this.#reader.large;
  }
  get idleSockets(): number {
    return this.#reader.idle;
  }
  get timedSockets(): number {
    return this.#reader.timed;
  }
  get topLocalPort(): number {
    return this.#reader.topPort;
  }
  get evidence(): Evidence | null {
    return this.#reader.range.evidence(note.unread);
  }
}
