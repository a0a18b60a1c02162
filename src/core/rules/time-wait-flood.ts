import { formatCount, formatQuantity } from '../wording/format.ts';
import { describeSubject } from '../wording/subject-text.ts';
import { counterEvidence } from './advice.ts';
import { defineRule } from './rule.ts';

/** The limit is of each namespace, and a pod does not inherit that of the host. */
export const SHARE_OF_LIMIT = 0.8;
/** Each connection to one peer needs a port of its own, and TIME_WAIT keeps it for a minute. */
export const SHARE_OF_PORTS = 0.7;
/** Every namespace starts with 32768 to 60999, whatever the host was set to (net/ipv4/af_inet.c inet_init_net). */
export const DEFAULT_PORTS = 28232;
const COUNTER = 'TcpExt.TCPTimeWaitOverflow';

export const timeWaitFlood = defineRule({
  id: 'time-wait-flood',
  level: 'warning',
  title: 'The TIME_WAIT limit of a namespace was reached',
  role: 'symptom',
  rank: 8,
  about: ['time-wait'],
  needs: ['namespaces'],
  optional: ['netstat', 'maxTwBuckets', 'sockstat', 'localPorts'],
  check: ({ namespaces, netstat, maxTwBuckets, sockstat, localPorts }) =>
    namespaces.flatMap((namespace) => {
      const counter = netstat?.find((fact) => fact.netns === namespace.subject.netns);
      const overflow = counter?.values.get(COUNTER) ?? 0;
      const timeWait = namespace.timeWait ?? namespace.minisocks;
      const limit = namespace.isHost ? (maxTwBuckets?.value ?? null) : null;
      const full = limit !== null && limit > 0 && timeWait >= SHARE_OF_LIMIT * limit;
      const ports = namespace.isHost ? (localPorts?.value ?? DEFAULT_PORTS) : DEFAULT_PORTS;
      const short = namespace.topRemoteMinisocks > SHARE_OF_PORTS * ports;
      if (overflow === 0 && !full && !short) return [];
      return [
        {
          confidence: overflow > 0 ? ('high' as const) : ('medium' as const),
          messageId: short ? 'ports-short' : overflow > 0 ? 'overflowed' : 'nearly-full',
          message: `${describeSubject(namespace.subject)} has ${formatQuantity(timeWait, 'TIME_WAIT socket')}${
            overflow > 0
              ? ` and ${formatCount(overflow)} times the limit let one be dropped`
              : full
                ? ` of at most ${formatCount(limit ?? 0)}`
                : ''
          }.${short ? ` ${formatCount(namespace.topRemoteMinisocks)} are to ${namespace.topRemote}, which leaves few of ${formatCount(ports)} ports: connect() soon fails with EADDRNOTAVAIL.` : ''} TIME_WAIT is outside alloc and uses no TCP memory: it is never the cause of "TCP: out of memory".`,
          headline: `${describeSubject(namespace.subject)} reached the TIME_WAIT limit of its namespace; that costs ports, not TCP memory`,
          subjects: [namespace.subject],
          measures: {
            timeWait,
            timeWaitOverflow: overflow,
            ...(short ? { topPeerTimeWait: namespace.topRemoteMinisocks, localPorts: ports } : {}),
            ...(limit === null ? {} : { maxTwBuckets: limit }),
          },
          evidence: [
            counterEvidence(counter, COUNTER),
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
          nonFixes: [
            'Raising tcp_mem: TIME_WAIT uses none.',
            'tcp_fin_timeout: the minute of TIME_WAIT is fixed in the kernel.',
          ],
          next: 'nsenter -t PID -n nstat -az TcpExtTCPTimeWaitOverflow, twice: does it still grow? And ss -tan state time-wait: to whom?',
        },
      ];
    }),
});
