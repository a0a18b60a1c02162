/**
 * /proc/slabinfo (readable by root only). Kernel: mm/slab_common.c `cache_show`.
 *
 *   slabinfo - version: 2.1
 *   # name            <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab> : tunables ...
 *   TCP                   5409       5420       2368   13    8 : tunables    0    0    0 : slabdata    417    417      0
 *
 * A module may give its cache a name with blanks in it: the five counts are those before the first colon.
 * TCP and TCPv6 are a check on `alloc` of the node; per-CPU slabs make them run a little over.
 */
import { createProblemList, type Parsed, parseCount, splitFields, splitLines } from '../../text.ts';
import { defineMessages } from '../../wording/define-messages.ts';

const say = defineMessages('slabinfo', {
  malformed: 'The line is not a cache with its counts of objects.',
});

export interface SlabCache {
  readonly activeObjects: number;
  readonly objects: number;
  readonly objectBytes: number;
}

const HEADER = /^(?:slabinfo - version|#)/;
const COUNTS = 5;

export function parseSlabinfo(text: string): Parsed<ReadonlyMap<string, SlabCache>> {
  const caches = new Map<string, SlabCache>();
  const problems = createProblemList();
  splitLines(text).forEach((line, index) => {
    if (line.trim() === '' || HEADER.test(line)) return;
    const fields = splitFields(line.split(' : ', 1)[0] ?? '');
    const name = fields.slice(0, -COUNTS).join(' ');
    const [activeObjects, objects, objectBytes, ...others] = fields.slice(-COUNTS).map(parseCount);
    if (name === '' || activeObjects == null || objects == null || objectBytes == null || others.includes(null))
      problems.tell(index + 1, say.malformed());
    else caches.set(name, { activeObjects, objects, objectBytes });
  });
  return { value: caches, problems: problems.end() };
}
