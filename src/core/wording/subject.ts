/** A subject in words. Names come from the bundle: they are cleaned of control characters where they are read. */
import type { Message } from '../report/message.ts';
import type { Subject } from '../report/report.ts';
import { defineMessages } from './define-messages.ts';

const say = defineMessages('subject', {
  node: 'the node',
  process: '{comm} (pid {pid})',
  processInPod: '{comm} (pid {pid}) in pod {pod}',
  unnamedProcess: 'a process (pid {pid})',
  unnamedProcessInPod: 'a process (pid {pid}) in pod {pod}',
  pod: 'pod {pod}',
  namespace: 'namespace {netns}',
  podNamespace: 'pod {pod} (namespace {netns})',
  netnsOfProcNet: 'of proc/net',
  netnsOfPid: 'of pid {pid}',
});

/** `python3 (pid 185) in pod default/live-stream-297vtlpgjj-tg86q`. */
export function saySubject(subject: Subject): Message {
  const pod = podName(subject);
  switch (subject.kind) {
    case 'node':
      return say.node();
    case 'process':
      return sayProcess(subject, pod);
    case 'pod':
      return say.pod({ pod: pod === '' ? '?' : pod });
    case 'namespace': {
      const netns = subject.netns === undefined ? '' : sayNetns(subject.netns);
      return pod === '' ? say.namespace({ netns }) : say.podNamespace({ pod, netns });
    }
  }
}

function sayProcess({ comm, pid = '?' }: { comm?: string; pid?: number | '?' }, pod: string): Message {
  if (comm === undefined) return pod === '' ? say.unnamedProcess({ pid }) : say.unnamedProcessInPod({ pid, pod });
  return pod === '' ? say.process({ comm, pid }) : say.processInPod({ comm, pid, pod });
}

/** `default/live-stream-…`; the uid when only that is known; empty outside pods. */
export function podName(subject: Subject): string {
  if (subject.pod !== undefined)
    return subject.podNamespace === undefined ? subject.pod : `${subject.podNamespace}/${subject.pod}`;
  return subject.podUid ?? '';
}

/** `net:[4026532398]`, or how a namespace without a known inode was read. */
export function sayNetns(netns: number): Message | string {
  if (netns > 0) return `net:[${netns}]`;
  return netns === 0 ? say.netnsOfProcNet() : say.netnsOfPid({ pid: -netns });
}
