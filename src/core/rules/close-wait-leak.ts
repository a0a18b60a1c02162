import type { Holder } from '../facts/holder.ts';
import type { Memory } from '../report/report.ts';
import { formatBytes, formatCount, formatQuantity, formatShare } from '../wording/format.ts';
import { describeSubject } from '../wording/subject-text.ts';
import { RAISING_TCP_MEM, restartAdvice, shareOfSockets } from './advice.ts';
import { certainlyClosed } from './closed-held.ts';
import { defineRule, type FindingDraft } from './rule.ts';
import { LARGE_SHARE_OF_ALLOC, MANY, MIN_CLOSE_WAIT, MIN_RATIO_TO_ESTABLISHED } from './thresholds.ts';

/** Replicas of a program, of which none has enough: each at least so many, together at least so many. */
export const MIN_EACH = 20;
export const MIN_SPREAD = 200;
/** A proxy that waits for its own peers has about as many in FIN_WAIT2 on its other side. */
export const MIRROR_SHARE = 0.8;

export const closeWaitLeak = defineRule({
  id: 'close-wait-leak',
  level: 'warning',
  title: 'Connections are never closed',
  role: 'count',
  rank: 1,
  about: ['close-wait'],
  needs: ['holders'],
  optional: ['ledger', 'memory', 'fdLinks', 'pools'],
  check: ({ holders, pools, ledger, memory }) => {
    const isLeak = (holder: Holder) =>
      isStuck(holder, ledger === null ? holder.closedHeld : certainlyClosed(holder, ledger));
    const single = holders.filter(isLeak);
    const named = new Set(single.flatMap((holder) => holder.pids));
    const shared = (pools ?? []).filter((pool) => isLeak(pool) && !pool.pids.some((pid) => named.has(pid)));
    const alloc = ledger?.alloc?.value ?? null;
    const found = [...single, ...shared].map((holder) => report(holder, alloc, memory));
    return found.length > 0 || alloc === null ? found : spread(holders, alloc);
  },
});

/** Takes how many of its sockets without a row are surely closed TCP. */
function isStuck(holder: Holder, closed: number): boolean {
  return (
    // A leak that is old enough has both.
    holder.closeWait + Math.min(closed, holder.closeWait) >= MIN_CLOSE_WAIT &&
    (isClear(holder) || isOld(holder) || (holder.closeWait >= MANY && holder.closeWait > holder.established)) &&
    // Old leaks turn from CLOSE_WAIT into CLOSE; whichever is more gives the finding its name, so there is one of it.
    holder.closeWait >= closed
  );
}

/** By ss or by samples nothing happened on so many for ten seconds: no burst lasts that long. */
function isOld({ closeWaitOld }: Holder): boolean {
  return closeWaitOld >= MIN_CLOSE_WAIT;
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
  const sending = isMost(holder.closeWaitSending, holder);
  const fresh = isMost(holder.closeWaitFresh, holder);
  const workers = holder.pids.length;
  const severe = holder.closeWait >= MANY || (alloc !== null && holder.closeWait > LARGE_SHARE_OF_ALLOC * alloc);
  return {
    level: mirrored || sending ? 'note' : severe && !fresh ? 'error' : 'warning',
    confidence: holder.outside
      ? 'low'
      : process === null || !(isClear(holder) || isOld(holder)) || sending || fresh
        ? 'medium'
        : 'high',
    messageId: mirrored
      ? 'close-wait-mirrored'
      : sending
        ? 'close-wait-in-use'
        : unread
          ? 'close-wait-unread'
          : 'close-wait-eof-read',
    message: `${describeSubject(subject)} holds ${formatQuantity(holder.closeWait, 'connection')}${
      workers > 1 ? ` of ${formatCount(workers)} processes` : ''
    } in CLOSE_WAIT${share}: the peers have closed, this side never did. ${
      mirrored
        ? `It has passed that on: ${formatCount(holder.finWait2)} connections on its other side are in FIN_WAIT2 and wait for ${otherSide(holder)}.`
        : unread
          ? `${formatCount(holder.closeWaitUnread)} of them hold ${formatBytes(holder.rxQueueBytes)} that nobody has read: their fds are not served any more.`
          : 'End of file was read on them and close() was not called.'
    }${survived(holder)}`,
    // An old leak is a mix: some of its sockets have meanwhile been closed by TCP and are held all the same.
    headline: `${describeSubject(subject)} holds ${formatQuantity(holder.connections, 'TCP connection')} and has not closed the ${formatCount(holder.closeWait)} whose peers are gone${
      holder.closedHeld === 0 ? '' : `, nor given back ${formatCount(holder.closedHeld)} that TCP has closed`
    }${shareOfSockets(holder.connections + holder.listen, alloc)}`,
    stuckSockets: holder.closeWait + holder.closedHeld,
    closedSockets: holder.closedHeld,
    queuedBytes: holder.rxQueueBytes,
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
      ...(holder.closeWaitSurvived === 0 ? {} : { survivingSockets: holder.closeWaitSurvived }),
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

function survived({ closeWait, closeWaitSurvived }: Holder): string {
  if (closeWaitSurvived * 2 <= closeWait) return '';
  return ` ${formatCount(closeWaitSurvived)} of them were in CLOSE_WAIT in another sample of this bundle too, more than five seconds apart.`;
}

/** By ss or by samples, which have to tell of most of them. */
function isMost(count: number, { closeWait, closeWaitTimed }: Holder): boolean {
  return closeWaitTimed * 2 > closeWait && count * 2 > closeWaitTimed;
}

function doubts(holder: Holder): readonly string[] {
  const texts: string[] = [];
  if (isMost(holder.closeWaitSending, holder)) {
    texts.push(
      `On ${formatCount(holder.closeWaitSending)} of them it has sent data since the peer closed its side: half-closed connections may be in use like that.`,
    );
  }
  if (isMost(holder.closeWaitFresh, holder)) {
    texts.push(
      `${formatCount(holder.closeWaitFresh)} of them got the end of file within the last five seconds: a process that is slow, or whose peers have just gone, looks the same. A second capture tells.`,
    );
  }
  if (holder.outside) {
    texts.push(
      'Every process of this namespace was readable and holds none of them: a process of another namespace does.',
    );
  } else if (holder.process === null) {
    texts.push(
      'No captured fd holds these sockets, so the process is not known: capture /proc/PID/fd of this namespace as root.',
    );
  }
  if (!isClear(holder) && !isOld(holder)) {
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

/** Replicas of one program leak a little each: none stands out, all together they do. */
function spread(holders: readonly Holder[], alloc: number): readonly FindingDraft[] {
  const some = holders
    .filter((holder) => holder.closeWait >= MIN_EACH && isClear(holder) && !isMirrored(holder))
    .sort((a, b) => b.closeWait - a.closeWait || (a.subject.pid ?? 0) - (b.subject.pid ?? 0));
  const total = some.reduce((sum, holder) => sum + holder.closeWait, 0);
  const [first] = some;
  if (first === undefined || total < MIN_SPREAD || total <= LARGE_SHARE_OF_ALLOC * alloc) return [];
  return [
    {
      level: 'warning',
      confidence: 'medium',
      messageId: 'close-wait-spread',
      message: `${formatQuantity(some.length, 'process', 'processes')} hold ${formatQuantity(total, 'connection')} in CLOSE_WAIT, ${formatShare(total, alloc)} of the TCP sockets of this node, and none of them as many as ${MIN_CLOSE_WAIT}: most likely replicas of one program. ${describeSubject(first.subject)} has most (${formatCount(first.closeWait)}).`,
      stuckSockets: total,
      subjects: some.slice(0, 20).map((holder) => holder.subject),
      measures: { closeWaitSockets: total, processes: some.length, largestCloseWait: first.closeWait },
      evidence: some.slice(0, 3).flatMap((holder) => holder.closeWaitEvidence),
      doubts: ['None of them has enough to be accused alone; a second capture shows whether the same ones stay.'],
      fixes: ['Close every connection when its peer has closed, on all paths, errors and time-outs included.'],
      nonFixes: [RAISING_TCP_MEM, 'Restarting one of them: the others go on.'],
      next: 'A second capture a minute later: the same inodes still in CLOSE_WAIT prove that they never go away.',
    },
  ];
}
