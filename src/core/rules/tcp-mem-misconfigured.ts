import type { TcpMemFact } from '../facts/facts.ts';
import type { Message } from '../report/message.ts';
import { defineMessages } from '../wording/define-messages.ts';
import { sayCounter } from './advice.ts';
import { defineRule } from './rule.ts';
import { MIN_CLOSE_WAIT, MIN_CLOSED, SKEW_SHARE, SKEW_SOCKETS } from './thresholds.ts';

const say = defineMessages('tcp-mem-misconfigured', {
  title: 'tcp_mem does not fit this machine',
  headline: 'No process leaks: net.ipv4.tcp_mem itself is set far too small for ordinary traffic.',
  maximum:
    "The maximum of net.ipv4.tcp_mem is {pages, plural, one {# page} other {# pages}} ({size, number, bytes}), {share, number, share} of {ram, number, bytes} of RAM. The kernel's default is about 9 %.",
  'too-small':
    '{maximum} Ordinary traffic is already above it. No process leaks or hoards: the limit itself is the fault.',
  'old-default':
    "{maximum} The three values are the kernel's own for a smaller amount of RAM: memory was added after boot. It makes an outage come sooner, but it is not what fills the memory.",
  small: '{maximum} It makes an outage come sooner, but it is not what fills the memory.',
  'bytes-for-pages':
    '{maximum} The values count pages, not bytes. Most likely {meant, number, bytes} was meant. At this size TCP can exhaust the RAM before the limit acts.',
  'too-large':
    '{maximum} The values count pages, not bytes. At this size TCP can exhaust the RAM before the limit acts.',
  memTotal: 'MemTotal',
  onPurpose: 'It may be meant: on a node whose RAM belongs to something else TCP may be kept small.',
  setInPages: 'Set the three values in pages, at most about 15 % of RAM.',
  setForToday:
    'Set the three values to about 5, 6 and 9 % of the RAM of today in pages. The kernel does so by itself at the next boot.',
  removeSetting: 'Remove the setting from sysctl.conf, or set the three values to about 5, 6 and 9 % of RAM in pages.',
  restarting: 'Restarting pods: the traffic comes back.',
  raising: 'Raising it while something leaks only postpones the outage.',
  whoSets: 'Run {command} to find who sets it.',
});

const FIND_SETTING = 'grep -rn tcp_mem /etc/sysctl.conf /etc/sysctl.d /usr/lib/sysctl.d /run/sysctl.d';

/** The kernel's own default for max is about 9 % of RAM (tcp_init_mem); below this somebody has lowered it. */
export const MIN_SHARE_OF_RAM = 0.05;
/** Above half of RAM the values are bytes mistaken for pages, or of a larger machine. */
export const MAX_SHARE_OF_RAM = 0.5;
/** Ordinary traffic has 1 to 4 pages a socket; up to this the memory is no sign of a fault of its own. */
export const ORDINARY_PAGES_PER_SOCKET = 8;
/** As bytes such a value would have made sense: 1 % of RAM at least. */
export const SANE_SHARE = 0.01;

type Kind = 'too-small' | 'old-default' | 'small' | 'bytes-for-pages' | 'too-large';

export const tcpMemMisconfigured = defineRule({
  id: 'tcp-mem-misconfigured',
  level: 'note',
  title: say.title(),
  role: 'limit',
  rank: 1,
  about: ['tcp-mem-limit'],
  needs: ['tcpMem', 'node'],
  optional: ['memory', 'ledger', 'holders'],
  check: ({ tcpMem, node, memory, ledger, holders }) => {
    const { memTotalBytes, pageSizeBytes } = node;
    if (memTotalBytes === null) return [];
    const maxBytes = tcpMem.maxPages * pageSizeBytes;
    const share = maxBytes / memTotalBytes;
    if (share >= MIN_SHARE_OF_RAM && share <= MAX_SHARE_OF_RAM) return [];
    const mem = memory?.memPages?.value ?? 0;
    const leak = (holders ?? []).some(
      (holder) => holder.closeWait >= MIN_CLOSE_WAIT || holder.closedHeld >= MIN_CLOSED,
    );
    const sockets = ledger?.alloc?.value ?? 0;
    // Sockets that were not seen may be a leak: then nobody can be acquitted.
    const seen = ledger !== null && (ledger.residual ?? sockets) <= Math.max(SKEW_SOCKETS, SKEW_SHARE * sockets);
    const ordinary = sockets > 0 && mem < ORDINARY_PAGES_PER_SOCKET * sockets;
    // The limit is the cause, not a circumstance, when ordinary use of memory already exceeds it.
    const isCause = mem > tcpMem.maxPages && !leak && ordinary && seen;
    const kind = kindOf(tcpMem, share, memTotalBytes, isCause);
    return [
      {
        level: kind === 'too-small' ? 'error' : share < MIN_SHARE_OF_RAM ? 'note' : 'warning',
        confidence: kind === 'too-small' || kind === 'old-default' ? 'high' : 'medium',
        message: say[kind]({
          maximum: say.maximum({
            pages: tcpMem.maxPages,
            size: maxBytes,
            share: maxBytes / memTotalBytes,
            ram: memTotalBytes,
          }),
          meant: tcpMem.maxPages,
        }),
        ...(kind === 'too-small' ? { headline: say.headline() } : {}),
        subjects: [{ kind: 'node' }],
        measures: {
          maxPages: tcpMem.maxPages,
          maxBytes,
          memTotalBytes,
          ...(memory?.memPages ? { memPages: mem } : {}),
        },
        evidence: [
          { entry: tcpMem.entry, startLine: 1, endLine: 1, note: sayCounter('max', tcpMem.maxPages) },
          node.meminfoEntry === ''
            ? null
            : { entry: node.meminfoEntry, startLine: 1, endLine: 1, note: say.memTotal() },
        ],
        doubts: kind === 'small' ? [say.onPurpose()] : [],
        fixes: [fix(kind)],
        nonFixes: [kind === 'too-small' ? say.restarting() : say.raising()],
        next: say.whoSets({ command: FIND_SETTING }),
      },
    ];
  },
});

function kindOf(tcpMem: TcpMemFact, share: number, memTotalBytes: number, isCause: boolean): Kind {
  if (share > MAX_SHARE_OF_RAM) {
    const asBytes = tcpMem.maxPages / memTotalBytes;
    return asBytes >= SANE_SHARE && asBytes <= MAX_SHARE_OF_RAM ? 'bytes-for-pages' : 'too-large';
  }
  if (isCause) return 'too-small';
  return isKernelDefault(tcpMem) ? 'old-default' : 'small';
}

/** What tcp_init_mem makes of any amount of memory: min is three quarters of pressure, max is twice min. */
function isKernelDefault({ minPages, pressurePages, maxPages }: TcpMemFact): boolean {
  return minPages === Math.floor(pressurePages / 4) * 3 && maxPages === 2 * minPages;
}

function fix(kind: Kind): Message {
  switch (kind) {
    case 'too-large':
    case 'bytes-for-pages':
      return say.setInPages();
    case 'old-default':
      return say.setForToday();
    default:
      return say.removeSetting();
  }
}
