/** The per-PID fd graph: processes by pod with their fds, and the same as a tree down to the peers. */

import type { Selection } from '../query/select.ts';
import type { Message } from '../report/message.ts';
import { fdEvidence } from '../snapshot/fd-evidence.ts';
import { processSubject } from '../snapshot/processes.ts';
import { defineMessages } from '../wording/define-messages.ts';
import type { WordedReport } from '../wording/worded.ts';
import type { Wording } from '../wording/wording.ts';
import { isCulprit } from './ledger-view.ts';
import type { PageContext } from './page-context.ts';
import type { FdKindCount, ProcessesView, ProcessGroup, ProcessRow } from './page-model.ts';
import { buildPodsView } from './pods-view.ts';
import {
  groupEntries,
  type PodProcesses,
  type ProcessEntry,
  stateCounts,
  stateTone,
  sumFds,
} from './process-groups.ts';
import { buildTree } from './processes-tree.ts';
import { socketUses } from './socket-uses.ts';

const say = defineMessages('processes-view', {
  noFdLinks: 'No fd links were captured: run the collector as root, or "{command}" for every process.',
  unreadable: 'The fds of {processes, plural, one {# process} other {# processes}} could not be read.',
  tcpState: 'TCP {state}',
  noRow: 'socket without a row',
  otherFds: 'file, pipe, epoll, other',
});

const MAX_GROUPS = 12;
const MAX_PROCESSES = 8;

/** Of all fds, or of a selection: of its processes as a whole, or of single sockets that they hold. */
export function buildProcessesView(context: PageContext, selection: Selection | null = null): ProcessesView {
  const { report, snapshot, wording } = context;
  const { uses, peersOf } = socketUses(snapshot, selection);
  const entries = snapshot.processes
    .flatMap((process, index): ProcessEntry[] => {
      const use = uses[index];
      if (use === undefined) return [];
      const isWhole = selection === null || selection.whole?.(index) === true;
      const entry = {
        process,
        use,
        fds: isWhole ? process.openFds : use.tcpTotal + use.unmatched,
        isWhole,
        culprit: isCulprit(report, processSubject(process)),
      };
      return entry.fds > 0 ? [entry] : [];
    })
    .sort((a, b) => b.fds - a.fds || a.process.pid - b.process.pid);
  const groups = groupEntries(entries, context);
  const total = selection === null ? report.ledger.openFds : sumFds(entries);
  const shown = groups.slice(0, MAX_GROUPS);
  const hidden = groups.slice(MAX_GROUPS);
  return {
    openFds: total,
    processes: entries.length,
    sharedSockets: selection === null ? snapshot.join.sharedInodes : 0,
    groups: shown.map((group) => toGroup(group, context)),
    moreGroups:
      hidden.length === 0 ? null : { groups: hidden.length, fds: sumFds(hidden.flatMap((group) => group.entries)) },
    tree: buildTree(groups, total, { ...context, peersOf }),
    // A table of its own, of the whole node.
    pods: selection === null ? buildPodsView(context) : null,
    caveat: wording.text(caveat(report) ?? ''),
  };
}

function caveat({ coverage }: WordedReport): Message | null {
  const { processesReadable, processesTotal } = coverage;
  if (processesReadable === 0) return say.noFdLinks({ command: 'ls -l /proc/PID/fd' });
  const missing = processesTotal - processesReadable;
  return missing <= 0 ? null : say.unreadable({ processes: missing });
}

function toGroup(group: PodProcesses, context: PageContext): ProcessGroup {
  const shown = group.entries.slice(0, MAX_PROCESSES);
  const hidden = group.entries.slice(MAX_PROCESSES);
  const tcp = hidden.reduce((sum, entry) => sum + entry.use.tcpTotal, 0);
  return {
    label: group.label,
    fds: sumFds(group.entries),
    processes: shown.map((entry) => toRow(entry, context)),
    more: hidden.length === 0 ? null : { processes: hidden.length, fds: sumFds(hidden), tcp },
  };
}

function toRow(entry: ProcessEntry, { snapshot, book, wording }: PageContext): ProcessRow {
  const { process, use, fds, culprit } = entry;
  return {
    pid: process.pid,
    comm: process.comm,
    fds,
    tcp: use.tcpTotal + use.unmatched,
    kinds: kindsOf(entry, wording),
    // A part of its fds says nothing about the limit of all.
    softLimit: entry.isWhole ? process.softLimit : null,
    sharedSockets: use.shared,
    tone: culprit ? 'bad' : 'plain',
    evidence: book.linkOrNull(fdEvidence(snapshot, process, 0)),
  };
}

function kindsOf(entry: ProcessEntry, wording: Wording): readonly FdKindCount[] {
  const { use, culprit } = entry;
  const kinds: FdKindCount[] = stateCounts(use)
    .sort((a, b) => b.count - a.count)
    .map(({ name, count }) => ({
      label: wording.text(say.tcpState({ state: name })),
      count,
      tone: stateTone(culprit, name),
    }));
  if (use.unmatched > 0)
    kinds.push({ label: wording.text(say.noRow()), count: use.unmatched, tone: culprit ? 'bad' : 'warn' });
  const rest = entry.fds - use.tcpTotal - use.unmatched;
  if (rest > 0) kinds.push({ label: wording.text(say.otherFds()), count: rest, tone: 'plain' });
  return kinds;
}
