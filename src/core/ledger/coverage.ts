/** How much of the node the bundle holds: printed beside every number that depends on it. */

import type { NetFile } from '../collect/raw-facts.ts';
import type { LogScan } from '../kernel-log/kernel-log.ts';
import type { Coverage, FactCoverage } from '../report/report.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { formatCount, formatQuantity } from '../wording/format.ts';

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

function listFacts(
  snapshot: Snapshot,
  seen: number,
  known: number,
  readable: number,
  users: number,
): readonly FactCoverage[] {
  const { raw, processes, log } = snapshot;
  const namespaces = formatQuantity(known, 'namespace');
  const netText = (file: NetFile) => [...raw.net.values()].filter((net) => net.texts.has(file)).length;
  const fact = (name: string, present: boolean, detail: string): FactCoverage => ({
    fact: name,
    present,
    detail: present ? detail : 'absent',
  });
  const withNetns = processes.filter((process) => process.netns !== null).length;
  const pods = new Set(processes.flatMap((process) => (process.pod === null ? [] : [process.pod])));
  return [
    fact('net/tcp, net/tcp6', seen > 0, `${formatCount(seen)} of ${namespaces}`),
    fact('sockstat', netText('sockstat') > 0, `${formatQuantity(netText('sockstat'), 'copy', 'copies')}`),
    fact('netstat, snmp', netText('netstat') > 0, `${formatQuantity(netText('netstat'), 'copy', 'copies')}`),
    fact('udp, unix', netText('unix') > 0, `${formatQuantity(netText('unix'), 'copy', 'copies')}`),
    fact('fd links', readable > 0, `${formatCount(readable)} of ${formatQuantity(users, 'process', 'processes')}`),
    fact(
      'ns/net',
      withNetns > 0,
      `${formatCount(withNetns)} of ${formatQuantity(processes.length, 'process', 'processes')}, kernel threads included`,
    ),
    fact('ss with memory', snapshot.hasSkmem, `${formatCount(raw.ss.size)} of ${namespaces}`),
    fact('kernel log', log !== null, log === null ? '' : logDetail(log.scan)),
    fact('sysctls', raw.sysctl.size > 0, formatQuantity(raw.sysctl.size, 'value')),
    fact('pod names', pods.size > 0, formatQuantity(pods.size, 'pod')),
    fact('slabinfo', raw.node.has('slabinfo'), 'node'),
    fact('net/protocols', netText('protocols') > 0, 'pressure flag'),
    fact('netlink, packet', netText('netlink') > 0, 'other families'),
  ];
}

function logDetail({ lines, firstSeconds, missing }: LogScan): string {
  const start = firstSeconds === null ? '' : firstSeconds > 1 ? ', its start is lost' : ', from boot';
  const records = missing?.records ?? 0;
  const gaps = records === 0 ? '' : `, at least ${formatQuantity(records, 'record')} missing between them`;
  return `${formatQuantity(lines, 'line')}${start}${gaps}`;
}
