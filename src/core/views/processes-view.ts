/** The per-PID fd graph: processes by pod with their fds, and the same as a tree down to the peers. */
import { formatQuantity } from '../format.ts';
import { FD_KINDS, type FdKind } from '../parsers/pid-fd.ts';
import type { Selection } from '../query/select.ts';
import { podOfProcess, stateWord } from '../query/socket-items.ts';
import { writeTerm } from '../query/write-term.ts';
import type { Report } from '../report/report.ts';
import { fdEvidence } from '../snapshot/holders.ts';
import { type Process, processSubject } from '../snapshot/processes.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { EvidenceBook } from './evidence-book.ts';
import { isCulprit } from './ledger-view.ts';
import type { FdKindCount, IcicleNode, ProcessesView, ProcessGroup, ProcessRow, Tone } from './page-model.ts';
import { buildPodsView } from './pods-view.ts';
import { newUse, type SocketUse, socketUses } from './socket-uses.ts';

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
  report: Report,
  snapshot: Snapshot,
  book: EvidenceBook,
  selection: Selection | null = null,
): ProcessesView {
  const uses = socketUses(snapshot, selection);
  const entries = snapshot.processes
    .map((process, index): Entry => {
      const use = uses[index] ?? newUse();
      const isWhole = selection === null || selection.whole?.(index) === true;
      return {
        process,
        use,
        fds: isWhole ? process.openFds : use.tcpTotal + use.unmatched,
        isWhole,
        culprit: isCulprit(report, processSubject(process)),
      };
    })
    .filter((entry) => entry.fds > 0)
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
    tree: buildTree(groups, total, snapshot, book),
    // A table of its own, of the whole node.
    pods: selection === null ? buildPodsView(report, snapshot, book) : null,
    caveat: caveat(report),
  };
}

function caveat(report: Report): string {
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
    evidence: book.linkOrNull(fdEvidence(snapshot, process, 0, '')),
  };
}

function stateTone(culprit: boolean, state: string): Tone {
  return culprit && state !== 'LISTEN' && state !== 'ESTABLISHED' ? 'bad' : 'tcp';
}

function kindsOf(entry: Entry): readonly FdKindCount[] {
  const { use, culprit } = entry;
  const kinds: FdKindCount[] = [...use.tcp]
    .sort((a, b) => b[1] - a[1])
    .map(([state, count]) => ({ label: `TCP ${state}`, count, tone: stateTone(culprit, state) }));
  if (use.unmatched > 0)
    kinds.push({ label: 'socket without a row', count: use.unmatched, tone: culprit ? 'bad' : 'warn' });
  const rest = entry.fds - use.tcpTotal - use.unmatched;
  if (rest > 0) kinds.push({ label: 'file, pipe, epoll, other', count: rest, tone: 'plain' });
  return kinds;
}

function buildTree(groups: readonly Group[], total: number, snapshot: Snapshot, book: EvidenceBook): IcicleNode {
  const children = groups.map((group) =>
    node(
      group.label,
      '',
      sumFds(group.entries),
      'plain',
      merge(group.entries.map((entry) => processNode(entry, snapshot, book))),
      group.filter,
    ),
  );
  return node('all processes', '', total, 'plain', merge(children));
}

function processNode(entry: Entry, snapshot: Snapshot, book: EvidenceBook): IcicleNode {
  const { process, use, fds, culprit } = entry;
  const states = [...use.tcp].map(([state, count]) =>
    node(
      state,
      '',
      count,
      stateTone(culprit, state),
      merge(
        [...(use.peers.get(state) ?? [])].map(([peer, peers]) =>
          node(peer, '', peers, stateTone(culprit, state), [], peerTerm(peer)),
        ),
      ),
      writeTerm('state', stateWord(state)),
    ),
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
  const place = book.linkOrNull(fdEvidence(snapshot, process, 0, ''));
  return {
    ...node(
      process.comm,
      `pid ${process.pid}${process.container === null ? '' : `, ${process.container}`}`,
      fds,
      culprit ? 'bad' : 'plain',
      merge(kinds),
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

/** Largest first; what is beyond the first few becomes one "N more". */
function merge(nodes: readonly IcicleNode[]): readonly IcicleNode[] {
  const sorted = [...nodes].sort((a, b) => b.value - a.value || (a.label < b.label ? -1 : 1));
  if (sorted.length <= MAX_CHILDREN) return sorted;
  const rest = sorted.slice(MAX_CHILDREN - 1);
  return [
    ...sorted.slice(0, MAX_CHILDREN - 1),
    node(
      `${rest.length} more`,
      '',
      rest.reduce((sum, child) => sum + child.value, 0),
      'plain',
      [],
    ),
  ];
}
