/**
 * Who is at the ends of connections: pods, processes outside pods, and the addresses of whom is elsewhere. Each is a
 * number, so that nothing is compared as text for each of half a million rows. A bundle chooses its addresses: beyond
 * a number of them they are one node.
 */
import type { Message } from '../report/message.ts';
import type { Subject } from '../report/report.ts';
import { podOfNamespace } from '../snapshot/pod-index.ts';
import { processSubject } from '../snapshot/processes.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { formatKey, PORTS, responsibleFor, sourceOf } from '../snapshot/sockets.ts';
import { LISTEN } from '../snapshot/tcp-states.ts';
import { defineMessages } from '../wording/define-messages.ts';
import { sayNetns } from '../wording/subject.ts';
import { connectionEnds } from './connection-ends.ts';
import { addressOf, isSameWords, wordsOf } from './end-addresses.ts';

const say = defineMessages('peer-nodes', {
  hostNetwork: 'host network',
  hostLoopback: 'loopback of the host',
  loopback: 'loopback of {netns}',
  others: 'other {kind, select, private {private} other {public}} addresses',
});

export interface PeerIdentity {
  readonly kind: 'pod' | 'process' | 'namespace' | 'private' | 'public' | 'loopback' | 'others';
  /** Of a pod or a process. */
  readonly subject: Subject | null;
  /** Of an address, or the namespace; empty where there is a subject. */
  readonly text: Message | string;
}

export interface PeerNodes {
  readonly identities: readonly PeerIdentity[];
  /** The node that answers for this row. */
  ofRow(row: number): number;
  /** The node at the other end of a row whose other end has none: by its address. */
  ofPeer(row: number): number;
  /** The node of a verdict's owner, -1 when it has no sockets. */
  ofSubject(subject: Subject): number;
}

/** Addresses of their own; those after are "other addresses". Fewer than links may be, so that these have room. */
const MAX_ADDRESSES = 10_000;
const MAX_LOCAL = 100_000;

export function createPeerNodes(snapshot: Snapshot): PeerNodes {
  const { sockets, processes, namespaces } = snapshot;
  const ends = connectionEnds(snapshot);
  const identities: PeerIdentity[] = [];
  const byKey = new Map<string, number>();
  const named = (key: string, identity: () => PeerIdentity): number => {
    let id = byKey.get(key);
    if (id === undefined) {
      id = identities.push(identity()) - 1;
      byKey.set(key, id);
    }
    return id;
  };
  const ofSubject = (subject: Subject): number | undefined => byKey.get(subjectKey(subject));
  const nodeOfSubject = (subject: Subject): number =>
    named(subjectKey(subject), () => ({ kind: subject.podUid === undefined ? 'process' : 'pod', subject, text: '' }));
  const processNodes = new Int32Array(processes.length).fill(-1);
  const nodeOfProcess = (index: number): number => {
    const known = processNodes[index] ?? -1;
    const process = processes[index];
    if (known >= 0 || process === undefined) return known;
    const id = nodeOfSubject(processSubject(process));
    processNodes[index] = id;
    return id;
  };
  const namespaceNodes = new Int32Array(namespaces.length).fill(-1);
  const nodeOfNamespace = (index: number): number => {
    const known = namespaceNodes[index] ?? -1;
    const namespace = namespaces[index];
    if (known >= 0 || namespace === undefined) return known;
    const pod = podOfNamespace(snapshot, namespace);
    const text = namespace.isHost ? say.hostNetwork() : sayNetns(namespace.netns);
    const id =
      pod === undefined
        ? named(`namespace ${index}`, () => ({ kind: 'namespace', subject: null, text }))
        : nodeOfSubject(pod);
    namespaceNodes[index] = id;
    return id;
  };
  const listeners = ownersByPort(snapshot);
  /** Who listens at the port, or the namespace as such. */
  const nodeAt = (namespace: number, port: number): number => {
    const owner = listeners.get(namespace * PORTS + port) ?? -1;
    return owner >= 0 ? nodeOfProcess(owner) : nodeOfNamespace(namespace);
  };
  const locals = localRows(snapshot);
  const byAddress = new Map<number, { readonly node: number; readonly words: readonly number[] | null }>();
  const otherNodes = new Map<string, number>();
  const others = (kind: 'private' | 'public'): number => {
    const known = otherNodes.get(kind);
    if (known !== undefined) return known;
    const node = identities.push({ kind: 'others', subject: null, text: say.others({ kind }) }) - 1;
    otherNodes.set(kind, node);
    return node;
  };
  const nodeOfAddress = (address: number, words: readonly number[] | null): number => {
    const kind = kindOf(address, words);
    const known = byAddress.get(address);
    if (known !== undefined) return isSameWords(known.words, words) ? known.node : others(kind);
    if (byAddress.size >= MAX_ADDRESSES) return others(kind);
    const node = identities.push({ kind, subject: null, text: formatKey(addressOf(address, words)) }) - 1;
    byAddress.set(address, { node, words });
    return node;
  };
  return {
    identities,
    ofRow(row) {
      const owner = responsibleFor(sockets, row);
      if (owner >= 0) return nodeOfProcess(owner);
      const namespace = sourceOf(sockets, row)?.namespace ?? 0;
      return nodeAt(namespace, sockets.localPort[row] ?? 0);
    },
    ofPeer(row) {
      const translation = ends.translation(row);
      const address = translation?.address ?? ends.addresses.remote[row] ?? 0;
      const namespace = sourceOf(sockets, row)?.namespace ?? 0;
      const words = translation === null ? wordsOf(sockets, row, 'remote') : translation.words;
      if (isLoopback(address, words)) {
        return named(`loopback ${namespace}`, () => ({
          kind: 'loopback',
          subject: null,
          text:
            namespaces[namespace]?.isHost === true
              ? say.hostLoopback()
              : say.loopback({ netns: sayNetns(namespaces[namespace]?.netns ?? 0) }),
        }));
      }
      const local = locals.get(address);
      if (local !== undefined && isSameWords(wordsOf(sockets, local, 'local'), words)) {
        const port = translation?.port ?? sockets.remotePort[row] ?? 0;
        return nodeAt(sourceOf(sockets, local)?.namespace ?? 0, port);
      }
      return nodeOfAddress(address, words);
    },
    ofSubject: (subject) => ofSubject(subject) ?? -1,
  };
}

/** A pod is one, whatever its processes are; outside pods the processes of one name and unit are. */
function subjectKey(subject: Subject): string {
  return subject.podUid === undefined ? `process ${subject.comm ?? ''}` : `pod ${subject.podUid}`;
}

/** Index of the process that listens, by namespace and port. */
function ownersByPort({ listeners }: Snapshot): ReadonlyMap<number, number> {
  const owners = new Map<number, number>();
  for (const { namespace, port, owner } of listeners) {
    const key = namespace * PORTS + port;
    if (owner >= 0 && !owners.has(key)) owners.set(key, owner);
  }
  return owners;
}

/** A row with each local address; loopback is of every namespace, so of none. */
function localRows(snapshot: Snapshot): ReadonlyMap<number, number> {
  const { sockets } = snapshot;
  const { local } = connectionEnds(snapshot).addresses;
  const rows = new Map<number, number>();
  let before = 0;
  for (let row = 0; row < sockets.count && rows.size < MAX_LOCAL; row++) {
    const address = local[row] ?? 0;
    if (address === before || sockets.state[row] === LISTEN) continue;
    before = address;
    if (!rows.has(address) && !isLoopback(address, wordsOf(sockets, row, 'local'))) rows.set(address, row);
  }
  return rows;
}

function isLoopback(address: number, words: readonly number[] | null): boolean {
  if (words === null) return address >>> 24 === 127;
  return words[0] === 0 && words[1] === 0 && words[2] === 0 && words[3] === 1;
}

/** RFC 1918, 6598 (shared), 3927 (link-local); RFC 4193 and link-local for IPv6. */
function kindOf(address: number, words: readonly number[] | null): 'private' | 'public' {
  const first = words?.[0] ?? 0;
  const isPrivate =
    words === null
      ? address >>> 24 === 10 ||
        address >>> 20 === 0xac1 ||
        address >>> 16 === 0xc0a8 ||
        address >>> 22 === 0x191 ||
        address >>> 16 === 0xa9fe
      : first >>> 25 === 0x7e || first >>> 22 === 0x3fa;
  return isPrivate ? 'private' : 'public';
}
