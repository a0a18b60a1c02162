/**
 * Rows by the address and port of one of their ends: made once, when something first looks for the other end of a
 * connection. Different ends may share a bucket, so a row of it is only a candidate; who looks for many ends visits
 * each bucket once, so that a bundle which fills a single one gains nothing.
 */
import { onceFor } from '../snapshot/once-for.ts';
import { type Sockets, sourceOf } from '../snapshot/sockets.ts';

export type End = 'local' | 'remote';

interface EndIndex {
  /** Where the rows of a bucket begin; those of the next one follow. */
  readonly starts: Uint32Array;
  readonly rows: Uint32Array;
}

const BUCKETS = 65536;
const indexesOf = onceFor((_: Sockets) => new Map<End, EndIndex>());

/** The bucket of this end of a row. */
export function bucketOf(sockets: Sockets, row: number, end: End): number {
  const source = sourceOf(sockets, row);
  const word = sockets[end][row] ?? 0;
  const port = (end === 'local' ? sockets.localPort : sockets.remotePort)[row] ?? 0;
  // The last word of an IPv6 address: that of a mapped one is the IPv4 address.
  const last = source?.family === 6 ? (source.words6[word + 3] ?? 0) : word;
  return (port ^ last ^ (last >>> 16)) & (BUCKETS - 1);
}

/** Rows that may have this end, in their order. */
export function rowsOfBucket(sockets: Sockets, end: End, bucket: number): Uint32Array {
  const ends = indexesOf(sockets);
  let index = ends.get(end);
  if (index === undefined) {
    index = buildIndex(sockets, end);
    ends.set(end, index);
  }
  return index.rows.subarray(index.starts[bucket], index.starts[bucket + 1]);
}

function buildIndex(sockets: Sockets, end: End): EndIndex {
  const { count } = sockets;
  const starts = new Uint32Array(BUCKETS + 1);
  const buckets = new Uint16Array(count);
  for (let row = 0; row < count; row++) {
    const bucket = bucketOf(sockets, row, end);
    buckets[row] = bucket;
    starts[bucket + 1] = (starts[bucket + 1] ?? 0) + 1;
  }
  for (let bucket = 0; bucket < BUCKETS; bucket++)
    starts[bucket + 1] = (starts[bucket + 1] ?? 0) + (starts[bucket] ?? 0);
  const next = starts.slice();
  const rows = new Uint32Array(count);
  for (let row = 0; row < count; row++) {
    const bucket = buckets[row] ?? 0;
    const at = next[bucket] ?? 0;
    next[bucket] = at + 1;
    rows[at] = row;
  }
  return { starts, rows };
}
