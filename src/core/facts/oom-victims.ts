/** Whom the OOM killer chose, from the lines of the kernel log. */
import { parsePidCgroup } from '../parsers/proc/pid-cgroup.ts';
import type { Subject } from '../report/report.ts';
import { buildPodNames } from '../snapshot/pods.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { cleanText } from '../text.ts';

/** Linux 2.6.32 writes the UID between the two (mm/oom_kill.c). */
const VICTIM = /Kill(?:ed)? process (\d{1,10})(?:, UID \d{1,10})?,? \(([^)]{1,32})\)/i;

/** pid and name from the line of the kill, the pod from that of its cgroup, which kernels since about 4.19 print. */
export function buildOomVictims(snapshot: Snapshot): readonly Subject[] | null {
  const hits = snapshot.log?.current.hits;
  if (hits === undefined) return null;
  const uids = new Map<number, string>();
  for (const { id, text = '' } of hits) {
    if (id !== 'oom-kill-cgroup') continue;
    const cgroup = /task_memcg=([^,\s]+)/.exec(text)?.[1];
    const pid = /,pid=(\d{1,10})/.exec(text)?.[1];
    const uid = cgroup === undefined ? null : parsePidCgroup(`0::${cgroup}`).value.podUid;
    if (pid !== undefined && uid !== null) uids.set(Number(pid), uid);
  }
  const names = buildPodNames(snapshot.raw);
  const victims = new Map<number, Subject>();
  for (const { id, text = '' } of hits) {
    const killed = id === 'oom-kill' ? VICTIM.exec(text) : null;
    if (killed?.[1] === undefined) continue;
    const pid = Number(killed[1]);
    const podUid = uids.get(pid);
    const pod = podUid === undefined ? undefined : names.byUid.get(podUid);
    victims.set(pid, {
      kind: 'process',
      pid,
      comm: cleanText(killed[2] ?? '?'),
      ...(podUid === undefined ? {} : { podUid }),
      ...(pod === undefined ? {} : { pod: pod.name, podNamespace: pod.namespace }),
    });
  }
  return [...victims.values()];
}
