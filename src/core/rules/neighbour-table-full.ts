import { formatCount, formatQuantity } from '../wording/format.ts';
import { loggedLines } from './advice.ts';
import { defineRule } from './rule.ts';
import { FULL } from './thresholds.ts';

const LOG_ID = 'neighbour-full';

export const neighbourTableFull = defineRule({
  id: 'neighbour-table-full',
  level: 'warning',
  title: 'The neighbour table is full',
  role: 'symptom',
  rank: 7,
  about: ['neighbours'],
  isExtra: true,
  needs: [],
  anyOf: ['neighbours', 'kernelLog'],
  check: ({ neighbours, kernelLog }) => {
    const log = loggedLines(kernelLog, LOG_ID);
    const full = neighbours !== null && neighbours.gcThresh3 > 0 && neighbours.entries >= FULL * neighbours.gcThresh3;
    if (!full && log.lines === 0) return [];
    const state =
      neighbours === null
        ? 'net/arp or gc_thresh3 was not captured'
        : `${formatQuantity(neighbours.entries, 'entry', 'entries')} in the captured namespaces against gc_thresh3 = ${formatCount(neighbours.gcThresh3)}`;
    return [
      {
        level: full && log.lines > 0 ? 'error' : 'warning',
        confidence: full ? 'high' : 'medium',
        messageId: full ? 'full-now' : 'was-full',
        message: `${
          log.lines === 0
            ? 'The neighbour (ARP) table is full'
            : `The log has ${formatQuantity(log.lines, 'line')} that the neighbour (ARP) table overflowed`
        }: ${state}. Packets to new neighbours are dropped; connections to them hang and retransmit.`,
        subjects: [{ kind: 'node' }],
        measures: {
          lines: log.lines,
          ...(neighbours === null ? {} : { neighbours: neighbours.entries, gcThresh3: neighbours.gcThresh3 }),
        },
        evidence: [neighbours?.evidence ?? null, log.evidence],
        doubts: full
          ? []
          : ['At the time of the capture it was not full, or a namespace is missing: the table is one for the node.'],
        fixes: [
          'Raise net.ipv4.neigh.default.gc_thresh1, gc_thresh2 and gc_thresh3 together (ipv6.neigh for ndisc_cache).',
        ],
        nonFixes: ['tcp_mem, conntrack and fd limits have no part in it.'],
        next: 'ip -s neigh | wc -l in every namespace, and /proc/net/stat/arp_cache: does table_fulls still grow?',
      },
    ];
  },
});
