import { formatCount, formatQuantity, formatShare } from '../format.ts';
import { defineRule } from './rule.ts';
import { FULL } from './thresholds.ts';

const LOG_ID = 'conntrack-full';

export const conntrackTableFull = defineRule({
  id: 'conntrack-table-full',
  level: 'warning',
  title: 'The connection tracking table is full',
  needs: [],
  anyOf: ['conntrack', 'kernelLog'],
  check: ({ conntrack, kernelLog }) => {
    const hits = (kernelLog?.scan.hits ?? []).filter((hit) => hit.id === LOG_ID);
    const full = conntrack !== null && conntrack.max > 0 && conntrack.count >= FULL * conntrack.max;
    const first = hits[0];
    const last = hits.at(-1);
    if (!full && first === undefined) return [];
    const state =
      conntrack === null
        ? 'nf_conntrack_count was not captured'
        : `${formatCount(conntrack.count)} of ${formatCount(conntrack.max)} entries are in use (${formatShare(conntrack.count, conntrack.max)})`;
    return [
      {
        level: full && first !== undefined ? 'error' : 'warning',
        confidence: full ? 'high' : 'medium',
        messageId: full ? 'full-now' : 'was-full',
        message: `${
          first === undefined
            ? 'Connection tracking is full'
            : `The log has ${formatQuantity(hits.length, 'line')} that connection tracking dropped packets`
        }: ${state}. New connections are dropped before TCP sees them; peers retransmit and leave orphans.`,
        subjects: [{ kind: 'node' }],
        measures: {
          lines: hits.length,
          ...(conntrack === null ? {} : { conntrackCount: conntrack.count, conntrackMax: conntrack.max }),
        },
        evidence: [
          conntrack === null
            ? null
            : { entry: conntrack.entry, startLine: 1, endLine: 1, note: `${conntrack.count} entries` },
          first === undefined || last === undefined || kernelLog === null
            ? null
            : {
                entry: kernelLog.entry,
                startLine: first.line,
                endLine: last.line,
                note: formatQuantity(hits.length, 'line'),
              },
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
