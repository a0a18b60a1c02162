/** What is missing, without which "healthy" or a culprit would be a guess; and what to capture next. */

import type { Message } from '../report/message.ts';
import type { Coverage, Ledger, Memory, NotRun } from '../report/report.ts';
import { defineMessages } from '../wording/define-messages.ts';

const say = defineMessages('gap', {
  sockstat: 'sockstat is missing',
  tcpMem: 'net.ipv4.tcp_mem is missing',
  tables: 'there is no socket table',
  namespaces:
    '{missing, number} of {known, plural, one {# namespace} other {# namespaces}} {missing, plural, one {was} other {were}} not captured',
  fds: 'no fd links were captured',
  someFds: 'the fds of {missing, plural, one {# process} other {# processes}} were not readable',
  truncated: 'the archive ends early',
  elsewhere:
    '{sockets, plural, one {# socket that an fd holds is} other {# sockets that fds hold are}} in no namespace that was captured',
  closed:
    '{sockets, plural, one {# socket is} other {# sockets are}} closed but still held, by no process in particular',
  closeWait:
    '{sockets, plural, one {# connection is} other {# connections are}} in CLOSE_WAIT, and nobody has enough of them to be accused',
  contradiction: 'sockstat and the socket tables contradict each other',
  residual:
    '{sockets, plural, one {# socket of alloc is in no table that was captured and is not known to be closed} other {# sockets of alloc are in no table that was captured and are not known to be closed}}',
  doesNotAddUp: 'something does not add up',
  captureTables: 'cp /proc/PID/net/tcp /proc/PID/net/tcp6 for one process of each namespace',
  captureFds: 'ls -l /proc/PID/fd of every process, as root',
  captureNamespaces: 'readlink /proc/PID/ns/net of every process, and net/tcp and net/tcp6 of each namespace',
});

/** So many closed sockets are no leftovers, even where no process has enough of them to be accused. */
const MIN_SPREAD_CLOSED = 100;
const SPREAD_SHARE_OF_ALLOC = 0.1;
/** A process or two end while the bundle is taken, on every node. */
const FEW_PROCESSES = 2;
const FEW_SHARE = 0.05;

interface Input {
  readonly notRun: readonly NotRun[];
  readonly essentialCapture: Message | '';
  readonly ledger: Ledger;
  readonly memory: Memory;
  readonly coverage: Coverage;
}

export function missingFacts({ coverage, ledger, memory }: Input): readonly Message[] {
  const gaps: Message[] = [];
  const alloc = ledger.alloc?.value ?? 0;
  const skew = Math.max(50, 0.02 * alloc);
  if (ledger.alloc === null) gaps.push(say.sockstat());
  if (memory.maxPages === null) gaps.push(say.tcpMem());
  if (coverage.namespacesSeen === 0) gaps.push(say.tables());
  else if (coverage.namespacesSeen < coverage.namespacesKnown) {
    const missing = coverage.namespacesKnown - coverage.namespacesSeen;
    gaps.push(say.namespaces({ missing, known: coverage.namespacesKnown }));
  }
  const unreadable = coverage.processesTotal - coverage.processesReadable;
  if (coverage.processesReadable === 0) gaps.push(say.fds());
  else if (unreadable > Math.max(FEW_PROCESSES, FEW_SHARE * coverage.processesTotal))
    gaps.push(say.someFds({ missing: unreadable }));
  if (coverage.truncated) gaps.push(say.truncated());
  const closed = Math.min(ledger.closedHeld, ledger.unhashed ?? ledger.closedHeld) - ledger.elsewhere;
  if (ledger.elsewhere > 0) gaps.push(say.elsewhere({ sockets: ledger.elsewhere }));
  if (closed >= MIN_SPREAD_CLOSED && closed > SPREAD_SHARE_OF_ALLOC * alloc) gaps.push(say.closed({ sockets: closed }));
  const closeWait = ledger.states['CLOSE_WAIT'] ?? 0;
  if (
    closeWait >= MIN_SPREAD_CLOSED &&
    closeWait > SPREAD_SHARE_OF_ALLOC * alloc &&
    closeWait > (ledger.states['ESTABLISHED'] ?? 0)
  )
    gaps.push(say.closeWait({ sockets: closeWait }));
  if (-(ledger.unhashed ?? 0) > skew) gaps.push(say.contradiction());
  if ((ledger.residual ?? 0) > skew) gaps.push(say.residual({ sockets: ledger.residual ?? 0 }));
  return gaps;
}

/** Of findings that accuse nobody, where nothing else is missing. */
export function sayDoesNotAddUp(): Message {
  return say.doesNotAddUp();
}

/** The capture that would help most: what whole rules wait for, then namespaces, then processes. */
export function nextCapture({ notRun, essentialCapture, coverage }: Input): { readonly next: Message } {
  const most = mostWanted(notRun);
  if (most !== '' && coverage.namespacesSeen === 0) return { next: most };
  if (coverage.namespacesSeen < coverage.namespacesKnown) return { next: say.captureTables() };
  if (coverage.processesReadable < coverage.processesTotal) return { next: say.captureFds() };
  return { next: essentialCapture === '' ? say.captureNamespaces() : essentialCapture };
}

/** What most rules wait for, the first of several; empty when no capture would help. */
function mostWanted(notRun: readonly NotRun[]): Message | '' {
  const waiting = new Map<string, { readonly capture: Message; readonly rules: number }>();
  for (const { capture } of notRun) {
    if (capture === '') continue;
    const key = JSON.stringify(capture);
    waiting.set(key, { capture, rules: (waiting.get(key)?.rules ?? 0) + 1 });
  }
  return [...waiting.values()].sort((a, b) => b.rules - a.rules)[0]?.capture ?? '';
}
