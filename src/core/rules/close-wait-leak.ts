import { formatBytes, formatCount, formatQuantity, formatShare } from '../format.ts';
import type { Memory } from '../report/report.ts';
import { describeSubject } from '../report/subject-text.ts';
import type { Holder } from '../snapshot/holders.ts';
import { defineRule, type FindingDraft } from './rule.ts';
import { LARGE_SHARE_OF_ALLOC, MANY, MIN_CLOSE_WAIT } from './thresholds.ts';

/** A busy server passes through CLOSE_WAIT too, but then most of its connections are established. */
export const MIN_RATIO_TO_ESTABLISHED = 5;

export const closeWaitLeak = defineRule({
  id: 'close-wait-leak',
  level: 'warning',
  title: 'Connections are never closed',
  needs: ['holders'],
  optional: ['ledger', 'memory', 'fdLinks'],
  check: ({ holders, ledger, memory }) =>
    holders.filter(isLeak).map((holder) => report(holder, ledger?.alloc?.value ?? null, memory)),
});

function isLeak(holder: Holder): boolean {
  return (
    holder.closeWait >= MIN_CLOSE_WAIT &&
    (isClear(holder) || (holder.closeWait >= MANY && holder.closeWait > holder.established)) &&
    // Old leaks turn from CLOSE_WAIT into CLOSE; whichever is more gives the finding its name, so there is one of it.
    holder.closeWait >= holder.closedHeld
  );
}

/** Nearly all that it has is stuck; with as many established ones a burst of closing peers would look the same. */
function isClear(holder: Holder): boolean {
  return holder.closeWait > MIN_RATIO_TO_ESTABLISHED * holder.established;
}

function report(holder: Holder, alloc: number | null, memory: Memory | null): FindingDraft {
  const { subject, process } = holder;
  const pages = memory?.owners.find(
    (owner) => owner.subject === subject || isSame(owner.subject.pid, process?.pid),
  )?.pages;
  const unread = holder.closeWaitUnread * 2 > holder.closeWait;
  const share =
    alloc === null ? '' : `, ${formatShare(holder.connections + holder.listen, alloc)} of the TCP sockets of this node`;
  const severe = holder.closeWait >= MANY || (alloc !== null && holder.closeWait > LARGE_SHARE_OF_ALLOC * alloc);
  return {
    level: severe ? 'error' : 'warning',
    confidence: process === null || !isClear(holder) ? 'medium' : 'high',
    messageId: unread ? 'close-wait-unread' : 'close-wait-eof-read',
    message: `${describeSubject(subject)} holds ${formatQuantity(holder.closeWait, 'connection')} in CLOSE_WAIT${share}: the peers have closed, this side never did. ${
      unread
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
      ...(process === null ? {} : { socketFds: process.fdKinds.socket, openFds: process.openFds }),
      unreadSockets: holder.closeWaitUnread,
      rxQueueBytes: holder.rxQueueBytes,
      keepaliveSockets: holder.closeWaitKeepalive,
      ...(pages === undefined ? {} : { memPages: pages }),
      ...(holder.topLocalPort === 0 ? {} : { localPort: holder.topLocalPort }),
    },
    evidence: [...holder.closeWaitEvidence, holder.fdEvidence],
    doubts: doubts(holder),
    fixes: [
      holder.accepted
        ? `Close every connection accepted on port ${holder.topLocalPort} on all paths, errors and time-outs included.`
        : 'Close every connection when its peer has closed, on all paths, errors and time-outs included.',
      `Until then restart ${process === null ? 'the process' : `${process.comm} (pid ${process.pid})`}: that frees its sockets and their memory at once.`,
    ],
    nonFixes: [
      'Raising tcp_mem only postpones it.',
      'TCP keepalive makes the rows vanish, but the fds and unread data stay.',
      'tcp_fin_timeout, tcp_tw_reuse and somaxconn have no part in CLOSE_WAIT.',
    ],
    next: 'A second capture a minute later: the same inodes still in CLOSE_WAIT prove that they never go away.',
  };
}

function isSame(a: number | undefined, b: number | undefined): boolean {
  return a !== undefined && a === b;
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
      `${formatQuantity(holder.closedHeld, 'more socket')} of this process have no row any more: part of the same leak.`,
    );
  }
  if (holder.sharedSockets > 0) {
    texts.push(
      `${formatQuantity(holder.sharedSockets, 'socket')} are held by other processes too; they go away only when the last one closes.`,
    );
  }
  return texts;
}
