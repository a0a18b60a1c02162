/** The fds of threads that have a table of their own. */
import { addSocketFd } from './fd-columns.ts';
import { countFd, type NodeStore, noKinds, type RawTaskFd, rawProcess } from './node-store.ts';

/** A collector takes those of odd threads only; a hostile bundle may hold any number. */
const MAX_TASK_FDS = 1_000_000;

export function addTaskFd(facts: NodeStore, fd: RawTaskFd): void {
  if (facts.taskFds.length < MAX_TASK_FDS) facts.taskFds.push(fd);
}

/** From here on, fd numbers stand for those of threads: the rest is the index into taskFds. */
export const TASK_FD_BASE = 2 ** 31;

/**
 * Gives each process the sockets that only a thread of it holds. A thread has fds of its own after
 * unshare(CLONE_FILES), or when the thread that was the process has ended; all others repeat those of the process.
 */
export function adoptTaskFds(facts: NodeStore): void {
  if (facts.taskFds.length === 0) return;
  // Of fds of one socket the first is shown, wherever the archive has it.
  facts.taskFds.sort(
    (a, b) => a.pid - b.pid || a.tid - b.tid || a.fd - b.fd || (a.entry < b.entry ? -1 : a.entry > b.entry ? 1 : 0),
  );
  const held = new Map<number, Set<number>>();
  for (const { pid } of facts.taskFds) held.set(pid, new Set());
  for (let row = 0; row < facts.fds.count; row++) held.get(facts.fds.pid[row] ?? 0)?.add(facts.fds.inode[row] ?? 0);
  facts.taskFds.forEach(({ pid, inode }, index) => {
    const inodes = held.get(pid);
    if (inodes === undefined || inodes.has(inode)) return;
    inodes.add(inode);
    const process = rawProcess(facts, pid);
    if (process.linkedKinds === null && process.listing !== null) countFd(process.listing.kinds, 'socket');
    else countFd((process.linkedKinds ??= noKinds()), 'socket');
    addSocketFd(facts.fds, pid, TASK_FD_BASE + index, inode, 0);
  });
}
