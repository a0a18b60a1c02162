/** What is known of single fds beside their links. */
import { parseSocketProtocols } from '../parsers/commands/socket-protocols.ts';
import { parseFdTarget } from '../parsers/proc/pid-fd.ts';
import { parseScmFds } from '../parsers/proc/pid-fdinfo.ts';
import { isBetter, type KeptText, type Read, type Source } from './node-store.ts';
import { tallyText } from './problems.ts';
import type { Keep, Member } from './row.ts';
import { addTaskFd } from './task-fds.ts';

/** A unix socket with files in flight. */
export interface RawInFlight extends Source {
  readonly pid: number;
  readonly line: number;
  readonly files: number;
}

/** Null for all other fds. */
export function readInFlight(found: KeptText, { facts, fact }: Member<{ readonly pid: number }>): RawInFlight | null {
  const { entry, rank, lineOffset } = found;
  const { value: files, problems } = parseScmFds(found.text);
  tallyText(facts.tallies, 'fdinfo', found, problems);
  if (files === null || files === 0) return null;
  return { pid: fact.pid, entry, rank, isEmpty: false, line: lineOffset + 1, files };
}

/** `pid fd` → protocol of the socket. */
type Protocols = Map<string, Read<string>>;

/** One text tells the protocols of many sockets. */
export const socketProtocols: Keep<{ readonly pid: number | null }, KeptText, 'socketProtocols', Protocols> = {
  field: 'socketProtocols',
  create: () => new Map(),
  add({ facts, fact }, found) {
    const { socketProtocols: kept } = facts as typeof facts & { readonly socketProtocols: Protocols };
    const { entry, rank, lineOffset } = found;
    const { value, problems } = parseSocketProtocols(found.text);
    tallyText(facts.tallies, 'sockprotoname', found, problems);
    for (const { pid, fd, protocol } of value) {
      const key = `${pid ?? fact.pid} ${fd}`;
      const told = { entry, rank, isEmpty: false, lineOffset, value: protocol };
      if (isBetter(told, kept.get(key))) kept.set(key, told);
    }
  },
};

/** A link of a thread with fds of its own. */
export function takeTaskFd(
  { facts, fact, entry }: Member<{ readonly pid: number; readonly tid: number; readonly fd: number }>,
  target: string,
): void {
  const { pid, tid, fd } = fact;
  const { inode } = parseFdTarget(target);
  if (inode !== null && inode <= 0xffffffff) addTaskFd(facts, { pid, tid, fd, inode, entry, line: 1 });
}
