/** What the counts of a state mean, in words, and where the node is stuck. */

import type { Message } from '../report/message.ts';
import type { StateId } from '../report/state-ids.ts';
import type { Topic } from '../report/topics.ts';
import { defineMessages } from '../wording/define-messages.ts';
import type { WordedFinding, WordedReport } from '../wording/worded.ts';
import type { Tone } from './evidence-link.ts';
import type { StateChange } from './page-model.ts';
import type { Tally } from './state-tally.ts';

const say = defineMessages('state-reading', {
  acceptQueue: 'accept queue {queued, number}',
  synReceived: 'SYN received',
  noSocketLeft: 'no socket left',
  allFinWait2: 'all FIN_WAIT2',
  timeWait: '{sockets, number} TIME_WAIT',
  closedHeld: 'fd open, no row',
  closedQueued: 'before accept()',
  orphan: 'closed, still sending',
  unconnected: 'in alloc, not seen',
  unsent: 'unsent {bytes, number, bytes}',
  unread: 'unread {bytes, number, bytes}',
  allUnread: 'Every one holds data or an end of file that was never read.',
  someUnread:
    '{share, number, share} hold data that was never read. On the others the end of file was read and close() was not called.',
  noKeepalive: 'Keepalive is armed on none of them: none will ever end by itself.',
  keepalive: 'Keepalive is armed on {sockets, number}: those will vanish from here and stay held.',
  alsoClosed: '{sockets, plural, one {# more is} other {# more are}} closed but still held.',
  minisocks: 'Outside alloc: no socket memory, no fd. They end by themselves within a minute.',
  idle: 'No data for {seconds, number, duration} when captured.',
  idleRange: 'No data for {from, number, duration} to {to, number, duration} when captured.',
  elsewhere:
    'At least {sockets, plural, one {# of them is} other {# of them are}} of a namespace that was not captured, and may be open.',
  route:
    '{route, select, reset {Reset or timed out} failed_connect {connect() failed} shutdown {Shut down} never_connected {Made and never connected} other {Closed}}, fd still open: invisible to ss and netstat, no timer ends them.',
  processWithPid: '{comm} ({pid})',
  theProcess: 'the process',
  stuckCloseWait: 'Stuck here: the peers have closed, {process} has not. No kernel timer ends CLOSE_WAIT.',
  stuckClosed: 'Stuck here: TCP has closed them, {process} still holds the fds. No timer ends this.',
  stuckOrphan: '{process} has closed them. The peers do not acknowledge. They end when retransmission gives up.',
  stuckOrphans:
    'Their processes have closed them. The peers do not acknowledge. They end when retransmission gives up.',
  namespaceOf: 'the namespace of {process}',
  stuckTimeWait: 'The limit of TIME_WAIT is reached in {where}. TIME_WAIT uses no TCP memory.',
  change:
    'Over {seconds, number, duration}: {direction, select, same {no change} more {{moved, number} more} other {{moved, number} fewer}} ({before, number} → {after, number}, in {namespaces, plural, one {# namespace} other {# namespaces}} read at both moments).',
  survived: '{survived, number} of the {before, number} are the same sockets.',
  changeAndSurvived: '{change} {survived}',
});

/** The third line of a state's box; null where there is nothing to say. */
export function hintOf(id: StateId, tally: Tally): Message | null {
  switch (id) {
    case 'LISTEN':
      return say.acceptQueue({ queued: tally.unread });
    case 'REQUEST':
      return say.synReceived();
    case 'MINISOCK':
      return tally.count === 0
        ? say.noSocketLeft()
        : tally.timeWait === 0
          ? say.allFinWait2()
          : say.timeWait({ sockets: tally.timeWait });
    case 'CLOSED_HELD':
      return say.closedHeld();
    case 'CLOSED_QUEUED':
      return say.closedQueued();
    case 'ORPHAN':
      return say.orphan();
    case 'UNCONNECTED':
      return say.unconnected();
    default:
      return tally.unsent > tally.unread
        ? say.unsent({ bytes: tally.unsent })
        : tally.unread > 0
          ? say.unread({ bytes: tally.unread })
          : null;
  }
}

interface ReadingLine {
  readonly tone: Tone;
  readonly text: Message;
}

/** What concerns the whole node is left out without its ledger. */
export function readingOf(
  id: StateId,
  tally: Tally,
  total: number,
  ledger: WordedReport['ledger'] | null,
  stuck: Stuck | null,
): readonly ReadingLine[] {
  const lines: ReadingLine[] = [];
  if (id === 'CLOSE_WAIT' && total > 0) {
    const unread = total - tally.zeroUnread;
    lines.push({
      tone: stuck?.id === id ? 'bad' : 'plain',
      text: unread === total ? say.allUnread() : say.someUnread({ share: unread / total }),
    });
    lines.push({
      tone: 'plain',
      text: tally.keepalive === 0 ? say.noKeepalive() : say.keepalive({ sockets: tally.keepalive }),
    });
    const closed = ledger === null ? 0 : ledger.closedHeld - ledger.elsewhere;
    if (closed > 0) lines.push({ tone: 'warn', text: say.alsoClosed({ sockets: closed }) });
  }
  if (id === 'CLOSED_HELD' && total > 0 && ledger !== null) lines.push(heldReading(ledger));
  if (id === 'MINISOCK' && total > 0) lines.push({ tone: 'plain', text: say.minisocks() });
  if (tally.idleMax >= 0 && id !== 'LISTEN') {
    const from = tally.idleMin / 1000;
    const to = tally.idleMax / 1000;
    lines.push({ tone: 'plain', text: from === to ? say.idle({ seconds: from }) : say.idleRange({ from, to }) });
  }
  return lines;
}

function heldReading({ elsewhere, closedHeldByOwner }: WordedReport['ledger']): ReadingLine {
  if (elsewhere > 0) return { tone: 'warn', text: say.elsewhere({ sockets: elsewhere }) };
  return { tone: 'bad', text: say.route({ route: closedHeldByOwner[0]?.route ?? 'unknown' }) };
}

/** Where the sockets are stuck that a finding is about, the worst place first. */
const PLACES: readonly (readonly [Topic, StateId])[] = [
  ['close-wait', 'CLOSE_WAIT'],
  ['resets', 'CLOSED_HELD'],
  ['orphans', 'ORPHAN'],
  ['time-wait', 'MINISOCK'],
];

export interface Stuck {
  readonly id: StateId;
  readonly text: Message;
  /** Whose sockets they are; null when they are nobody's. */
  readonly pid: number | null;
}

/** The state that a finding points at. */
export function findStuck(report: WordedReport): Stuck | null {
  for (const [topic, id] of PLACES) {
    const finding = report.findings.find(({ about, level }) => about.includes(topic) && level !== 'note');
    if (finding !== undefined) return { id, text: stuckText(id, finding), pid: finding.subjects[0]?.pid ?? null };
  }
  return null;
}

function stuckText(id: StateId, { subjects }: WordedFinding): Message {
  const [subject] = subjects;
  const comm = subject?.comm;
  const pid = subject?.pid;
  if (id === 'ORPHAN' && comm === undefined) return say.stuckOrphans();
  const process = comm === undefined ? say.theProcess() : pid === undefined ? comm : say.processWithPid({ comm, pid });
  if (id === 'MINISOCK') {
    const where = subject === undefined || subject.kind === 'process' ? say.namespaceOf({ process }) : subject;
    return say.stuckTimeWait({ where });
  }
  if (id === 'CLOSE_WAIT') return say.stuckCloseWait({ process });
  return id === 'CLOSED_HELD' ? say.stuckClosed({ process }) : say.stuckOrphan({ process });
}

/** How the state moved between two moments of the bundle. */
export function changeReading(change: StateChange | undefined): readonly ReadingLine[] {
  if (change === undefined) return [];
  const { before, after, seconds, survived, namespaces } = change;
  const direction = after === before ? 'same' : after > before ? 'more' : 'fewer';
  const text = say.change({ seconds, direction, moved: Math.abs(after - before), before, after, namespaces });
  if (survived === null || before === 0) return [{ tone: 'plain', text }];
  return [
    { tone: 'plain', text: say.changeAndSurvived({ change: text, survived: say.survived({ survived, before }) }) },
  ];
}
