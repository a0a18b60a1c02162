/** Processes with their pod and their fds. */

import { NO_PROCESS_FILES, type RawProcess } from '../collect/raw-facts.ts';
import { parsePidCgroup } from '../parsers/proc/pid-cgroup.ts';
import { FD_KINDS, type FdKind } from '../parsers/proc/pid-fd.ts';
import type { Subject } from '../report/report.ts';
import { cleanText } from '../text.ts';
import { onceFor } from './once-for.ts';
import type { PodNames } from './pods.ts';

export interface Process {
  /** Its place in the list of processes, by pid. */
  readonly index: number;
  readonly pid: number;
  readonly comm: string;
  readonly parentPid: number | null;
  readonly startTicks: number | null;
  readonly netns: number | null;
  readonly podUid: string | null;
  readonly podNamespace: string | null;
  readonly pod: string | null;
  readonly container: string | null;
  readonly containerId: string | null;
  /** systemd unit of a process outside pods. */
  readonly unit: string | null;
  /** Kernel threads and zombies have no fds to read. */
  readonly isUser: boolean;
  /** Its fd links are in the bundle. */
  readonly fdsReadable: boolean;
  readonly fdKinds: Readonly<Record<FdKind, number>>;
  readonly openFds: number;
  /** R, S, D, T, Z… as in /proc/PID/stat; empty when not captured. */
  readonly state: string;
  readonly softLimit: number | null;
  readonly hardLimit: number | null;
  /** Entries for evidence; empty when not captured. */
  readonly limitsEntry: string;
  readonly limitsLine: number;
  /** Its status, or the file that tells most of it; its line is that where the file begins in one that holds many. */
  readonly fileEntry: string;
  readonly fileLine: number;
  readonly cgroupEntry: string;
  /** As the kernel writes it; empty when not captured. */
  readonly cgroupPath: string;
  readonly cgroupLine: number;
  readonly fdListing: string;
}

/** By pid. Gives up the files that were read: of thousands of processes they would stay in memory for nothing. */
export function buildProcesses(raw: ReadonlyMap<number, RawProcess>, pods: PodNames): readonly Process[] {
  return [...raw.values()]
    .sort((a, b) => a.pid - b.pid)
    .map((process, index) => {
      const built = buildProcess(process, pods, index);
      process.files = NO_PROCESS_FILES;
      return built;
    });
}

const NO_CGROUP = parsePidCgroup('').value;

function buildProcess(raw: RawProcess, pods: PodNames, index: number): Process {
  const { files } = raw;
  const limits = files.limits?.value ?? null;
  const status = files.status?.value ?? null;
  const stat = files.stat?.value ?? null;
  const cgroup = files.cgroup?.value ?? NO_CGROUP;
  const file = files.status ?? files.stat ?? files.limits ?? files.cgroup ?? files.comm ?? files.cmdline;
  const comm = files.comm?.value || cleanText(status?.name ?? '') || '?';
  const pod = cgroup.podUid === null ? undefined : pods.byUid.get(cgroup.podUid);
  const counted = raw.linkedKinds ?? raw.listing?.kinds ?? null;
  const isUser = !isKernelThreadOrZombie(raw);
  return {
    index,
    pid: raw.pid,
    comm: comm.slice(0, 64),
    parentPid: status?.parentPid ?? stat?.parentPid ?? null,
    startTicks: stat?.startTicks ?? null,
    netns: raw.netns,
    podUid: cgroup.podUid,
    podNamespace: pod?.namespace ?? null,
    pod: pod?.name ?? null,
    container: containerName(pods, cgroup.podUid, cgroup.containerId, comm),
    containerId: cgroup.containerId,
    unit: cgroup.unit === null ? null : cleanText(cgroup.unit),
    isUser,
    // The fds of a kernel thread may be read, and there are none.
    fdsReadable: isUser && counted !== null && !raw.fdDenied,
    fdKinds: kindsOf(counted),
    openFds: counted === null ? 0 : counted.reduce((sum, count) => sum + count, 0),
    state: (stat?.state || (status?.state ?? '')).slice(0, 1),
    softLimit: limits?.openFilesSoft ?? null,
    hardLimit: limits?.openFilesHard ?? null,
    limitsEntry: files.limits?.entry ?? '',
    limitsLine: (limits?.line ?? 1) + (files.limits?.lineOffset ?? 0),
    fileEntry: file?.entry ?? '',
    fileLine: (file?.lineOffset ?? 0) + 1,
    cgroupEntry: files.cgroup?.entry ?? '',
    cgroupPath: cgroup.path,
    cgroupLine: cgroup.line + (files.cgroup?.lineOffset ?? 0),
    fdListing: raw.listing?.isEmpty === false ? raw.listing.entry : '',
  };
}

const NO_FDS = Object.fromEntries(FD_KINDS.map((kind) => [kind, 0])) as Record<FdKind, number>;

function kindsOf(counted: readonly number[] | null): Readonly<Record<FdKind, number>> {
  if (counted === null) return NO_FDS;
  const kinds = { ...NO_FDS };
  for (let i = 0; i < FD_KINDS.length; i++) kinds[FD_KINDS[i] ?? 'file'] = counted[i] ?? 0;
  return kinds;
}

function isKernelThreadOrZombie({ files, linkedKinds, listing }: RawProcess): boolean {
  // An empty listing says nothing: that of a kernel thread is empty too.
  if (linkedKinds !== null || listing?.kinds.some((count) => count > 0)) return false;
  const stat = files.stat?.value ?? null;
  const status = files.status?.value ?? null;
  if ((stat?.state || status?.state) === 'Z') return true;
  if (stat !== null && stat.virtualBytes !== null) return stat.virtualBytes === 0;
  if (status !== null) return !status.hasMemory;
  return files.cmdline?.value === false;
}

function containerName(pods: PodNames, uid: string | null, id: string | null, comm: string): string | null {
  if (uid === null || id === null) return null;
  const exact = pods.containerById.get(id);
  if (exact !== undefined) return exact;
  // The sandbox of a pod runs `pause` and has no log directory; with one directory left it is that of the workload.
  if (comm === 'pause') return null;
  const names = pods.byUid.get(uid)?.containers ?? [];
  return names.length === 1 ? (names[0] ?? null) : null;
}

/** The process as the subject of a finding. */
export const processSubject = onceFor(
  (process: Process): Subject => ({
    kind: 'process',
    pid: process.pid,
    comm: process.comm,
    ...(process.netns === null ? {} : { netns: process.netns }),
    ...podFields(process),
  }),
);

function podFields(process: Process): Partial<Subject> {
  return {
    ...(process.pod === null ? {} : { pod: process.pod }),
    ...(process.podNamespace === null ? {} : { podNamespace: process.podNamespace }),
    ...(process.podUid === null ? {} : { podUid: process.podUid }),
    ...(process.container === null ? {} : { container: process.container }),
    ...(process.containerId === null ? {} : { containerId: process.containerId }),
  };
}
