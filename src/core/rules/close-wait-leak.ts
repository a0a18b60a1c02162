import type { Holder } from '../facts/holder.ts';
import type { Message } from '../report/message.ts';
import type { Memory } from '../report/report.ts';
import { defineMessages } from '../wording/define-messages.ts';
import { andThen, RAISING_TCP_MEM, restartAdvice, shareInBrackets, shareOfSockets } from './advice.ts';
import { certainlyClosed, poolText } from './closed-held.ts';
import { defineRule, type FindingDraft } from './rule.ts';
import { LARGE_SHARE_OF_ALLOC, MANY, MIN_CLOSE_WAIT, MIN_RATIO_TO_ESTABLISHED } from './thresholds.ts';

const say = defineMessages('close-wait-leak', {
  title: 'Connections are never closed',
  'close-wait-eof-read':
    '{who} holds {connections, plural, one {# connection} other {# connections}}{pool} in CLOSE_WAIT: the peers have closed their side, but this side has not. End of file was read on them, but close() was not called.{survived}{all}',
  'close-wait-unread':
    '{who} holds {connections, plural, one {# connection} other {# connections}}{pool} in CLOSE_WAIT: the peers have closed their side, but this side has not. {unread, plural, one {# of them holds} other {# of them hold}} {size, number, bytes} that nobody has read, so their fds are not served any more.{survived}{all}',
  'close-wait-in-use':
    '{who} holds {connections, plural, one {# connection} other {# connections}}{pool} in CLOSE_WAIT: the peers have closed their side, but this side has sent data on {sending, number} of them since then.{survived}{all}',
  'close-wait-mirrored':
    '{who} holds {connections, plural, one {# connection} other {# connections}}{pool} in CLOSE_WAIT: the peers have closed their side, but this side has not. It has passed that on: on its other side {finWait2, plural, one {# connection is in FIN_WAIT2 and waits} other {# connections are in FIN_WAIT2 and wait}} for {other}.{survived}{all}',
  all: 'In all, it holds {share, number, share} of the TCP sockets of this node.',
  survived:
    '{connections, number} of them were in CLOSE_WAIT in another sample of this bundle too, more than five seconds apart.',
  // An old leak is a mix: some of its sockets have meanwhile been closed by TCP and are held all the same.
  headline:
    '{who} holds {connections, plural, one {# TCP connection} other {# TCP connections}} and has not closed the {closeWait, number} that the peers have closed{closed, plural, =0 {} other {, nor given back # that TCP has closed}}{share}.',
  sending:
    'On {connections, number} of them it has sent data since the peer closed its side. Half-closed connections may be in use like that.',
  fresh:
    '{connections, number} of them got the end of file within the last five seconds. A process that is slow, or whose peers have just closed, looks the same. A second capture tells which it is.',
  outside: 'Every process of this namespace was readable and holds none of them: a process of another namespace does.',
  nobody:
    'No captured fd holds these sockets, so the process is not known. Capture /proc/PID/fd of this namespace as root.',
  established:
    'It has {connections, plural, one {# established connection} other {# established connections}} too. If the peers have just closed, this may pass. A second capture tells.',
  closedToo:
    'It holds {sockets, plural, one {# more socket} other {# more sockets}} without a row: part of the same leak.',
  shared:
    'Other processes hold {connections, plural, one {# connection} other {# connections}} of these too. A connection goes away only when the last process closes it.',
  closeAccepted: 'Close every connection accepted on port {port}, on all paths, including errors and time-outs.',
  closeAll: 'Close every connection when its peer has closed it, on all paths, including errors and time-outs.',
  keepalive: 'TCP keepalive makes the rows vanish, but the fds and the unread data stay.',
  settings: 'tcp_fin_timeout, tcp_tw_reuse and somaxconn have no effect on CLOSE_WAIT.',
  captureAgain:
    'Take a second capture a minute later. The same inodes still in CLOSE_WAIT prove that these connections are never closed.',
  'close-wait-spread':
    '{processes, plural, one {# process holds} other {# processes hold}} {connections, plural, one {# connection} other {# connections}} in CLOSE_WAIT{share}, and none of them holds {limit, number} or more. Most likely they are replicas of one program. {who} has the most ({most, number}).',
  noneAlone: 'None of them has enough to be accused alone. A second capture shows whether the same ones stay.',
  restartingOne: 'Restarting one of them: the others go on.',
});

/** Replicas of a program, of which none has enough: each at least so many, together at least so many. */
export const MIN_EACH = 20;
export const MIN_SPREAD = 200;
/** A proxy that waits for its own peers has about as many in FIN_WAIT2 on its other side. */
export const MIRROR_SHARE = 0.8;

export const closeWaitLeak = defineRule({
  id: 'close-wait-leak',
  level: 'warning',
  title: say.title(),
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
  const mirrored = isMirrored(holder);
  const sending = isMost(holder.closeWaitSending, holder);
  const fresh = isMost(holder.closeWaitFresh, holder);
  const workers = holder.pids.length;
  const all = holder.connections + holder.listen;
  const severe = holder.closeWait >= MANY || (alloc !== null && holder.closeWait > LARGE_SHARE_OF_ALLOC * alloc);
  return {
    level: mirrored || sending ? 'note' : severe && !fresh ? 'error' : 'warning',
    confidence: holder.outside
      ? 'low'
      : process === null || !(isClear(holder) || isOld(holder)) || sending || fresh
        ? 'medium'
        : 'high',
    message: say[
      mirrored
        ? 'close-wait-mirrored'
        : sending
          ? 'close-wait-in-use'
          : unread
            ? 'close-wait-unread'
            : 'close-wait-eof-read'
    ]({
      who: subject,
      connections: holder.closeWait,
      pool: poolText(holder),
      sending: holder.closeWaitSending,
      unread: holder.closeWaitUnread,
      size: holder.rxQueueBytes,
      finWait2: holder.finWait2,
      other: holder.finWait2Peer ?? `${holder.finWait2Remote}:${holder.finWait2RemotePort}`,
      survived: andThen(survived(holder)),
      all: andThen(alloc === null || alloc === 0 ? null : say.all({ share: all / alloc })),
    }),
    headline: say.headline({
      who: subject,
      connections: holder.connections,
      closeWait: holder.closeWait,
      closed: holder.closedHeld,
      share: shareOfSockets(all, alloc),
    }),
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
      holder.accepted ? say.closeAccepted({ port: holder.topLocalPort }) : say.closeAll(),
      restartAdvice(subject),
    ],
    nonFixes: [RAISING_TCP_MEM, say.keepalive(), say.settings()],
    next: say.captureAgain(),
  };
}

function survived({ closeWait, closeWaitSurvived }: Holder): Message | null {
  return closeWaitSurvived * 2 <= closeWait ? null : say.survived({ connections: closeWaitSurvived });
}

/** By ss or by samples, which have to tell of most of them. */
function isMost(count: number, { closeWait, closeWaitTimed }: Holder): boolean {
  return closeWaitTimed * 2 > closeWait && count * 2 > closeWaitTimed;
}

function doubts(holder: Holder): readonly Message[] {
  const { closeWaitSending, closeWaitFresh, established, closedHeld, sharedSockets } = holder;
  const found: Message[] = [];
  if (isMost(closeWaitSending, holder)) found.push(say.sending({ connections: closeWaitSending }));
  if (isMost(closeWaitFresh, holder)) found.push(say.fresh({ connections: closeWaitFresh }));
  if (holder.outside) found.push(say.outside());
  else if (holder.process === null) found.push(say.nobody());
  if (!isClear(holder) && !isOld(holder)) found.push(say.established({ connections: established }));
  if (closedHeld > 0) found.push(say.closedToo({ sockets: closedHeld }));
  if (sharedSockets > 0) found.push(say.shared({ connections: sharedSockets }));
  return found;
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
      message: say['close-wait-spread']({
        processes: some.length,
        connections: total,
        share: shareInBrackets(total, alloc),
        limit: MIN_CLOSE_WAIT,
        who: first.subject,
        most: first.closeWait,
      }),
      stuckSockets: total,
      subjects: some.slice(0, 20).map((holder) => holder.subject),
      measures: { closeWaitSockets: total, processes: some.length, largestCloseWait: first.closeWait },
      evidence: some.slice(0, 3).flatMap((holder) => holder.closeWaitEvidence),
      doubts: [say.noneAlone()],
      fixes: [say.closeAll()],
      nonFixes: [RAISING_TCP_MEM, say.restartingOne()],
      next: say.captureAgain(),
    },
  ];
}
