import type { CounterFact, KernelLogFact } from '../facts/facts.ts';
import type { Message } from '../report/message.ts';
import type { Evidence, Subject } from '../report/report.ts';
import { defineMessages } from '../wording/define-messages.ts';
import { counterEvidence } from './advice.ts';
import { defineRule } from './rule.ts';

const say = defineMessages('tcp-oom-logged', {
  title: 'The kernel dropped connections for lack of TCP memory',
  headline: 'The kernel dropped connections for lack of TCP memory.',
  'oom-lines':
    'The log has {lines, plural, one {# line that says} other {# lines that say}} that TCP is out of memory. At least as many times the kernel aborted a socket with unsent data, because the memory of all TCP sockets was above tcp_mem.',
  'oom-lines-with-victims':
    'The log has {lines, plural, one {# line that says} other {# lines that say}} that TCP is out of memory. At least as many times the kernel aborted a socket with unsent data, because the memory of all TCP sockets was above tcp_mem. {victims}',
  victims: 'The victims were {victims}. Victims are not the cause.',
  manyVictims: 'The victims were {victims} and {more, number} more. Victims are not the cause.',
  lines: '{lines, plural, one {# OOM line} other {# OOM lines}}',
  findHolder: 'Find who holds the memory: the findings about memory and leaks name it.',
  countAgain: 'Run nstat -az TcpExtTCPAbortOnMemory in every namespace twice: does it still happen, and to whom?',
  tuning: 'The line advises to tune tcp_mem. While something leaks this only postpones the next outage.',
  ambiguous: '"Out of socket memory" of kernels before 3.4 can also mean too many orphans.',
  suppressed:
    'The kernel prints at most 10 network messages in 5 seconds. {messages, plural, one {# message} other {# messages}} of any kind {messages, plural, one {was} other {were}} suppressed, so the number of lines is a lower bound.',
  overwritten: 'The start of the log is overwritten: earlier lines are lost.',
  cut: 'The log is cut: later lines are missing.',
  victimsUnknown: 'Without netstat of the namespaces the victims are not known.',
});

const AMBIGUOUS = 'tcp-out-of-socket-memory';
const IDS: ReadonlySet<string> = new Set(['tcp-out-of-memory', AMBIGUOUS]);
const COUNTER = 'TcpExt.TCPAbortOnMemory';

export const tcpOomLogged = defineRule({
  id: 'tcp-oom-logged',
  level: 'error',
  title: say.title(),
  role: 'symptom',
  rank: 12,
  about: ['tcp-oom'],
  needs: ['kernelLog'],
  optional: ['netstat'],
  check: ({ kernelLog, netstat }) => {
    const hits = kernelLog.scan.hits.filter((hit) => IDS.has(hit.id));
    const first = hits[0];
    const last = hits.at(-1);
    if (first === undefined || last === undefined) return [];
    const victims = (netstat ?? []).filter((counter) => (counter.values.get(COUNTER) ?? 0) > 0);
    const aborts = victims.reduce((total, counter) => total + (counter.values.get(COUNTER) ?? 0), 0);
    return [
      {
        // Before Linux 3.4 one message served for both, memory and orphans.
        confidence: hits.every((hit) => hit.id === AMBIGUOUS) ? 'medium' : 'high',
        message:
          victims.length === 0
            ? say['oom-lines']({ lines: hits.length })
            : say['oom-lines-with-victims']({
                lines: hits.length,
                victims: sayVictims(victims.map(({ subject }) => subject)),
              }),
        headline: say.headline(),
        subjects: victims.length > 0 ? victims.slice(0, 20).map((counter) => counter.subject) : [{ kind: 'node' }],
        measures: {
          oomLines: hits.length,
          suppressedMessages: kernelLog.scan.suppressed,
          ...(netstat === null ? {} : { abortsOnMemory: aborts }),
          ...(last.seconds === null ? {} : { lastOomSeconds: last.seconds }),
        },
        evidence: [
          logEvidence(kernelLog, first.line, last.line, hits.length),
          ...victims.slice(0, 3).map((counter) => counterEvidence(counter, COUNTER)),
        ],
        doubts: doubts(kernelLog, netstat),
        fixes: [say.findHolder()],
        next: say.countAgain(),
        nonFixes: [say.tuning()],
      },
    ];
  },
});

function logEvidence(log: KernelLogFact, startLine: number, endLine: number, lines: number): Evidence {
  return { entry: log.entry, startLine, endLine, note: say.lines({ lines }) };
}

const MAX_NAMES = 3;

function sayVictims(victims: readonly Subject[]): Message {
  const more = victims.length - MAX_NAMES;
  const named = victims.slice(0, MAX_NAMES);
  return more > 0 ? say.manyVictims({ victims: named, more }) : say.victims({ victims: named });
}

function doubts(log: KernelLogFact, netstat: readonly CounterFact[] | null): readonly Message[] {
  const found: Message[] = [];
  if (log.scan.hits.some((hit) => hit.id === AMBIGUOUS)) found.push(say.ambiguous());
  if (log.scan.suppressed > 0) found.push(say.suppressed({ messages: log.scan.suppressed }));
  if ((log.scan.firstSeconds ?? 0) > 1) found.push(say.overwritten());
  if (!log.complete) found.push(say.cut());
  if (netstat === null) found.push(say.victimsUnknown());
  return found;
}
