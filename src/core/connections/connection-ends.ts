/**
 * The two ends of each connection, where both are in the bundle: they are each other's mirror image, or conntrack says
 * how one is translated to the other, or (where it was not captured) only one row knows the client's own address. Rows
 * are dealt into buckets by a hash that both ends share; of a bucket only a few candidates are looked at, so a bundle
 * which fills one loses its joins and nothing else.
 */

import type { ConntrackColumns } from '../parsers/proc/nf-conntrack.ts';
import { onceFor } from '../snapshot/once-for.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { type Sockets, sourceOf } from '../snapshot/sockets.ts';
import { LISTEN } from '../snapshot/tcp-states.ts';
import {
  type EndAddresses,
  endAddresses,
  hashWords,
  isSameAddress,
  isSameWords,
  mix,
  wordsOf,
} from './end-addresses.ts';

/** How the other end was found; 0 where it was not. */
const BY_MIRROR = 1;
export const BY_CONNTRACK = 2;
const BY_CLIENT = 3;

export interface ConnectionEnds {
  readonly addresses: EndAddresses;
  /** The row of the other end, -1 where none was found. */
  readonly other: Int32Array;
  /** 0, BY_MIRROR, BY_CONNTRACK or BY_CLIENT. */
  readonly how: Uint8Array;
  /** Of a row without other end, where conntrack knows who that is: null where it does not. */
  translation(row: number): Translated | null;
  /** Is something listening at the local port of this row, in its namespace? */
  isAtListener(row: number): boolean;
}

interface Translated {
  /** As in EndAddresses. */
  readonly address: number;
  /** Null for IPv4. */
  readonly words: readonly number[] | null;
  readonly port: number;
}

interface Buckets {
  readonly mask: number;
  readonly starts: Uint32Array;
  readonly rows: Uint32Array;
}

const MAX_CANDIDATES = 16;
const MAX_BUCKETS = 2 ** 19;

/** Made once, when something first looks at who talks to whom. */
export const connectionEnds = onceFor(joinEnds);

interface Work {
  readonly sockets: Sockets;
  readonly addresses: EndAddresses;
  readonly other: Int32Array;
  readonly how: Uint8Array;
}

function joinEnds(snapshot: Snapshot): ConnectionEnds {
  const { sockets, raw } = snapshot;
  const addresses = endAddresses(sockets);
  const other = new Int32Array(sockets.count).fill(-1);
  const how = new Uint8Array(sockets.count);
  const work: Work = { sockets, addresses, other, how };
  const isKnown = localAddressTest(work);
  // Who talks to an address that nobody here has is found by conntrack only.
  const isLeftOut = (row: number) =>
    sockets.state[row] === LISTEN || (raw.conntrack.length === 0 && !isKnown(addresses.remote[row] ?? 0));
  const pairs = deal(sockets, (row) => (isLeftOut(row) ? -1 : pairHash(work, row)));
  joinMirrors(work, pairs);
  const translated = new Map<number, Translated>();
  for (const { table } of [...raw.conntrack].sort((a, b) => (a.entry < b.entry ? -1 : 1)))
    joinTranslated(work, pairs, table.columns, translated);
  const isAtListener = listenerTest(snapshot);
  if (raw.conntrack.length === 0) joinByClient(work, isAtListener, isKnown);
  return { addresses, other, how, translation: (row) => translated.get(row) ?? null, isAtListener };
}

/** False: no row has this local address. True: most likely one has. */
function localAddressTest({ sockets, addresses }: Work): (address: number) => boolean {
  const known = new Uint8Array(2 ** 20);
  for (let row = 0; row < sockets.count; row++) known[mix(addresses.local[row] ?? 0) >>> 12] = 1;
  return (address) => known[mix(address) >>> 12] === 1;
}

/** Of one end: its address and its port; loopback is of one namespace only. */
function endHash(address: number, port: number, namespace: number): number {
  const home = address >>> 24 === 127 || address === LOOPBACK6 ? mix(namespace + 1) : 0;
  return mix(address ^ Math.imul(port + 1, 0x9e3779b1) ^ home);
}

const LOOPBACK6 = hashWords(0, 0, 0, 1);

/** Equal for both ends of a connection that is not translated. */
function pairHash({ sockets, addresses }: Work, row: number): number {
  const namespace = sourceOf(sockets, row)?.namespace ?? 0;
  const local = endHash(addresses.local[row] ?? 0, sockets.localPort[row] ?? 0, namespace);
  const remote = endHash(addresses.remote[row] ?? 0, sockets.remotePort[row] ?? 0, namespace);
  return (local + remote) >>> 0;
}

/** Rows by hash, in their order; those whose hash is negative are left out. */
function deal(sockets: Sockets, hashOf: (row: number) => number): Buckets {
  const { count } = sockets;
  let size = 1024;
  while (size < count && size < MAX_BUCKETS) size *= 2;
  const mask = size - 1;
  const starts = new Uint32Array(size + 1);
  const bucketOf = new Int32Array(count);
  for (let row = 0; row < count; row++) {
    const hash = hashOf(row);
    const bucket = hash < 0 ? -1 : (hash & mask) >>> 0;
    bucketOf[row] = bucket;
    if (bucket >= 0) starts[bucket + 1] = (starts[bucket + 1] ?? 0) + 1;
  }
  for (let i = 0; i < size; i++) starts[i + 1] = (starts[i + 1] ?? 0) + (starts[i] ?? 0);
  const next = starts.slice();
  const rows = new Uint32Array(starts[size] ?? 0);
  for (let row = 0; row < count; row++) {
    const bucket = bucketOf[row] ?? -1;
    if (bucket < 0) continue;
    const at = next[bucket] ?? 0;
    next[bucket] = at + 1;
    rows[at] = row;
  }
  return { mask, starts, rows };
}

function joinMirrors(work: Work, { starts, rows }: Buckets): void {
  for (let bucket = 0; bucket + 1 < starts.length; bucket++) {
    const end = starts[bucket + 1] ?? 0;
    for (let at = starts[bucket] ?? 0; at + 1 < end; at++) {
      const row = rows[at] ?? 0;
      if (work.other[row] !== -1) continue;
      const stop = Math.min(end, at + 1 + MAX_CANDIDATES);
      for (let next = at + 1; next < stop; next++) {
        const candidate = rows[next] ?? 0;
        if (work.other[candidate] !== -1 || !isMirror(work, row, candidate)) continue;
        connect(work, row, candidate, BY_MIRROR);
        break;
      }
    }
  }
}

function connect({ other, how }: Work, a: number, b: number, by: number): void {
  other[a] = b;
  other[b] = a;
  how[a] = by;
  how[b] = by;
}

function isMirror(work: Work, a: number, b: number): boolean {
  const { sockets, addresses } = work;
  if (sockets.localPort[a] !== sockets.remotePort[b] || sockets.remotePort[a] !== sockets.localPort[b]) return false;
  if (addresses.local[a] !== addresses.remote[b] || addresses.remote[a] !== addresses.local[b]) return false;
  if (isLoopbackRow(work, a) && sourceOf(sockets, a)?.namespace !== sourceOf(sockets, b)?.namespace) return false;
  return isSameAddress(sockets, a, 'local', b, 'remote') && isSameAddress(sockets, a, 'remote', b, 'local');
}

function isLoopbackRow({ addresses }: Work, row: number): boolean {
  const address = addresses.remote[row] ?? 0;
  return address >>> 24 === 127 || address === LOOPBACK6;
}

/** One end of a tracked connection. */
interface Tracked {
  readonly address: number;
  readonly words: readonly number[] | null;
  readonly port: number;
}

function joinTranslated(
  work: Work,
  pairs: Buckets,
  columns: ConntrackColumns,
  translated: Map<number, Translated>,
): void {
  const { other } = work;
  const end = (row: number, address: Uint32Array, port: Uint16Array): Tracked => {
    const value = address[row] ?? 0;
    const words = columns.family[row] === 6 ? [...columns.words6.subarray(value, value + 4)] : null;
    const [a = 0, b = 0, c = 0, d = 0] = words ?? [];
    return { address: words === null ? value : hashWords(a, b, c, d), words, port: port[row] ?? 0 };
  };
  for (let row = 0; row < columns.count; row++) {
    const client = end(row, columns.source, columns.sourcePort);
    const called = end(row, columns.destination, columns.destinationPort);
    const server = end(row, columns.replySource, columns.replySourcePort);
    const seen = end(row, columns.replyDestination, columns.replyDestinationPort);
    const near = findRow(work, pairs, client, called);
    const far = findRow(work, pairs, server, seen);
    if (near >= 0 && far >= 0 && other[near] === -1 && other[far] === -1) connect(work, near, far, BY_CONNTRACK);
    else if (near >= 0 && far < 0 && other[near] === -1) translated.set(near, server);
    else if (far >= 0 && near < 0 && other[far] === -1) translated.set(far, client);
  }
}

/** The row with these ends, -1 when there is none. Loopback is not looked for: which namespace it is of, nobody says. */
function findRow({ sockets, addresses }: Work, pairs: Buckets, local: Tracked, remote: Tracked): number {
  const hash = (endHash(local.address, local.port, 0) + endHash(remote.address, remote.port, 0)) >>> 0;
  const bucket = (hash & pairs.mask) >>> 0;
  const start = pairs.starts[bucket] ?? 0;
  const stop = Math.min(pairs.starts[bucket + 1] ?? 0, start + MAX_CANDIDATES);
  for (let at = start; at < stop; at++) {
    const row = pairs.rows[at] ?? 0;
    if (sockets.localPort[row] !== local.port || sockets.remotePort[row] !== remote.port) continue;
    if (addresses.local[row] !== local.address || addresses.remote[row] !== remote.address) continue;
    if (!isSameWords(wordsOf(sockets, row, 'local'), local.words)) continue;
    if (isSameWords(wordsOf(sockets, row, 'remote'), remote.words)) return row;
  }
  return -1;
}

function listenerTest({ sockets, listeners }: Snapshot): (row: number) => boolean {
  const ports = new Map<number, Set<number>>();
  for (const { namespace, port } of listeners) {
    const own = ports.get(namespace);
    if (own === undefined) ports.set(namespace, new Set([port]));
    else own.add(port);
  }
  const bySource = sockets.sources.map(({ namespace }) => ports.get(namespace));
  return (row) => bySource[sockets.source[row] ?? 0]?.has(sockets.localPort[row] ?? 0) === true;
}

/**
 * Behind a ClusterIP the client's row names the service, and the server's the client: if that is the only row which
 * does, it is the other end. Only for clients of an address that is nobody's here.
 */
function joinByClient(work: Work, isAtListener: (row: number) => boolean, isKnown: (address: number) => boolean): void {
  const { sockets, addresses, other } = work;
  const isOpen = (row: number) => other[row] === -1 && sockets.state[row] !== LISTEN && !isLoopbackRow(work, row);
  const isClient = (row: number) => isOpen(row) && !isKnown(addresses.remote[row] ?? 0) && !isAtListener(row);
  if (!hasRow(sockets, isClient)) return;
  const servers = deal(sockets, (row) =>
    isOpen(row) && isAtListener(row) ? endHash(addresses.remote[row] ?? 0, sockets.remotePort[row] ?? 0, 0) : -1,
  );
  if (servers.rows.length === 0) return;
  for (let row = 0; row < sockets.count; row++) {
    if (!isClient(row)) continue;
    const server = onlyServerOf(work, servers, row);
    if (server >= 0) connect(work, row, server, BY_CLIENT);
  }
}

function hasRow({ count }: Sockets, isWanted: (row: number) => boolean): boolean {
  for (let row = 0; row < count; row++) if (isWanted(row)) return true;
  return false;
}

/** -1: there is none, or more than one. */
function onlyServerOf({ sockets, addresses, other }: Work, servers: Buckets, row: number): number {
  const bucket = (endHash(addresses.local[row] ?? 0, sockets.localPort[row] ?? 0, 0) & servers.mask) >>> 0;
  const start = servers.starts[bucket] ?? 0;
  const stop = Math.min(servers.starts[bucket + 1] ?? 0, start + MAX_CANDIDATES);
  let found = -1;
  for (let at = start; at < stop; at++) {
    const candidate = servers.rows[at] ?? 0;
    if (other[candidate] !== -1 || sockets.remotePort[candidate] !== sockets.localPort[row]) continue;
    if (addresses.remote[candidate] !== addresses.local[row]) continue;
    if (!isSameAddress(sockets, candidate, 'remote', row, 'local')) continue;
    if (found >= 0) return -1;
    found = candidate;
  }
  return found;
}
