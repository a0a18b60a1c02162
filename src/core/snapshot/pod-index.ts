/** Which pod a namespace belongs to, and which process does the work of a pod: looked up often, counted once. */
import type { Subject } from '../report/report.ts';
import type { Namespace } from './namespaces.ts';
import { onceFor } from './once-for.ts';
import { type Process, processSubject } from './processes.ts';
import type { Snapshot } from './snapshot.ts';

interface PodIndex {
  readonly byNetns: ReadonlyMap<number, Subject>;
  /** Of processes whose namespace is not known. */
  readonly byPid: ReadonlyMap<number, Subject>;
  /** Null: more than one process. */
  readonly workers: ReadonlyMap<string, Process | null>;
}

/** The sandbox of a pod and the monitor of a container: in the cgroup of the pod, and not its work. */
const INFRASTRUCTURE: ReadonlySet<string> = new Set(['pause', 'conmon']);

/** The pod that most processes of the namespace belong to; agents that entered it by setns are outvoted. */
export function podOfNamespace(snapshot: Snapshot, namespace: Namespace): Subject | undefined {
  if (namespace.isHost) return undefined;
  const index = indexOf(snapshot.processes);
  // Where ns/net was not captured the namespace is known by the process that it was read through.
  return index.byNetns.get(namespace.netns) ?? index.byPid.get(namespace.representativePid ?? -1);
}

/** A namespace as a subject, with its pod when processes tell. */
export function namespaceSubject(snapshot: Snapshot, index: number): Subject {
  const namespace = snapshot.namespaces[index];
  if (namespace === undefined) return { kind: 'node' };
  const pod = podOfNamespace(snapshot, namespace);
  return { ...pod, kind: 'namespace', netns: namespace.netns };
}

/** Of the processes of a pod, who to name: the only one that is neither sandbox nor monitor. */
export function podWorker(snapshot: Snapshot, podUid: string): Subject | null {
  const worker = indexOf(snapshot.processes).workers.get(podUid);
  return worker === null || worker === undefined ? null : processSubject(worker);
}

const indexOf = onceFor((processes: readonly Process[]): PodIndex => {
  const votes = new Map<number, Map<string, { count: number; first: Process }>>();
  const workers = new Map<string, Process | null>();
  const byPid = new Map<number, Subject>();
  for (const process of processes) {
    const { podUid, netns } = process;
    if (podUid === null) continue;
    if (!INFRASTRUCTURE.has(process.comm)) workers.set(podUid, workers.has(podUid) ? null : process);
    if (netns === null) {
      byPid.set(process.pid, podSubject(process));
      continue;
    }
    const pods = votes.get(netns) ?? new Map<string, { count: number; first: Process }>();
    votes.set(netns, pods);
    const vote = pods.get(podUid);
    if (vote === undefined) pods.set(podUid, { count: 1, first: process });
    else vote.count++;
  }
  const byNetns = new Map<number, Subject>();
  for (const [netns, pods] of votes) {
    const [winner] = [...pods.values()].sort((a, b) => b.count - a.count);
    if (winner === undefined) continue;
    byNetns.set(netns, podSubject(winner.first));
  }
  return { byNetns, byPid, workers };
});

/** The pod of a process, without the particulars of the process. */
export function podSubject(process: Process): Subject {
  const { pid: _pid, comm: _comm, container: _container, containerId: _id, ...pod } = processSubject(process);
  return { ...pod, kind: 'pod' };
}
