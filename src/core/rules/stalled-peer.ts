import type { SenderFact } from '../facts/facts.ts';
import { formatBytes, formatCount, formatQuantity, formatShare } from '../wording/format.ts';
import { describeSubject } from '../wording/subject-text.ts';
import { defineRule } from './rule.ts';

/** Send queues of one process that make up this much of mem are what fills it. */
export const SHARE_OF_MEM = 0.3;
/** Less is an ordinary burst on any node. */
export const MIN_TX_BYTES = 1 << 20;
/** While memory is not short, fewer peers that take nothing are a matter of theirs. */
export const MIN_STUCK = 10;

export const stalledPeer = defineRule({
  id: 'stalled-peer',
  level: 'warning',
  title: 'Peers do not take the data that is sent to them',
  role: 'memory',
  rank: 2,
  about: ['unsent-data'],
  needs: ['memory', 'senders'],
  check: ({ memory, senders }) => {
    const memBytes = (memory.memPages?.value ?? 0) * memory.pageSizeBytes;
    const pressed = memory.status === 'exhausted' || memory.status === 'pressure';
    return senders
      .filter(
        (sender) =>
          sender.txQueueBytes >= MIN_TX_BYTES &&
          sender.txQueueBytes > SHARE_OF_MEM * memBytes &&
          memBytes > 0 &&
          (pressed || (isStuck(sender) && stuckPeers(sender) >= MIN_STUCK)),
      )
      .map((sender) => {
        const zero = sender.zeroWindow > sender.retransmitting;
        const stuck = zero ? sender.zeroWindow : sender.retransmitting;
        return {
          // A window that is closed now may open in a moment: while memory is not short it takes more to accuse.
          level: pressed ? ('error' as const) : isIdle(sender) ? ('warning' as const) : ('note' as const),
          confidence: isStuck(sender) && (pressed || isIdle(sender)) ? ('high' as const) : ('medium' as const),
          messageId: zero ? 'zero-window' : stuck > 0 ? 'retransmitting' : 'unsent',
          message: `${describeSubject(sender.subject)} has ${formatBytes(sender.txQueueBytes)} in the send queues of ${formatQuantity(sender.sockets, 'connection')}${
            memBytes > 0
              ? `, ${formatShare(Math.min(sender.pages * memory.pageSizeBytes, memBytes), memBytes)} of TCP memory`
              : ''
          }. ${zero ? `${formatCount(sender.zeroWindow)} peers have closed their window: they do not read.` : stuck > 0 ? `${formatCount(stuck)} are retransmitting: the peers or the path are gone.` : 'The peers take it slowly.'}${
            sender.topRemote === '' ? '' : ` Most of them are at ${peerName(sender)}.`
          }`,
          headline: `${describeSubject(sender.subject)} has sent data that ${
            sender.topRemoteSubject === null ? 'its peers do' : `${describeSubject(sender.topRemoteSubject)} does`
          } not take, on ${formatQuantity(sender.sockets, 'connection')}`,
          queuedBytes: sender.txQueueBytes,
          subjects: sender.topRemoteSubject === null ? [sender.subject] : [sender.subject, sender.topRemoteSubject],
          measures: {
            txQueueBytes: sender.txQueueBytes,
            sockets: sender.sockets,
            zeroWindowSockets: sender.zeroWindow,
            retransmittingSockets: sender.retransmitting,
            memPages: sender.pages,
          },
          evidence: [sender.evidence],
          doubts: isStuck(sender) ? [] : ['One capture does not show whether these queues move: slow is not stuck.'],
          fixes: [
            'Make the peer read, or close connections whose peer takes nothing for long (a send time-out, TCP_USER_TIMEOUT).',
          ],
          nonFixes: [
            'The sender leaks nothing: its sockets are open and in use.',
            'Larger send buffers only hold more of what is not taken.',
          ],
          next: 'ss -tano in the namespace of the sender, twice: timer:(persist) is a closed window, timer:(on) with growing backoff is loss.',
        };
      });
  },
});

/** Data in flight is in the send queue too: while memory is not short, only peers that take nothing are a fault. */
function stuckPeers(sender: SenderFact): number {
  return Math.max(sender.zeroWindow, sender.retransmitting);
}

/** By ss most of them sent nothing for ten seconds. */
function isIdle({ idleSockets, timedSockets }: SenderFact): boolean {
  return timedSockets > 0 && idleSockets * 2 > timedSockets;
}

function isStuck(sender: SenderFact): boolean {
  return stuckPeers(sender) * 2 > sender.sockets;
}

function peerName(sender: SenderFact): string {
  return sender.topRemoteSubject === null
    ? sender.topRemote
    : `${sender.topRemote}, ${describeSubject(sender.topRemoteSubject)}`;
}
