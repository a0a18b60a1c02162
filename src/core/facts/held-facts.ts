/** What fds hold, and what no fd holds: sockets of other namespaces, namespaces without a process. */

import { mostOf } from '../most.ts';
import { namespaceSubject } from '../snapshot/pod-index.ts';
import { processSubject } from '../snapshot/processes.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { isMinisock, isSocket, sourceOf } from '../snapshot/sockets.ts';
import { LISTEN } from '../snapshot/tcp-states.ts';
import { cleanText } from '../text.ts';
import type { AvailableFacts, EmptyNamespaceFact, UnheldFact, VisitorFact } from './facts.ts';
import { note } from './notes.ts';
import { RowRange } from './row-range.ts';

interface Visit {
  sockets: number;
  connections: number;
  namespaces: Map<number, number>;
  range: RowRange;
}

/** Processes that hold sockets of another namespace than the one they are in: agents that entered it by setns. */
export function buildVisitors(snapshot: Snapshot): readonly VisitorFact[] {
  const { sockets, processes, namespaces } = snapshot;
  const visits = new Map<number, Visit>();
  // 0 is no namespace. One whose number is not known may well be the own one.
  const ownNetns = Float64Array.from(processes, (process) => process.netns ?? 0);
  for (let row = 0; row < sockets.count; row++) {
    const owner = sockets.owner[row] ?? -1;
    if (owner < 0) continue;
    const own = ownNetns[owner] ?? 0;
    const index = sourceOf(sockets, row)?.namespace ?? 0;
    const netns = namespaces[index]?.netns ?? 0;
    if (own === 0 || netns <= 0 || netns === own) continue;
    let visit = visits.get(owner);
    if (visit === undefined) {
      visit = { sockets: 0, connections: 0, namespaces: new Map(), range: new RowRange() };
      visits.set(owner, visit);
    }
    visit.sockets++;
    if (sockets.state[row] !== LISTEN) visit.connections++;
    visit.namespaces.set(index, (visit.namespaces.get(index) ?? 0) + 1);
    visit.range.add(sockets, row);
  }
  return [...visits]
    .map(([owner, visit]): VisitorFact => {
      const [topNamespace, topSockets] = mostOf(visit.namespaces) ?? [0, 0];
      const process = processes[owner];
      return {
        subject: process === undefined ? { kind: 'node' } : processSubject(process),
        sockets: visit.sockets,
        connections: visit.connections,
        namespaces: visit.namespaces.size,
        topNamespace: namespaceSubject(snapshot, topNamespace),
        topSockets,
        evidence: visit.range.evidence(note.foreign),
      };
    })
    .sort((a, b) => b.sockets - a.sockets || (a.subject.pid ?? 0) - (b.subject.pid ?? 0));
}

/** Namespaces that were captured, or are known to be pinned, and that no captured process is in. */
export function buildEmptyNamespaces(snapshot: Snapshot): readonly EmptyNamespaceFact[] {
  const { sockets, namespaces, processes, raw } = snapshot;
  const inhabited = new Set(processes.map((process) => process.netns));
  return namespaces.flatMap((namespace, index): EmptyNamespaceFact[] => {
    // Without ns/net links nobody is seen in any namespace.
    if (namespace.isHost || namespace.netns <= 0 || inhabited.has(namespace.netns)) return [];
    const owners = new Map<number, number>();
    const range = new RowRange();
    for (const source of sockets.sourcesOfNamespace[index] ?? []) {
      for (let row = source.firstRow; row < source.firstRow + source.rows; row++) {
        if (!isSocket(sockets, row)) continue;
        range.add(sockets, row);
        const owner = sockets.owner[row] ?? -1;
        if (owner >= 0) owners.set(owner, (owners.get(owner) ?? 0) + 1);
      }
    }
    const [owner, held] = mostOf(owners) ?? [-1, 0];
    const holder = processes[owner];
    const entry = namespace.sockstat?.entry ?? namespace.tables[0]?.entry ?? '';
    return [
      {
        subject: { kind: 'namespace', netns: namespace.netns },
        pin: cleanText(raw.netnsPaths.get(namespace.netns)?.text.split('\n')[0] ?? '').slice(0, 200),
        sockets: range.rows,
        used: namespace.sockstat?.value.socketsUsed ?? null,
        holder: holder === undefined ? null : processSubject(holder),
        heldSockets: held,
        evidence: range.evidence(note.sockets) ?? { entry, startLine: 1, endLine: 1 },
      },
    ];
  });
}

/** Rows with an inode that no readable process holds; connections that wait for accept() have none and are not here. */
export function buildUnheld(snapshot: Snapshot): UnheldFact {
  const { sockets } = snapshot;
  const range = new RowRange();
  const ports = new Map<number, number>();
  for (let row = 0; row < sockets.count; row++) {
    if (sockets.inode[row] === 0 || (sockets.owner[row] ?? -1) >= 0 || isMinisock(sockets, row)) continue;
    range.add(sockets, row);
    const local = sockets.localPort[row] ?? 0;
    const remote = sockets.remotePort[row] ?? 0;
    // The lower one is the service.
    const port = remote === 0 ? local : Math.min(local, remote);
    ports.set(port, (ports.get(port) ?? 0) + 1);
  }
  const [topPort, topPortSockets] = mostOf(ports) ?? [0, 0];
  return { sockets: range.rows, topPort, topPortSockets, evidence: range.evidence(note.withoutFd) };
}

/** Null where no fdinfo says so: it is captured of few processes only. */
export function buildInFlight(snapshot: Snapshot): AvailableFacts['inFlight'] {
  const found = [...snapshot.raw.inFlight.values()].sort(
    (a, b) => b.files - a.files || (a.entry < b.entry ? -1 : a.entry > b.entry ? 1 : a.line - b.line),
  );
  const [first] = found;
  if (first === undefined) return null;
  const receiver = snapshot.processes.find((process) => process.pid === first.pid);
  return {
    subject: receiver === undefined ? { kind: 'process', pid: first.pid } : processSubject(receiver),
    files: found.reduce((sum, socket) => sum + socket.files, 0),
    evidence: found.slice(0, 3).map(({ entry, line, files }) => ({
      entry,
      startLine: line,
      endLine: line,
      note: note.inFlight({ files }),
    })),
  };
}
