/** The per-PID fd graph: processes by pod with their fds, and the same as a tree down to the peers. */

import { FD_KINDS, type FdKind } from '../parsers/proc/pid-fd.ts';
import type { Selection } from '../query/select.ts';
import { podOfProcess, stateWord } from '../query/socket-items.ts';
import { writeTerm } from '../query/write-term.ts';
import { fdEvidence } from '../snapshot/fd-evidence.ts';
import { type Process, processSubject } from '../snapshot/processes.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { type AddressKey, formatKey } from '../snapshot/sockets.ts';
import { LISTEN, TCP_STATES } from '../snapshot/tcp-states.ts';
import { formatQuantity } from '../wording/format.ts';
import type { WordedReport } from '../wording/worded.ts';
import type { EvidenceBook } from './evidence-book.ts';
import type { Tone } from './evidence-link.ts';
import { isCulprit } from './ledger-view.ts';
import type { FdKindCount, IcicleNode, ProcessesView, ProcessGroup, ProcessRow } from './page-model.ts';
import { buildPodsView } from './pods-view.ts';
import { type SocketUse, type SocketUses, socketUses } from './socket-uses.ts';

const MAX_GROUPS = 12;
const MAX_PROCESSES = 8;
const MAX_CHILDREN = 8;

interface Entry {
  readonly process: Process;
  readonly use: SocketUse;
  /** How many are shown of it. */
  readonly fds: number;
  /** All of them are, not only picked sockets. */
  readonly isWhole: boolean;
  readonly culprit: boolean;
}

/** Of all fds, or of a selection: of its processes as a whole, or of single sockets that they hold. */
export function buildProcessesView(
  report: WordedReport,
  snapshot: Snapshot,
  book: EvidenceBook,
  selection: Selection | null = null,
): ProcessesView {
  const { uses, peersOf } = socketUses(snapshot, selection);
  const entries = snapshot.processes
    .flatMap((process, index): Entry[] => {
      const use = uses[index];
      if (use === undefined) return [];
      const isWhole = selection === null || selection.whole?.(index) === true;
      const entry = {
        process,
        use,
        fds: isWhole ? process.openFds : use.tcpTotal + use.unmatched,
        isWhole,
        culprit: isCulprit(report, processSubject(process)),
      };
      return entry.fds > 0 ? [entry] : [];
    })
    .sort((a, b) => b.fds - a.fds || a.process.pid - b.process.pid);
  const groups = groupEntries(entries, snapshot);
  const total = selection === null ? report.ledger.openFds : sumFds(entries);
  const shown = groups.slice(0, MAX_GROUPS);
  const hidden = groups.slice(MAX_GROUPS);
  return {
    openFds: total,
    processes: entries.length,
    sharedSockets: selection === null ? snapshot.join.sharedInodes : 0,
    groups: shown.map((group) => toGroup(group, snapshot, book)),
    moreGroups:
      hidden.length === 0 ? null : { groups: hidden.length, fds: sumFds(hidden.flatMap((group) => group.entries)) },
    tree: buildTree(groups, total, { snapshot, book, peersOf }),
    // A table of its own, of the whole node.
    pods: selection === null ? buildPodsView(report, snapshot, book) : null,
    caveat: caveat(report),
  };
}

function caveat(report: WordedReport): string {
  const { processesReadable, processesTotal } = report.coverage;
  if (processesReadable === 0)
    return 'No fd links were captured: run the collector as root, or "ls -l /proc/PID/fd" for every process.';
  const missing = processesTotal - processesReadable;
  return missing <= 0 ? '' : `The fds of ${formatQuantity(missing, 'process', 'processes')} could not be read.`;
}

interface Group {
  readonly label: string;
  readonly filter: string;
  readonly entries: Entry[];
}

function groupEntries(entries: readonly Entry[], snapshot: Snapshot): readonly Group[] {
  const groups = new Map<string, Group>();
  for (const entry of entries) {
    const { process } = entry;
    const label =
      process.podUid === null
        ? 'node services, no pod'
        : process.pod === null
          ? `pod ${process.podUid}`
          : `${process.podNamespace} / ${process.pod}`;
    const group = groups.get(label);
    if (group === undefined)
      groups.set(label, {
        label,
        filter: writeTerm('pod', podOfProcess(snapshot, process.index) ?? 'none'),
        entries: [entry],
      });
    else group.entries.push(entry);
  }
  return [...groups.values()].sort((a, b) => sumFds(b.entries) - sumFds(a.entries) || (a.label < b.label ? -1 : 1));
}

function sumFds(entries: readonly Entry[]): number {
  return entries.reduce((sum, entry) => sum + entry.fds, 0);
}

function toGroup(group: Group, snapshot: Snapshot, book: EvidenceBook): ProcessGroup {
  const shown = group.entries.slice(0, MAX_PROCESSES);
  const hidden = group.entries.slice(MAX_PROCESSES);
  const tcp = hidden.reduce((sum, entry) => sum + entry.use.tcpTotal, 0);
  return {
    label: group.label,
    fds: sumFds(group.entries),
    processes: shown.map((entry) => toRow(entry, snapshot, book)),
    more: hidden.length === 0 ? null : { processes: hidden.length, fds: sumFds(hidden), tcp },
  };
}

function toRow(entry: Entry, snapshot: Snapshot, book: EvidenceBook): ProcessRow {
  const { process, use, fds, culprit } = entry;
  return {
    pid: process.pid,
    comm: process.comm,
    fds,
    tcp: use.tcpTotal + use.unmatched,
    kinds: kindsOf(entry),
    // A part of its fds says nothing about the limit of all.
    softLimit: entry.isWhole ? process.softLimit : null,
    sharedSockets: use.shared,
    tone: culprit ? 'bad' : 'plain',
    evidence: book.linkOrNull(fdEvidence(snapshot, process, 0)),
  };
}

function stateTone(culprit: boolean, state: string): Tone {
  return culprit && state !== 'LISTEN' && state !== 'ESTABLISHED' ? 'bad' : 'tcp';
}

function kindsOf(entry: Entry): readonly FdKindCount[] {
  const { use, culprit } = entry;
  const kinds: FdKindCount[] = stateCounts(use)
    .sort((a, b) => b.count - a.count)
    .map(({ name, count }) => ({ label: `TCP ${name}`, count, tone: stateTone(culprit, name) }));
  if (use.unmatched > 0)
    kinds.push({ label: 'socket without a row', count: use.unmatched, tone: culprit ? 'bad' : 'warn' });
  const rest = entry.fds - use.tcpTotal - use.unmatched;
  if (rest > 0) kinds.push({ label: 'file, pipe, epoll, other', count: rest, tone: 'plain' });
  return kinds;
}

interface StateCount {
  readonly state: number;
  readonly name: string;
  readonly count: number;
}

function stateCounts({ tcp }: SocketUse): StateCount[] {
  return TCP_STATES.map((name, state) => ({ state, name: name || 'UNKNOWN', count: tcp[state] ?? 0 })).filter(
    ({ count }) => count > 0,
  );
}

interface TreeContext {
  readonly snapshot: Snapshot;
  readonly book: EvidenceBook;
  readonly peersOf: SocketUses['peersOf'];
}

function buildTree(groups: readonly Group[], total: number, context: TreeContext): IcicleNode {
  const children = groups.map(
    (group): Branch => ({
      label: group.label,
      value: sumFds(group.entries),
      grow: () => {
        const processes = group.entries.map(
          (entry): Branch => ({
            label: entry.process.comm,
            value: entry.fds,
            grow: () => processNode(entry, context),
          }),
        );
        return node(group.label, '', sumFds(group.entries), 'plain', merge(processes), group.filter);
      },
    }),
  );
  return node('all processes', '', total, 'plain', merge(children));
}

function stateNode({ state, name, count }: StateCount, peers: ReadonlyMap<AddressKey, number>, culprit: boolean) {
  const tone = stateTone(culprit, name);
  const children = [...peers].map(([key, value]): Branch => {
    const label = typeof key === 'number' && state === LISTEN ? `:${key}` : formatKey(key);
    return { label, value, grow: () => node(label, '', value, tone, [], peerTerm(label)) };
  });
  return node(name, '', count, tone, merge(children), writeTerm('state', stateWord(name)));
}

function processNode(entry: Entry, { snapshot, book, peersOf }: TreeContext): IcicleNode {
  const { process, use, fds, culprit } = entry;
  const peers = peersOf(process.index);
  const states = stateCounts(use).map(
    (each): Branch => ({
      label: each.name,
      value: each.count,
      grow: () => stateNode(each, peers.get(each.state) ?? new Map(), culprit),
    }),
  );
  const kinds: IcicleNode[] = [];
  if (use.tcpTotal > 0) kinds.push(node('TCP socket', '', use.tcpTotal, culprit ? 'bad' : 'tcp', merge(states)));
  if (use.unmatched > 0)
    kinds.push(
      node(
        'closed, no row',
        'socket fd that no table lists',
        use.unmatched,
        culprit ? 'bad' : 'warn',
        [],
        'state:closed-held',
      ),
    );
  if (use.other > 0) kinds.push(node('other socket', 'udp, unix, raw, …', use.other, 'plain', []));
  for (const kind of FD_KINDS) {
    if (entry.isWhole && kind !== 'socket' && process.fdKinds[kind] > 0)
      kinds.push(node(kindLabel(kind), '', process.fdKinds[kind], 'plain', []));
  }
  const place = book.linkOrNull(fdEvidence(snapshot, process, 0));
  return {
    ...node(
      process.comm,
      `pid ${process.pid}${process.container === null ? '' : `, ${process.container}`}`,
      fds,
      culprit ? 'bad' : 'plain',
      merge(kinds.map(grown)),
      writeTerm('pid', process.pid),
    ),
    evidence: place,
  };
}

/** `:8080` stands for a listener, "others" for addresses that were not counted one by one. */
function peerTerm(peer: string): string {
  if (peer === 'others') return '';
  return /^:\d+$/.test(peer) ? writeTerm('port', peer.slice(1)) : writeTerm('peer', peer);
}

function kindLabel(kind: FdKind): string {
  return kind === 'eventpoll' ? 'epoll' : kind;
}

function node(
  label: string,
  detail: string,
  value: number,
  tone: Tone,
  children: readonly IcicleNode[],
  filter = '',
): IcicleNode {
  return { label, detail, value, tone, evidence: null, filter, children };
}

/** A node that is made when it is shown: of thousands a few are. */
interface Branch {
  readonly label: string;
  readonly value: number;
  grow(): IcicleNode;
}

const grown = (made: IcicleNode): Branch => ({ label: made.label, value: made.value, grow: () => made });

/** Largest first; what is beyond the first few becomes one "N more". */
function merge(branches: readonly Branch[]): readonly IcicleNode[] {
  const sorted = [...branches].sort((a, b) => b.value - a.value || (a.label < b.label ? -1 : 1));
  if (sorted.length <= MAX_CHILDREN) return sorted.map((branch) => branch.grow());
  const rest = sorted.slice(MAX_CHILDREN - 1);
  const sum = rest.reduce((total, { value }) => total + value, 0);
  const shown = sorted.slice(0, MAX_CHILDREN - 1).map((branch) => branch.grow());
  return [...shown, node(`${rest.length} more`, '', sum, 'plain', [])];
}
