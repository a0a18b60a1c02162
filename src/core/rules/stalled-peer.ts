import type { SenderFact } from '../facts/facts.ts';
import type { Message } from '../report/message.ts';
import { defineMessages } from '../wording/define-messages.ts';
import { andThen } from './advice.ts';
import { defineRule } from './rule.ts';

const say = defineMessages('stalled-peer', {
  title: 'Peers do not take the data that is sent to them',
  queues:
    '{who} has {size, number, bytes} in the send queues of {connections, plural, one {# connection} other {# connections}}, {share, number, share} of TCP memory.',
  'zero-window':
    '{queues} {stuck, plural, one {# peer has closed its window: it does not read.} other {# peers have closed their window: they do not read.}}{peer}',
  retransmitting:
    '{queues} {stuck, plural, one {# of them is retransmitting} other {# of them are retransmitting}}: the peers or the path are gone.{peer}',
  unsent: '{queues} The peers take the data slowly.{peer}',
  peerAddress: '{part, select, most {Most of these peers} other {The largest group of these peers}} are at {address}.',
  peerProcess:
    '{part, select, most {Most of these peers} other {The largest group of these peers}} are at {address}: this is {who}.',
  headlinePeers:
    'The peers of {who} do not take its data: {connections, plural, one {# connection has} other {# connections have}} data that is unsent or not acknowledged.',
  headlinePeer:
    '{peer} does not take the data of {who}: {connections, plural, one {# connection has} other {# connections have}} data that is unsent or not acknowledged.',
  oneCapture: 'One capture does not show whether these queues move. Slow is not stuck.',
  makeRead:
    'Make the peer read, or close connections whose peer takes nothing for long (a send time-out, TCP_USER_TIMEOUT).',
  sender: 'The sender leaks nothing: its sockets are open and in use.',
  largerBuffers: 'Larger send buffers only hold more of what is not taken.',
  timers:
    'Run ss -tano in the namespace of the sender twice: timer:(persist) is a closed window, timer:(on) with growing backoff is loss.',
});

/** Send queues of one process that make up this much of mem are what fills it. */
export const SHARE_OF_MEM = 0.3;
/** Less is an ordinary burst on any node. */
export const MIN_TX_BYTES = 1 << 20;
/** While memory is not short, fewer peers that take nothing are a matter of theirs. */
export const MIN_STUCK = 10;

export const stalledPeer = defineRule({
  id: 'stalled-peer',
  level: 'warning',
  title: say.title(),
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
          message: say[zero ? 'zero-window' : stuck > 0 ? 'retransmitting' : 'unsent']({
            queues: say.queues({
              who: sender.subject,
              size: sender.txQueueBytes,
              connections: sender.sockets,
              share: Math.min(sender.pages * memory.pageSizeBytes, memBytes) / memBytes,
            }),
            stuck,
            peer: andThen(sayPeer(sender)),
          }),
          headline: sayHeadline(sender),
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
          doubts: isStuck(sender) ? [] : [say.oneCapture()],
          fixes: [say.makeRead()],
          nonFixes: [say.sender(), say.largerBuffers()],
          next: say.timers(),
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

function sayPeer({ topRemote, topRemoteSockets, topRemoteSubject, sockets }: SenderFact): Message | null {
  if (topRemote === '') return null;
  const args = { address: topRemote, part: topRemoteSockets * 2 > sockets ? 'most' : 'some' };
  return topRemoteSubject === null ? say.peerAddress(args) : say.peerProcess({ ...args, who: topRemoteSubject });
}

function sayHeadline({ subject, topRemoteSubject, sockets }: SenderFact): Message {
  const args = { who: subject, connections: sockets };
  return topRemoteSubject === null ? say.headlinePeers(args) : say.headlinePeer({ ...args, peer: topRemoteSubject });
}
