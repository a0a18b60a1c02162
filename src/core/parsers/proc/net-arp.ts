/**
 * /proc/net/arp: the IPv4 neighbours of one namespace, one a line under a heading. Kernel: net/ipv4/arp.c
 * `arp_seq_show`. The table behind it is of the node, its limit gc_thresh3 too.
 */
import { createProblemList, type Parsed, splitLines } from '../../text.ts';
import { defineMessages } from '../../wording/define-messages.ts';

const say = defineMessages('net-arp', {
  malformed: 'The line is not a neighbour with its address, type and flags.',
});

const ROW = /^\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\s+0x[0-9a-f]+\s+0x([0-9a-f]{1,8})\s/i;
/** ATF_PERM (include/uapi/linux/if_arp.h): set by hand or by a network plugin, and not counted against the limit. */
const PERMANENT = 0x4;

const HEADER = 'IP address ';

/** Entries of the namespace that count against gc_thresh3: all but permanent ones (net/core/neighbour.c neigh_alloc). */
export function parseArp(text: string): Parsed<number> {
  const problems = createProblemList();
  let rows = 0;
  splitLines(text).forEach((line, index) => {
    const flags = ROW.exec(line)?.[1];
    if (flags !== undefined) rows += (Number.parseInt(flags, 16) & PERMANENT) === 0 ? 1 : 0;
    else if (line.trim() !== '' && !line.startsWith(HEADER)) problems.tell(index + 1, say.malformed());
  });
  return { value: rows, problems: problems.end() };
}
