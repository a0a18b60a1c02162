/** How much of the node the bundle holds: printed beside every number that depends on it. */

import type { NetFile } from '../collect/raw-facts.ts';
import type { LogScan } from '../kernel-log/kernel-log.ts';
import type { Message } from '../report/message.ts';
import type { Coverage, FactCoverage } from '../report/report.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { defineMessages } from '../wording/define-messages.ts';

export function buildCoverage(snapshot: Snapshot): Coverage {
  const { processes, namespaces, raw, end } = snapshot;
  const seen = new Set(namespaces.filter((namespace) => namespace.isComplete).map((namespace) => namespace.netns));
  const known = new Set([
    ...namespaces.map((namespace) => namespace.netns),
    ...processes.flatMap((process) => (process.netns === null ? [] : [process.netns])),
  ]);
  const user = processes.filter((process) => process.isUser);
  const readable = user.filter((process) => process.fdsReadable).length;
  return {
    namespacesSeen: seen.size,
    namespacesKnown: known.size,
    processesReadable: readable,
    processesTotal: user.length,
    processesAll: raw.processes.size,
    truncated: !end.complete,
    facts: listFacts(snapshot, seen.size, known.size, readable, user.length),
  };
}

const name = defineMessages('fact', {
  tables: 'net/tcp, net/tcp6',
  sockstat: 'sockstat',
  counters: 'netstat, snmp',
  otherTables: 'udp, unix',
  fds: 'fd links',
  netns: 'ns/net',
  skmem: 'ss with memory',
  log: 'kernel log',
  sysctls: 'sysctls',
  pods: 'pod names',
  slabinfo: 'slabinfo',
  protocols: 'net/protocols',
  families: 'netlink, packet',
});

const say = defineMessages('coverage', {
  absent: 'absent',
  namespaces: '{seen, number} of {known, plural, one {# namespace} other {# namespaces}}',
  copies: '{copies, plural, one {# copy} other {# copies}}',
  processes: '{seen, number} of {known, plural, one {# process} other {# processes}}',
  processesAndThreads:
    '{seen, number} of {known, plural, one {# process} other {# processes}}, kernel threads included',
  lines: '{lines, plural, one {# line} other {# lines}}',
  linesFromBoot: '{lines, plural, one {# line} other {# lines}}, from boot',
  linesStartLost: '{lines, plural, one {# line} other {# lines}}, the start is lost',
  linesMissing: '{lines}; at least {records, plural, one {# record} other {# records}} between them are missing',
  values: '{values, plural, one {# value} other {# values}}',
  pods: '{pods, plural, one {# pod} other {# pods}}',
  ofNode: 'node',
  pressureFlag: 'pressure flag',
  otherFamilies: 'other families',
});

function listFacts(
  snapshot: Snapshot,
  seen: number,
  known: number,
  readable: number,
  users: number,
): readonly FactCoverage[] {
  const { raw, processes, log } = snapshot;
  const netText = (file: NetFile) => [...raw.net.values()].filter((net) => net.texts.has(file)).length;
  const fact = (label: Message, present: boolean, detail: Message): FactCoverage => ({
    fact: label,
    present,
    detail: present ? detail : say.absent(),
  });
  const copies = (label: Message, file: NetFile) =>
    fact(label, netText(file) > 0, say.copies({ copies: netText(file) }));
  const withNetns = processes.filter((process) => process.netns !== null).length;
  const pods = new Set(processes.flatMap((process) => (process.pod === null ? [] : [process.pod])));
  return [
    fact(name.tables(), seen > 0, say.namespaces({ seen, known })),
    copies(name.sockstat(), 'sockstat'),
    copies(name.counters(), 'netstat'),
    copies(name.otherTables(), 'unix'),
    fact(name.fds(), readable > 0, say.processes({ seen: readable, known: users })),
    fact(name.netns(), withNetns > 0, say.processesAndThreads({ seen: withNetns, known: processes.length })),
    fact(name.skmem(), snapshot.hasSkmem, say.namespaces({ seen: raw.ss.size, known })),
    fact(name.log(), log !== null, log === null ? say.absent() : logDetail(log.scan)),
    fact(name.sysctls(), raw.sysctl.size > 0, say.values({ values: raw.sysctl.size })),
    fact(name.pods(), pods.size > 0, say.pods({ pods: pods.size })),
    fact(name.slabinfo(), raw.node.has('slabinfo'), say.ofNode()),
    fact(name.protocols(), netText('protocols') > 0, say.pressureFlag()),
    fact(name.families(), netText('netlink') > 0, say.otherFamilies()),
  ];
}

function logDetail({ lines, firstSeconds, missing }: LogScan): Message {
  const counted =
    firstSeconds === null
      ? say.lines({ lines })
      : firstSeconds > 1
        ? say.linesStartLost({ lines })
        : say.linesFromBoot({ lines });
  const records = missing?.records ?? 0;
  return records === 0 ? counted : say.linesMissing({ lines: counted, records });
}
