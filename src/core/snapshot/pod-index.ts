/** Which pod a namespace belongs to, and which process does the work of a pod: looked up often, counted once. */
import type { Subject } from '../report/report.ts';
import type { Namespace } from './namespaces.ts';
import { type Process, processSubject } from './processes.ts';
import type { Snapshot } from './snapshot.ts';

interface PodIndex {
  readonly byNetns: ReadonlyMap<number, Subject>;
  /** Null: more than one process. */
  readonly workers: ReadonlyMap<string, Process | null>;
}

/** The sandbox of a pod and the monitor of a container: in the cgroup of the pod, and not its work. */
const INFRASTRUCTURE: ReadonlySet<string> = new Set(['pause', 'conmon']);

const CACHE = new WeakMap<readonly Process[], PodIndex>();

/** The pod that most processes of the namespace belong to; agents that entered it by setns are outvoted. */
export function podOfNamespace(snapshot: Snapshot, namespace: Namespace): Subject | undefined {
  return namespace.isHost ? undefined : indexOf(snapshot).byNetns.get(namespace.netns);
}

/** Of the processes of a pod, who to name: the only one that is neither sandbox nor monitor. */
export function podWorker(snapshot: Snapshot, podUid: string): Subject | null {
  const worker = indexOf(snapshot).workers.get(podUid);
  return worker === null || worker === undefined ? null : processSubject(worker);
}

function indexOf({ processes }: Snapshot): PodIndex {
  let index = CACHE.get(processes);
  if (index === undefined) {
    index = buildIndex(processes);
    CACHE.set(processes, index);
  }
  return index;
}

function buildIndex(processes: readonly Process[]): PodIndex {
  const votes = new Map<number, Map<string, { count: number; first: Process }>>();
  const workers = new Map<string, Process | null>();
  for (const process of processes) {
    const { podUid, netns } = process;
    if (podUid === null) continue;
    if (!INFRASTRUCTURE.has(process.comm)) workers.set(podUid, workers.has(podUid) ? null : process);
    if (netns === null) continue;
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
    const { pid: _pid, comm: _comm, container: _container, containerId: _id, ...pod } = processSubject(winner.first);
    byNetns.set(netns, { ...pod, kind: 'pod' });
  }
  return { byNetns, workers };
}
