import type { Message } from '../report/message.ts';
import { defineMessages } from '../wording/define-messages.ts';
import { andThen, counterEvidence, sayCounter } from './advice.ts';
import { defineRule } from './rule.ts';

const TIME_WAIT =
  '{who} has {timeWait, plural, one {# TIME_WAIT socket} other {# TIME_WAIT sockets}}{limit}.{ports} TIME_WAIT is outside alloc and uses no TCP memory: it is never the cause of "TCP: out of memory".';

const say = defineMessages('time-wait-flood', {
  title: 'The TIME_WAIT limit of a namespace was reached',
  'ports-short': TIME_WAIT,
  overflowed: TIME_WAIT,
  'nearly-full': TIME_WAIT,
  dropped: ', and {drops, plural, one {# more was} other {# more were}} dropped because the limit was reached',
  atMost: ' of at most {limit, number}',
  ports:
    '{sockets, number} of them are to {remote}, which leaves few of {ports, number} ports: connect() soon fails with EADDRNOTAVAIL.',
  headline: '{who} has reached the TIME_WAIT limit of its namespace. That costs ports, not TCP memory.',
  headlinePorts:
    '{who} has {sockets, number} TIME_WAIT sockets to {remote} and soon has no port left for it. That costs ports, not TCP memory.',
  limitUnknown: 'The limit of this namespace was not captured. That of the host does not apply to it.',
  reuse: 'Keep connections open and reuse them: the side that closes first collects TIME_WAIT.',
  raisingTcpMem: 'Raising tcp_mem: TIME_WAIT uses none.',
  finTimeout: 'Changing tcp_fin_timeout: the minute of TIME_WAIT is fixed in the kernel.',
  countAgain:
    'Run nsenter -t {pid} -n nstat -az TcpExtTCPTimeWaitOverflow twice: does it still grow? Run ss -tan state time-wait: to whom are they?',
});

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
  title: say.title(),
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
          message: say[short ? 'ports-short' : overflow > 0 ? 'overflowed' : 'nearly-full']({
            who: namespace.subject,
            timeWait,
            limit: sayLimit(overflow, full ? limit : null),
            ports: andThen(
              short ? say.ports({ sockets: namespace.topRemoteMinisocks, remote: namespace.topRemote, ports }) : null,
            ),
          }),
          headline:
            overflow === 0 && !full
              ? say.headlinePorts({
                  who: namespace.subject,
                  sockets: namespace.topRemoteMinisocks,
                  remote: namespace.topRemote,
                })
              : say.headline({ who: namespace.subject }),
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
            // tw of the sockstat of the host: the namespace that comes first.
            namespace.isHost && sockstat !== null
              ? {
                  entry: sockstat.entry,
                  startLine: sockstat.tcpLine,
                  endLine: sockstat.tcpLine,
                  note: sayCounter('tw', timeWait),
                }
              : null,
          ],
          doubts: namespace.isHost ? [] : [say.limitUnknown()],
          fixes: [say.reuse()],
          nonFixes: [say.raisingTcpMem(), say.finTimeout()],
          next: say.countAgain({ pid: namespace.subject.pid ?? 'PID' }),
        },
      ];
    }),
});

/** `limit` where the namespace has nearly reached it. */
function sayLimit(drops: number, limit: number | null): Message | '' {
  if (drops > 0) return say.dropped({ drops });
  return limit === null ? '' : say.atMost({ limit });
}
