import { formatCount, formatPages, formatShare } from '../wording/format.ts';
import { describeSubject } from '../wording/subject-text.ts';
import { defineRule } from './rule.ts';
import { SKEW_SHARE, SKEW_SOCKETS } from './thresholds.ts';

/** Sockets of a node that really serves. */
export const MIN_ESTABLISHED = 1000;
/** Of all TCP sockets: where nothing is stuck, nearly all are established or listen. */
export const MIN_SHARE = 0.7;
/** Nobody has so much of the memory: it is spread over those who work. */
export const MAX_OWNER_SHARE = 0.3;
/** Pages of 4 KiB for each socket: queues of requests in flight, not of data that lies about. */
export const MAX_PAGES_PER_SOCKET = 8;

export const connectionLoad = defineRule({
  id: 'connection-load',
  level: 'warning',
  title: 'TCP memory is short because of honest load',
  role: 'node',
  rank: 1,
  about: ['load'],
  needs: ['memory', 'ledger', 'holders', 'sockstat'],
  check: ({ memory, ledger, holders, sockstat }) => {
    if (memory.status !== 'exhausted' && memory.status !== 'pressure') return [];
    const mem = memory.memPages?.value ?? 0;
    const established = ledger.states['ESTABLISHED'] ?? 0;
    const alloc = ledger.alloc?.value ?? 0;
    const top = memory.owners[0];
    const spread = top === undefined || top.pages < MAX_OWNER_SHARE * mem;
    const pagesPerSocket = (mem * memory.pageSizeBytes) / 4096 / Math.max(1, ledger.tcpSockets);
    if (established < MIN_ESTABLISHED || established < MIN_SHARE * alloc) return [];
    if (!spread || pagesPerSocket >= MAX_PAGES_PER_SOCKET) return [];
    // Sockets without a row may hold unread data that no queue shows.
    if ((ledger.unhashed ?? 0) > Math.max(SKEW_SOCKETS, SKEW_SHARE * alloc)) return [];
    const busiest = holders[0];
    return [
      {
        confidence: 'medium',
        messageId: 'spread',
        message: `${formatCount(established)} of ${formatCount(alloc)} TCP sockets (${formatShare(established, alloc)}) are established, and no process has as much as ${formatShare(MAX_OWNER_SHARE, 1)} of the memory: mem is ${formatPages(mem, memory.pageSizeBytes)}, about ${formatCount(Math.max(1, Math.round(pagesPerSocket)))} pages of 4 KiB for each socket. This is what the load of this node takes.${
          busiest === undefined || busiest.process === null
            ? ''
            : ` ${describeSubject(busiest.subject)} has most connections (${formatCount(busiest.connections)}).`
        }`,
        subjects:
          busiest === undefined || busiest.process === null ? [{ kind: 'node' }] : [{ kind: 'node' }, busiest.subject],
        measures: { establishedSockets: established, allocSockets: alloc, memPages: mem },
        evidence: [
          { entry: sockstat.entry, startLine: sockstat.tcpLine, endLine: sockstat.tcpLine, note: `mem ${mem}` },
          busiest?.fdEvidence ?? null,
        ],
        doubts: [
          'One capture does not show whether it follows the traffic: if it stays high at night, something leaks.',
          ...(top?.source === 'queues'
            ? ['Without ss only payload is known of each process: the buffers of one may be a larger share.']
            : []),
        ],
        fixes: [
          'Raise net.ipv4.tcp_mem to 10 to 15 % of RAM, or spread the load over more nodes.',
          'Check tcp_rmem[2] and tcp_wmem[2] times the number of connections against tcp_mem.',
        ],
        nonFixes: ['Restarting the processes: the same connections come back.'],
        next: 'sockstat every minute for a day: does mem follow the traffic?',
      },
    ];
  },
});
