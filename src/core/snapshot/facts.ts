/** The facts that rules may ask for, taken from the model; null where the bundle does not hold them. */
import { formatQuantity } from '../format.ts';
import type { Coverage, Evidence, Ledger, Memory, Subject } from '../report/report.ts';
import type { AvailableFacts, CounterFact, NamespaceFact, SenderFact, TcpMemFact } from '../rules/rule.ts';
import { buildHolders, type Holder } from './holders.ts';
import { processAtAddress } from './local-addresses.ts';
import { namespaceSubject } from './memory.ts';
import { processSubject } from './processes.ts';
import { type Snapshot, sysctl } from './snapshot.ts';
import { isMinisock, isOrphan, isRequestSocket, LISTEN, remoteAddress, sourceOf } from './sockets.ts';

export function buildFacts(snapshot: Snapshot, ledger: Ledger, memory: Memory, coverage: Coverage): AvailableFacts {
  const hasTables = snapshot.namespaces.some((namespace) => namespace.tables.length > 0);
  const stat = snapshot.namespaces.find((namespace) => namespace.sockstat !== null)?.sockstat ?? null;
  const readable = snapshot.processes.filter((process) => process.fdsReadable).length;
  const holders: readonly Holder[] | null = hasTables ? buildHolders(snapshot) : null;
  return {
    kernelLog: snapshot.log,
    sockstat: stat === null ? null : { entry: stat.entry, tcpLine: Math.max(1, stat.value.tcpLine) },
    tcpMem: tcpMem(snapshot),
    ledger: stat === null ? null : ledger,
    memory: stat === null ? null : memory,
    holders,
    namespaces: hasTables ? namespaceFacts(snapshot, ledger) : null,
    senders: hasTables ? senderFacts(snapshot, memory) : null,
    fdLinks: readable === 0 ? null : { processes: readable },
    netstat: counterFacts(snapshot),
    maxOrphans: single(snapshot, 'net.ipv4.tcp_max_orphans'),
    maxTwBuckets: single(snapshot, 'net.ipv4.tcp_max_tw_buckets'),
    node: {
      hostname: snapshot.node.hostname,
      pageSizeBytes: snapshot.node.pageSizeBytes,
      uptimeSeconds: snapshot.node.uptimeSeconds,
      memTotalBytes: snapshot.node.memTotalBytes,
      meminfoEntry: snapshot.raw.node.get('meminfo')?.entry ?? '',
    },
    coverage,
    bundle: { entry: bundleEntry(snapshot) },
  };
}

/** Some entry that is certainly there, to stand for the bundle. */
function bundleEntry(snapshot: Snapshot): string {
  const { raw } = snapshot;
  return (
    raw.meta?.entry ??
    raw.node.get('version')?.entry ??
    snapshot.namespaces[0]?.sockstat?.entry ??
    snapshot.log?.entry ??
    '(archive)'
  );
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

function counterFacts(snapshot: Snapshot): readonly CounterFact[] | null {
  const facts = snapshot.namespaces.flatMap((namespace, index): CounterFact[] => {
    const { netstat, snmp } = namespace;
    if (netstat === null) return [];
    const values = new Map([...(snmp?.value.values ?? []), ...netstat.value.values]);
    const line = netstat.value.lines.get('TcpExt') ?? 1;
    return [{ subject: namespaceOrMainProcess(snapshot, index), entry: netstat.entry, line, values }];
  });
  return facts.length === 0 ? null : facts;
}

/** A pod's namespace is best known by the process that does its work: the one that is not `pause`. */
function namespaceOrMainProcess(snapshot: Snapshot, index: number): Subject {
  const namespace = snapshot.namespaces[index];
  const subject = namespaceSubject(snapshot, index);
  if (namespace === undefined || namespace.isHost || subject.podUid === undefined) return subject;
  const workers = snapshot.processes.filter(
    (process) => process.netns === namespace.netns && process.podUid === subject.podUid && process.comm !== 'pause',
  );
  const [worker] = workers;
  return workers.length === 1 && worker !== undefined ? processSubject(worker) : subject;
}

function namespaceFacts(snapshot: Snapshot, ledger: Ledger): readonly NamespaceFact[] {
  const { sockets } = snapshot;
  return snapshot.namespaces.map((namespace, index) => {
    const orphans = new RowRange();
    const minisocks = new RowRange();
    let orphanTxBytes = 0;
    for (const source of sockets.sourcesOfNamespace[index] ?? []) {
      for (let row = source.firstRow; row < source.firstRow + source.rows; row++) {
        if (isMinisock(sockets, row)) minisocks.add(source.entry, sockets.line[row] ?? 0);
        else if (isOrphan(sockets, row)) {
          orphans.add(source.entry, sockets.line[row] ?? 0);
          orphanTxBytes += sockets.txQueueBytes[row] ?? 0;
        }
      }
    }
    return {
      subject: namespaceOrMainProcess(snapshot, index),
      isHost: namespace.isHost,
      orphans: orphans.rows,
      orphanTxBytes,
      orphanEvidence: orphans.evidence('orphan'),
      minisocks: minisocks.rows,
      minisockEvidence: minisocks.evidence('minisock'),
      timeWait: ledger.namespaces[index]?.timeWait ?? null,
    };
  });
}

/** First to last line of matching rows in one table. */
class RowRange {
  rows = 0;
  #entry = '';
  #first = 0;
  #last = 0;

  add(entry: string, line: number): void {
    if (this.rows++ === 0) {
      this.#entry = entry;
      this.#first = line;
      this.#last = line;
    } else if (entry === this.#entry) {
      this.#first = Math.min(this.#first, line);
      this.#last = Math.max(this.#last, line);
    }
  }

  evidence(what: string): Evidence | null {
    if (this.rows === 0) return null;
    return { entry: this.#entry, startLine: this.#first, endLine: this.#last, note: formatQuantity(this.rows, what) };
  }
}

interface Sender {
  tx: number;
  sockets: number;
  zero: number;
  retransmitting: number;
  remotes: Map<string, number>;
  range: RowRange;
}

const ZERO_WINDOW_PROBE = 4;
const RETRANSMIT = 1;

function senderFacts(snapshot: Snapshot, memory: Memory): readonly SenderFact[] {
  const { sockets, processes } = snapshot;
  const senders = new Map<number, Sender>();
  for (let row = 0; row < sockets.count; row++) {
    const tx = sockets.txQueueBytes[row] ?? 0;
    const owner = sockets.owner[row] ?? -1;
    if (tx === 0 || owner < 0 || sockets.state[row] === LISTEN) continue;
    if (isMinisock(sockets, row) || isRequestSocket(sockets, row)) continue;
    let sender = senders.get(owner);
    if (sender === undefined) {
      sender = {
        tx: 0,
        sockets: 0,
        zero: 0,
        retransmitting: 0,
        remotes: new Map(),
        range: new RowRange(),
      };
      senders.set(owner, sender);
    }
    addSender(sender, snapshot, row, tx);
  }
  return [...senders]
    .map(([owner, sender]) => {
      const process = processes[owner];
      const subject: Subject = process === undefined ? { kind: 'node' } : processSubject(process);
      const pages = memory.owners.find((each) => each.subject.pid === subject.pid)?.pages ?? 0;
      const [topRemote, topRemoteSockets] = [...sender.remotes].sort(
        (a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1),
      )[0] ?? ['', 0];
      return {
        subject,
        txQueueBytes: sender.tx,
        sockets: sender.sockets,
        zeroWindow: sender.zero,
        retransmitting: sender.retransmitting,
        pages,
        topRemote,
        topRemoteSockets,
        topRemoteSubject: peerSubject(snapshot, topRemote),
        evidence: sender.range.evidence('sending socket'),
      };
    })
    .sort((a, b) => b.txQueueBytes - a.txQueueBytes || (a.subject.pid ?? 0) - (b.subject.pid ?? 0));
}

function addSender(sender: Sender, snapshot: Snapshot, row: number, tx: number): void {
  const { sockets } = snapshot;
  sender.tx += tx;
  sender.sockets++;
  if (sockets.timer[row] === ZERO_WINDOW_PROBE) sender.zero++;
  if (sockets.timer[row] === RETRANSMIT && (sockets.retransmits[row] ?? 0) > 0) sender.retransmitting++;
  sender.range.add(sourceOf(sockets, row)?.entry ?? '', sockets.line[row] ?? 0);
  if (sender.remotes.size < 1000) {
    const remote = remoteAddress(sockets, row);
    sender.remotes.set(remote, (sender.remotes.get(remote) ?? 0) + 1);
  }
}

/** The process behind a peer's address when it lives on this node. */
function peerSubject(snapshot: Snapshot, address: string): Subject | null {
  const process = address === '' ? null : processAtAddress(snapshot, address);
  return process === null ? null : processSubject(process);
}
