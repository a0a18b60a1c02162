/** The state graph of the page: every state with its holders, ports, peers and unread data. */
import { formatBytes, formatCount, formatDuration, formatQuantity, formatShare } from '../format.ts';
import type { Finding, Report } from '../report/report.ts';
import { fdEvidence } from '../snapshot/holders.ts';
import { processAtAddress } from '../snapshot/local-addresses.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import {
  isMinisock,
  isOrphan,
  isRequestSocket,
  LISTEN,
  remoteAddress,
  sourceOf,
  stateName,
  TIMER_KEEPALIVE,
} from '../snapshot/sockets.ts';
import { cleanText } from '../text.ts';
import type { EvidenceBook } from './evidence-book.ts';
import type { HistogramBin, RankedRow, StateId, StatesView, StateView, Tone } from './page-model.ts';

const STATES: readonly StateId[] = [
  'LISTEN',
  'SYN_SENT',
  'SYN_RECV',
  'ESTABLISHED',
  'FIN_WAIT1',
  'FIN_WAIT2',
  'CLOSING',
  'TIME_WAIT',
  'CLOSE_WAIT',
  'LAST_ACK',
  'REQUEST',
  'MINISOCK',
  'CLOSED_HELD',
  'CLOSED_QUEUED',
  'ORPHAN',
  'UNCONNECTED',
];
const TOP = 10;
/** Distinct peers or ports that are counted one by one; what comes after is "others". */
const MAX_DISTINCT = 20_000;

interface Group {
  count: number;
  firstRow: number;
}

interface Tally {
  count: number;
  v6: number;
  unread: number;
  unsent: number;
  keepalive: number;
  zeroUnread: number;
  readonly rows: number[];
  readonly holders: Map<number, Group>;
  readonly ports: Map<number, Group>;
  readonly peers: Map<string, Group>;
  othersPeers: number;
  idleMin: number;
  idleMax: number;
}

function newTally(): Tally {
  return {
    count: 0,
    v6: 0,
    unread: 0,
    unsent: 0,
    keepalive: 0,
    zeroUnread: 0,
    rows: [],
    holders: new Map(),
    ports: new Map(),
    peers: new Map(),
    othersPeers: 0,
    idleMin: Number.POSITIVE_INFINITY,
    idleMax: -1,
  };
}

export function buildStatesView(report: Report, snapshot: Snapshot, book: EvidenceBook): StatesView {
  const tallies = new Map<StateId, Tally>(STATES.map((id) => [id, newTally()]));
  const { sockets } = snapshot;
  for (let row = 0; row < sockets.count; row++) {
    for (const id of idsOf(snapshot, row)) {
      const tally = tallies.get(id);
      if (tally !== undefined) addRow(tally, snapshot, row);
    }
  }
  const stuck = findStuck(report);
  return {
    total: report.ledger.tcpSockets + report.ledger.closedHeld,
    namespaces: report.coverage.namespacesSeen,
    states: STATES.map((id) => toView(id, tallies.get(id) ?? newTally(), { report, snapshot, book, stuck })),
    stuck,
  };
}

/** A minisock stands in its own box and in that of TIME_WAIT or FIN_WAIT2; an orphan in its state and as orphan. */
function idsOf(snapshot: Snapshot, row: number): readonly StateId[] {
  const { sockets } = snapshot;
  if (isRequestSocket(sockets, row)) return ['REQUEST'];
  if (isMinisock(sockets, row)) return ['MINISOCK'];
  const name = stateName(sockets, row) as StateId;
  return isOrphan(sockets, row) ? [name, 'ORPHAN'] : [name];
}

function addRow(tally: Tally, snapshot: Snapshot, row: number): void {
  const { sockets } = snapshot;
  const source = sourceOf(sockets, row);
  tally.count++;
  if (source?.family === 6) tally.v6++;
  const unread = sockets.rxQueueBytes[row] ?? 0;
  tally.unread += unread;
  tally.unsent += sockets.txQueueBytes[row] ?? 0;
  if (unread === 0) tally.zeroUnread++;
  if (sockets.timer[row] === TIMER_KEEPALIVE) tally.keepalive++;
  const idle = sockets.idleMs[row] ?? -1;
  if (idle >= 0) {
    tally.idleMin = Math.min(tally.idleMin, idle);
    tally.idleMax = Math.max(tally.idleMax, idle);
  }
  tally.rows.push(row);
  const owner = sockets.owner[row] ?? -1;
  count(tally.holders, owner >= 0 ? owner : -1 - (source?.namespace ?? 0), row);
  count(tally.ports, sockets.localPort[row] ?? 0, row);
  if (sockets.state[row] === LISTEN) return;
  const peer = remoteAddress(sockets, row);
  if (tally.peers.size < MAX_DISTINCT || tally.peers.has(peer)) count(tally.peers, peer, row);
  else tally.othersPeers++;
}

function count<K>(groups: Map<K, Group>, key: K, row: number): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, { count: 1, firstRow: row });
  else group.count++;
}

interface Context {
  readonly report: Report;
  readonly snapshot: Snapshot;
  readonly book: EvidenceBook;
  readonly stuck: StatesView['stuck'];
}

function toView(id: StateId, tally: Tally, context: Context): StateView {
  const { report, snapshot, book, stuck } = context;
  const { ledger } = report;
  const ghost = ghostCount(id, report);
  const isLive = ghost === null;
  const total = ghost ?? tally.count;
  return {
    id,
    count: total,
    v6: tally.v6,
    tone: toneOf(id, total, stuck),
    unreadBytes: id === 'LISTEN' ? 0 : tally.unread,
    unsentBytes: tally.unsent,
    hint: hintOf(id, tally, report),
    holders: isLive ? rankHolders(tally, context) : closedHolders(id, context),
    ports:
      id === 'CLOSED_HELD'
        ? []
        : rank(
            tally.ports,
            total,
            (port) => `:${port}`,
            (port, row) => listenerOf(snapshot, port, row),
            context,
          ),
    peers: rank(
      tally.peers,
      total,
      (peer) => cleanText(peer),
      (peer) => peerPod(snapshot, peer),
      context,
    ),
    unread:
      id === 'LISTEN' || tally.unread === 0
        ? []
        : histogram(tally.rows.map((row) => snapshot.sockets.rxQueueBytes[row] ?? 0)),
    reading: readingOf(id, tally, total, ledger.closedHeld, stuck),
    evidence: book.links(
      tally.rows.slice(0, 1).map((row) => placeOf(snapshot, row, formatQuantity(tally.count, 'row'))),
    ),
  };
}

/** Counts that no row of a table shows. */
function ghostCount(id: StateId, report: Report): number | null {
  const { ledger } = report;
  if (id === 'CLOSED_HELD') return ledger.closedHeld;
  if (id === 'CLOSED_QUEUED') return ledger.acceptQueueClosed;
  if (id === 'UNCONNECTED') return Math.max(0, ledger.residual ?? 0);
  return null;
}

function toneOf(id: StateId, total: number, stuck: StatesView['stuck']): Tone {
  if (stuck?.id === id) return 'bad';
  if (total === 0) return 'plain';
  if (id === 'REQUEST' || id === 'MINISOCK' || id === 'UNCONNECTED') return 'faint';
  return id === 'CLOSED_HELD' || id === 'CLOSED_QUEUED' ? 'warn' : 'tcp';
}

function hintOf(id: StateId, tally: Tally, report: Report): string {
  const { ledger } = report;
  switch (id) {
    case 'LISTEN':
      return `accept queue ${formatCount(tally.unread)}`;
    case 'REQUEST':
      return 'SYN received';
    case 'MINISOCK':
      return tally.count === 0
        ? 'no socket left'
        : (ledger.states['FIN_WAIT2_MINISOCK'] ?? 0) === tally.count
          ? 'all FIN_WAIT2'
          : `${formatCount(ledger.states['TIME_WAIT'] ?? 0)} TIME_WAIT`;
    case 'CLOSED_HELD':
      return 'fd open, no row';
    case 'CLOSED_QUEUED':
      return 'before accept()';
    case 'ORPHAN':
      return 'closed, still sending';
    case 'UNCONNECTED':
      return 'in alloc, nowhere else';
    default:
      return tally.unsent > tally.unread
        ? `unsent ${formatBytes(tally.unsent)}`
        : tally.unread > 0
          ? `unread ${formatBytes(tally.unread)}`
          : '';
  }
}

function placeOf(snapshot: Snapshot, row: number, note: string) {
  const entry = sourceOf(snapshot.sockets, row)?.entry ?? '';
  const line = snapshot.sockets.line[row] ?? 1;
  return { entry, startLine: line, endLine: line, note };
}

function rankHolders(tally: Tally, context: Context): readonly RankedRow[] {
  const { snapshot } = context;
  return rank(
    tally.holders,
    tally.count,
    (key) => {
      const process = snapshot.processes[key];
      return process === undefined ? 'no fd seen' : `${process.comm} ${process.pid}`;
    },
    (key) => {
      const process = snapshot.processes[key];
      if (process === undefined) return `net:[${snapshot.namespaces[-1 - key]?.netns ?? '?'}]`;
      return process.pod === null ? (process.unit ?? '') : `${process.podNamespace}/${process.pod}`;
    },
    context,
  );
}

function rank<K>(
  groups: ReadonlyMap<K, Group>,
  total: number,
  label: (key: K) => string,
  detail: (key: K, row: number) => string,
  context: Context,
): readonly RankedRow[] {
  const sorted = [...groups].sort((a, b) => b[1].count - a[1].count || a[1].firstRow - b[1].firstRow);
  const rows: RankedRow[] = sorted.slice(0, TOP).map(([key, group]) => ({
    label: label(key),
    detail: detail(key, group.firstRow),
    count: group.count,
    evidence: context.book.link(placeOf(context.snapshot, group.firstRow, '')),
  }));
  const more = sorted.slice(TOP);
  if (more.length > 0) {
    const shown = rows.reduce((sum, row) => sum + row.count, 0);
    rows.push({
      label: `${formatCount(more.length)} more`,
      detail: '',
      count: Math.max(0, total - shown),
      evidence: null,
    });
  }
  return rows;
}

function closedHolders(id: StateId, context: Context): readonly RankedRow[] {
  const { report, snapshot, book } = context;
  if (id !== 'CLOSED_HELD') return [];
  return report.ledger.closedHeldByOwner.slice(0, TOP).map(({ subject, count: held }) => {
    const index = snapshot.processes.findIndex((process) => process.pid === subject.pid);
    const process = snapshot.processes[index];
    const first = snapshot.join.unmatched.find((socket) => socket.process === index);
    const place = process === undefined || first === undefined ? null : fdEvidence(snapshot, process, first.fdRow, '');
    return {
      label: `${subject.comm ?? '?'} ${subject.pid ?? ''}`,
      detail: subject.pod === undefined ? '' : `${subject.podNamespace}/${subject.pod}`,
      count: held,
      evidence: book.linkOrNull(place),
    };
  });
}

function listenerOf(snapshot: Snapshot, port: number, row: number): string {
  const { sockets, processes } = snapshot;
  const namespace = sourceOf(sockets, row)?.namespace;
  for (const source of sockets.sources) {
    if (source.namespace !== namespace) continue;
    for (let other = source.firstRow; other < source.firstRow + source.rows; other++) {
      if (sockets.state[other] !== LISTEN || sockets.localPort[other] !== port) continue;
      const owner = processes[sockets.owner[other] ?? -1];
      return owner === undefined ? 'listener' : `listener of ${owner.comm} ${owner.pid}`;
    }
  }
  return '';
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

function readingOf(
  id: StateId,
  tally: Tally,
  total: number,
  closedHeld: number,
  stuck: StatesView['stuck'],
): StateView['reading'] {
  const lines: { tone: Tone; text: string }[] = [];
  if (id === 'CLOSE_WAIT' && total > 0) {
    const unread = total - tally.zeroUnread;
    lines.push({
      tone: stuck?.id === id ? 'bad' : 'plain',
      text:
        unread === total
          ? 'Every one holds data or an end of file that was never read.'
          : `${formatShare(unread, total)} hold data that was never read; on the others end of file was read and close() not called.`,
    });
    lines.push({
      tone: 'plain',
      text:
        tally.keepalive === 0
          ? 'Keepalive armed on 0: none will ever end by itself.'
          : `Keepalive armed on ${formatCount(tally.keepalive)}: those will vanish from here and stay held.`,
    });
    if (closedHeld > 0)
      lines.push({ tone: 'warn', text: `${formatCount(closedHeld)} more are closed but still held.` });
  }
  if (id === 'CLOSED_HELD' && total > 0)
    lines.push({
      tone: 'bad',
      text: 'Reset or timed out, fd still open: invisible to ss and netstat, no timer ends them.',
    });
  if (id === 'MINISOCK' && total > 0)
    lines.push({
      tone: 'plain',
      text: 'Outside alloc: no socket memory, no fd. They end by themselves within a minute.',
    });
  if (tally.idleMax >= 0 && id !== 'LISTEN') {
    const from = formatDuration(tally.idleMin / 1000);
    lines.push({
      tone: 'plain',
      text: `No data for ${tally.idleMin === tally.idleMax ? from : `${from} to ${formatDuration(tally.idleMax / 1000)}`} when captured.`,
    });
  }
  return lines;
}

const STUCK_RULES: Readonly<Record<string, StateId>> = {
  'close-wait-leak': 'CLOSE_WAIT',
  'closed-socket-leak': 'CLOSED_HELD',
  'orphan-flood': 'ORPHAN',
  'time-wait-flood': 'MINISOCK',
};

function findStuck(report: Report): StatesView['stuck'] {
  for (const [ruleId, id] of Object.entries(STUCK_RULES)) {
    const finding = report.findings.find((candidate) => candidate.ruleId === ruleId && candidate.level !== 'note');
    if (finding !== undefined) return { id, text: stuckText(id, finding) };
  }
  return null;
}

function stuckText(id: StateId, finding: Finding): string {
  const who = finding.subjects[0]?.comm ?? 'the process';
  const pid = finding.subjects[0]?.pid;
  const name = pid === undefined ? who : `${who} (${pid})`;
  if (id === 'CLOSE_WAIT')
    return `Stuck here: the peers have closed, ${name} has not. No kernel timer ends CLOSE_WAIT.`;
  if (id === 'CLOSED_HELD') return `Stuck here: TCP has closed them, ${name} still holds the fds. No timer ends this.`;
  if (id === 'ORPHAN')
    return `${name} has closed them; the peers do not acknowledge. They end when retransmission gives up.`;
  return `The limit of TIME_WAIT is reached in the namespace of ${name}. It uses no TCP memory.`;
}
