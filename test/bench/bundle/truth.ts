/** What is in a bundle, counted by the generator while it made it; written beside the bundle. */

import type { LogTruth } from './kernel-log.ts';
import { FAMILIES, isHeld, type NodeModel, STATE } from './node-model.ts';

export interface Truth {
  readonly members: number;
  /** Links whose target did not fit into a header. */
  readonly longLinks: number;
  readonly tarBytes: number;
  readonly processes: number;
  readonly namespaces: number;
  /** Rows of each kind of table, and of the states of TCP by the names of the report. */
  readonly rows: Readonly<Record<string, number>>;
  readonly states: Readonly<Record<string, number>>;
  readonly openFds: number;
  readonly socketFds: number;
  /** Different sockets that fds refer to; those in a table; those in none, with the process that holds them. */
  readonly heldInodes: number;
  readonly ownedInodes: number;
  readonly closedHeld: number;
  readonly leakerPid: number | null;
  readonly alloc: number;
  readonly timeWait: number;
  readonly requests: number;
  readonly log: LogTruth;
}

export function countNode(
  node: NodeModel,
): Omit<Truth, 'members' | 'longLinks' | 'tarBytes' | 'log' | 'processes' | 'namespaces'> {
  const rows: Record<string, number> = {};
  const states: Record<string, number> = {};
  const names = new Map<number, string>(Object.entries(STATE).map(([name, number]) => [number, name]));
  const listed = new Set<number>();
  for (let row = 0; row < node.family.length; row++) {
    const family = FAMILIES[node.family[row] ?? 0] ?? 'tcp';
    const state = node.state[row] ?? 0;
    rows[family] = (rows[family] ?? 0) + 1;
    const isTcp = family === 'tcp' || family === 'tcp6';
    if (!isTcp || isHeld(state)) listed.add(node.inode[row] ?? 0);
    if (!isTcp) continue;
    // All of its SYN_RECV rows are requests: they have no inode.
    const name = state === STATE.SYN_RECV ? 'SYN_RECV_REQUEST' : (names.get(state) ?? '');
    states[name] = (states[name] ?? 0) + 1;
  }
  const held = new Set(node.processes.flatMap((process) => process.sockets));
  const count = (of: (process: NodeModel['processes'][number]) => number) =>
    node.processes.reduce((sum, process) => sum + of(process), 0);
  const ownedInodes = [...held].filter((inode) => listed.has(inode)).length;
  return {
    rows,
    states,
    openFds: count((process) => process.sockets.length + process.otherFds),
    socketFds: count((process) => process.sockets.length),
    heldInodes: held.size,
    ownedInodes,
    closedHeld: held.size - ownedInodes,
    leakerPid: node.leaker?.pid ?? null,
    alloc: node.alloc,
    timeWait: states['TIME_WAIT'] ?? 0,
    requests: states['SYN_RECV_REQUEST'] ?? 0,
  };
}
