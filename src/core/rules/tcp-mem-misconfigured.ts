import { formatBytes, formatPages, formatShare } from '../format.ts';
import { defineRule } from './rule.ts';
import { MIN_CLOSE_WAIT, MIN_CLOSED } from './thresholds.ts';

/** The kernel's own default for max is about 9 % of RAM (tcp_init_mem); below this somebody has lowered it. */
export const MIN_SHARE_OF_RAM = 0.05;
/** Above half of RAM the values are bytes mistaken for pages, or of a larger machine. */
export const MAX_SHARE_OF_RAM = 0.5;
/** Ordinary traffic has 1 to 4 pages a socket; up to this the memory is no sign of a fault of its own. */
export const ORDINARY_PAGES_PER_SOCKET = 8;

export const tcpMemMisconfigured = defineRule({
  id: 'tcp-mem-misconfigured',
  level: 'note',
  title: 'tcp_mem does not fit this machine',
  needs: ['tcpMem', 'node'],
  optional: ['memory', 'ledger', 'holders'],
  check: ({ tcpMem, node, memory, ledger, holders }) => {
    if (node.memTotalBytes === null) return [];
    const maxBytes = tcpMem.maxPages * node.pageSizeBytes;
    const share = maxBytes / node.memTotalBytes;
    if (share >= MIN_SHARE_OF_RAM && share <= MAX_SHARE_OF_RAM) return [];
    const low = share < MIN_SHARE_OF_RAM;
    const mem = memory?.memPages?.value ?? 0;
    const leak = (holders ?? []).some(
      (holder) => holder.closeWait >= MIN_CLOSE_WAIT || holder.closedHeld >= MIN_CLOSED,
    );
    const sockets = ledger?.alloc?.value ?? 0;
    // The limit is the cause, not a circumstance, when ordinary use of memory already exceeds it.
    const isCause = low && mem > tcpMem.maxPages && !leak && sockets > 0 && mem < ORDINARY_PAGES_PER_SOCKET * sockets;
    return [
      {
        level: isCause ? 'error' : low ? 'note' : 'warning',
        confidence: isCause ? 'high' : 'medium',
        messageId: low ? (isCause ? 'too-small' : 'small') : 'too-large',
        message: `The maximum of net.ipv4.tcp_mem is ${formatPages(tcpMem.maxPages, node.pageSizeBytes)}, ${formatShare(maxBytes, node.memTotalBytes)} of ${formatBytes(node.memTotalBytes)} of RAM; the kernel's default is about 9 %. ${
          isCause
            ? 'Ordinary traffic is already above it: no process leaks or hoards, the limit itself is the fault.'
            : low
              ? 'It makes an outage come sooner; it is not what fills the memory.'
              : 'The values count pages, not bytes: at this size TCP can exhaust the RAM before the limit acts.'
        }`,
        subjects: [{ kind: 'node' }],
        measures: {
          maxPages: tcpMem.maxPages,
          maxBytes,
          memTotalBytes: node.memTotalBytes,
          ...(memory?.memPages ? { memPages: mem } : {}),
        },
        evidence: [
          { entry: tcpMem.entry, startLine: 1, endLine: 1, note: `max ${tcpMem.maxPages}` },
          node.meminfoEntry === '' ? null : { entry: node.meminfoEntry, startLine: 1, endLine: 1, note: 'MemTotal' },
        ],
        fixes: [
          low
            ? 'Remove the setting from sysctl.conf, or set the three values to about 5, 6 and 9 % of RAM in pages.'
            : 'Set the three values in pages, at most about 15 % of RAM.',
        ],
        nonFixes: isCause
          ? ['Restarting pods: the traffic comes back.']
          : ['Raising it while something leaks only postpones the outage.'],
      },
    ];
  },
});
