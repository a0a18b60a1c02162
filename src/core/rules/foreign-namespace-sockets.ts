import type { VisitorFact } from '../facts/facts.ts';
import { defineMessages } from '../wording/define-messages.ts';
import { defineRule, type FindingDraft } from './rule.ts';

const say = defineMessages('foreign-namespace-sockets', {
  title: 'A process holds sockets of another namespace',
  foreign:
    '{who} holds {sockets, plural, one {# socket} other {# sockets}} that belong to {namespaces, plural, one {another namespace: {topNamespace}} other {# other namespaces. {part, select, most {Most of them} other {The largest part of them}} ({topSockets, number}) belong to {topNamespace}}}. They are counted there, and not where the process runs. So netstat in its own namespace does not show them, and restarting the pods does not free them.',
  onPurpose: 'Mesh and network agents work like this on purpose. By itself it is no fault.',
  closeHere: 'If these sockets are a leak, this process has to close them, not the pod.',
  watch:
    'Run ls -l /proc/{pid}/fd twice: do these sockets grow in number? nsenter -t {pid} -n ss -tanp shows none of them.',
  restartingPod: 'Restarting the pod of that namespace: the sockets keep the namespace alive.',
});

/** An agent keeps a listener or two in a namespace that it has entered. */
export const MIN_SOCKETS = 10;

export const foreignNamespaceSockets = defineRule({
  id: 'foreign-namespace-sockets',
  level: 'note',
  title: say.title(),
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
    message: say.foreign({
      who: subject,
      sockets: visitor.sockets,
      namespaces: visitor.namespaces,
      part: visitor.topSockets * 2 > visitor.sockets ? 'most' : 'some',
      topSockets: visitor.topSockets,
      topNamespace,
    }),
    subjects: [subject, topNamespace],
    measures: {
      foreignSockets: visitor.sockets,
      foreignConnections: visitor.connections,
      namespaces: visitor.namespaces,
    },
    evidence: [visitor.evidence],
    doubts: [say.onPurpose()],
    fixes: [say.closeHere()],
    nonFixes: [say.restartingPod()],
    next: say.watch({ pid: subject.pid ?? 'PID' }),
  };
}
