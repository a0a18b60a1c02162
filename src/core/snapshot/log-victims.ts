/** The reports of many lines in the kernel log, with the pods of those whom they are about. */
import type { LogVictim } from '../kernel-log/log-summary.ts';
import { parsePidCgroup } from '../parsers/proc/pid-cgroup.ts';
import { cleanText } from '../text.ts';
import { buildPodNames } from './pods.ts';
import type { Snapshot } from './snapshot.ts';

/** Of the log that is looked at, all boots. */
export function buildLogVictims({ log, raw, processes }: Snapshot): readonly LogVictim[] {
  const records = log?.scan.reports.records ?? [];
  if (records.length === 0) return [];
  const names = buildPodNames(raw);
  return records.map((record) => {
    const { pid, comm, cgroup } = record;
    // Who was killed is gone, and its number may be of another: by the process only where the name is the same.
    const process = processes.find((each) => each.pid === pid && each.comm === comm);
    const podUid = (cgroup === null ? null : parsePidCgroup(`0::${cgroup}`).value.podUid) ?? process?.podUid ?? null;
    const pod = podUid === null ? undefined : names.byUid.get(podUid);
    return {
      ...record,
      comm: comm === null ? null : cleanText(comm),
      cgroup: cgroup === null ? null : cleanText(cgroup),
      podUid,
      podNamespace: pod?.namespace ?? null,
      pod: pod?.name ?? null,
    };
  });
}
