/** What is told of one holder, from what its rows add up to. */

import type { OtherEnds } from '../connections/other-end.ts';
import type { Evidence, Subject } from '../report/report.ts';
import { fdEvidence } from '../snapshot/fd-evidence.ts';
import { namespaceSubject } from '../snapshot/pod-index.ts';
import { type Process, processSubject } from '../snapshot/processes.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { remoteAddress } from '../snapshot/sockets.ts';
import type { Holder } from './holder.ts';
import { note } from './notes.ts';
import type { Rows, Tally } from './tally.ts';

export interface HolderContext {
  readonly readable: ReadonlySet<number | null>;
  /** Index into namespaces, by inode. */
  readonly namespaceOf: ReadonlyMap<number | null, number>;
  /** Index into the unmatched fds of the first one of each process. */
  readonly firstUnmatched: ReadonlyMap<number | null, number>;
  readonly peers: ReadonlyMap<Tally, OtherEnds>;
}

/**
 * A class, because of thousands of holders rules report few: evidence is made when it is asked for. Getters of an object
 * that is written out would be functions of that object alone, and each object then of a kind of its own.
 */
export class TalliedHolder implements Holder {
  readonly subject: Subject;
  readonly process: Process | null;
  readonly namespace: number;
  readonly outside: boolean;
  readonly connections: number;
  readonly topLocalPort: number;
  readonly #snapshot: Snapshot;
  readonly #context: HolderContext;
  readonly #tally: Tally;
  readonly #members: readonly number[];

  constructor(
    snapshot: Snapshot,
    context: HolderContext,
    tally: Tally,
    members: readonly number[],
    process: Process | null,
    namespace: number,
  ) {
    this.subject = process === null ? namespaceSubject(snapshot, namespace) : processSubject(process);
    this.process = process;
    this.namespace = namespace;
    this.outside = process === null && context.readable.has(snapshot.namespaces[namespace]?.netns ?? null);
    this.connections = tally.connections + tally.closed;
    this.topLocalPort = Math.max(0, tally.topPort);
    this.#snapshot = snapshot;
    this.#context = context;
    this.#tally = tally;
    this.#members = members;
  }

  get closeWait(): number {
    return this.#tally.closeWait;
  }
  get closeWaitUnread(): number {
    return this.#tally.unread;
  }
  get closeWaitKeepalive(): number {
    return this.#tally.keepalive;
  }
  get closeWaitTimed(): number {
    return this.#tally.closeWaitTimed;
  }
  get closeWaitFresh(): number {
    return this.#tally.closeWaitFresh;
  }
  get closeWaitSending(): number {
    return this.#tally.closeWaitSending;
  }
  get closeWaitOld(): number {
    return this.#tally.closeWaitOld;
  }
  get closeWaitSurvived(): number {
    return this.#tally.closeWaitSurvived;
  }
  get finWait2(): number {
    return this.#tally.finWait2;
  }
  get synSent(): number {
    return this.#tally.synSent;
  }
  get waiting(): number {
    return this.#tally.waiting;
  }
  get established(): number {
    return this.#tally.established;
  }
  get listen(): number {
    return this.#tally.listening;
  }
  get closedHeld(): number {
    return this.#tally.closed;
  }
  get rxQueueBytes(): number {
    return this.#tally.rx;
  }
  get txQueueBytes(): number {
    return this.#tally.tx;
  }
  get sharedSockets(): number {
    return this.#tally.shared;
  }
  get accepted(): boolean {
    return this.#tally.listens.includes(this.topLocalPort);
  }
  get pids(): readonly number[] {
    const { processes } = this.#snapshot;
    return this.#members.flatMap((member) => processes[member]?.pid ?? []).sort((a, b) => a - b);
  }
  get finWait2Remote(): string {
    const [remote] = this.#tally.finWait2List;
    return remote === undefined ? '' : remoteAddress(this.#snapshot.sockets, remote);
  }
  get finWait2RemotePort(): number {
    const [remote] = this.#tally.finWait2List;
    return remote === undefined ? 0 : (this.#snapshot.sockets.remotePort[remote] ?? 0);
  }
  get finWait2Answered(): number {
    return this.#context.peers.get(this.#tally)?.found ?? 0;
  }
  get finWait2Peer(): Subject | null {
    const process = this.#context.peers.get(this.#tally)?.process ?? null;
    return process === null ? null : processSubject(process);
  }
  get finWait2Evidence(): readonly Evidence[] {
    return evidenceOf(this.#tally.finWait2Rows, this.#snapshot);
  }
  get closeWaitEvidence(): readonly Evidence[] {
    return evidenceOf(this.#tally.closeWaitRows, this.#snapshot);
  }
  get closedHeldEvidence(): Evidence | null {
    const { closed } = this.#tally;
    return closed === 0 ? null : closedEvidence(this.#snapshot, this.#members, closed, this.#context);
  }
  get fdEvidence(): Evidence | null {
    const { process } = this;
    return process === null ? null : fdEvidence(this.#snapshot, process, 0, note.fds({ fds: process.openFds }));
  }
}

function evidenceOf(rows: Rows | null, snapshot: Snapshot): readonly Evidence[] {
  return [...(rows ?? [])].map(([source, range]) => ({
    entry: snapshot.sockets.sources[source]?.entry ?? '',
    startLine: range.first,
    endLine: range.last,
    note: note.rows({ rows: range.rows }),
  }));
}

function closedEvidence(
  snapshot: Snapshot,
  members: readonly number[],
  count: number,
  { firstUnmatched }: HolderContext,
): Evidence | null {
  let index = Number.POSITIVE_INFINITY;
  for (const member of members) index = Math.min(index, firstUnmatched.get(member) ?? index);
  const first = snapshot.join.unmatched[index];
  const process = first === undefined ? undefined : snapshot.processes[first.process];
  if (process === undefined || first === undefined) return null;
  return fdEvidence(snapshot, process, first.fdRow, note.fdsWithoutRow({ fds: count }));
}
