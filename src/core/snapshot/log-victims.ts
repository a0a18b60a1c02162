/** Whom reports of many lines in the kernel log are about, with the pods of those. */
import type { LogReportRecord } from '../kernel-log/log-report-reader.ts';
import type { LogVictim } from '../kernel-log/log-summary.ts';
import { parsePidCgroup } from '../parsers/proc/pid-cgroup.ts';
import { cleanText } from '../text.ts';
import { buildPodNames } from './pods.ts';
import type { Snapshot } from './snapshot.ts';

/** One for each record, in their order. */
export function buildLogVictims(
  { raw, processes }: Snapshot,
  records: readonly LogReportRecord[],
): readonly LogVictim[] {
  if (records.length === 0) return [];
  const names = buildPodNames(raw);
  const byPid = new Map(processes.map((process) => [process.pid, process]));
  return records.map((record) => {
    const { pid, comm, cgroup } = record;
    // Who was killed is gone, and its number may be of another: by the process only where the name is the same.
    const namesake = pid === null ? undefined : byPid.get(pid);
    const process = namesake?.comm === comm ? namesake : undefined;
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
