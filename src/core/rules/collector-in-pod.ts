import { defineMessages } from '../wording/define-messages.ts';
import { andThen } from './advice.ts';
import { defineRule } from './rule.ts';

const say = defineMessages('collector-in-pod', {
  title: 'The bundle was taken from inside a pod',
  'no-tcp-mem':
    'The bundle holds other sysctls of TCP, but not net.ipv4.tcp_mem, which exists only in the namespace of the host. So the collector ran in a pod.{consequence}',
  'not-of-pid-1':
    'proc/net does not belong to the namespace of process 1. So the collector ran in a namespace of its own.{consequence}',
  'own-pids':
    'The collector says that its process 1 is not that of the node. So it ran in a pod without hostPID, and the processes are those of the pod.{consequence}',
  copies:
    'The same sockets are listed for several namespaces. So the collector has read its own /proc/net each time.{consequence}',
  consequence:
    'What the bundle says of the node (alloc, mem, orphans) is right. What it says of a single namespace is about that of the collector, and the limits in tcp_mem are not known.',
  collectOnHost:
    'Collect on the host, or in a pod with hostPID and hostNetwork. Read /proc/1/net instead of /proc/net.',
  copyEach: 'Copy /proc/PID/net of one process of each namespace: /proc/net always belongs to the reader.',
  root: 'Running as root in the container: /proc/net still belongs to its namespace.',
  collect: 'Run nsenter -t 1 -n -m sh collect.sh, or kubectl debug node/NAME --profile=sysadmin.',
});

export const collectorInPod = defineRule({
  id: 'collector-in-pod',
  level: 'warning',
  title: say.title(),
  role: 'hint',
  about: ['capture'],
  needs: ['collector'],
  check: ({ collector }) => {
    if (collector.pod === null) return [];
    return [
      {
        confidence: collector.pod.reason === 'no-tcp-mem' ? 'medium' : 'high',
        message: say[collector.pod.reason]({ consequence: andThen(say.consequence()) }),
        subjects: [{ kind: 'node' }],
        measures: {},
        evidence: [collector.pod.evidence],
        doubts: [],
        fixes: [say.collectOnHost(), say.copyEach()],
        nonFixes: [say.root()],
        next: say.collect(),
      },
    ];
  },
});
