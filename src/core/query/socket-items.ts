/**
 * Every TCP socket of the node that can be picked: first the rows of the socket tables, then those that are in no
 * table, closed and still held by an fd (one for each inode). An item is a number: its place in that order.
 */

import { namespaceSubject } from '../snapshot/pod-index.ts';
import { processSubject } from '../snapshot/processes.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { kindOf, responsibleFor, sourceOf } from '../snapshot/sockets.ts';
import { type RowKind, TCP_STATES } from '../snapshot/tcp-states.ts';
import { podName } from '../wording/subject.ts';

export interface SocketItems {
  readonly snapshot: Snapshot;
  readonly count: number;
  /** How many of them are rows of a table. */
  readonly rows: number;
  /** Index of the process that answers for it, -1 when nobody is known. */
  processOf(item: number): number;
  /** The other processes that hold it, most often none. */
  othersOf(item: number): readonly number[];
  /** Index into namespaces, -1 when it was not captured. */
  namespaceOf(item: number): number;
  /** Names that `state:` finds it by, in the form of the filter language. */
  statesOf(item: number): readonly string[];
}

const NOBODY: readonly number[] = [];

/** `CLOSE_WAIT` → `close-wait`. */
export function stateWord(name: string): string {
  return name.toLowerCase().replaceAll('_', '-');
}

const STATE_WORDS = TCP_STATES.map(stateWord);
/** Kinds that `state:` finds by their own names. */
const KIND_WORDS: ReadonlySet<RowKind> = new Set<RowKind>(['request', 'minisock', 'orphan', 'waiting']);

export function socketItems(snapshot: Snapshot): SocketItems {
  const { sockets, join, processes } = snapshot;
  const rows = sockets.count;
  let shared: ReadonlyMap<number, readonly number[]> | null = null;
  let namespaceOfProcess: Int32Array | null = null;
  return {
    snapshot,
    rows,
    count: rows + join.unmatched.length,
    processOf: (item) => (item < rows ? responsibleFor(sockets, item) : (join.unmatched[item - rows]?.process ?? -1)),
    othersOf: (item) => {
      if (item >= rows || (sockets.owners[item] ?? 0) < 2) return NOBODY;
      shared ??= sharedHolders(snapshot);
      return shared.get(item) ?? NOBODY;
    },
    namespaceOf: (item) => {
      if (item < rows) return sourceOf(sockets, item)?.namespace ?? -1;
      namespaceOfProcess ??= namespacesOf(snapshot);
      return namespaceOfProcess[join.unmatched[item - rows]?.process ?? processes.length] ?? -1;
    },
    statesOf: (item) => (item < rows ? wordsOf(snapshot, item) : ['closed-held', 'close']),
  };
}

/** Rows that several processes hold, with all of them. */
function sharedHolders({ sockets, join }: Snapshot): ReadonlyMap<number, readonly number[]> {
  const holders = new Map<number, number[]>();
  for (let fd = 0; fd < join.fds.count; fd++) {
    const row = join.fds.socket[fd] ?? -1;
    if (row < 0 || (sockets.owners[row] ?? 0) < 2) continue;
    const process = join.fds.process[fd] ?? 0;
    const known = holders.get(row);
    if (known === undefined) holders.set(row, [process]);
    else if (known.at(-1) !== process) known.push(process);
  }
  return holders;
}

function namespacesOf({ processes, namespaces }: Snapshot): Int32Array {
  const byInode = new Map(namespaces.map(({ netns }, index) => [netns, index]));
  return Int32Array.from(processes, ({ netns }) => (netns === null ? -1 : (byInode.get(netns) ?? -1)));
}

function wordsOf({ sockets }: Snapshot, row: number): readonly string[] {
  const state = STATE_WORDS[sockets.state[row] ?? 0] ?? '';
  const kind = kindOf(sockets, row);
  return KIND_WORDS.has(kind) ? [state, kind] : [state];
}

/** `namespace/pod` of a process, its uid where only that is known; null outside of pods. */
export function podOfProcess({ processes }: Snapshot, index: number): string | null {
  const process = processes[index];
  return process === undefined ? null : podName(processSubject(process)) || null;
}

/** The same of a namespace, for sockets whose process is not known. */
export function podNameOfNamespace(snapshot: Snapshot, index: number): string | null {
  return podName(namespaceSubject(snapshot, index)) || null;
}
