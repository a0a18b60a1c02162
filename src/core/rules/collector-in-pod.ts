import type { CollectorFact } from '../facts/facts.ts';
import { defineRule } from './rule.ts';

export const collectorInPod = defineRule({
  id: 'collector-in-pod',
  level: 'warning',
  title: 'The bundle was taken from inside a pod',
  role: 'hint',
  about: ['capture'],
  needs: ['collector'],
  check: ({ collector }) => {
    if (collector.pod === null) return [];
    return [
      {
        confidence: collector.pod.reason === 'no-tcp-mem' ? 'medium' : 'high',
        messageId: collector.pod.reason,
        message: `${reasonText(collector.pod.reason)} What it says of the node (alloc, mem, orphans) is right; what it says of one namespace is that of the collector, and the limits in tcp_mem are not known from there.`,
        subjects: [{ kind: 'node' }],
        measures: {},
        evidence: [collector.pod.evidence],
        doubts: [],
        fixes: [
          'Collect on the host, or in a pod with hostPID and hostNetwork; read /proc/1/net instead of /proc/net.',
          'Copy /proc/PID/net of one process of each namespace: /proc/net is always that of the reader.',
        ],
        nonFixes: ['Root in the container: /proc/net stays that of its namespace.'],
        next: 'nsenter -t 1 -n -m sh collect.sh, or kubectl debug node/NAME --profile=sysadmin.',
      },
    ];
  },
});

function reasonText(reason: NonNullable<CollectorFact['pod']>['reason']): string {
  switch (reason) {
    case 'no-tcp-mem':
      return 'net.ipv4.tcp_mem is missing beside other sysctls of TCP: it exists in the namespace of the host only, so the collector ran in a pod.';
    case 'not-of-pid-1':
      return 'proc/net is not of the namespace that process 1 is in: the collector ran in a namespace of its own.';
    case 'own-pids':
      return 'The collector says that its process 1 is not the one of the node: it ran in a pod without hostPID, and the processes are those of the pod.';
    case 'copies':
      return 'The same sockets are listed for several namespaces: the collector has read its own /proc/net again and again.';
  }
}
