import { formatCount, formatQuantity } from '../format.ts';
import { describeSubject } from '../report/subject-text.ts';
import { defineRule } from './rule.ts';

/** The limit is of each namespace, and a pod does not inherit that of the host. */
export const SHARE_OF_LIMIT = 0.8;
const COUNTER = 'TcpExt.TCPTimeWaitOverflow';

export const timeWaitFlood = defineRule({
  id: 'time-wait-flood',
  level: 'warning',
  title: 'The TIME_WAIT limit of a namespace was reached',
  needs: ['namespaces'],
  optional: ['netstat', 'maxTwBuckets', 'sockstat'],
  check: ({ namespaces, netstat, maxTwBuckets, sockstat }) =>
    namespaces.flatMap((namespace) => {
      const counter = netstat?.find((fact) => fact.subject.netns === namespace.subject.netns);
      const overflow = counter?.values.get(COUNTER) ?? 0;
      const timeWait = namespace.timeWait ?? namespace.minisocks;
      const limit = namespace.isHost ? (maxTwBuckets?.value ?? null) : null;
      const full = limit !== null && limit > 0 && timeWait >= SHARE_OF_LIMIT * limit;
      if (overflow === 0 && !full) return [];
      return [
        {
          confidence: overflow > 0 ? ('high' as const) : ('medium' as const),
          messageId: overflow > 0 ? 'overflowed' : 'nearly-full',
          message: `${describeSubject(namespace.subject)} has ${formatQuantity(timeWait, 'TIME_WAIT socket')}${
            overflow > 0
              ? ` and ${formatCount(overflow)} times the limit let one be dropped`
              : ` of at most ${formatCount(limit ?? 0)}`
          }. TIME_WAIT is outside alloc and uses no TCP memory: it is never the cause of "TCP: out of memory".`,
          subjects: [namespace.subject],
          measures: { timeWait, timeWaitOverflow: overflow, ...(limit === null ? {} : { maxTwBuckets: limit }) },
          evidence: [
            counter === undefined
              ? null
              : {
                  entry: counter.entry,
                  startLine: counter.line,
                  endLine: counter.line,
                  note: `TCPTimeWaitOverflow ${overflow}`,
                },
            namespace.minisockEvidence,
            // tw of the host's sockstat: the namespace that comes first.
            namespace.isHost && sockstat !== null
              ? {
                  entry: sockstat.entry,
                  startLine: sockstat.tcpLine,
                  endLine: sockstat.tcpLine,
                  note: `tw ${timeWait}`,
                }
              : null,
          ],
          doubts: namespace.isHost
            ? []
            : ['The limit of this namespace was not captured; that of the host does not apply to it.'],
          fixes: ['Keep connections open and reuse them: the side that closes first collects TIME_WAIT.'],
          nonFixes: ['Raising tcp_mem: TIME_WAIT uses none.'],
        },
      ];
    }),
});
