import type { Holder } from '../facts/holder.ts';
import type { Coverage } from '../report/report.ts';
import { formatCount, formatQuantity, formatShare } from '../wording/format.ts';
import { describeSubject } from '../wording/subject-text.ts';
import { RAISING_TCP_MEM, restartAdvice, shareOfSockets } from './advice.ts';
import { defineRule, type FindingDraft } from './rule.ts';
import { LARGE_SHARE_OF_ALLOC, MANY } from './thresholds.ts';

/** Both sides close within a round trip or two: a hundred at once under one holder stand still. */
export const MIN_HALF_CLOSED = 100;
/** Of its connections; a busy proxy has a few in passing. */
export const SHARE_OF_CONNECTIONS = 0.3;
/** A proxy that passes every end of file on has as many in CLOSE_WAIT on its other side. */
export const MIRROR_SHARE = 0.8;

export const halfClosedHeld = defineRule({
  id: 'half-closed-held',
  level: 'warning',
  title: 'Half-closed connections are kept',
  role: 'count',
  rank: 5,
  about: ['fin-wait2'],
  // Who waits for its peers to close is not the cause while somebody on the node does not close.
  yieldsTo: 'close-wait',
  needs: ['holders', 'fdLinks'],
  optional: ['ledger', 'coverage'],
  check: ({ holders, ledger, coverage }) => {
    const alloc = ledger?.alloc?.value ?? null;
    return holders.filter(isHeld).map((holder) => report(holder, alloc, coverage !== null && isWhole(coverage)));
  },
});

function isHeld(holder: Holder): boolean {
  return holder.finWait2 >= MIN_HALF_CLOSED && holder.finWait2 >= SHARE_OF_CONNECTIONS * holder.connections;
}

/** Who talks to itself has both ends of each connection, and no other side. */
function isMirrored({ closeWait, finWait2, finWait2Peer, pids }: Holder): boolean {
  if (finWait2Peer?.pid !== undefined && pids.includes(finWait2Peer.pid)) return false;
  return closeWait >= MIRROR_SHARE * finWait2 && finWait2 >= MIRROR_SHARE * closeWait;
}

/** Else the other ends may be in what was not captured. */
function isWhole({ namespacesSeen, namespacesKnown, truncated }: Coverage): boolean {
  return namespacesSeen >= namespacesKnown && !truncated;
}

function report(holder: Holder, alloc: number | null, whole: boolean): FindingDraft {
  const { subject, finWait2, finWait2Peer, finWait2Remote, finWait2RemotePort } = holder;
  const severe = finWait2 >= MANY || (alloc !== null && finWait2 > LARGE_SHARE_OF_ALLOC * alloc);
  // Whoever got the end of file and does not close is the cause, and the rule about CLOSE_WAIT names it.
  const explained = holder.finWait2Answered * 2 >= finWait2;
  const mirrored = isMirrored(holder);
  const where = finWait2Peer === null ? `${finWait2Remote}:${finWait2RemotePort}` : describeSubject(finWait2Peer);
  return {
    level: explained ? 'note' : severe && whole ? 'error' : 'warning',
    confidence: explained ? 'high' : whole ? 'medium' : 'low',
    messageId: mirrored ? 'mirrored-pairs' : 'fin-wait2-held',
    message: `${describeSubject(subject)} keeps ${formatQuantity(finWait2, 'connection')} in FIN_WAIT2${
      alloc === null ? '' : `, ${formatShare(finWait2, alloc)} of the TCP sockets of this node`
    }: it has ended its direction and waits for the peer to close. No timer ends that while the fd is open. ${
      mirrored
        ? `Nearly as many (${formatCount(holder.closeWait)}) are in CLOSE_WAIT on its other side: it passes connections through. `
        : ''
    }${finWait2Peer === null ? 'A peer is at' : 'Most of the peers are'} ${where}.`,
    headline: `${describeSubject(subject)} keeps ${formatQuantity(finWait2, 'connection')} half-closed: it has ended its direction and waits for peers that do not close${shareOfSockets(holder.connections + holder.listen, alloc)}`,
    stuckSockets: finWait2,
    subjects: finWait2Peer === null ? [subject] : [subject, finWait2Peer],
    measures: {
      finWait2Sockets: finWait2,
      closeWaitSockets: holder.closeWait,
      connectionsHeld: holder.connections,
      establishedSockets: holder.established,
      listenSockets: holder.listen,
      answeredSockets: holder.finWait2Answered,
    },
    evidence: [...holder.finWait2Evidence, holder.fdEvidence],
    doubts: explained
      ? [
          `The other ends of ${formatCount(holder.finWait2Answered)} are on this node in CLOSE_WAIT: there is who does not close.`,
        ]
      : finWait2Peer === null
        ? [
            whole
              ? 'The peers are not on this node: whether they got the end of file is not known.'
              : 'The peers were not captured: they may be on this node and be the ones that do not close.',
          ]
        : [],
    fixes: [
      'Give half-closed connections a time limit and then close() them: shutdown() alone never frees the fd.',
      `Find why ${where} does not close after the end of file.`,
      restartAdvice(subject),
    ],
    nonFixes: [
      'tcp_fin_timeout acts only after the process has closed its fd.',
      RAISING_TCP_MEM,
      'Keepalive does not help while the peer is alive: it answers.',
    ],
    next: 'A second capture a minute later: the same inodes still in FIN_WAIT2 prove that nobody closes.',
  };
}
