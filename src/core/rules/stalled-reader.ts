import type { CounterFact, ReaderFact } from '../facts/facts.ts';
import type { Memory } from '../report/report.ts';
import { defineMessages } from '../wording/define-messages.ts';
import { andThen, counterEvidence, isStopped, restartAdvice, stateText } from './advice.ts';
import { defineRule, type FindingDraft } from './rule.ts';
import { MIN_CLOSE_WAIT, MIN_RATIO_TO_ESTABLISHED } from './thresholds.ts';

const UNREAD =
  '{who} has {size, number, bytes} that it has not read on {connections, plural, one {# connection} other {# connections}}{share}.{idle}{state}';

const say = defineMessages('stalled-reader', {
  title: 'A process does not read what has arrived',
  unread: UNREAD,
  'unread-stopped': UNREAD,
  share: ', {source, select, queues {at least } other {}}{share, number, share} of TCP memory',
  idle: 'On {connections, number} of them nothing has come for ten seconds or more.',
  headline:
    '{who} does not read what has arrived: {size, number, bytes} wait on {connections, plural, one {# connection} other {# connections}}.',
  oneCapture: 'One capture does not show whether these queues move. A busy reader has data in its queues too.',
  findBlock:
    'Find what keeps the process from reading: a blocked thread, a full pipe or disk behind it, no CPU, a debugger.',
  largerBuffers: 'Larger tcp_rmem or rmem_max let it hoard more.',
  raising: 'Raising tcp_mem helps only until the next reader stops.',
  compare: 'Run ss -tanmi in this namespace twice: the same Recv-Q and a growing lastrcv prove that nobody reads.',
});

/** Receive queues of one process that make up this much of mem are what fills it. */
export const SHARE_OF_MEM = 0.3;
/** net/tcp shows payload; the buffers that hold it are larger by at least this factor. */
export const OVERHEAD = 1.5;
/** Less is a burst on any node. */
export const MIN_RX_BYTES = 1 << 20;
/** While memory is not short: so many long queues at once, and on most of its connections. */
export const MIN_FULL_QUEUES = 20;
export const FULL_SHARE = 0.5;

const ZERO_WINDOW = 'TcpExt.TCPToZeroWindowAdv';

export const stalledReader = defineRule({
  id: 'stalled-reader',
  level: 'warning',
  title: say.title(),
  role: 'memory',
  rank: 1,
  about: ['unread-data'],
  needs: ['memory', 'readers'],
  optional: ['netstat'],
  check: ({ memory, readers, netstat }) =>
    readers
      .filter((reader) => isStalled(reader, memory))
      .map((reader) =>
        report(
          reader,
          memory,
          netstat?.find((counter) => counter.netns === reader.subject.netns),
        ),
      ),
});

function isPressed(memory: Memory): boolean {
  return memory.status === 'exhausted' || memory.status === 'pressure';
}

function isStalled(reader: ReaderFact, memory: Memory): boolean {
  if (reader.rxQueueBytes < MIN_RX_BYTES) return false;
  // Unread data of connections that the peers have closed is part of that leak.
  if (isCloseWaitLeak(reader) && reader.closeWaitRxBytes * 2 > reader.rxQueueBytes) return false;
  if (isPressed(memory)) {
    const memBytes = (memory.memPages?.value ?? 0) * memory.pageSizeBytes;
    return memBytes > 0 && reader.rxQueueBytes * OVERHEAD > SHARE_OF_MEM * memBytes;
  }
  return isIdle(reader) || isFull(reader);
}

/** A busy reader has a long queue here and there, not on most of its connections at once. */
function isFull({ largeSockets, connections }: ReaderFact): boolean {
  return largeSockets >= MIN_FULL_QUEUES && largeSockets > FULL_SHARE * connections;
}

/** The rule about CLOSE_WAIT has it then; with as many open connections it stays quiet. */
function isCloseWaitLeak({ closeWaitSockets, connections }: ReaderFact): boolean {
  return (
    closeWaitSockets >= MIN_CLOSE_WAIT && closeWaitSockets > MIN_RATIO_TO_ESTABLISHED * (connections - closeWaitSockets)
  );
}

function isIdle(reader: ReaderFact): boolean {
  return reader.timedSockets > 0 && reader.idleSockets * 2 > reader.timedSockets;
}

function report(reader: ReaderFact, memory: Memory, counter: CounterFact | undefined): FindingDraft {
  const { subject, processState } = reader;
  const mem = memory.memPages?.value ?? 0;
  const state = stateText(processState);
  const sure = isIdle(reader) || isStopped(processState) || (isPressed(memory) && isFull(reader));
  return {
    // Full queues alone are those of a reader that is busy, too; while memory is not short they accuse nobody.
    level: isPressed(memory) ? 'error' : isIdle(reader) || isStopped(processState) ? 'warning' : 'note',
    confidence: sure ? 'high' : 'medium',
    message: say[state === null ? 'unread' : 'unread-stopped']({
      who: subject,
      size: reader.rxQueueBytes,
      connections: reader.sockets,
      share:
        mem > 0 && reader.pages > 0
          ? say.share({ source: reader.source, share: Math.min(reader.pages, mem) / mem })
          : '',
      idle: andThen(isIdle(reader) ? say.idle({ connections: reader.idleSockets }) : null),
      state: andThen(state),
    }),
    headline: say.headline({ who: subject, size: reader.rxQueueBytes, connections: reader.sockets }),
    queuedBytes: reader.rxQueueBytes,
    subjects: [subject],
    measures: {
      rxQueueBytes: reader.rxQueueBytes,
      sockets: reader.sockets,
      fullQueues: reader.largeSockets,
      idleSockets: reader.idleSockets,
      memPages: reader.pages,
      ...(counter?.values.get(ZERO_WINDOW) === undefined
        ? {}
        : { zeroWindowsSent: counter.values.get(ZERO_WINDOW) ?? 0 }),
      ...(reader.topLocalPort === 0 ? {} : { localPort: reader.topLocalPort }),
    },
    evidence: [reader.evidence, counterEvidence(counter, ZERO_WINDOW)],
    doubts: sure ? [] : [say.oneCapture()],
    fixes: [say.findBlock(), restartAdvice(subject)],
    nonFixes: [say.largerBuffers(), say.raising()],
    next: say.compare(),
  };
}
