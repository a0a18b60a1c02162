import { defineMessages } from '../wording/define-messages.ts';
import { andThen } from './advice.ts';
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

const say = defineMessages('connection-load', {
  title: 'TCP memory is short because of ordinary load',
  spread:
    '{established, number} of {sockets, plural, one {# TCP socket} other {# TCP sockets}} ({share, number, share}) are established, and no process has as much as {limit, number, share} of the memory. mem is {pages, plural, one {# page} other {# pages}} ({size, number, bytes}), about {perSocket, plural, one {# page} other {# pages}} of 4 KiB for each socket. This is what the load of this node takes.{busiest}',
  busiest: '{who} has the most connections ({connections, number}).',
  mem: 'mem {pages, number}',
  oneCapture: 'One capture does not show whether mem follows the traffic. If it stays high at night, something leaks.',
  payloadOnly:
    'Without ss only the payload of each process is known. The buffers of one process may be a larger share.',
  raise: 'Raise net.ipv4.tcp_mem to 10 to 15 % of RAM, or spread the load over more nodes.',
  compare: 'Multiply tcp_rmem[2] and tcp_wmem[2] by the number of connections, and compare that with tcp_mem.',
  restarting: 'Restarting the processes: the same connections come back.',
  watch: 'Record sockstat every minute for a day: does mem follow the traffic?',
});

export const connectionLoad = defineRule({
  id: 'connection-load',
  level: 'warning',
  title: say.title(),
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
    const busiest = holders[0]?.process === null ? undefined : holders[0];
    return [
      {
        confidence: 'medium',
        message: say.spread({
          established,
          sockets: alloc,
          share: established / alloc,
          limit: MAX_OWNER_SHARE,
          pages: mem,
          size: mem * memory.pageSizeBytes,
          perSocket: Math.max(1, Math.round(pagesPerSocket)),
          busiest: andThen(
            busiest === undefined ? null : say.busiest({ who: busiest.subject, connections: busiest.connections }),
          ),
        }),
        subjects: busiest === undefined ? [{ kind: 'node' }] : [{ kind: 'node' }, busiest.subject],
        measures: { establishedSockets: established, allocSockets: alloc, memPages: mem },
        evidence: [
          {
            entry: sockstat.entry,
            startLine: sockstat.tcpLine,
            endLine: sockstat.tcpLine,
            note: say.mem({ pages: mem }),
          },
          holders[0]?.fdEvidence ?? null,
        ],
        doubts: [say.oneCapture(), ...(top?.source === 'queues' ? [say.payloadOnly()] : [])],
        fixes: [say.raise(), say.compare()],
        nonFixes: [say.restarting()],
        next: say.watch(),
      },
    ];
  },
});
