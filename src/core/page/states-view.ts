/** The state graph of the page: every state with its holders, ports, peers and unread data. */

import type { Selection } from '../query/select.ts';
import { stateTerm, writeTerm } from '../query/write-term.ts';
import type { Message } from '../report/message.ts';
import { STATE_IDS, type StateId } from '../report/state-ids.ts';
import { fdEvidence } from '../snapshot/fd-evidence.ts';
import { processAtAddress } from '../snapshot/local-addresses.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { formatKey, sourceOf } from '../snapshot/sockets.ts';
import { defineMessages } from '../wording/define-messages.ts';
import type { Tone } from './evidence-link.ts';
import type { PageContext } from './page-context.ts';
import type { HistogramBin, RankedRow, StatesView, StateView } from './page-model.ts';
import { stateChanges } from './state-change.ts';
import { changeReading, findStuck, hintOf, readingOf, type Stuck } from './state-reading.ts';
import { addRow, type Group, idsOf, newTally, type Tally } from './state-tally.ts';

const say = defineMessages('states-view', {
  rows: '{rows, plural, one {# row} other {# rows}}',
  noFd: 'no fd seen',
  more: '{rows, number} more',
  listener: 'listener',
  listenerOf: 'listener of {comm} {pid}',
});

const TOP = 10;

/** Of the whole node, or of the sockets of a selection. */
export function buildStatesView(page: PageContext, selection: Selection | null = null): StatesView {
  const { report, snapshot, wording } = page;
  const tallies = new Map<StateId, Tally>(STATE_IDS.map((id) => [id, newTally()]));
  const { sockets } = snapshot;
  const add = (row: number) => {
    for (const id of idsOf(snapshot, row)) {
      const tally = tallies.get(id);
      if (tally !== undefined) addRow(tally, snapshot, row);
    }
  };
  const closed: number[] = [];
  if (selection === null) for (let row = 0; row < sockets.count; row++) add(row);
  else for (const item of selection.picked) item < sockets.count ? add(item) : closed.push(item - sockets.count);
  // Two moments are compared for the node: a filter may ask for what only one of them tells.
  const changes: Context['changes'] = selection === null ? stateChanges(snapshot) : new Map();
  const found = findStuck(report);
  const stuck = found !== null && (selection === null || concerns(found, tallies, closed, snapshot)) ? found : null;
  const context: Context = { ...page, stuck, closed: selection === null ? null : closed, changes };
  const outside = (tallies.get('REQUEST')?.count ?? 0) + (tallies.get('MINISOCK')?.count ?? 0);
  return {
    total: selection === null ? report.ledger.tcpSockets + report.ledger.closedHeld : selection.picked.length - outside,
    namespaces: report.coverage.namespacesSeen,
    states: STATE_IDS.map((id) => toView(id, tallies.get(id) ?? newTally(), context)),
    stuck: stuck === null ? null : { id: stuck.id, text: wording.text(stuck.text) },
  };
}

/** What is picked may be without those that the finding is about. */
function concerns(
  { id, pid }: Stuck,
  tallies: ReadonlyMap<StateId, Tally>,
  closed: readonly number[],
  { processes, join }: Snapshot,
): boolean {
  if (pid === null) return (tallies.get(id)?.count ?? 0) > 0;
  const isIts = (process: number | undefined) => processes[process ?? -1]?.pid === pid;
  if (id === 'CLOSED_HELD') return closed.some((place) => isIts(join.unmatched[place]?.process));
  return [...(tallies.get(id)?.holders.keys() ?? [])].some(isIts);
}

interface Context extends PageContext {
  readonly stuck: Stuck | null;
  /** Places in join.unmatched of what is picked; null when everything is. */
  readonly closed: readonly number[] | null;
  readonly changes: ReturnType<typeof stateChanges>;
}

function toView(id: StateId, tally: Tally, context: Context): StateView {
  const { report, snapshot, book, wording, stuck, closed } = context;
  const { ledger } = report;
  const ghost = ghostCount(id, context);
  const isLive = ghost === null;
  const total = ghost ?? tally.count;
  const holders = isLive ? rankHolders(tally, context) : closedHolders(id, context);
  const rows = tally.rows.slice(0, 1).map((row) => placeOf(snapshot, row, say.rows({ rows: tally.count })));
  const reading = readingOf(id, tally, total, closed === null ? ledger : null, stuck);
  return {
    id,
    count: total,
    change: context.changes.get(id) ?? null,
    v6: tally.v6,
    tone: toneOf(id, total, stuck),
    unreadBytes: id === 'LISTEN' ? 0 : tally.unread,
    unsentBytes: tally.unsent,
    hint: wording.text(hintOf(id, tally) ?? ''),
    holders,
    ports:
      id === 'CLOSED_HELD'
        ? []
        : rank(
            tally.ports,
            total,
            (port) => `:${port}`,
            (port, row) => wording.text(listenerOf(snapshot, port, row) ?? ''),
            (port) => writeTerm('port', port),
            context,
          ),
    peers: rank(
      tally.peers,
      total,
      formatKey,
      (peer) => peerPod(snapshot, formatKey(peer)),
      (peer) => writeTerm('peer', formatKey(peer)),
      context,
    ),
    unread:
      id === 'LISTEN' || tally.unread === 0
        ? []
        : histogram(tally.rows.map((row) => snapshot.sockets.rxQueueBytes[row] ?? 0)),
    reading: [...reading, ...changeReading(context.changes.get(id))].map(({ tone, text }) => ({
      tone,
      text: wording.text(text),
    })),
    filter: stateTerm(id),
    // What has no row is seen at the fds of its first holder.
    evidence: rows.length > 0 ? book.links(rows) : holders.flatMap((holder) => holder.evidence ?? []).slice(0, 1),
  };
}

/** Counts that no row of a table shows. */
function ghostCount(id: StateId, { report, closed }: Context): number | null {
  const { ledger } = report;
  if (closed !== null) {
    // The others are counted for the node or a namespace, never for single sockets.
    return id === 'CLOSED_HELD' ? closed.length : id === 'CLOSED_QUEUED' || id === 'UNCONNECTED' ? 0 : null;
  }
  if (id === 'CLOSED_HELD') return ledger.closedHeld;
  if (id === 'CLOSED_QUEUED') return ledger.acceptQueueClosed;
  if (id === 'UNCONNECTED') return Math.max(0, ledger.residual ?? 0);
  return null;
}

function toneOf(id: StateId, total: number, stuck: Stuck | null): Tone {
  if (stuck?.id === id) return 'bad';
  if (total === 0) return 'plain';
  if (id === 'REQUEST' || id === 'MINISOCK' || id === 'UNCONNECTED') return 'faint';
  return id === 'CLOSED_HELD' || id === 'CLOSED_QUEUED' ? 'warn' : 'tcp';
}

function placeOf(snapshot: Snapshot, row: number, note: Message | '') {
  const entry = sourceOf(snapshot.sockets, row)?.entry ?? '';
  const line = snapshot.sockets.line[row] ?? 1;
  return { entry, startLine: line, endLine: line, note };
}

function rankHolders(tally: Tally, context: Context): readonly RankedRow[] {
  const { snapshot, wording } = context;
  return rank(
    tally.holders,
    tally.count,
    (key) => {
      const process = snapshot.processes[key];
      return process === undefined ? wording.text(say.noFd()) : `${process.comm} ${process.pid}`;
    },
    (key) => {
      const process = snapshot.processes[key];
      if (process === undefined) {
        const netns = snapshot.namespaces[-1 - key]?.netns;
        return netns === undefined ? '?' : wording.netns(netns);
      }
      return process.pod === null ? (process.unit ?? '') : `${process.podNamespace}/${process.pod}`;
    },
    (key) => {
      const process = snapshot.processes[key];
      return process === undefined ? '' : writeTerm('pid', process.pid);
    },
    context,
  );
}

function rank<K>(
  groups: ReadonlyMap<K, Group>,
  total: number,
  label: (key: K) => string,
  detail: (key: K, row: number) => string,
  filter: (key: K) => string,
  context: Context,
): readonly RankedRow[] {
  const sorted = [...groups].sort((a, b) => b[1].count - a[1].count || a[1].firstRow - b[1].firstRow);
  const rows: RankedRow[] = sorted.slice(0, TOP).map(([key, group]) => ({
    label: label(key),
    detail: detail(key, group.firstRow),
    count: group.count,
    evidence: context.book.link(placeOf(context.snapshot, group.firstRow, '')),
    filter: filter(key),
  }));
  const more = sorted.slice(TOP);
  if (more.length > 0) {
    const shown = rows.reduce((sum, row) => sum + row.count, 0);
    rows.push({
      label: context.wording.text(say.more({ rows: more.length })),
      detail: '',
      count: Math.max(0, total - shown),
      evidence: null,
      filter: '',
    });
  }
  return rows;
}

function closedHolders(id: StateId, context: Context): readonly RankedRow[] {
  const { report, snapshot, book, closed } = context;
  if (id !== 'CLOSED_HELD') return [];
  if (closed !== null) return pickedHolders(closed, context);
  return report.ledger.closedHeldByOwner.slice(0, TOP).map(({ subject, count: held }) => {
    const index = snapshot.processes.findIndex((process) => process.pid === subject.pid);
    const process = snapshot.processes[index];
    const first = snapshot.join.unmatched.find((socket) => socket.process === index);
    const place = process === undefined || first === undefined ? null : fdEvidence(snapshot, process, first.fdRow);
    return {
      label: `${subject.comm ?? '?'} ${subject.pid ?? ''}`,
      detail: subject.pod === undefined ? '' : `${subject.podNamespace}/${subject.pod}`,
      count: held,
      evidence: book.linkOrNull(place),
      filter: subject.pid === undefined ? '' : writeTerm('pid', subject.pid),
    };
  });
}

/** Of the closed sockets that are picked. */
function pickedHolders(closed: readonly number[], { snapshot, book }: Context): readonly RankedRow[] {
  const { join, processes } = snapshot;
  const counts = new Map<number, { count: number; fdRow: number }>();
  for (const place of closed) {
    const { process, fdRow } = join.unmatched[place] ?? { process: -1, fdRow: 0 };
    const known = counts.get(process);
    if (known === undefined) counts.set(process, { count: 1, fdRow });
    else known.count++;
  }
  return [...counts]
    .sort((a, b) => b[1].count - a[1].count || a[0] - b[0])
    .slice(0, TOP)
    .flatMap(([index, { count, fdRow }]) => {
      const process = processes[index];
      if (process === undefined) return [];
      const detail = process.pod === null ? '' : `${process.podNamespace}/${process.pod}`;
      const evidence = book.linkOrNull(fdEvidence(snapshot, process, fdRow));
      return [
        { label: `${process.comm} ${process.pid}`, detail, count, evidence, filter: writeTerm('pid', process.pid) },
      ];
    });
}

function listenerOf({ sockets, processes, listeners }: Snapshot, port: number, row: number): Message | null {
  const namespace = sourceOf(sockets, row)?.namespace ?? 0;
  const listener = listeners.find((each) => each.port === port && each.namespace === namespace);
  if (listener === undefined) return null;
  const owner = processes[listener.owner];
  return owner === undefined ? say.listener() : say.listenerOf({ comm: owner.comm, pid: owner.pid });
}

/** The pod behind a peer's address when it lives on this node. */
function peerPod(snapshot: Snapshot, address: string): string {
  const process = processAtAddress(snapshot, address);
  return process === null || process.pod === null ? '' : `${process.podNamespace}/${process.pod}`;
}

/** Eight bins of equal width over the values above zero. */
function histogram(values: readonly number[]): readonly HistogramBin[] {
  const max = values.reduce((largest, value) => Math.max(largest, value), 0);
  const width = niceWidth(max / 8);
  const bins = new Map<number, number>();
  for (const value of values) bins.set(Math.floor(value / width), (bins.get(Math.floor(value / width)) ?? 0) + 1);
  const last = Math.floor(max / width);
  return Array.from({ length: last + 1 }, (_, i) => ({
    from: i * width,
    to: (i + 1) * width,
    count: bins.get(i) ?? 0,
  }));
}

/** A power of two at least as wide, so that the bins end on whole KiB. */
function niceWidth(width: number): number {
  return 2 ** Math.max(0, Math.ceil(Math.log2(Math.max(1, width))));
}
