/** Processes with their pod and their fds. */

import { type PidCgroup, parsePidCgroup } from '../parsers/pid-cgroup.ts';
import { FD_KINDS, type FdKind } from '../parsers/pid-fd.ts';
import { parsePidLimits } from '../parsers/pid-limits.ts';
import { parsePidStat } from '../parsers/pid-stat.ts';
import { parsePidStatus } from '../parsers/pid-status.ts';
import type { Subject } from '../report/report.ts';
import { cleanText } from '../text.ts';
import type { PodNames } from './pods.ts';
import type { RawProcess } from './raw-facts.ts';

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
  readonly statEntry: string;
  readonly cgroupEntry: string;
  /** As the kernel writes it; empty when not captured. */
  readonly cgroupPath: string;
  readonly cgroupLine: number;
  readonly fdListing: string;
}

/** By pid. Gives up the texts: those of thousands of processes would stay in memory for nothing. */
export function buildProcesses(raw: ReadonlyMap<number, RawProcess>, pods: PodNames): readonly Process[] {
  // Processes of one container have the same text, and its path is what takes long to read.
  const cgroups = new Map<string, PidCgroup>();
  const cgroupOf = (text: string) => {
    let cgroup = cgroups.get(text);
    if (cgroup === undefined) {
      cgroup = parsePidCgroup(text).value;
      cgroups.set(text, cgroup);
    }
    return cgroup;
  };
  return [...raw.values()]
    .sort((a, b) => a.pid - b.pid)
    .map((process, index) => {
      const built = buildProcess(process, cgroupOf(process.texts.get('cgroup')?.text ?? ''), pods, index);
      process.texts.clear();
      return built;
    });
}

function buildProcess(raw: RawProcess, cgroup: PidCgroup, pods: PodNames, index: number): Process {
  const { texts } = raw;
  const limitsFact = texts.get('limits');
  const statFact = texts.get('stat');
  const statusFact = texts.get('status');
  const status = parsePidStatus(statusFact?.text ?? '').value;
  const stat = statFact === undefined ? null : parsePidStat(statFact.text).value;
  const limits = limitsFact === undefined ? null : parsePidLimits(limitsFact.text).value;
  const comm = cleanText((texts.get('comm')?.text ?? '').replace(/\n$/, '')) || cleanText(status.name) || '?';
  const pod = cgroup.podUid === null ? undefined : pods.byUid.get(cgroup.podUid);
  const counted = raw.linkedKinds ?? raw.listedKinds;
  const isUser = !isKernelThreadOrZombie(stat, status, raw);
  return {
    index,
    pid: raw.pid,
    comm: comm.slice(0, 64),
    parentPid: status.parentPid ?? stat?.parentPid ?? null,
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
    state: (stat?.state || status.state).slice(0, 1),
    softLimit: limits?.openFilesSoft ?? null,
    hardLimit: limits?.openFilesHard ?? null,
    limitsEntry: limitsFact?.entry ?? '',
    limitsLine: (limits?.line ?? 1) + (limitsFact?.lineOffset ?? 0),
    statEntry: statFact?.entry ?? statusFact?.entry ?? '',
    cgroupEntry: texts.get('cgroup')?.entry ?? '',
    cgroupPath: cgroup.path,
    cgroupLine: cgroup.line + (texts.get('cgroup')?.lineOffset ?? 0),
    fdListing: raw.fdListing,
  };
}

const NO_FDS = Object.fromEntries(FD_KINDS.map((kind) => [kind, 0])) as Record<FdKind, number>;

function kindsOf(counted: Uint32Array | null): Readonly<Record<FdKind, number>> {
  if (counted === null) return NO_FDS;
  const kinds = { ...NO_FDS };
  for (let i = 0; i < FD_KINDS.length; i++) kinds[FD_KINDS[i] ?? 'file'] = counted[i] ?? 0;
  return kinds;
}

function isKernelThreadOrZombie(
  stat: ReturnType<typeof parsePidStat>['value'] | null,
  status: ReturnType<typeof parsePidStatus>['value'],
  raw: RawProcess,
): boolean {
  // An empty listing says nothing: that of a kernel thread is empty too.
  if (raw.linkedKinds !== null || raw.listedKinds?.some((count) => count > 0)) return false;
  if ((stat?.state || status.state) === 'Z') return true;
  if (stat?.virtualBytes !== null && stat !== null) return stat.virtualBytes === 0;
  if (raw.texts.has('status')) return !status.hasMemory;
  const cmdline = raw.texts.get('cmdline')?.text;
  return cmdline !== undefined && cmdline === '';
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

const SUBJECTS = new WeakMap<Process, Subject>();

/** The process as the subject of a finding. */
export function processSubject(process: Process): Subject {
  let subject = SUBJECTS.get(process);
  if (subject === undefined) {
    subject = newSubject(process);
    SUBJECTS.set(process, subject);
  }
  return subject;
}

function newSubject(process: Process): Subject {
  return {
    kind: 'process',
    pid: process.pid,
    comm: process.comm,
    ...(process.netns === null ? {} : { netns: process.netns }),
    ...podFields(process),
  };
}

function podFields(process: Process): Partial<Subject> {
  return {
    ...(process.pod === null ? {} : { pod: process.pod }),
    ...(process.podNamespace === null ? {} : { podNamespace: process.podNamespace }),
    ...(process.podUid === null ? {} : { podUid: process.podUid }),
    ...(process.container === null ? {} : { container: process.container }),
    ...(process.containerId === null ? {} : { containerId: process.containerId }),
  };
}
