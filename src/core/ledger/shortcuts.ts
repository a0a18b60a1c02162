/**
 * Formulas that go round for "closed sockets", computed on this very bundle, with what is wrong with them here.
 * `ss -s` prints closed = alloc - (inuse4 + inuse6 - tw) of the namespace it runs in (iproute2 misc/ss.c).
 */

import type { Message } from '../report/message.ts';
import type { Shortcut } from '../report/report.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { defineMessages } from '../wording/define-messages.ts';

const say = defineMessages('shortcut', {
  allocMinusSockstat: 'alloc - (inuse + tw + orphan) of /proc/net/sockstat',
  ssClosed: 'closed of ss -s on the host: alloc - (inuse4 + inuse6 - tw)',
  mixesScopes: 'It takes alloc of the node and inuse of one namespace',
  onlyOneNamespace: 'It is right only with one namespace and no TIME_WAIT',
  explanation:
    '{rule}: {faults}.{queued, plural, =0 {} one { # of the true number is held by no process.} other { # of the true number are held by no process.}}',
  nothing: 'nothing of that matters on this node',
  openElsewhere: '{sockets, number} open in other namespaces called closed',
  sixCalledClosed: '{sockets, number} IPv6 and dual-stack called closed',
  timeWaitSubtracted: '{sockets, number} in TIME_WAIT subtracted that were never in alloc',
  timeWaitAdded: '{sockets, number} in TIME_WAIT added to them',
  orphansTwice: '{sockets, number} orphaned and subtracted twice',
});

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
  const found: Shortcut[] = [
    {
      id: 'alloc-minus-sockstat',
      formula: say.allocMinusSockstat(),
      value: tcpAlloc - (tcpInuse + tcpTimeWait + tcpOrphan),
      truth: unhashed,
      explanation: explain(say.mixesScopes(), acceptQueueClosed, [
        [elsewhere, say.openElsewhere],
        [inuse6 ?? 0, say.sixCalledClosed],
        [tcpTimeWait, say.timeWaitSubtracted],
        [tcpOrphan, say.orphansTwice],
      ]),
    },
  ];
  if (inuse6 !== null) {
    found.push({
      id: 'ss-closed',
      formula: say.ssClosed(),
      value: tcpAlloc - (tcpInuse + inuse6 - tcpTimeWait),
      truth: unhashed,
      explanation: explain(say.onlyOneNamespace(), acceptQueueClosed, [
        [elsewhere, say.openElsewhere],
        [tcpTimeWait, say.timeWaitAdded],
      ]),
    });
  }
  return found;
}

type Fault = (args: { sockets: number }) => Message;

function explain(rule: Message, queued: number, faults: readonly (readonly [number, Fault])[]): Message {
  const real = faults.filter(([sockets]) => sockets > 0).map(([sockets, fault]) => fault({ sockets }));
  return say.explanation({ rule, faults: real.length === 0 ? say.nothing() : real, queued });
}
