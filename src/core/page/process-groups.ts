/** Processes with what their fds are, in groups by pod: what the list of processes and the tree are made from. */

import { podOfProcess } from '../query/socket-items.ts';
import { writeTerm } from '../query/write-term.ts';
import type { Process } from '../snapshot/processes.ts';
import { TCP_STATES } from '../snapshot/tcp-states.ts';
import { defineMessages } from '../wording/define-messages.ts';
import type { Tone } from './evidence-link.ts';
import type { PageContext } from './page-context.ts';
import type { SocketUse } from './socket-uses.ts';

const say = defineMessages('process-groups', {
  noPod: 'node services, no pod',
  podUid: 'pod {uid}',
});

/** One process. */
export interface ProcessEntry {
  readonly process: Process;
  readonly use: SocketUse;
  /** How many are shown of it. */
  readonly fds: number;
  /** All of them are, not only picked sockets. */
  readonly isWhole: boolean;
  readonly culprit: boolean;
}

/** The processes of one pod, or of none. */
export interface PodProcesses {
  readonly label: string;
  readonly filter: string;
  readonly entries: ProcessEntry[];
}

/** Most fds first. */
export function groupEntries(
  entries: readonly ProcessEntry[],
  { snapshot, wording }: PageContext,
): readonly PodProcesses[] {
  const noPod = wording.text(say.noPod());
  const groups = new Map<string, PodProcesses>();
  for (const entry of entries) {
    const { process } = entry;
    const label =
      process.podUid === null
        ? noPod
        : process.pod === null
          ? wording.text(say.podUid({ uid: process.podUid }))
          : `${process.podNamespace} / ${process.pod}`;
    const group = groups.get(label);
    if (group === undefined)
      groups.set(label, {
        label,
        filter: writeTerm('pod', podOfProcess(snapshot, process.index) ?? 'none'),
        entries: [entry],
      });
    else group.entries.push(entry);
  }
  return [...groups.values()].sort((a, b) => sumFds(b.entries) - sumFds(a.entries) || (a.label < b.label ? -1 : 1));
}

/** How many are shown of all of them. */
export function sumFds(entries: readonly ProcessEntry[]): number {
  return entries.reduce((sum, entry) => sum + entry.fds, 0);
}

/** Of a state among the sockets of a process. */
export function stateTone(culprit: boolean, state: string): Tone {
  return culprit && state !== 'LISTEN' && state !== 'ESTABLISHED' ? 'bad' : 'tcp';
}

/** How many sockets of a process are in one state. */
export interface StateCount {
  readonly state: number;
  readonly name: string;
  readonly count: number;
}

/** Only states that it has sockets in. */
export function stateCounts({ tcp }: SocketUse): StateCount[] {
  return TCP_STATES.map((name, state) => ({ state, name: name || 'UNKNOWN', count: tcp[state] ?? 0 })).filter(
    ({ count }) => count > 0,
  );
}
