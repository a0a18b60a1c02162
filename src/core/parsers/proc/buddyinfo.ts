/**
 * /proc/buddyinfo: free blocks of 2^order pages by zone. Kernel: mm/vmstat.c `frag_show_print`.
 *
 *   Node 0, zone    DMA32      2      1      1 ...
 */
import { type Parsed, parseCount, splitFields, splitLines } from '../../text.ts';

export interface BuddyZone {
  readonly node: number;
  readonly zone: string;
  /** Index = order; how many orders there are depends on the kernel. */
  readonly freeBlocks: readonly number[];
}

export function parseBuddyinfo(text: string): Parsed<readonly BuddyZone[]> {
  const zones: BuddyZone[] = [];
  for (const line of splitLines(text)) {
    const match = /^Node\s+(\d+), zone\s+(\S+)\s+(.*)$/.exec(line);
    if (match === null) continue;
    const freeBlocks = splitFields(match[3] ?? '').map((field) => parseCount(field) ?? 0);
    zones.push({ node: Number(match[1]), zone: match[2] ?? '', freeBlocks });
  }
  return { value: zones, problems: [] };
}
