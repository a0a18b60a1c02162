import type { CounterFact, KernelLogFact } from '../facts/facts.ts';
import type { Evidence } from '../report/report.ts';
import { formatQuantity } from '../wording/format.ts';
import { describeSubject } from '../wording/subject-text.ts';
import { counterEvidence } from './advice.ts';
import { defineRule } from './rule.ts';

const AMBIGUOUS = 'tcp-out-of-socket-memory';
const IDS: ReadonlySet<string> = new Set(['tcp-out-of-memory', AMBIGUOUS]);
const COUNTER = 'TcpExt.TCPAbortOnMemory';

export const tcpOomLogged = defineRule({
  id: 'tcp-oom-logged',
  level: 'error',
  title: 'The kernel dropped connections for lack of TCP memory',
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
    const names = victims.map((counter) => describeSubject(counter.subject));
    return [
      {
        // Before Linux 3.4 one message served for both, memory and orphans.
        confidence: hits.every((hit) => hit.id === AMBIGUOUS) ? 'medium' : 'high',
        messageId: victims.length > 0 ? 'oom-lines-with-victims' : 'oom-lines',
        message: `The log has ${formatQuantity(hits.length, 'line')} that TCP is out of memory: at least as many times a socket with unsent data was aborted because the memory of all TCP sockets was above tcp_mem.${
          names.length > 0
            ? ` The victims were ${names.slice(0, 3).join(', ')}${names.length > 3 ? ` and ${names.length - 3} more` : ''}; victims are not the cause.`
            : ''
        }`,
        headline: 'The kernel dropped connections for lack of TCP memory',
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
        fixes: ['Find who holds the memory: the findings about memory and leaks name it.'],
        next: 'nstat -az TcpExtTCPAbortOnMemory in every namespace, twice: is it still happening, and to whom?',
        nonFixes: ['The line advises to tune tcp_mem; while something leaks that only postpones the next outage.'],
      },
    ];
  },
});

function logEvidence(log: KernelLogFact, startLine: number, endLine: number, lines: number): Evidence {
  return { entry: log.entry, startLine, endLine, note: formatQuantity(lines, 'OOM line') };
}

function doubts(log: KernelLogFact, netstat: readonly CounterFact[] | null): readonly string[] {
  const texts: string[] = [];
  if (log.scan.hits.some((hit) => hit.id === AMBIGUOUS)) {
    texts.push('"Out of socket memory" of kernels before 3.4 can also mean too many orphans.');
  }
  if (log.scan.suppressed > 0) {
    texts.push(
      `The kernel prints at most 10 network messages in 5 seconds; ${formatQuantity(log.scan.suppressed, 'message')} of any kind were suppressed, so the number of lines is a lower bound.`,
    );
  }
  if ((log.scan.firstSeconds ?? 0) > 1) texts.push('The start of the log is overwritten: earlier lines are lost.');
  if (!log.complete) texts.push('The log is cut: later lines are missing.');
  if (netstat === null) texts.push('Without netstat of the namespaces the victims are not known.');
  return texts;
}
