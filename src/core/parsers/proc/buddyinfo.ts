/**
 * /proc/buddyinfo: free blocks of 2^order pages by zone. Kernel: mm/vmstat.c `frag_show_print`.
 *
 *   Node 0, zone    DMA32      2      1      1 ...
 */
import { createProblemList, type Parsed, parseCount, splitFields, splitLines } from '../../text.ts';
import { defineMessages } from '../../wording/define-messages.ts';

const say = defineMessages('buddyinfo', {
  malformed: 'The line is not a zone with its counts of free blocks.',
});

export interface BuddyZone {
  readonly node: number;
  readonly zone: string;
  /** Index = order; how many orders there are depends on the kernel. */
  readonly freeBlocks: readonly number[];
}

export function parseBuddyinfo(text: string): Parsed<readonly BuddyZone[]> {
  const zones: BuddyZone[] = [];
  const problems = createProblemList();
  splitLines(text).forEach((line, index) => {
    if (line.trim() === '') return;
    const zone = parseZone(line);
    if (zone === null) problems.tell(index + 1, say.malformed());
    else zones.push(zone);
  });
  return { value: zones, problems: problems.end() };
}

/** Null too where a single count is malformed: whether the zone has large blocks is then not known. */
function parseZone(line: string): BuddyZone | null {
  const [, node, zone = '', counts = ''] = /^Node\s+(\d{1,5}), zone\s+(\S+)\s+(.*)$/.exec(line) ?? [];
  const freeBlocks = splitFields(counts).map(parseCount);
  const known = freeBlocks.filter((count) => count !== null);
  if (node === undefined || known.length === 0 || known.length < freeBlocks.length) return null;
  return { node: Number(node), zone, freeBlocks: known };
}
