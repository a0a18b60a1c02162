/** The facts that rules may ask for, taken from the model; null where the bundle does not hold them. */

import { buildPodMemory } from '../ledger/pod-memory.ts';
import { mostOf } from '../most.ts';
import type { Message } from '../report/message.ts';
import type { Coverage, Evidence, Ledger, Memory, Subject } from '../report/report.ts';
import { fdEvidence } from '../snapshot/fd-evidence.ts';
import { NO_FD } from '../snapshot/join.ts';
import type { Listener } from '../snapshot/listeners.ts';
import { namespaceSubject, podWorker } from '../snapshot/pod-index.ts';
import { processSubject } from '../snapshot/processes.ts';
import { type Snapshot, sysctl } from '../snapshot/snapshot.ts';
import { type AddressKey, endKey, formatEnd, isMinisock, isOrphan, remoteKey, sourceOf } from '../snapshot/sockets.ts';
import type { AvailableFacts, CounterFact, ListenerFact, NamespaceFact, TcpMemFact } from './facts.ts';
import { buildFlows } from './flows.ts';
import { buildEmptyNamespaces, buildInFlight, buildUnheld, buildVisitors } from './held-facts.ts';
import { buildHolders } from './holders.ts';
import { buildBuddy, buildCollector, buildConntrack, buildFiles, buildNeighbours } from './node-facts.ts';
import { note } from './notes.ts';
import { buildOomVictims } from './oom-victims.ts';
import { buildProcessFacts } from './process-facts.ts';
import { RowRange } from './row-range.ts';

export function buildFacts(snapshot: Snapshot, ledger: Ledger, memory: Memory, coverage: Coverage): AvailableFacts {
  const hasTables = snapshot.namespaces.some((namespace) => namespace.tables.length > 0);
  const stat = snapshot.namespaces.find((namespace) => namespace.sockstat !== null)?.sockstat ?? null;
  const readable = snapshot.processes.filter((process) => process.fdsReadable).length;
  const found = hasTables ? buildHolders(snapshot) : null;
  const flows = hasTables ? buildFlows(snapshot, memory) : null;
  const netstat = counterFacts(snapshot);
  return {
    kernelLog: snapshot.log === null ? null : { ...snapshot.log, scan: snapshot.log.current },
    sockstat: stat === null ? null : { entry: stat.entry, tcpLine: Math.max(1, stat.value.tcpLine) },
    tcpMem: tcpMem(snapshot),
    ledger: stat === null ? null : ledger,
    memory: stat === null ? null : memory,
    holders: found?.holders ?? null,
    pools: found?.pools ?? null,
    listeners: hasTables ? listenerFacts(snapshot, netstat) : null,
    readers: flows?.readers ?? null,
    senders: flows?.senders ?? null,
    visitors: hasTables && readable > 0 ? buildVisitors(snapshot) : null,
    emptyNamespaces: hasTables ? buildEmptyNamespaces(snapshot) : null,
    unheld: hasTables && readable > 0 ? buildUnheld(snapshot) : null,
    namespaces: hasTables ? namespaceFacts(snapshot, ledger) : null,
    fdLinks: readable === 0 ? null : { processes: readable },
    processes: readable === 0 ? null : buildProcessFacts(snapshot),
    inFlight: buildInFlight(snapshot),
    netstat,
    podMemory: buildPodMemory(snapshot),
    conntrack: buildConntrack(snapshot),
    neighbours: buildNeighbours(snapshot),
    files: buildFiles(snapshot),
    buddy: buildBuddy(snapshot),
    collector: buildCollector(snapshot),
    oomVictims: buildOomVictims(snapshot),
    maxOrphans: single(snapshot, 'net.ipv4.tcp_max_orphans'),
    localPorts: localPorts(snapshot),
    maxTwBuckets: single(snapshot, 'net.ipv4.tcp_max_tw_buckets'),
    node: {
      hostname: snapshot.node.hostname,
      pageSizeBytes: snapshot.node.pageSizeBytes,
      uptimeSeconds: snapshot.node.uptimeSeconds,
      memTotalBytes: snapshot.node.memTotalBytes,
      meminfoEntry: snapshot.raw.node.get('meminfo')?.entry ?? '',
    },
    coverage,
    bundle: bundleFact(snapshot),
  };
}

/** Some entry that is certainly there, to stand for the bundle; null where nothing of the node was captured. */
function bundleFact(snapshot: Snapshot): AvailableFacts['bundle'] {
  const { raw } = snapshot;
  const file =
    raw.manifest?.entry ??
    raw.meta?.entry ??
    raw.node.get('version')?.entry ??
    snapshot.namespaces[0]?.sockstat?.entry ??
    snapshot.log?.entry ??
    raw.firstFile;
  if (file !== '') return { entry: file };
  // Without a file it is a bundle of links alone.
  for (const process of snapshot.processes) {
    if (process.netns !== null) return { entry: `${raw.root}proc/${process.pid}/ns/net` };
    const link = fdEvidence(snapshot, process, NO_FD);
    if (link !== null) return { entry: link.entry };
  }
  return null;
}

function tcpMem(snapshot: Snapshot): TcpMemFact | null {
  const found = sysctl(snapshot.raw, 'net.ipv4.tcp_mem');
  const [minPages, pressurePages, maxPages] = found?.values ?? [];
  if (found === null || minPages === undefined || pressurePages === undefined || maxPages === undefined) return null;
  return { entry: found.entry, minPages, pressurePages, maxPages };
}

function single(snapshot: Snapshot, key: string): { entry: string; value: number } | null {
  const found = sysctl(snapshot.raw, key);
  const value = found?.values[0];
  return found === null || value === undefined ? null : { entry: found.entry, value };
}

function localPorts({ raw }: Snapshot): AvailableFacts['localPorts'] {
  const found = sysctl(raw, 'net.ipv4.ip_local_port_range');
  const [first, last] = found?.values ?? [];
  if (found === null || first === undefined || last === undefined || last < first) return null;
  return { entry: found.entry, value: last - first + 1 };
}

function counterFacts(snapshot: Snapshot): readonly CounterFact[] | null {
  const facts = snapshot.namespaces.flatMap((namespace, index): CounterFact[] => {
    const { netstat, snmp } = namespace;
    const sources = [snmp, netstat].filter((source) => source !== null);
    if (sources.length === 0) return [];
    const values = new Map(sources.flatMap((source) => [...source.value.values]));
    const places = new Map(
      sources.flatMap(({ entry, value }) => [...value.lines].map(([group, line]) => [group, { entry, line }] as const)),
    );
    const { netns, isHost } = namespace;
    return [{ subject: namespaceOrMainProcess(snapshot, index), netns, isHost, places, values }];
  });
  return facts.length === 0 ? null : facts;
}

/** A pod's namespace is best known by the process that does its work: the one that is not `pause`. */
function namespaceOrMainProcess(snapshot: Snapshot, index: number): Subject {
  const namespace = snapshot.namespaces[index];
  const subject = namespaceSubject(snapshot, index);
  if (namespace === undefined || namespace.isHost || subject.podUid === undefined) return subject;
  const worker = podWorker(snapshot, subject.podUid);
  return worker?.netns === namespace.netns ? worker : subject;
}

function listenerFacts(snapshot: Snapshot, netstat: readonly CounterFact[] | null): readonly ListenerFact[] {
  const { namespaces } = snapshot;
  const counters = new Map(netstat?.map((counter) => [counter.netns, counter]));
  const waiting = snapshot.listeners.filter(
    ({ queue, requests, namespace }) =>
      queue > 0 || requests > 0 || hasTurnedAway(counters.get(namespaces[namespace]?.netns ?? 0)),
  );
  waiting.sort((a, b) => b.queue - a.queue || b.requests - a.requests || a.row - b.row);
  return waiting.map(
    (listener) => new WaitingListener(snapshot, listener, counters.get(namespaces[listener.namespace]?.netns ?? 0)),
  );
}

/** A class, as there may be thousands, of which a rule shows few. */
class WaitingListener implements ListenerFact {
  readonly listener: Listener;
  readonly counters: CounterFact | null;
  readonly #snapshot: Snapshot;

  constructor(snapshot: Snapshot, listener: Listener, counters: CounterFact | undefined) {
    this.listener = listener;
    this.counters = counters ?? null;
    this.#snapshot = snapshot;
  }

  get subject(): Subject {
    const { owner, namespace } = this.listener;
    const process = this.#snapshot.processes[owner];
    return process === undefined ? namespaceSubject(this.#snapshot, namespace) : processSubject(process);
  }
  get processState(): string {
    return this.#snapshot.processes[this.listener.owner]?.state ?? '';
  }
  get evidence(): Evidence {
    const { row, port, queue } = this.listener;
    return this.#place(row, note.listener({ port, queue }));
  }
  get requestEvidence(): Evidence | null {
    const { requestRow } = this.listener;
    return requestRow < 0 ? null : this.#place(requestRow, note.firstHandshake());
  }

  #place(row: number, what: Message): Evidence {
    const { sockets } = this.#snapshot;
    const line = sockets.line[row] ?? 1;
    return { entry: sourceOf(sockets, row)?.entry ?? '', startLine: line, endLine: line, note: what };
  }
}

/** Handshakes, at a port of this namespace; the log may tell which. */
function hasTurnedAway(counter: CounterFact | undefined): boolean {
  const of = (name: string) => counter?.values.get(`TcpExt.${name}`) ?? 0;
  return of('TCPReqQFullDoCookies') + of('TCPReqQFullDrop') > 0;
}

function namespaceFacts(snapshot: Snapshot, ledger: Ledger): readonly NamespaceFact[] {
  const { sockets } = snapshot;
  return snapshot.namespaces.map((namespace, index) => {
    const orphans = new RowRange();
    const minisocks = new RowRange();
    const remotes = new Map<AddressKey, number>();
    let orphanTxBytes = 0;
    for (const source of sockets.sourcesOfNamespace[index] ?? []) {
      for (let row = source.firstRow; row < source.firstRow + source.rows; row++) {
        if (isMinisock(sockets, row)) {
          minisocks.add(sockets, row);
          if (minisocks.rows > FEW_MINISOCKS)
            countRemote(remotes, endKey(remoteKey(sockets, row), sockets.remotePort[row] ?? 0));
        } else if (isOrphan(sockets, row)) {
          orphans.add(sockets, row);
          orphanTxBytes += sockets.txQueueBytes[row] ?? 0;
        }
      }
    }
    const [topRemote, counted] = mostOf(remotes) ?? ['', 0];
    return {
      subject: namespaceOrMainProcess(snapshot, index),
      isHost: namespace.isHost,
      orphans: orphans.rows,
      orphanTxBytes,
      orphanEvidence: orphans.evidence(note.orphans),
      minisocks: minisocks.rows,
      minisockEvidence: minisocks.evidence(note.minisocks),
      topRemote: formatEnd(topRemote),
      topRemoteMinisocks: counted,
      timeWait: ledger.namespaces[index]?.timeWait ?? null,
    };
  });
}

/** Ports are not short before; until then nothing is counted. */
const FEW_MINISOCKS = 1000;
const MAX_REMOTES = 100_000;

function countRemote(remotes: Map<AddressKey, number>, remote: AddressKey): void {
  const count = remotes.get(remote);
  if (count !== undefined || remotes.size < MAX_REMOTES) remotes.set(remote, (count ?? 0) + 1);
}
