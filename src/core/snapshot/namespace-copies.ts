/**
 * Which tables are of one namespace, told by the sockets in them: a socket has one inode on the node, so tables that
 * share most of them are copies of one another. The first rows of each are enough to see that.
 */

import type { RawFacts, RawNet } from '../collect/raw-facts.ts';
import { mostOf } from '../most.ts';
import type { Problem } from '../report/report.ts';
import { defineMessages } from '../wording/define-messages.ts';
import { type InodeOrder, orderByInode } from './inode-order.ts';

const say = defineMessages('namespace-copies', {
  copies:
    'the tables of {namespaces, plural, one {# namespace} other {# namespaces}} are copies of another one and were left out: the collector read its own /proc/net for each',
});

export interface Member {
  readonly pid: number | null;
  readonly net: RawNet;
}

const SAMPLED_ROWS = 1000;

/** The namespaces that were told of so far, by the sockets in their tables. */
export class SocketHomes {
  readonly #netnsOfInode = new Map<number, number>();
  /** Nearly every namespace is known, and then nobody asks. */
  #unread: { readonly netns: number; readonly net: RawNet }[] = [];

  add(netns: number, net: RawNet): void {
    this.#unread.push({ netns, net });
  }

  /** The namespace that has most of these sockets; null when none has. */
  find(net: RawNet): number | null {
    for (const { netns, net: known } of this.#unread) {
      for (const inode of sampleInodes([known])) {
        if (!this.#netnsOfInode.has(inode)) this.#netnsOfInode.set(inode, netns);
      }
    }
    this.#unread = [];
    const inodes = new Set(sampleInodes([net]));
    const shared = new Map<number, number>();
    for (const inode of inodes) {
      const netns = this.#netnsOfInode.get(inode);
      if (netns !== undefined) shared.set(netns, (shared.get(netns) ?? 0) + 1);
    }
    return mostIn(shared, inodes.size);
  }
}

/**
 * Tables of several namespaces that list the same sockets are copies of one, made by a collector that read its own
 * /proc/net for each. They are kept where the processes live that hold the sockets. Returns how many copies each
 * namespace that was kept has.
 */
export function dropCopies(
  groups: Map<number, readonly Member[]>,
  facts: RawFacts,
  problems: Problem[],
): ReadonlyMap<number, number> {
  const sampled = sampleGroups(groups);
  const copies = findCopies(sampled);
  const kept = new Map<number, number>();
  if (copies.size === 0) return kept;
  const homes = homesOf(copies, firstNetns(sampled), facts);
  for (const [original, same] of copies) {
    const home = homes.get(original) ?? original;
    const members = groups.get(original) ?? [];
    for (const netns of same) groups.delete(netns);
    groups.set(home, members);
    kept.set(home, same.length - 1);
    problems.push({
      entry: facts.root,
      message: say.copies({ namespaces: same.length - 1 }),
    });
  }
  return kept;
}

/** Sockets of all namespaces in the order of their inodes; those of one inode in the order of their namespaces. */
interface Sampled {
  readonly order: InodeOrder;
  readonly netns: readonly number[];
  /** By row of the order: index into netns. */
  readonly group: Uint32Array;
}

function sampleGroups(groups: ReadonlyMap<number, readonly Member[]>): Sampled {
  const parts = [...groups.values()].map((members) => sampleInodes(members.map(({ net }) => net)));
  const count = parts.reduce((sum, part) => sum + part.length, 0);
  const inode = new Uint32Array(count);
  const group = new Uint32Array(count);
  let first = 0;
  parts.forEach((part, index) => {
    inode.set(part, first);
    group.fill(index, first, first + part.length);
    first += part.length;
  });
  return { order: orderByInode(inode, count), netns: [...groups.keys()], group };
}

/** By the first namespace with those sockets: itself and its copies. */
function findCopies({ order, netns, group }: Sampled): ReadonlyMap<number, readonly number[]> {
  const sizes = new Uint32Array(netns.length);
  const shared = new Map<number, Map<number, number>>();
  let first = -1;
  let before = -1;
  for (let i = 0; i < order.count; i++) {
    const index = group[order.row[i] ?? 0] ?? 0;
    const isNew = i === 0 || order.inode[i] !== order.inode[i - 1];
    if (isNew) first = index;
    else if (index === before) continue;
    before = index;
    sizes[index] = (sizes[index] ?? 0) + 1;
    if (isNew) continue;
    const counts = shared.get(index) ?? new Map<number, number>();
    shared.set(index, counts.set(first, (counts.get(first) ?? 0) + 1));
  }
  const copies = new Map<number, number[]>();
  for (const [index, counts] of [...shared].sort(([a], [b]) => a - b)) {
    const original = mostIn(counts, sizes[index] ?? 0);
    if (original === null) continue;
    const [from = 0, copy = 0] = [netns[original], netns[index]];
    const same = copies.get(from);
    if (same === undefined) copies.set(from, [from, copy]);
    else same.push(copy);
  }
  return copies;
}

/** The key of more than half; null when there is none. */
function mostIn(counts: ReadonlyMap<number, number>, all: number): number | null {
  for (const [key, count] of counts) if (count * 2 > all) return key;
  return null;
}

/** The first namespace with each inode. */
function firstNetns({ order, netns, group }: Sampled): ReadonlyMap<number, number> {
  const first = new Map<number, number>();
  for (let i = 0; i < order.count; i++) {
    const inode = order.inode[i] ?? 0;
    if (!first.has(inode)) first.set(inode, netns[group[order.row[i] ?? 0] ?? 0] ?? 0);
  }
  return first;
}

/** For each set of copies the namespace of most processes that hold its sockets. */
function homesOf(
  copies: ReadonlyMap<number, readonly number[]>,
  firstOf: ReadonlyMap<number, number>,
  { fds, processes }: RawFacts,
): ReadonlyMap<number, number> {
  const originalOf = new Map(
    [...copies].flatMap(([original, same]) => same.map((netns) => [netns, original] as const)),
  );
  const votes = new Map<number, Map<number, number>>();
  for (let row = 0; row < fds.count; row++) {
    const first = firstOf.get(fds.inode[row] ?? 0);
    const netns = processes.get(fds.pid[row] ?? 0)?.netns ?? null;
    const original = first === undefined ? undefined : originalOf.get(first);
    if (original === undefined || netns === null || originalOf.get(netns) !== original) continue;
    const counts = votes.get(original) ?? new Map<number, number>();
    votes.set(original, counts.set(netns, (counts.get(netns) ?? 0) + 1));
  }
  return new Map([...votes].map(([original, counts]) => [original, mostOf(counts)?.[0] ?? original]));
}

/** Inodes in the first rows of each of these. */
function sampleInodes(nets: readonly RawNet[]): Uint32Array {
  const inodes = new Uint32Array(nets.length * SAMPLED_ROWS);
  let used = 0;
  for (const { tcp } of nets) {
    const stop = used + SAMPLED_ROWS;
    for (const { table } of tcp.values()) {
      const { inode, count } = table.columns;
      for (let row = 0; row < count && used < stop; row++) {
        const value = inode[row] ?? 0;
        if (value > 0) inodes[used++] = value;
      }
    }
  }
  return inodes.subarray(0, used);
}
