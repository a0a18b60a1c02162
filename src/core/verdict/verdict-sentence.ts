/** The cause of a verdict in one sentence, without the full stop. */

import type { Finding, Ledger } from '../report/report.ts';
import { formatBytes, formatCount, formatQuantity, formatShare } from '../wording/format.ts';
import { ENGLISH } from '../wording/languages.ts';
import { describeSubject } from '../wording/subject-text.ts';
import { stuckSockets } from './verdict-cause.ts';
import { say } from './verdict-texts.ts';

export function sentenceOf(cause: Finding, ledger: Ledger): string {
  const [subject, peer] = cause.subjects;
  const of = (name: string) => cause.measures[name] ?? 0;
  const who = subject === undefined ? 'A process' : describeSubject(subject);
  const stuck = (singular: string) => formatQuantity(stuckSockets(cause), singular);
  const share = shareText(cause, ledger);
  switch (cause.ruleId) {
    case 'close-wait-leak': {
      if (cause.messageId === 'close-wait-spread') return plain(cause);
      const closed = of('closedHeldSockets');
      return say('close-wait-leak', {
        who,
        held: formatQuantity(of('connectionsHeld'), 'TCP connection'),
        stuck: formatCount(of('closeWaitSockets')),
        // An old leak is a mix: some of its sockets have meanwhile been closed by TCP and are held all the same.
        alsoClosed: closed === 0 ? '' : say('also-closed', { closed: formatCount(closed) }),
        share,
      });
    }
    case 'failed-connect-leak':
      if (cause.messageId === 'connecting') return plain(cause);
      return say(cause.ruleId, { who, stuck: formatQuantity(of('closedHeldSockets'), 'socket'), share });
    case 'closed-socket-leak':
    case 'shutdown-without-close':
      return say(cause.ruleId, { who, stuck: formatQuantity(of('closedHeldSockets'), 'socket'), share });
    case 'half-closed-held':
      return say(cause.ruleId, { who, stuck: stuck('connection'), share });
    case 'accept-queue-stalled':
      return say(cause.ruleId, { who, stuck: stuck('connection'), port: String(of('localPort')), share });
    case 'orphan-flood':
      return say(cause.ruleId, {
        who,
        orphans: formatQuantity(of('orphans'), 'orphan'),
        limit: formatCount(of('maxOrphans')),
      });
    case 'stalled-reader':
      return say(cause.ruleId, {
        who,
        bytes: formatBytes(of('rxQueueBytes')),
        sockets: formatQuantity(of('sockets'), 'connection'),
      });
    case 'stalled-peer':
      return say(cause.ruleId, {
        who,
        peer: peer === undefined ? say('peers-do') : say('peer-does', { peer: describeSubject(peer) }),
        sockets: formatQuantity(of('sockets'), 'connection'),
      });
    case 'tcp-mem-misconfigured':
      return cause.messageId === 'too-small' ? say(cause.ruleId) : plain(cause);
    case 'time-wait-flood':
      return say(cause.ruleId, { who });
    default:
      return plain(cause);
  }
}

function plain({ message }: Finding): string {
  return ENGLISH.text(message).replace(/\.$/, '');
}

/** What the holder has of all sockets, listeners included. */
function shareText(cause: Finding, ledger: Ledger): string {
  const alloc = ledger.alloc?.value ?? 0;
  const held = cause.measures['connectionsHeld'];
  const sockets = held === undefined ? stuckSockets(cause) : held + (cause.measures['listenSockets'] ?? 0);
  return alloc > 0 ? say('share', { share: formatShare(Math.min(sockets, alloc), alloc) }) : '';
}
