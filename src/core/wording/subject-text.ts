/** A subject in words. Names come from the bundle: they are cleaned of control characters where they are read. */
import type { Subject } from '../report/report.ts';

/** `python3 (pid 185) in pod default/live-stream-297vtlpgjj-tg86q`. */
export function describeSubject(subject: Subject): string {
  if (subject.kind === 'process') {
    const pod = podName(subject);
    return `${subject.comm ?? 'a process'} (pid ${subject.pid ?? '?'})${pod === '' ? '' : ` in pod ${pod}`}`;
  }
  if (subject.kind === 'node') return 'the node';
  const pod = podName(subject);
  if (subject.kind === 'pod') return `pod ${pod === '' ? (subject.podUid ?? '?') : pod}`;
  const netns = subject.netns === undefined ? '' : describeNetns(subject.netns);
  return pod === '' ? `namespace ${netns}` : `pod ${pod} (namespace ${netns})`;
}

/** `default/live-stream-…`; the uid when only that is known; empty outside pods. */
export function podName(subject: Subject): string {
  if (subject.pod !== undefined)
    return subject.podNamespace === undefined ? subject.pod : `${subject.podNamespace}/${subject.pod}`;
  return subject.podUid ?? '';
}

/** `net:[4026532398]`, or how a namespace without a known inode was read. */
export function describeNetns(netns: number): string {
  if (netns > 0) return `net:[${netns}]`;
  return netns === 0 ? 'of proc/net' : `of pid ${-netns}`;
}
