/** Who owns the memory of TCP, and the sentence that says so. */

import type { Claim } from '../report/claim.ts';
import type { Message } from '../report/message.ts';
import type { Ledger, Memory, MemoryOwner, Subject } from '../report/report.ts';
import { defineMessages } from '../wording/define-messages.ts';

const say = defineMessages('verdict-memory', {
  fine: 'TCP memory itself is below its limits.',
  ofCause:
    "{who} has {source, select, queues {at least} other {about}} {share, number, share} of this node's TCP memory.",
  too: "{who} also has {source, select, queues {at least} other {about}} {share, number, share} of this node's TCP memory.",
  elsewhere:
    "The memory is elsewhere: {who} has {source, select, queues {at least} other {about}} {share, number, share} of this node's TCP memory.",
  hidden: '{share, number, share} of TCP memory is in no open socket. Most likely it is unread data of closed sockets.',
  hiddenHealthy:
    'TCP memory itself is below its limits. {share, number, share} of it is in no open socket. Most likely it is unread data of closed sockets.',
});

export const OWNER_SHARE = 0.5;
/** Of all closed sockets: only then their unread data is most likely that of one holder. */
const MOST = 0.9;
/** Less is the queue of a request or two: 256 KiB with pages of 4 KiB. */
const MIN_OWNER_PAGES = 64;

/** Whoever has most of mem, when mem is worth owning: above the low mark and beyond the error of the count. */
export function topMemoryOwner(memory: Memory): MemoryOwner | null {
  const mem = memory.memPages?.value ?? 0;
  const top = memory.owners[0];
  if (top === undefined || memory.status === 'healthy' || memory.status === 'unknown') return null;
  return top.pages >= OWNER_SHARE * mem && top.pages > memory.errorPages / 2 ? top : null;
}

/** A finding about full queues names the owner of the memory even where mem is below its limits. */
export function ownerOf(memory: Memory, claim: Claim | undefined): MemoryOwner | null {
  const subject = claim?.finding.subjects[0];
  const [top] = memory.owners;
  if (subject === undefined || top === undefined || !isSame(top.subject, subject)) return null;
  const all = memory.owners.reduce((sum, owner) => sum + owner.pages, 0);
  return top.pages >= MIN_OWNER_PAGES && top.pages >= OWNER_SHARE * all ? top : null;
}

/**
 * Closed sockets keep their unread data, and nothing shows it. Where most of mem is in no open socket, beyond the error
 * of the count, whoever holds the closed ones is the best explanation there is.
 */
export function hiddenMemoryOwner(memory: Memory, ledger: Ledger, leak: Claim | undefined): Subject | null {
  const mem = memory.memPages?.value ?? 0;
  const unexplained = memory.unexplainedPages ?? 0;
  const subject = leak?.finding.subjects[0];
  const closed = leak?.closedSockets ?? 0;
  if (subject?.kind !== 'process' || leak?.finding.confidence === 'low' || closed === 0) return null;
  // Where others hold closed sockets too, the data may be theirs.
  if (closed < MOST * (ledger.closedHeld + ledger.acceptQueueClosed)) return null;
  // Without ss only payload is known: ordinary traffic occupies up to four times that.
  const factor = memory.owners.some((owner) => owner.source === 'queues' && owner.pages > 0) ? 4 : 1;
  const hidden = mem - factor * (mem - unexplained);
  return hidden > memory.errorPages && hidden * 2 > mem ? subject : null;
}

/** Of memory that is in no open socket. */
export function sayHidden({ status, unexplainedPages, memPages }: Memory): Message {
  const share = (unexplainedPages ?? 0) / Math.max(1, memPages?.value ?? 0);
  return status === 'healthy' ? say.hiddenHealthy({ share }) : say.hidden({ share });
}

/**
 * What the verdict says of memory once it has named its cause; null where there is nothing to say. `of`: whom it is
 * about so far, and whether it has spoken of a share already.
 */
export function sayMemory(
  memory: Memory,
  of: Subject | null,
  hasShare: boolean,
  owner: MemoryOwner | null,
): Message | null {
  if (owner === null) return memory.status === 'healthy' ? say.fine() : null;
  const args = { source: owner.source, share: shareOf(memory, owner) };
  if (of === null || !isSame(of, owner.subject)) return say.elsewhere({ who: owner.subject, ...args });
  const who = withoutPod(owner.subject);
  return hasShare ? say.too({ who, ...args }) : say.ofCause({ who, ...args });
}

/** Of mem, in which the pages of an owner may be counted late. */
export function shareOf({ memPages }: Memory, { pages }: MemoryOwner): number {
  const mem = memPages?.value ?? 0;
  return mem > 0 ? Math.min(pages, mem) / mem : 0;
}

/** The sentence before has named its pod. */
function withoutPod(subject: Subject): Subject {
  const { kind, comm, pid } = subject;
  return kind !== 'process' || comm === undefined || pid === undefined ? subject : { kind, comm, pid };
}

/** The same process; where no process is known, the same namespace. */
export function isSame(a: Subject, b: Subject): boolean {
  return a.pid === undefined || b.pid === undefined ? a.pid === b.pid && a.netns === b.netns : a.pid === b.pid;
}
