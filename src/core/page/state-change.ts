/**
 * How many sockets were in each state at two moments of one bundle: in the main tables, and in those of the sample that
 * is furthest from them in time (docs/bundle-format.md, `samples/`). Only tables that both have are counted, so the
 * numbers may be less than those of the node. Inodes are ordered and merged, as in the join.
 */

import type { RawTcpTable } from '../collect/node-store.ts';
import type { StateId } from '../report/state-ids.ts';
import { orderByInode } from '../snapshot/inode-order.ts';
import { secondsBetween } from '../snapshot/samples.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { StateColumns } from '../snapshot/sockets.ts';
import type { StateChange } from './page-model.ts';
import { idsOfRow } from './state-tally.ts';

/** States whose sockets have no inode: the same ones cannot be told from new ones. */
const WITHOUT_INODE: ReadonlySet<StateId> = new Set<StateId>(['REQUEST', 'MINISOCK', 'ORPHAN', 'TIME_WAIT']);

interface Side {
  readonly tables: readonly StateColumns[];
  readonly rows: readonly number[];
}

interface Pair {
  readonly main: RawTcpTable;
  readonly sampled: RawTcpTable;
  readonly netns: number;
}

/** Each state that has rows of its own at either moment; empty without a sample of tables whose time is known. */
export function stateChanges(snapshot: Snapshot): ReadonlyMap<StateId, StateChange> {
  const chosen = furthestSample(snapshot);
  if (chosen === null) return new Map();
  const { pairs, seconds, isLater } = chosen;
  const main = side(pairs.map((pair) => pair.main));
  const sampled = side(pairs.map((pair) => pair.sampled));
  const [before, after] = isLater ? [main, sampled] : [sampled, main];
  const then = countStates(before);
  const later = countStates(after);
  const survivors = countSurvivors(before, after);
  const namespaces = new Set(pairs.map((pair) => pair.netns)).size;
  const ids = new Set([...then.keys(), ...later.keys()]);
  return new Map(
    [...ids].map((id) => [
      id,
      {
        before: then.get(id) ?? 0,
        after: later.get(id) ?? 0,
        seconds,
        survived: WITHOUT_INODE.has(id) ? null : (survivors.get(id) ?? 0),
        namespaces,
      },
    ]),
  );
}

interface Chosen {
  readonly pairs: readonly Pair[];
  readonly seconds: number;
  /** The sample was taken after the main tables. */
  readonly isLater: boolean;
}

function furthestSample(snapshot: Snapshot): Chosen | null {
  const { manifest, node, raw } = snapshot;
  const uptime = node.uptimeSeconds;
  let best: Chosen | null = null;
  for (const { n, uptimeSeconds: then } of snapshot.samples.samples) {
    const seconds = secondsBetween(n, then, manifest, uptime);
    if (seconds === null || seconds <= (best?.seconds ?? 0)) continue;
    const pairs = pairsOf(snapshot, raw.samples.get(n)?.net ?? new Map());
    if (pairs.length > 0) best = { pairs, seconds, isLater: (then ?? 0) > (uptime ?? 0) };
  }
  return best;
}

/** Whole tables of one namespace and family at both moments, each once however many processes it was read through. */
function pairsOf(snapshot: Snapshot, net: Snapshot['raw']['net']): readonly Pair[] {
  const pairs = new Map<string, Pair>();
  const namespaces = new Map(snapshot.namespaces.map((namespace) => [namespace.netns, namespace]));
  const ofPid = new Map(snapshot.namespaces.map((namespace) => [namespace.representativePid, namespace]));
  for (const [pid, { tcp }] of [...net].sort(([a], [b]) => (a ?? 0) - (b ?? 0))) {
    const netns = pid === null ? null : pid < 0 ? -pid : (snapshot.raw.processes.get(pid)?.netns ?? null);
    const namespace = netns === null ? ofPid.get(pid) : namespaces.get(netns);
    if (namespace === undefined) continue;
    for (const [family, sampled] of tcp) {
      const main = namespace.tables.find((table) => table.family === family);
      const key = `${namespace.netns} ${family}`;
      if (main === undefined || !main.complete || !sampled.complete || pairs.has(key)) continue;
      pairs.set(key, { main, sampled, netns: namespace.netns });
    }
  }
  return [...pairs.values()];
}

function side(tables: readonly RawTcpTable[]): Side {
  const columns = tables.map(({ table }) => table.columns);
  return {
    tables: columns.map(({ state, timer, inode }) => ({ state, timer, inode })),
    rows: columns.map(({ count }) => count),
  };
}

function countStates({ tables, rows }: Side): ReadonlyMap<StateId, number> {
  const counts = new Map<StateId, number>();
  for (const [index, columns] of tables.entries()) {
    for (let row = 0; row < (rows[index] ?? 0); row++) {
      for (const id of idsOfRow(columns, row)) counts.set(id, (counts.get(id) ?? 0) + 1);
    }
  }
  return counts;
}

interface Ordered {
  readonly count: number;
  readonly inode: Uint32Array;
  /** In the order of inode. */
  readonly id: (at: number) => StateId | undefined;
}

function ordered({ tables, rows }: Side): Ordered {
  const total = rows.reduce((sum, count) => sum + count, 0);
  const inodes = new Uint32Array(total);
  const states = new Uint8Array(total);
  const timers = new Uint8Array(total);
  let first = 0;
  for (const [index, columns] of tables.entries()) {
    const count = rows[index] ?? 0;
    inodes.set(columns.inode.subarray(0, count), first);
    states.set(columns.state.subarray(0, count), first);
    timers.set(columns.timer.subarray(0, count), first);
    first += count;
  }
  const order = orderByInode(inodes, total);
  const all: StateColumns = { state: states, timer: timers, inode: inodes };
  return { count: order.count, inode: order.inode, id: (at) => idsOfRow(all, order.row[at] ?? 0)[0] };
}

/** Sockets with an inode that were in the state at both moments; an inode that is listed twice counts once. */
function countSurvivors(before: Side, after: Side): ReadonlyMap<StateId, number> {
  const then = ordered(before);
  const later = ordered(after);
  const counts = new Map<StateId, number>();
  let at = 0;
  for (let i = 0; i < then.count; i++) {
    const inode = then.inode[i] ?? 0;
    if (i > 0 && inode === then.inode[i - 1]) continue;
    while (at < later.count && (later.inode[at] ?? 0) < inode) at++;
    if (at === later.count || later.inode[at] !== inode) continue;
    const id = then.id(i);
    if (id !== undefined && id === later.id(at)) counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return counts;
}
