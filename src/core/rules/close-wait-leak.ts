import { formatBytes, formatCount, formatQuantity, formatShare } from '../format.ts';
import type { Memory } from '../report/report.ts';
import { describeSubject } from '../report/subject-text.ts';
import type { Holder } from '../snapshot/holders.ts';
import { RAISING_TCP_MEM, restartAdvice } from './advice.ts';
import { defineRule, type FindingDraft } from './rule.ts';
import { LARGE_SHARE_OF_ALLOC, MANY, MIN_CLOSE_WAIT, MIN_RATIO_TO_ESTABLISHED } from './thresholds.ts';

/** A proxy that waits for its own peers has about as many in FIN_WAIT2 on its other side. */
export const MIRROR_SHARE = 0.8;

export const closeWaitLeak = defineRule({
  id: 'close-wait-leak',
  level: 'warning',
  title: 'Connections are never closed',
  needs: ['holders'],
  optional: ['ledger', 'memory', 'fdLinks', 'pools'],
  check: ({ holders, pools, ledger, memory }) => {
    const single = holders.filter(isLeak);
    const named = new Set(single.flatMap((holder) => holder.pids));
    const shared = (pools ?? []).filter((pool) => isLeak(pool) && !pool.pids.some((pid) => named.has(pid)));
    return [...single, ...shared].map((holder) => report(holder, ledger?.alloc?.value ?? null, memory));
  },
});

function isLeak(holder: Holder): boolean {
  return (
    // A leak that is old enough has both.
    holder.closeWait + Math.min(holder.closedHeld, holder.closeWait) >= MIN_CLOSE_WAIT &&
    (isClear(holder) || (holder.closeWait >= MANY && holder.closeWait > holder.established)) &&
    // Old leaks turn from CLOSE_WAIT into CLOSE; whichever is more gives the finding its name, so there is one of it.
    holder.closeWait >= holder.closedHeld
  );
}

/**
 * It has passed the end of file on and waits for the other side: what it waits for is the cause. Who talks to itself
 * has both ends of each connection, and no other side.
 */
function isMirrored({ closeWait, finWait2, finWait2Peer, pids }: Holder): boolean {
  if (finWait2Peer?.pid !== undefined && pids.includes(finWait2Peer.pid)) return false;
  return finWait2 >= MIRROR_SHARE * closeWait && closeWait >= MIRROR_SHARE * finWait2;
}

/** Nearly all that it has is stuck; with as many established ones a burst of closing peers would look the same. */
function isClear(holder: Holder): boolean {
  return holder.closeWait > MIN_RATIO_TO_ESTABLISHED * holder.established;
}

function report(holder: Holder, alloc: number | null, memory: Memory | null): FindingDraft {
  const { subject, process } = holder;
  const accounts = memory?.owners.filter(
    (owner) => owner.subject === subject || holder.pids.includes(owner.subject.pid ?? -1),
  );
  const unread = holder.closeWaitUnread * 2 > holder.closeWait;
  const share =
    alloc === null ? '' : `, ${formatShare(holder.connections + holder.listen, alloc)} of the TCP sockets of this node`;
  const mirrored = isMirrored(holder);
  const workers = holder.pids.length;
  const severe = holder.closeWait >= MANY || (alloc !== null && holder.closeWait > LARGE_SHARE_OF_ALLOC * alloc);
  return {
    level: mirrored ? 'note' : severe ? 'error' : 'warning',
    confidence: process === null || !isClear(holder) ? 'medium' : 'high',
    messageId: mirrored ? 'close-wait-mirrored' : unread ? 'close-wait-unread' : 'close-wait-eof-read',
    message: `${describeSubject(subject)} holds ${formatQuantity(holder.closeWait, 'connection')}${
      workers > 1 ? ` of ${formatCount(workers)} processes` : ''
    } in CLOSE_WAIT${share}: the peers have closed, this side never did. ${
      mirrored
        ? `It has passed that on: ${formatCount(holder.finWait2)} connections on its other side are in FIN_WAIT2 and wait for ${otherSide(holder)}.`
        : unread
          ? `${formatCount(holder.closeWaitUnread)} of them hold ${formatBytes(holder.rxQueueBytes)} that nobody has read: their fds are not served any more.`
          : 'End of file was read on them and close() was not called.'
    }`,
    subjects: [subject],
    measures: {
      closeWaitSockets: holder.closeWait,
      connectionsHeld: holder.connections,
      establishedSockets: holder.established,
      listenSockets: holder.listen,
      closedHeldSockets: holder.closedHeld,
      finWait2Sockets: holder.finWait2,
      ...(process === null || workers !== 1
        ? { processes: workers }
        : { socketFds: process.fdKinds.socket, openFds: process.openFds }),
      unreadSockets: holder.closeWaitUnread,
      rxQueueBytes: holder.rxQueueBytes,
      keepaliveSockets: holder.closeWaitKeepalive,
      ...(accounts === undefined || accounts.length === 0
        ? {}
        : { memPages: accounts.reduce((sum, owner) => sum + owner.pages, 0) }),
      ...(holder.topLocalPort === 0 ? {} : { localPort: holder.topLocalPort }),
    },
    evidence: [...holder.closeWaitEvidence, holder.fdEvidence],
    doubts: doubts(holder),
    fixes: [
      holder.accepted
        ? `Close every connection accepted on port ${holder.topLocalPort} on all paths, errors and time-outs included.`
        : 'Close every connection when its peer has closed, on all paths, errors and time-outs included.',
      restartAdvice(subject),
    ],
    nonFixes: [
      RAISING_TCP_MEM,
      'TCP keepalive makes the rows vanish, but the fds and unread data stay.',
      'tcp_fin_timeout, tcp_tw_reuse and somaxconn have no part in CLOSE_WAIT.',
    ],
    next: 'A second capture a minute later: the same inodes still in CLOSE_WAIT prove that they never go away.',
  };
}

function otherSide({ finWait2Peer, finWait2Remote, finWait2RemotePort }: Holder): string {
  return finWait2Peer === null ? `${finWait2Remote}:${finWait2RemotePort}` : describeSubject(finWait2Peer);
}

function doubts(holder: Holder): readonly string[] {
  const texts: string[] = [];
  if (holder.process === null) {
    texts.push(
      'No captured fd holds these sockets, so the process is not known: capture /proc/PID/fd of this namespace as root.',
    );
  }
  if (!isClear(holder)) {
    texts.push(
      `It has ${formatQuantity(holder.established, 'established connection')} too: if the peers have just closed, this may pass. A second capture tells.`,
    );
  }
  if (holder.closedHeld > 0) {
    texts.push(
      `This process holds ${formatQuantity(holder.closedHeld, 'more socket')} without a row: part of the same leak.`,
    );
  }
  if (holder.sharedSockets > 0) {
    texts.push(
      `Other processes hold ${formatQuantity(holder.sharedSockets, 'connection')} of these too: a connection goes away only when the last one closes it.`,
    );
  }
  return texts;
}
