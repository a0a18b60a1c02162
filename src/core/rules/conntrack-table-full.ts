import { formatCount, formatQuantity, formatShare } from '../wording/format.ts';
import { loggedLines } from './advice.ts';
import { defineRule } from './rule.ts';
import { FULL } from './thresholds.ts';

const LOG_ID = 'conntrack-full';

export const conntrackTableFull = defineRule({
  id: 'conntrack-table-full',
  level: 'warning',
  title: 'The connection tracking table is full',
  role: 'symptom',
  rank: 6,
  about: ['conntrack'],
  isExtra: true,
  needs: [],
  anyOf: ['conntrack', 'kernelLog'],
  check: ({ conntrack, kernelLog }) => {
    const log = loggedLines(kernelLog, LOG_ID);
    const full = conntrack !== null && conntrack.max > 0 && conntrack.count >= FULL * conntrack.max;
    if (!full && log.lines === 0) return [];
    const state =
      conntrack === null
        ? 'nf_conntrack_count was not captured'
        : `${formatCount(conntrack.count)} of ${formatCount(conntrack.max)} entries are in use (${formatShare(conntrack.count, conntrack.max)})`;
    return [
      {
        level: full && log.lines > 0 ? 'error' : 'warning',
        confidence: full ? 'high' : 'medium',
        messageId: full ? 'full-now' : 'was-full',
        message: `${
          log.lines === 0
            ? 'Connection tracking is full'
            : `The log has ${formatQuantity(log.lines, 'line')} that connection tracking dropped packets`
        }: ${state}. New connections are dropped before TCP sees them; peers retransmit and leave orphans.`,
        subjects: [{ kind: 'node' }],
        measures: {
          lines: log.lines,
          ...(conntrack === null ? {} : { conntrackCount: conntrack.count, conntrackMax: conntrack.max }),
        },
        evidence: [
          conntrack === null
            ? null
            : { entry: conntrack.entry, startLine: 1, endLine: 1, note: `${conntrack.count} entries` },
          log.evidence,
        ],
        doubts: full ? [] : ['At the time of the capture it was not full.'],
        fixes: [
          'Raise net.netfilter.nf_conntrack_max, and the number of hash buckets with it.',
          'Shorten nf_conntrack_tcp_timeout_established where long idle connections fill it.',
        ],
        nonFixes: ['tcp_mem and socket buffers: the packets never reach TCP.'],
        next: "conntrack -S, and conntrack -L | awk '{print $4}' | sort | uniq -c: which state fills it?",
      },
    ];
  },
});
