/** The memory of the sockets of pods, as their cgroups count it. */

import { parseCgroupBytes, parseCgroupStat } from '../parsers/proc/cgroup-memory.ts';
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
  const { raw } = snapshot;
  const names = buildPodNames(raw);
  const found: (PodMemoryFact & { readonly podUid: string; readonly isPod: boolean })[] = [];
  for (const [path, files] of [...raw.cgroups].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const { podUid, containerId } = parsePidCgroup(`0::/${path}`).value;
    const v1 = files.get('memory.kmem.tcp.usage_in_bytes');
    const stat = files.get('memory.stat');
    const parsed = stat === undefined ? null : parseCgroupStat(stat.text).value;
    const sockBytes = v1 === undefined ? (parsed?.sockBytes ?? null) : parseCgroupBytes(v1.text);
    const source = v1 ?? stat;
    if (podUid === null || sockBytes === null || source === undefined) continue;
    const limit = files.get('memory.max') ?? files.get('memory.limit_in_bytes');
    const line = source.lineOffset + (v1 === undefined ? (parsed?.sockLine ?? 1) : 1);
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
      limitBytes: limit === undefined ? null : parseCgroupBytes(limit.text),
      evidence: { entry: source.entry, startLine: line, endLine: line, note: say.sock({ bytes: sockBytes }) },
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
