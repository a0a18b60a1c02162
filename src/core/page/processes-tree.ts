/** The tree of fds: all → pod → process → kind of fd → state → peer. */

import { FD_KINDS } from '../parsers/proc/pid-fd.ts';
import { stateWord } from '../query/socket-items.ts';
import { writeTerm } from '../query/write-term.ts';
import { fdEvidence } from '../snapshot/fd-evidence.ts';
import { type AddressKey, formatKey } from '../snapshot/sockets.ts';
import { LISTEN } from '../snapshot/tcp-states.ts';
import { defineMessages } from '../wording/define-messages.ts';
import type { Wording } from '../wording/wording.ts';
import type { Tone } from './evidence-link.ts';
import type { PageContext } from './page-context.ts';
import type { IcicleNode } from './page-model.ts';
import {
  type PodProcesses,
  type ProcessEntry,
  type StateCount,
  stateCounts,
  stateTone,
  sumFds,
} from './process-groups.ts';
import { OTHER_PEERS, type SocketUses } from './socket-uses.ts';

const say = defineMessages('processes-tree', {
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

const MAX_CHILDREN = 8;

interface TreeContext extends PageContext {
  readonly peersOf: SocketUses['peersOf'];
}

/** Children are sorted, small ones merged into "N more". */
export function buildTree(groups: readonly PodProcesses[], total: number, context: TreeContext): IcicleNode {
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

function processNode(entry: ProcessEntry, { snapshot, book, peersOf, wording }: TreeContext): IcicleNode {
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
