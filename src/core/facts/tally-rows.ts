/** What the rows of one holder add up to, and for how long they have been like that. */

import type { Snapshot } from '../snapshot/snapshot.ts';
import { CLOSE_WAIT, ESTABLISHED, FIN_WAIT2, LISTEN, SYN_SENT, TIMER_KEEPALIVE } from '../snapshot/tcp-states.ts';
import { IDLE_MS } from './limits.ts';
import type { Rows, Tally } from './tally.ts';

/** Handlers that are slow close within seconds. */
const FRESH_MS = 5000;
/** The kernel counts both times in ticks, of up to 10 ms; a few of them are no order. */
const TIMER_TICKS_MS = 50;

/** One row of the holder. */
export function addRow(tally: Tally, snapshot: Snapshot, row: number): void {
  const { sockets } = snapshot;
  const state = sockets.state[row] ?? 0;
  tally.tx += sockets.txQueueBytes[row] ?? 0;
  if (state === LISTEN) {
    tally.listening++;
    tally.listens.push(sockets.localPort[row] ?? 0);
    return;
  }
  if (state === ESTABLISHED) tally.established++;
  else if (state === CLOSE_WAIT) tally.closeWait++;
  if ((sockets.owners[row] ?? 0) > 1) tally.shared++;
  const rx = sockets.rxQueueBytes[row] ?? 0;
  tally.rx += rx;
  tally.connections++;
  if (sockets.inode[row] === 0) return;
  if (state === FIN_WAIT2) {
    tally.finWait2++;
    tally.finWait2Rows ??= new Map();
    addLine(tally.finWait2Rows, snapshot, row);
    tally.finWait2List.push(row);
  }
  if (state === SYN_SENT) tally.synSent++;
  if (state !== CLOSE_WAIT) return;
  addTimes(tally, snapshot, row);
  if (rx > 0) tally.unread++;
  if (sockets.timer[row] === TIMER_KEEPALIVE) tally.keepalive++;
  tally.closeWaitRows ??= new Map();
  addLine(tally.closeWaitRows, snapshot, row);
}

/**
 * How long it has been like that, from ss: lastrcv is the end of file; or from samples: so long at least. Half-closed
 * connections are in use while this side goes on sending; what came within the last seconds may be about to be closed.
 */
function addTimes(tally: Tally, { sockets }: Snapshot, row: number): void {
  const received = sockets.idleMs[row] ?? -1;
  const sent = sockets.sentMs[row] ?? -1;
  const survived = sockets.survivedMs[row] ?? -1;
  // Samples that are close together tell of no age: it may be any above theirs.
  if (survived >= FRESH_MS) tally.closeWaitSurvived++;
  const age = survived >= FRESH_MS ? Math.max(received, survived) : received;
  if (age < 0) return;
  tally.closeWaitTimed++;
  if (age < FRESH_MS) tally.closeWaitFresh++;
  else if (sent >= 0 && sent < FRESH_MS && isAfterEnd(sent, received)) tally.closeWaitSending++;
  // Without ss, what waits to be sent may be why it is still open.
  else if (age >= IDLE_MS && (received >= 0 || sockets.txQueueBytes[row] === 0)) tally.closeWaitOld++;
}

/** Sent after the end of file came; a connection that never sent has both times from when it was made. */
function isAfterEnd(sentMs: number, receivedMs: number): boolean {
  return receivedMs < 0 || sentMs + TIMER_TICKS_MS < receivedMs;
}

function addLine(rows: Rows, { sockets }: Snapshot, row: number): void {
  const source = sockets.source[row] ?? 0;
  const line = sockets.line[row] ?? 0;
  const range = rows.get(source);
  if (range === undefined) rows.set(source, { first: line, last: line, rows: 1 });
  else {
    range.first = Math.min(range.first, line);
    range.last = Math.max(range.last, line);
    range.rows++;
  }
}
