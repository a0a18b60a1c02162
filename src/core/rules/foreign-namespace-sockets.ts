import type { VisitorFact } from '../facts/facts.ts';
import { formatCount, formatQuantity } from '../wording/format.ts';
import { describeSubject } from '../wording/subject-text.ts';
import { defineRule, type FindingDraft } from './rule.ts';

/** An agent keeps a listener or two in a namespace that it has entered. */
export const MIN_SOCKETS = 10;

export const foreignNamespaceSockets = defineRule({
  id: 'foreign-namespace-sockets',
  level: 'note',
  title: 'A process holds sockets of another namespace',
  role: 'hint',
  about: ['namespaces'],
  needs: ['visitors', 'fdLinks'],
  check: ({ visitors }) => visitors.filter((visitor) => visitor.sockets >= MIN_SOCKETS).map(report),
});

function report(visitor: VisitorFact): FindingDraft {
  const { subject, topNamespace } = visitor;
  return {
    level: 'note',
    confidence: 'high',
    messageId: 'foreign',
    message: `${describeSubject(subject)} holds ${formatQuantity(visitor.sockets, 'socket')} that belong to ${
      visitor.namespaces === 1 ? 'another namespace' : `${formatCount(visitor.namespaces)} other namespaces`
    }, most of them (${formatCount(visitor.topSockets)}) to ${describeSubject(topNamespace)}. They count there and not where the process runs: netstat beside it does not show them, and restarting the pods does not free them.`,
    subjects: [subject, topNamespace],
    measures: {
      foreignSockets: visitor.sockets,
      foreignConnections: visitor.connections,
      namespaces: visitor.namespaces,
    },
    evidence: [visitor.evidence],
    doubts: ['Mesh and network agents work like this on purpose; by itself it is no fault.'],
    fixes: ['Where these sockets are a leak, it is this process that has to close them, not the pod.'],
    next: 'nsenter -t PID -n ss -tanp shows none of them; ls -l /proc/PID/fd does: do they grow?',
    nonFixes: ['Restarting the pod whose namespace they are in: the sockets keep that namespace alive.'],
  };
}
