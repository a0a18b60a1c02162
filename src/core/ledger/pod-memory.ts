/** The memory of the sockets of pods, as their cgroups count it. */

import { parsePidCgroup } from '../parsers/proc/pid-cgroup.ts';
import type { Evidence, Subject } from '../report/report.ts';
import { buildPodNames } from '../snapshot/pods.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { defineMessages } from '../wording/define-messages.ts';

const say = defineMessages('pod-memory', { sock: 'sock {bytes, number} bytes' });

export interface PodMemoryFact {
  readonly subject: Subject;
  readonly sockBytes: number;
  readonly limitBytes: number | null;
  readonly evidence: Evidence;
}

/**
 * Socket memory of pods and containers, most first. memory.stat of a pod counts its containers too, so containers are
 * left out where the pod itself is there.
 */
export function buildPodMemory(snapshot: Snapshot): readonly PodMemoryFact[] | null {
  const names = buildPodNames(snapshot.raw);
  const found: (PodMemoryFact & { readonly podUid: string; readonly isPod: boolean })[] = [];
  for (const [path, { sock, limitBytes }] of snapshot.texts.cgroups) {
    const { podUid, containerId } = parsePidCgroup(`0::/${path}`).value;
    if (podUid === null || sock === null) continue;
    const { entry, line, value: sockBytes } = sock;
    const name = names.byUid.get(podUid);
    const subject: Subject = {
      kind: 'pod',
      podUid,
      ...(name === undefined ? {} : { pod: name.name, podNamespace: name.namespace }),
      ...(containerId === null ? {} : { containerId }),
    };
    found.push({
      subject,
      sockBytes,
      limitBytes,
      evidence: { entry, startLine: line, endLine: line, note: say.sock({ bytes: sockBytes }) },
      podUid,
      isPod: containerId === null,
    });
  }
  if (found.length === 0) return null;
  const pods = new Set(found.filter((each) => each.isPod).map((each) => each.podUid));
  return found
    .filter((each) => each.isPod || !pods.has(each.podUid))
    .map(({ podUid: _uid, isPod: _isPod, ...fact }) => fact)
    .sort((a, b) => b.sockBytes - a.sockBytes);
}
