import { formatBytes, formatCount, formatQuantity } from '../wording/format.ts';
import { describeSubject } from '../wording/subject-text.ts';
import { loggedLines } from './advice.ts';
import { defineRule } from './rule.ts';

/** A slow orphan counts up to four times (tcp_out_of_resources), so a quarter of the limit can already trip it. */
export const SHARE_OF_LIMIT = 0.25;

export const orphanFlood = defineRule({
  id: 'orphan-flood',
  level: 'warning',
  title: 'Too many orphaned sockets',
  role: 'count',
  rank: 7,
  about: ['orphans'],
  needs: ['ledger', 'maxOrphans', 'sockstat'],
  optional: ['kernelLog', 'namespaces'],
  check: ({ ledger, maxOrphans, sockstat, kernelLog, namespaces }) => {
    const orphans = ledger.orphans ?? 0;
    const log = loggedLines(kernelLog, 'tcp-too-many-orphans');
    const over = orphans > SHARE_OF_LIMIT * maxOrphans.value;
    if (!over && log.lines === 0) return [];
    const owner = [...(namespaces ?? [])].sort((a, b) => b.orphans - a.orphans)[0];
    const known = owner !== undefined && owner.orphans * 2 > orphans && owner.orphans > 0 ? owner : null;
    return [
      {
        level: over && log.lines > 0 ? 'error' : 'warning',
        confidence: over ? 'high' : 'medium',
        messageId: over ? 'orphans-now' : 'orphans-logged',
        message:
          `${formatQuantity(orphans, 'orphan')} (closed by their process, still sending) against a limit of ${formatCount(maxOrphans.value)}${
            log.lines > 0 ? `; the log has ${formatQuantity(log.lines, 'line')} about it` : ''
          }. ${known === null ? '' : `${formatCount(known.orphans)} are of ${describeSubject(known.subject)}, with ${formatBytes(known.orphanTxBytes)} that the peers do not acknowledge.`}`.trim(),
        headline: `${describeSubject(known === null ? { kind: 'node' } : known.subject)} has closed connections whose peers do not acknowledge: ${formatQuantity(orphans, 'orphan')} on this node against a limit of ${formatCount(maxOrphans.value)}`,
        stuckSockets: orphans,
        queuedBytes: known?.orphanTxBytes ?? 0,
        subjects: known === null ? [{ kind: 'node' }] : [known.subject],
        measures: {
          orphans,
          maxOrphans: maxOrphans.value,
          orphanLines: log.lines,
          ...(known === null ? {} : { namespaceOrphans: known.orphans, txQueueBytes: known.orphanTxBytes }),
        },
        evidence: [
          { entry: sockstat.entry, startLine: sockstat.tcpLine, endLine: sockstat.tcpLine, note: `orphan ${orphans}` },
          known?.orphanEvidence ?? null,
          log.evidence,
          { entry: maxOrphans.entry, startLine: 1, endLine: 1, note: `limit ${maxOrphans.value}` },
        ],
        doubts: over ? [] : ['At the time of the capture the orphans were below the limit again.'],
        fixes: [
          'Find why the peers do not acknowledge (gone, filtered, overloaded); orphans end by themselves when retransmission gives up.',
        ],
        nonFixes: [
          'Raising tcp_max_orphans costs memory and keeps dead connections longer.',
          'No process holds them any more: restarting one does not free them.',
        ],
        next: 'ss -tano state fin-wait-1 state last-ack state closing in that namespace, twice: the peers, and whether retransmissions go on.',
      },
    ];
  },
});
