/**
 * Open fds and socket fds by pod, as exporters show them that walk /proc/PID/fd of every process of a pod, and beside
 * them what such a sum gets wrong: sockets that several processes share count for each, closed ones look like any other.
 */
import type { PodCount } from '../report/report.ts';
import { podSubject } from '../snapshot/pod-index.ts';
import type { Process } from '../snapshot/processes.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

interface Count {
  first: Process;
  processes: number;
  openFds: number;
  socketFds: number;
  distinct: number;
  tcp: number;
  closedHeld: number;
  /** Sockets with several fds that were counted already; most have one and need no memory here. */
  seen: Set<number>;
}

/** Pods by open fds, most first. Only processes whose fds were readable. */
export function podCounts(snapshot: Snapshot): readonly PodCount[] {
  const { processes, join, namespaces } = snapshot;
  const counts = new Map<string, Count>();
  const countOf = processes.map((process) => {
    if (!process.fdsReadable || process.podUid === null) return undefined;
    const count = counts.get(process.podUid) ?? newCount(process);
    counts.set(process.podUid, count);
    count.processes++;
    count.openFds += process.openFds;
    count.socketFds += process.fdKinds.socket;
    return count;
  });
  for (let row = 0; row < join.fds.count; row++) {
    const count = countOf[join.fds.process[row] ?? 0];
    const inode = join.fds.inode[row] ?? 0;
    if (count === undefined || count.seen.has(inode)) continue;
    if (join.repeatedlyHeld.has(inode)) count.seen.add(inode);
    count.distinct++;
    if ((join.fds.socket[row] ?? -1) >= 0) count.tcp++;
  }
  for (const socket of join.unmatched) {
    const count = countOf[socket.process];
    if (count !== undefined) count.closedHeld++;
  }
  const host = namespaces.find((namespace) => namespace.isHost)?.netns;
  return [...counts.values()]
    .map((count) => ({
      subject: podSubject(count.first),
      processes: count.processes,
      openFds: count.openFds,
      socketFds: count.socketFds,
      distinctSockets: count.distinct,
      tcpSockets: count.tcp,
      closedHeld: count.closedHeld,
      hostNetwork: count.first.netns !== null && count.first.netns === host,
    }))
    .sort((a, b) => b.openFds - a.openFds || b.socketFds - a.socketFds);
}

function newCount(first: Process): Count {
  return { first, processes: 0, openFds: 0, socketFds: 0, distinct: 0, tcp: 0, closedHeld: 0, seen: new Set() };
}
