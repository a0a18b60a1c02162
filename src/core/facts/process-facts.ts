/**
 * The fds of one process as rules see them. A large node has thousands of processes and rules name a few of them, so
 * that evidence is only made when somebody asks for it, and counts stay in one column for all.
 */

import { INODE_TABLES } from '../parsers/proc/net-inodes.ts';
import { FD_KINDS, type FdKind } from '../parsers/proc/pid-fd.ts';
import type { Evidence, Subject } from '../report/report.ts';
import { fdEvidence } from '../snapshot/fd-evidence.ts';
import { NO_FD, NOT_TCP, UNMATCHED } from '../snapshot/join.ts';
import { type Process, processSubject } from '../snapshot/processes.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { LISTEN } from '../snapshot/tcp-states.ts';
import type { KindCounts, ProcessFact } from './facts.ts';
import { note } from './notes.ts';

/** Sockets by what they are. `unknown`: in no table although those of its namespace are there; `unseen`: they are not. */
const FAMILIES = ['tcp', 'listen', 'unknown', 'unseen', 'udp', 'udplite', 'raw', 'unix', 'netlink', 'packet'];
const [TCP, LISTENING, UNKNOWN, UNSEEN] = [0, 1, 2, 3];
const FAMILY_INDEX = new Map(FAMILIES.map((family, index) => [family, index]));
const FAMILY_OF_TABLE = INODE_TABLES.map((table) => FAMILIES.indexOf(table.replace(/6$/, '')));

/** For each process one number for each family. */
type FamilyCounts = Uint32Array;

export function buildProcessFacts(snapshot: Snapshot): readonly ProcessFact[] {
  const families = countFamilies(snapshot);
  return snapshot.processes
    .filter((process) => process.fdsReadable)
    .map((process) => new ReadableProcess(snapshot, process, families));
}

function countFamilies({ join, sockets, processes, namespaces }: Snapshot): FamilyCounts {
  const counts = new Uint32Array(processes.length * FAMILIES.length);
  const complete = new Set(namespaces.filter((each) => each.isComplete).map((each) => each.netns));
  const missing = Uint8Array.from(processes, ({ netns }) => (complete.has(netns ?? -1) ? UNKNOWN : UNSEEN));
  const { fds } = join;
  for (let row = 0; row < fds.count; row++) {
    const process = fds.process[row] ?? 0;
    const socket = fds.socket[row] ?? UNMATCHED;
    let family = sockets.state[socket] === LISTEN ? LISTENING : TCP;
    if (socket === NOT_TCP) family = FAMILY_OF_TABLE[fds.table[row] ?? 0] ?? UNKNOWN;
    else if (socket === UNMATCHED) family = missing[process] ?? UNSEEN;
    const at = process * FAMILIES.length + family;
    counts[at] = (counts[at] ?? 0) + 1;
  }
  return counts;
}

class ReadableProcess implements ProcessFact, KindCounts {
  readonly process: Process;
  readonly #snapshot: Snapshot;
  readonly #families: FamilyCounts;

  constructor(snapshot: Snapshot, process: Process, families: FamilyCounts) {
    this.process = process;
    this.#snapshot = snapshot;
    this.#families = families;
  }

  get subject(): Subject {
    return processSubject(this.process);
  }

  get kinds(): KindCounts {
    return this;
  }

  get(kind: string): number {
    const family = FAMILY_INDEX.get(kind);
    if (family !== undefined) return this.#families[this.process.index * FAMILIES.length + family] ?? 0;
    return kind === 'socket' ? 0 : (this.process.fdKinds[kind as FdKind] ?? 0);
  }

  *[Symbol.iterator](): IterableIterator<[string, number]> {
    for (const kind of FD_KINDS) if (kind !== 'socket') yield [kind, this.get(kind)];
    for (const family of FAMILIES) yield [family, this.get(family)];
  }

  get evidence(): Evidence | null {
    const { process } = this;
    return fdEvidence(this.#snapshot, process, NO_FD, note.fds({ fds: process.openFds }));
  }

  /** Line of the fd limit. */
  get limitEvidence(): Evidence | null {
    const { limitsEntry: entry, limitsLine: line, softLimit } = this.process;
    if (entry === '' || softLimit === null) return null;
    return { entry, startLine: line, endLine: line, note: note.softLimit({ limit: softLimit }) };
  }
}
