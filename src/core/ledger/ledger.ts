/**
 * The ledger of sockets: `alloc = Σ inuse(v4 + v6, all namespaces) + U`. U is what no table lists: closed sockets that
 * fds still hold, connections reset before accept(), sockets never connected. TIME_WAIT and request sockets are
 * outside alloc; orphans are inside inuse and are not subtracted.
 */

import type { Message } from '../report/message.ts';
import type { Ledger, NamespaceLedger, OwnerCount, Range } from '../report/report.ts';
import type { Namespace } from '../snapshot/namespaces.ts';
import { podOfNamespace } from '../snapshot/pod-index.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { kindOf, responsibleFor, type Sockets, type SocketTableSource, stateName } from '../snapshot/sockets.ts';
import { FIN_WAIT2, type RowKind, SYN_RECV } from '../snapshot/tcp-states.ts';
import { defineMessages } from '../wording/define-messages.ts';
import { closedByOwner } from './closed-by-owner.ts';
import { rankOwners } from './owner-count.ts';
import { podCounts } from './pod-counts.ts';
import { shortcuts } from './shortcuts.ts';

export function buildLedger(snapshot: Snapshot): Ledger {
  const { sockets, join, namespaces } = snapshot;
  const counts = namespaces.map((_, index) => countRows(sockets, sockets.sourcesOfNamespace[index] ?? []));
  const ledgers = namespaces.map((namespace, index) => namespaceLedger(snapshot, namespace, counts[index] ?? NO_ROWS));
  const alloc = rangeOf(snapshot, (stat) => stat.tcpAlloc);
  const inuse = sumInuse(ledgers);
  const unhashed = alloc === null || inuse === null ? null : alloc.value - inuse;
  const acceptQueueClosed = sum(snapshot.listeners.map((listener) => listener.closedInQueue));
  const closedHeld = join.unmatched.length;
  const closedHeldByOwner = closedByOwner(snapshot, ledgers);
  const neverConnected = sum(
    closedHeldByOwner.filter((owner) => owner.route === 'never-connected').map((owner) => owner.count),
  );
  const gap = ledgers.every((ns) => ns.gap !== null) ? sum(ledgers.map((ns) => Math.max(0, ns.gap ?? 0))) : null;
  const requestSockets = sum(counts.map((rows) => rows.requests));
  const minisocks = sum(counts.map((rows) => rows.minisocks));
  return {
    scope: 'node',
    unit: 'sockets',
    alloc,
    inuse,
    unhashed,
    closedHeld,
    closedHeldByOwner,
    neverConnected,
    gap: ledgers.length === 0 ? null : gap,
    elsewhere: elsewhere(closedHeld, unhashed, ledgers.length === 0 ? null : gap, alloc),
    acceptQueueClosed,
    residual: unhashed === null ? null : unhashed - closedHeld - acceptQueueClosed,
    orphans: rangeOf(snapshot, (stat) => stat.tcpOrphan)?.value ?? null,
    timeWait: ledgers.every((ns) => ns.timeWait !== null) ? sum(ledgers.map((ns) => ns.timeWait ?? 0)) : minisocks,
    requestSockets,
    states: mergeStates(ledgers),
    tcpSockets: sockets.count - requestSockets - minisocks,
    distinctSocketInodes: join.distinctInodes,
    socketFds: join.fds.count,
    openFds: sum(snapshot.processes.map((process) => process.openFds)),
    byOwner: socketsByOwner(snapshot),
    pods: podCounts(snapshot),
    shortcuts: shortcuts(snapshot, unhashed, acceptQueueClosed),
    namespaces: ledgers,
    notes: ledgerNotes(snapshot, alloc, closedHeld, unhashed),
  };
}

/** Beyond the skew of the capture. */
function elsewhere(closedHeld: number, unhashed: number | null, gap: number | null, alloc: Range | null): number {
  if (gap === null || unhashed === null) return 0;
  const hidden = Math.min(closedHeld, unhashed) - gap;
  return hidden > Math.max(50, 0.02 * (alloc?.value ?? 0)) ? hidden : 0;
}

/** The value that the host's sockstat gives, with the smallest and largest of all copies. */
export function rangeOf(
  snapshot: Snapshot,
  pick: (stat: Snapshot['sockstats'][number]['value']) => number | null,
): Range | null {
  const values = snapshot.sockstats.map((stat) => pick(stat.value)).filter((value) => value !== null);
  const host = snapshot.namespaces.find((namespace) => namespace.sockstat !== null)?.sockstat?.value;
  const value = (host === undefined ? null : pick(host)) ?? values[0];
  if (value === undefined || value === null) return null;
  // Not Math.min(...values): a bundle may hold more copies than a call takes arguments.
  const range = { value, min: value, max: value };
  for (const each of values) {
    range.min = Math.min(range.min, each);
    range.max = Math.max(range.max, each);
  }
  return range;
}

interface RowCounts {
  /** By name, in the order in which they come. */
  readonly states: Readonly<Record<string, number>>;
  readonly minisocks: number;
  readonly requests: number;
  /** The other rows. */
  readonly family4: number;
  readonly family6: number;
}

const NO_ROWS: RowCounts = { states: {}, minisocks: 0, requests: 0, family4: 0, family6: 0 };

function countRows(sockets: Sockets, sources: readonly SocketTableSource[]): RowCounts {
  // Rows of one state and kind are counted together; only the first of them gets a name.
  const groups = new Map<number, { readonly name: string; readonly kind: RowKind; family4: number; family6: number }>();
  for (const { firstRow, rows: length, family } of sources) {
    for (let row = firstRow; row < firstRow + length; row++) {
      const key = ((sockets.state[row] ?? 0) * 256 + (sockets.timer[row] ?? 0)) * 2 + Number(sockets.inode[row] === 0);
      let group = groups.get(key);
      if (group === undefined) {
        const kind = kindOf(sockets, row);
        group = { name: stateKey(sockets, row, kind), kind, family4: 0, family6: 0 };
        groups.set(key, group);
      }
      if (family === 4) group.family4++;
      else group.family6++;
    }
  }
  const states: Record<string, number> = {};
  const rows = { minisocks: 0, requests: 0, family4: 0, family6: 0 };
  for (const { name, kind, family4, family6 } of groups.values()) {
    states[name] = (states[name] ?? 0) + family4 + family6;
    if (kind === 'minisock') rows.minisocks += family4 + family6;
    else if (kind === 'request') rows.requests += family4 + family6;
    else {
      rows.family4 += family4;
      rows.family6 += family6;
    }
  }
  return { states, ...rows };
}

function namespaceLedger(snapshot: Snapshot, namespace: Namespace, rows: RowCounts): NamespaceLedger {
  const { minisocks, family4, family6 } = rows;
  const ofFamily = (family: 4 | 6, count: number) =>
    namespace.tables.some((table) => table.family === family && table.complete) ? count : null;
  const pod = podOfNamespace(snapshot, namespace);
  return {
    netns: namespace.netns,
    isHost: namespace.isHost,
    ...(namespace.representativePid === null ? {} : { representativePid: namespace.representativePid }),
    ...(pod?.pod === undefined ? {} : { pod: pod.pod }),
    ...(pod?.podNamespace === undefined ? {} : { podNamespace: pod.podNamespace }),
    inuse4: namespace.sockstat?.value.tcpInuse ?? ofFamily(4, family4),
    inuse6: namespace.sockstat6?.value.tcp6Inuse ?? ofFamily(6, family6),
    timeWait: namespace.sockstat?.value.tcpTimeWait ?? (namespace.tables.length > 0 ? minisocks : null),
    used: namespace.sockstat?.value.socketsUsed ?? null,
    gap: gapOf(namespace, family4 + family6),
    states: rows.states,
    tcpRows: family4 + family6,
    complete: namespace.isComplete,
  };
}

/** net/protocols counts every family; without it, what the captured tables list: less, so the gap is still a bound. */
function gapOf({ sockstat, sockstat6, protocols, otherInodes }: Namespace, tcpRows: number): number | null {
  const used = sockstat?.value.socketsUsed ?? null;
  if (used === null) return null;
  if (protocols !== null && protocols.value.socketsByProtocol.size > 0)
    return used - sum([...protocols.value.socketsByProtocol.values()]);
  const inuse = (sockstat?.value.tcpInuse ?? 0) + (sockstat6?.value.tcp6Inuse ?? 0);
  return used - Math.max(inuse, tcpRows) - sum([...otherInodes.values()].map((inodes) => inodes.length));
}

/** A minisock in FIN_WAIT2 and a request in SYN_RECV are counted apart from the sockets in these states. */
function stateKey(sockets: Sockets, row: number, kind: RowKind): string {
  if (kind === 'minisock' && sockets.state[row] === FIN_WAIT2) return 'FIN_WAIT2_MINISOCK';
  if (kind === 'request' && sockets.state[row] === SYN_RECV) return 'SYN_RECV_REQUEST';
  return stateName(sockets, row);
}

function sumInuse(ledgers: readonly NamespaceLedger[]): number | null {
  if (ledgers.length === 0) return null;
  if (ledgers.every((ledger) => ledger.inuse4 === null && ledger.inuse6 === null)) return null;
  return sum(ledgers.map((ledger) => (ledger.inuse4 ?? 0) + (ledger.inuse6 ?? 0)));
}

/** Distinct TCP sockets by the process that answers for them, closed ones included. */
function socketsByOwner(snapshot: Snapshot): readonly OwnerCount[] {
  const { sockets, join, processes } = snapshot;
  const counts = new Uint32Array(processes.length);
  for (const { process } of join.unmatched) counts[process] = (counts[process] ?? 0) + 1;
  for (let row = 0; row < sockets.count; row++) {
    const owner = responsibleFor(sockets, row);
    if (owner >= 0) counts[owner] = (counts[owner] ?? 0) + 1;
  }
  return rankOwners(snapshot, counts);
}

function mergeStates(ledgers: readonly NamespaceLedger[]): Record<string, number> {
  const states: Record<string, number> = {};
  for (const ledger of ledgers) {
    for (const [name, count] of Object.entries(ledger.states)) states[name] = (states[name] ?? 0) + count;
  }
  return states;
}

const say = defineMessages('ledger', {
  allocMoved:
    'alloc moved from {min, number} to {max, number} while the bundle was taken: smaller differences mean nothing.',
  moreThanAlloc:
    'The namespaces have {sockets, plural, one {# more socket} other {# more sockets}} than alloc of the node: these files are not of one moment, or not of one node.',
  notTcp:
    '{sockets, number} of the {all, plural, one {# socket} other {# sockets}} that no table lists are not TCP, or belong to a namespace that was not captured.',
  tableCut: 'A socket table is cut: the sockets behind the cut are missing from every count by state.',
});

function ledgerNotes(
  snapshot: Snapshot,
  alloc: Range | null,
  closedHeld: number,
  unhashed: number | null,
): readonly Message[] {
  const notes: Message[] = [];
  if (alloc !== null && alloc.max > alloc.min) {
    notes.push(say.allocMoved({ min: alloc.min, max: alloc.max }));
  }
  if (unhashed !== null && alloc !== null && -unhashed > Math.max(50, 0.02 * alloc.value)) {
    notes.push(say.moreThanAlloc({ sockets: -unhashed }));
  }
  if (unhashed !== null && closedHeld > unhashed + (alloc === null ? 0 : alloc.max - alloc.min)) {
    notes.push(say.notTcp({ sockets: closedHeld - Math.max(0, unhashed), all: closedHeld }));
  }
  if (snapshot.namespaces.some((namespace) => namespace.tables.some((table) => !table.complete))) {
    notes.push(say.tableCut());
  }
  return notes;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
