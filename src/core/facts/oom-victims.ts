/** Whom the OOM killer chose since the boot, by the reports of the kernel log. */
import type { Subject } from '../report/report.ts';
import { buildLogVictims } from '../snapshot/log-victims.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

/** Each once, in the order of the log; null without a log. */
export function buildOomVictims(snapshot: Snapshot): readonly Subject[] | null {
  if (snapshot.log === null) return null;
  const kills = snapshot.log.current.reports.records.filter(({ kind }) => kind === 'oom-kill');
  const victims = new Map<string, Subject>();
  for (const { pid, comm, podUid, pod, podNamespace } of buildLogVictims(snapshot, kills)) {
    const key = `${pid} ${comm}`;
    // The two lines that an old kernel prints of one kill may be far apart: only the first knows the cgroup.
    if (pid === null || (podUid === null && victims.has(key))) continue;
    victims.set(key, {
      kind: 'process',
      pid,
      comm: comm ?? '?',
      ...(podUid === null ? {} : { podUid }),
      ...(pod === null || podNamespace === null ? {} : { pod, podNamespace }),
    });
  }
  return [...victims.values()];
}
