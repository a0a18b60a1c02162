/**
 * Formulas that go round for "closed sockets", computed on this very bundle, with what is wrong with them here.
 * `ss -s` prints closed = alloc - (inuse4 + inuse6 - tw) of the namespace it runs in (iproute2 misc/ss.c).
 */

import type { Shortcut } from '../report/report.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { formatCount } from '../wording/format.ts';

/** Empty unless sockstat of the host was captured and the truth can be told. */
export function shortcuts(snapshot: Snapshot, unhashed: number | null, acceptQueueClosed: number): readonly Shortcut[] {
  const host = snapshot.namespaces.find((namespace) => namespace.isHost);
  const stat = host?.sockstat?.value;
  // Fewer than none: the files are not of one node, and nothing can be compared.
  if (stat === undefined || host === undefined || unhashed === null || unhashed < 0) return [];
  const { tcpAlloc, tcpInuse, tcpTimeWait, tcpOrphan } = stat;
  if (tcpAlloc === null || tcpInuse === null || tcpTimeWait === null || tcpOrphan === null) return [];
  const inuse6 = host.sockstat6?.value.tcp6Inuse ?? null;
  const elsewhere = tcpAlloc - unhashed - tcpInuse - (inuse6 ?? 0);
  const queued =
    acceptQueueClosed === 0 ? '' : ` ${formatCount(acceptQueueClosed)} of the true number are held by no process.`;
  const found: Shortcut[] = [
    {
      id: 'alloc-minus-sockstat',
      formula: 'alloc - (inuse + tw + orphan) of /proc/net/sockstat',
      value: tcpAlloc - (tcpInuse + tcpTimeWait + tcpOrphan),
      truth: unhashed,
      explanation: `It takes alloc of the node and inuse of one namespace: ${faults([
        [elsewhere, 'open in other namespaces called closed'],
        [inuse6 ?? 0, 'IPv6 and dual-stack called closed'],
        [tcpTimeWait, 'in TIME_WAIT subtracted that were never in alloc'],
        [tcpOrphan, 'orphaned and subtracted twice'],
      ])}${queued}`,
    },
  ];
  if (inuse6 !== null) {
    found.push({
      id: 'ss-closed',
      formula: 'closed of ss -s on the host: alloc - (inuse4 + inuse6 - tw)',
      value: tcpAlloc - (tcpInuse + inuse6 - tcpTimeWait),
      truth: unhashed,
      explanation: `It is right only with one namespace and no TIME_WAIT: ${faults([
        [elsewhere, 'open in other namespaces called closed'],
        [tcpTimeWait, 'in TIME_WAIT added to them'],
      ])}${queued}`,
    });
  }
  return found;
}

function faults(parts: readonly (readonly [number, string])[]): string {
  const real = parts.filter(([count]) => count > 0).map(([count, what]) => `${formatCount(count)} ${what}`);
  return real.length === 0 ? 'nothing of that matters on this node.' : `${real.join(', ')}.`;
}
