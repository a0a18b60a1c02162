/**
 * /proc/slabinfo (readable by root only). Kernel: mm/slab_common.c `cache_show`.
 *
 *   # name            <active_objs> <num_objs> <objsize> ...
 *   TCP                   5409       5420       2368 ...
 *
 * TCP and TCPv6 are a check on `alloc` of the node; per-CPU slabs make them run a little over.
 */
import { type Parsed, parseCount, splitFields, splitLines } from '../../text.ts';

export interface SlabCache {
  readonly activeObjects: number;
  readonly objects: number;
  readonly objectBytes: number;
}

export function parseSlabinfo(text: string): Parsed<ReadonlyMap<string, SlabCache>> {
  const caches = new Map<string, SlabCache>();
  for (const line of splitLines(text)) {
    const [name, active, objects, bytes] = splitFields(line);
    const counts = [parseCount(active), parseCount(objects), parseCount(bytes)];
    if (name === undefined || name.startsWith('#') || counts.includes(null)) continue;
    caches.set(name, { activeObjects: counts[0] ?? 0, objects: counts[1] ?? 0, objectBytes: counts[2] ?? 0 });
  }
  return { value: caches, problems: [] };
}
