/** What is missing, without which "healthy" or a culprit would be a guess; and what to capture next. */

import type { Coverage, Ledger, Memory, NotRun } from '../report/report.ts';
import { formatQuantity } from '../wording/format.ts';
import { ENGLISH } from '../wording/languages.ts';
import { worded } from '../wording/worded.ts';
import { say } from './verdict-texts.ts';

/** So many closed sockets are no leftovers, even where no process has enough of them to be accused. */
const MIN_SPREAD_CLOSED = 100;
const SPREAD_SHARE_OF_ALLOC = 0.1;
/** A process or two end while the bundle is taken, on every node. */
const FEW_PROCESSES = 2;
const FEW_SHARE = 0.05;

interface Input {
  readonly notRun: readonly NotRun[];
  readonly essentialCapture: string;
  readonly ledger: Ledger;
  readonly memory: Memory;
  readonly coverage: Coverage;
}

export function missingFacts({ coverage, ledger, memory }: Input): readonly string[] {
  const gaps: string[] = [];
  const alloc = ledger.alloc?.value ?? 0;
  const skew = Math.max(50, 0.02 * alloc);
  if (ledger.alloc === null) gaps.push(say('gap-sockstat'));
  if (memory.maxPages === null) gaps.push(say('gap-tcp-mem'));
  if (coverage.namespacesSeen === 0) gaps.push(say('gap-tables'));
  else if (coverage.namespacesSeen < coverage.namespacesKnown) {
    gaps.push(
      say('gap-namespaces', {
        missing: String(coverage.namespacesKnown - coverage.namespacesSeen),
        known: formatQuantity(coverage.namespacesKnown, 'namespace'),
      }),
    );
  }
  const unreadable = coverage.processesTotal - coverage.processesReadable;
  if (coverage.processesReadable === 0) gaps.push(say('gap-fds'));
  else if (unreadable > Math.max(FEW_PROCESSES, FEW_SHARE * coverage.processesTotal))
    gaps.push(say('gap-some-fds', { missing: formatQuantity(unreadable, 'process', 'processes') }));
  if (coverage.truncated) gaps.push(say('gap-truncated'));
  const closed = Math.min(ledger.closedHeld, ledger.unhashed ?? ledger.closedHeld) - ledger.elsewhere;
  if (ledger.elsewhere > 0) gaps.push(say('gap-elsewhere', { sockets: formatQuantity(ledger.elsewhere, 'socket') }));
  if (closed >= MIN_SPREAD_CLOSED && closed > SPREAD_SHARE_OF_ALLOC * alloc)
    gaps.push(say('gap-closed', { sockets: formatQuantity(closed, 'socket') }));
  const closeWait = ledger.states['CLOSE_WAIT'] ?? 0;
  if (
    closeWait >= MIN_SPREAD_CLOSED &&
    closeWait > SPREAD_SHARE_OF_ALLOC * alloc &&
    closeWait > (ledger.states['ESTABLISHED'] ?? 0)
  )
    gaps.push(say('gap-close-wait', { sockets: formatQuantity(closeWait, 'connection') }));
  if (-(ledger.unhashed ?? 0) > skew) gaps.push(say('gap-contradiction'));
  if ((ledger.residual ?? 0) > skew)
    gaps.push(say('gap-residual', { sockets: formatQuantity(ledger.residual ?? 0, 'socket') }));
  return gaps;
}

/** The capture that would help most: what whole rules wait for, then namespaces, then processes. */
export function nextCapture({ notRun, essentialCapture, coverage }: Input): { next?: string } {
  const waiting = new Map<string, number>();
  for (const { capture } of worded(notRun, ENGLISH))
    if (capture !== '') waiting.set(capture, (waiting.get(capture) ?? 0) + 1);
  const [most] = [...waiting].sort((a, b) => b[1] - a[1]);
  if (most !== undefined && coverage.namespacesSeen === 0) return { next: most[0] };
  if (coverage.namespacesSeen < coverage.namespacesKnown)
    return { next: 'cp /proc/PID/net/tcp /proc/PID/net/tcp6 for one process of each namespace' };
  if (coverage.processesReadable < coverage.processesTotal)
    return { next: 'ls -l /proc/PID/fd of every process, as root' };
  if (essentialCapture !== '') return { next: essentialCapture };
  return { next: 'readlink /proc/PID/ns/net of every process, and net/tcp and net/tcp6 of each namespace' };
}
