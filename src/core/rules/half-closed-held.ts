import type { Holder } from '../facts/holder.ts';
import type { Coverage } from '../report/report.ts';
import { defineMessages } from '../wording/define-messages.ts';
import { RAISING_TCP_MEM, restartAdvice, shareInBrackets, shareOfSockets } from './advice.ts';
import { defineRule, type FindingDraft } from './rule.ts';
import { LARGE_SHARE_OF_ALLOC, MANY } from './thresholds.ts';

const say = defineMessages('half-closed-held', {
  title: 'Half-closed connections are kept',
  'fin-wait2-held':
    '{who} keeps {connections, plural, one {# connection} other {# connections}} in FIN_WAIT2{share}. It has ended its direction and waits for the peers to close. No timer ends that while the fd is open. {peers}',
  'mirrored-pairs':
    '{who} keeps {connections, plural, one {# connection} other {# connections}} in FIN_WAIT2{share}. It has ended its direction and waits for the peers to close. No timer ends that while the fd is open. It passes connections through: {closeWait, plural, one {# is} other {# are}} in CLOSE_WAIT on its other side. {peers}',
  mostPeers: 'Most of the peers are {peer}.',
  onePeer: 'One of the peers is {address}.',
  headline:
    '{who} keeps {connections, plural, one {# half-closed connection} other {# half-closed connections}} and waits for peers that do not close{share}.',
  answered:
    'The other ends of {connections, number} of them are on this node in CLOSE_WAIT. The processes that hold those ends do not close them.',
  peersElsewhere: 'The peers are not on this node. Whether they got the end of file is not known.',
  peersNotCaptured: 'The peers were not captured. They may be on this node and be the ones that do not close.',
  limitTime: 'Give half-closed connections a time limit, and then call close(). shutdown() alone never frees the fd.',
  findPeer: 'Find why {peer} does not close after the end of file.',
  finTimeout: 'tcp_fin_timeout acts only after the process has closed its fd.',
  keepalive: 'Keepalive does not help while the peer is alive, because it answers.',
  captureAgain: 'Take a second capture a minute later. If the same inodes are still in FIN_WAIT2, nobody closes them.',
});

/** Both sides close within a round trip or two: a hundred at once under one holder stand still. */
export const MIN_HALF_CLOSED = 100;
/** Of its connections; a busy proxy has a few in passing. */
export const SHARE_OF_CONNECTIONS = 0.3;
/** A proxy that passes every end of file on has as many in CLOSE_WAIT on its other side. */
export const MIRROR_SHARE = 0.8;

export const halfClosedHeld = defineRule({
  id: 'half-closed-held',
  level: 'warning',
  title: say.title(),
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
  const address = `${finWait2Remote}:${finWait2RemotePort}`;
  return {
    level: explained ? 'note' : severe && whole ? 'error' : 'warning',
    confidence: explained ? 'high' : whole ? 'medium' : 'low',
    message: say[isMirrored(holder) ? 'mirrored-pairs' : 'fin-wait2-held']({
      who: subject,
      connections: finWait2,
      share: shareInBrackets(finWait2, alloc),
      closeWait: holder.closeWait,
      peers: finWait2Peer === null ? say.onePeer({ address }) : say.mostPeers({ peer: finWait2Peer }),
    }),
    headline: say.headline({
      who: subject,
      connections: finWait2,
      share: shareOfSockets(holder.connections + holder.listen, alloc),
    }),
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
      ? [say.answered({ connections: holder.finWait2Answered })]
      : finWait2Peer === null
        ? [whole ? say.peersElsewhere() : say.peersNotCaptured()]
        : [],
    fixes: [say.limitTime(), say.findPeer({ peer: finWait2Peer ?? address }), restartAdvice(subject)],
    nonFixes: [say.finTimeout(), RAISING_TCP_MEM, say.keepalive()],
    next: say.captureAgain(),
  };
}
