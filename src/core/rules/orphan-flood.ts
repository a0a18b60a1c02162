import { defineMessages } from '../wording/define-messages.ts';
import { andThen, loggedLines, sayCounter } from './advice.ts';
import { defineRule } from './rule.ts';

const FLOOD =
  'This node has {orphans, plural, one {# orphan} other {# orphans}} against a limit of {limit, number}. Orphans are sockets that their process has closed and that still send.{logged}{owner}';

const say = defineMessages('orphan-flood', {
  title: 'Too many orphaned sockets',
  'orphans-now': FLOOD,
  'orphans-logged': FLOOD,
  logged:
    'The log has {lines, plural, one {# line that says} other {# lines that say}} that there were too many orphans.',
  owner:
    '{sockets, plural, one {# of them is} other {# of them are}} of {who}, with {size, number, bytes} that the peers do not acknowledge.',
  headline:
    'The peers of {who} do not acknowledge what it sent before it closed the connections: this node has {orphans, plural, one {# orphan} other {# orphans}} against a limit of {limit, number}.',
  headlineNode:
    'Peers do not acknowledge what was sent on connections that are closed: this node has {orphans, plural, one {# orphan} other {# orphans}} against a limit of {limit, number}.',
  below: 'At the time of the capture the orphans were below the limit again.',
  findWhy:
    'Find why the peers do not acknowledge: they may be gone, filtered or overloaded. Orphans end by themselves when retransmission gives up.',
  raise: 'Raising tcp_max_orphans costs memory and keeps dead connections longer.',
  restarting: 'No process holds them any more: restarting one does not free them.',
  list: 'Run ss -tano state fin-wait-1 state last-ack state closing in that namespace twice. It shows the peers, and whether retransmissions go on.',
});

/** A slow orphan counts up to four times (tcp_out_of_resources), so a quarter of the limit can already trip it. */
export const SHARE_OF_LIMIT = 0.25;

export const orphanFlood = defineRule({
  id: 'orphan-flood',
  level: 'warning',
  title: say.title(),
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
        message: say[over ? 'orphans-now' : 'orphans-logged']({
          orphans,
          limit: maxOrphans.value,
          logged: andThen(log.lines > 0 ? say.logged({ lines: log.lines }) : null),
          owner: andThen(
            known === null
              ? null
              : say.owner({ sockets: known.orphans, who: known.subject, size: known.orphanTxBytes }),
          ),
        }),
        headline:
          known === null
            ? say.headlineNode({ orphans, limit: maxOrphans.value })
            : say.headline({ who: known.subject, orphans, limit: maxOrphans.value }),
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
          {
            entry: sockstat.entry,
            startLine: sockstat.tcpLine,
            endLine: sockstat.tcpLine,
            note: sayCounter('orphan', orphans),
          },
          known?.orphanEvidence ?? null,
          log.evidence,
          { entry: maxOrphans.entry, startLine: 1, endLine: 1, note: sayCounter('tcp_max_orphans', maxOrphans.value) },
        ],
        doubts: over ? [] : [say.below()],
        fixes: [say.findWhy()],
        nonFixes: [say.raise(), say.restarting()],
        next: say.list(),
      },
    ];
  },
});
