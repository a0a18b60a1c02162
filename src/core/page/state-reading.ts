/** What the counts of a state mean, in words, and where the node is stuck. */

import type { ClosedRoute, Ledger } from '../report/report.ts';
import type { StateId } from '../report/state-ids.ts';
import type { Topic } from '../report/topics.ts';
import { formatBytes, formatCount, formatDuration, formatQuantity, formatShare } from '../wording/format.ts';
import type { WordedFinding, WordedReport } from '../wording/worded.ts';
import type { Tone } from './evidence-link.ts';
import type { StateChange, StateView } from './page-model.ts';
import type { Tally } from './state-tally.ts';

/** The third line of a state's box. */
export function hintOf(id: StateId, tally: Tally): string {
  switch (id) {
    case 'LISTEN':
      return `accept queue ${formatCount(tally.unread)}`;
    case 'REQUEST':
      return 'SYN received';
    case 'MINISOCK':
      return tally.count === 0
        ? 'no socket left'
        : tally.timeWait === 0
          ? 'all FIN_WAIT2'
          : `${formatCount(tally.timeWait)} TIME_WAIT`;
    case 'CLOSED_HELD':
      return 'fd open, no row';
    case 'CLOSED_QUEUED':
      return 'before accept()';
    case 'ORPHAN':
      return 'closed, still sending';
    case 'UNCONNECTED':
      return 'in alloc, not seen';
    default:
      return tally.unsent > tally.unread
        ? `unsent ${formatBytes(tally.unsent)}`
        : tally.unread > 0
          ? `unread ${formatBytes(tally.unread)}`
          : '';
  }
}

/** What concerns the whole node is left out without its ledger. */
export function readingOf(
  id: StateId,
  tally: Tally,
  total: number,
  ledger: Ledger | null,
  stuck: Stuck | null,
): StateView['reading'] {
  const lines: { tone: Tone; text: string }[] = [];
  if (id === 'CLOSE_WAIT' && total > 0) {
    const unread = total - tally.zeroUnread;
    lines.push({
      tone: stuck?.id === id ? 'bad' : 'plain',
      text:
        unread === total
          ? 'Every one holds data or an end of file that was never read.'
          : `${formatShare(unread, total)} hold data that was never read; on the others end of file was read and close() not called.`,
    });
    lines.push({
      tone: 'plain',
      text:
        tally.keepalive === 0
          ? 'Keepalive armed on 0: none will ever end by itself.'
          : `Keepalive armed on ${formatCount(tally.keepalive)}: those will vanish from here and stay held.`,
    });
    const closed = ledger === null ? 0 : ledger.closedHeld - ledger.elsewhere;
    if (closed > 0) lines.push({ tone: 'warn', text: `${formatCount(closed)} more are closed but still held.` });
  }
  if (id === 'CLOSED_HELD' && total > 0 && ledger !== null) lines.push(heldReading(ledger));
  if (id === 'MINISOCK' && total > 0)
    lines.push({
      tone: 'plain',
      text: 'Outside alloc: no socket memory, no fd. They end by themselves within a minute.',
    });
  if (tally.idleMax >= 0 && id !== 'LISTEN') {
    const from = formatDuration(tally.idleMin / 1000);
    lines.push({
      tone: 'plain',
      text: `No data for ${tally.idleMin === tally.idleMax ? from : `${from} to ${formatDuration(tally.idleMax / 1000)}`} when captured.`,
    });
  }
  return lines;
}

const ROUTES: Readonly<Record<ClosedRoute, string>> = {
  reset: 'Reset or timed out, fd still open',
  'failed-connect': 'connect() failed, fd still open',
  shutdown: 'Shut down, fd still open',
  'never-connected': 'Made and never connected, fd still open',
  unknown: 'Closed, fd still open',
};

function heldReading({ elsewhere, closedHeldByOwner }: Ledger): { tone: Tone; text: string } {
  if (elsewhere > 0) {
    const many = formatQuantity(elsewhere, 'of them is', 'of them are');
    return { tone: 'warn', text: `At least ${many} of a namespace that was not captured, and may be open.` };
  }
  const route = ROUTES[closedHeldByOwner[0]?.route ?? 'unknown'];
  return { tone: 'bad', text: `${route}: invisible to ss and netstat, no timer ends them.` };
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
  readonly text: string;
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

function stuckText(id: StateId, finding: WordedFinding): string {
  const who = finding.subjects[0]?.comm ?? 'the process';
  const pid = finding.subjects[0]?.pid;
  const name = pid === undefined ? who : `${who} (${pid})`;
  if (id === 'CLOSE_WAIT')
    return `Stuck here: the peers have closed, ${name} has not. No kernel timer ends CLOSE_WAIT.`;
  if (id === 'CLOSED_HELD') return `Stuck here: TCP has closed them, ${name} still holds the fds. No timer ends this.`;
  if (id === 'ORPHAN')
    return `${name} has closed them; the peers do not acknowledge. They end when retransmission gives up.`;
  return `The limit of TIME_WAIT is reached in the namespace of ${name}. It uses no TCP memory.`;
}

/** How the state moved between two moments of the bundle. */
export function changeReading(change: StateChange | undefined): StateView['reading'] {
  if (change === undefined) return [];
  const { before, after, seconds, survived, namespaces } = change;
  const moved =
    after === before
      ? 'no change'
      : after > before
        ? `${formatCount(after - before)} more`
        : `${formatCount(before - after)} fewer`;
  const same =
    survived === null || before === 0
      ? ''
      : ` ${formatCount(survived)} of the ${formatCount(before)} are the same sockets.`;
  const text = `Over ${formatDuration(seconds)}: ${moved} (${formatCount(before)} → ${formatCount(after)}, in ${formatQuantity(namespaces, 'namespace')} read at both moments).${same}`;
  return [{ tone: 'plain', text }];
}
