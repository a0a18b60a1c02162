/** The per-PID fd graph: processes by pod with their fds, and the same as a tree down to the peers. */

import { FD_KINDS } from '../parsers/proc/pid-fd.ts';
import type { Selection } from '../query/select.ts';
import { podOfProcess, stateWord } from '../query/socket-items.ts';
import { writeTerm } from '../query/write-term.ts';
import type { Message } from '../report/message.ts';
import { fdEvidence } from '../snapshot/fd-evidence.ts';
import { type Process, processSubject } from '../snapshot/processes.ts';
import { type AddressKey, formatKey } from '../snapshot/sockets.ts';
import { LISTEN, TCP_STATES } from '../snapshot/tcp-states.ts';
import { defineMessages } from '../wording/define-messages.ts';
import type { WordedReport } from '../wording/worded.ts';
import type { Wording } from '../wording/wording.ts';
import type { Tone } from './evidence-link.ts';
import { isCulprit } from './ledger-view.ts';
import type { PageContext } from './page-context.ts';
import type { FdKindCount, IcicleNode, ProcessesView, ProcessGroup, ProcessRow } from './page-model.ts';
import { buildPodsView } from './pods-view.ts';
import { OTHER_PEERS, type SocketUse, type SocketUses, socketUses } from './socket-uses.ts';

const say = defineMessages('processes-view', {
  noFdLinks: 'No fd links were captured: run the collector as root, or "{command}" for every process.',
  unreadable: 'The fds of {processes, plural, one {# process} other {# processes}} could not be read.',
  noPod: 'node services, no pod',
  podUid: 'pod {uid}',
  tcpState: 'TCP {state}',
  noRow: 'socket without a row',
  otherFds: 'file, pipe, epoll, other',
  allProcesses: 'all processes',
  tcpSocket: 'TCP socket',
  closed: 'closed, no row',
  closedDetail: 'socket fd that no table lists',
  otherSocket: 'other socket',
  otherSocketDetail: 'udp, unix, raw, …',
  kind: '{kind, select, eventpoll {epoll} anon {anon} device {device} file {file} pipe {pipe} other {{kind}}}',
  pid: 'pid {pid}',
  pidInContainer: 'pid {pid}, {container}',
  otherPeers: 'others',
  more: '{nodes, number} more',
});

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
export function buildProcessesView(context: PageContext, selection: Selection | null = null): ProcessesView {
  const { report, snapshot, wording } = context;
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
  const groups = groupEntries(entries, context);
  const total = selection === null ? report.ledger.openFds : sumFds(entries);
  const shown = groups.slice(0, MAX_GROUPS);
  const hidden = groups.slice(MAX_GROUPS);
  return {
    openFds: total,
    processes: entries.length,
    sharedSockets: selection === null ? snapshot.join.sharedInodes : 0,
    groups: shown.map((group) => toGroup(group, context)),
    moreGroups:
      hidden.length === 0 ? null : { groups: hidden.length, fds: sumFds(hidden.flatMap((group) => group.entries)) },
    tree: buildTree(groups, total, { ...context, peersOf }),
    // A table of its own, of the whole node.
    pods: selection === null ? buildPodsView(context) : null,
    caveat: wording.text(caveat(report) ?? ''),
  };
}

function caveat({ coverage }: WordedReport): Message | null {
  const { processesReadable, processesTotal } = coverage;
  if (processesReadable === 0) return say.noFdLinks({ command: 'ls -l /proc/PID/fd' });
  const missing = processesTotal - processesReadable;
  return missing <= 0 ? null : say.unreadable({ processes: missing });
}

interface Group {
  readonly label: string;
  readonly filter: string;
  readonly entries: Entry[];
}

function groupEntries(entries: readonly Entry[], { snapshot, wording }: PageContext): readonly Group[] {
  const noPod = wording.text(say.noPod());
  const groups = new Map<string, Group>();
  for (const entry of entries) {
    const { process } = entry;
    const label =
      process.podUid === null
        ? noPod
        : process.pod === null
          ? wording.text(say.podUid({ uid: process.podUid }))
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

function toGroup(group: Group, context: PageContext): ProcessGroup {
  const shown = group.entries.slice(0, MAX_PROCESSES);
  const hidden = group.entries.slice(MAX_PROCESSES);
  const tcp = hidden.reduce((sum, entry) => sum + entry.use.tcpTotal, 0);
  return {
    label: group.label,
    fds: sumFds(group.entries),
    processes: shown.map((entry) => toRow(entry, context)),
    more: hidden.length === 0 ? null : { processes: hidden.length, fds: sumFds(hidden), tcp },
  };
}

function toRow(entry: Entry, { snapshot, book, wording }: PageContext): ProcessRow {
  const { process, use, fds, culprit } = entry;
  return {
    pid: process.pid,
    comm: process.comm,
    fds,
    tcp: use.tcpTotal + use.unmatched,
    kinds: kindsOf(entry, wording),
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

function kindsOf(entry: Entry, wording: Wording): readonly FdKindCount[] {
  const { use, culprit } = entry;
  const kinds: FdKindCount[] = stateCounts(use)
    .sort((a, b) => b.count - a.count)
    .map(({ name, count }) => ({
      label: wording.text(say.tcpState({ state: name })),
      count,
      tone: stateTone(culprit, name),
    }));
  if (use.unmatched > 0)
    kinds.push({ label: wording.text(say.noRow()), count: use.unmatched, tone: culprit ? 'bad' : 'warn' });
  const rest = entry.fds - use.tcpTotal - use.unmatched;
  if (rest > 0) kinds.push({ label: wording.text(say.otherFds()), count: rest, tone: 'plain' });
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

interface TreeContext extends PageContext {
  readonly peersOf: SocketUses['peersOf'];
}

function buildTree(groups: readonly Group[], total: number, context: TreeContext): IcicleNode {
  const { wording } = context;
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
        return node(group.label, '', sumFds(group.entries), 'plain', merge(processes, wording), group.filter);
      },
    }),
  );
  return node(wording.text(say.allProcesses()), '', total, 'plain', merge(children, wording));
}

function stateNode(
  { state, name, count }: StateCount,
  peers: ReadonlyMap<AddressKey, number>,
  culprit: boolean,
  wording: Wording,
): IcicleNode {
  const tone = stateTone(culprit, name);
  const children = [...peers].map(([key, value]): Branch => {
    const peer = typeof key === 'number' && state === LISTEN ? `:${key}` : formatKey(key);
    const label = key === OTHER_PEERS ? wording.text(say.otherPeers()) : peer;
    return { label, value, grow: () => node(label, '', value, tone, [], key === OTHER_PEERS ? '' : peerTerm(peer)) };
  });
  return node(name, '', count, tone, merge(children, wording), writeTerm('state', stateWord(name)));
}

function processNode(entry: Entry, { snapshot, book, peersOf, wording }: TreeContext): IcicleNode {
  const { process, use, fds, culprit } = entry;
  const peers = peersOf(process.index);
  const states = stateCounts(use).map(
    (each): Branch => ({
      label: each.name,
      value: each.count,
      grow: () => stateNode(each, peers.get(each.state) ?? new Map(), culprit, wording),
    }),
  );
  const kinds: IcicleNode[] = [];
  if (use.tcpTotal > 0) {
    const label = wording.text(say.tcpSocket());
    kinds.push(node(label, '', use.tcpTotal, culprit ? 'bad' : 'tcp', merge(states, wording)));
  }
  if (use.unmatched > 0)
    kinds.push(
      node(
        wording.text(say.closed()),
        wording.text(say.closedDetail()),
        use.unmatched,
        culprit ? 'bad' : 'warn',
        [],
        'state:closed-held',
      ),
    );
  if (use.other > 0)
    kinds.push(node(wording.text(say.otherSocket()), wording.text(say.otherSocketDetail()), use.other, 'plain', []));
  for (const kind of FD_KINDS) {
    if (entry.isWhole && kind !== 'socket' && process.fdKinds[kind] > 0)
      kinds.push(node(wording.text(say.kind({ kind })), '', process.fdKinds[kind], 'plain', []));
  }
  const place = book.linkOrNull(fdEvidence(snapshot, process, 0));
  const { pid, container } = process;
  return {
    ...node(
      process.comm,
      wording.text(container === null ? say.pid({ pid }) : say.pidInContainer({ pid, container })),
      fds,
      culprit ? 'bad' : 'plain',
      merge(kinds.map(grown), wording),
      writeTerm('pid', process.pid),
    ),
    evidence: place,
  };
}

/** `:8080` stands for a listener. */
function peerTerm(peer: string): string {
  return /^:\d+$/.test(peer) ? writeTerm('port', peer.slice(1)) : writeTerm('peer', peer);
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
function merge(branches: readonly Branch[], wording: Wording): readonly IcicleNode[] {
  const sorted = [...branches].sort((a, b) => b.value - a.value || (a.label < b.label ? -1 : 1));
  if (sorted.length <= MAX_CHILDREN) return sorted.map((branch) => branch.grow());
  const rest = sorted.slice(MAX_CHILDREN - 1);
  const sum = rest.reduce((total, { value }) => total + value, 0);
  const shown = sorted.slice(0, MAX_CHILDREN - 1).map((branch) => branch.grow());
  return [...shown, node(wording.text(say.more({ nodes: rest.length })), '', sum, 'plain', [])];
}
