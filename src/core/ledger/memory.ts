/**
 * TCP memory of the node against net.ipv4.tcp_mem, and whose it is.
 *
 * `mem` is what queued data occupies, not payload: from `ss -m` (skmem r + w queued, f reserved) it is exact per socket;
 * from /proc/net/tcp only a lower bound, the payload. Since Linux 6.0 every CPU keeps back up to 1 MiB before it
 * counts (include/net/proto_memory.h), so mem may be off by that times the CPUs, either way. Before 6.0, mem counts
 * units of 4096 bytes whatever the page size is, and tcp_mem counts pages.
 */
import type { Memory, MemoryOwner, MemoryStatus, Range, Subject } from '../report/report.ts';
import { holderRows } from '../snapshot/holder-rows.ts';
import { namespaceSubject } from '../snapshot/pod-index.ts';
import { processSubject } from '../snapshot/processes.ts';
import { type Snapshot, sysctl } from '../snapshot/snapshot.ts';
import { LISTEN } from '../snapshot/tcp-states.ts';
import { rangeOf } from './ledger.ts';
import { buildPodMemory } from './pod-memory.ts';

const RESERVE_PER_CPU_BYTES = 1 << 20;

export function buildMemory(snapshot: Snapshot): Memory {
  const { node, raw } = snapshot;
  const counted = rangeOf(snapshot, (stat) => stat.tcpMemPages);
  const memPages = counted === null ? null : inPages(counted, snapshot);
  const [minPages = null, pressurePages = null, maxPages = null] = sysctl(raw, 'net.ipv4.tcp_mem')?.values ?? [];
  const owners = memoryOwners(snapshot);
  const pressureFlag =
    snapshot.namespaces
      .map((namespace) => namespace.protocols?.value.tcpPressure ?? null)
      .find((flag) => flag !== null) ?? null;
  const explained = owners.reduce((total, owner) => total + owner.pages, 0);
  return {
    scope: 'node',
    unit: 'pages',
    pageSizeBytes: node.pageSizeBytes,
    status: memoryStatus(memPages, { minPages, pressurePages, maxPages }, pressureFlag),
    memPages,
    errorPages: errorPages(snapshot),
    minPages,
    pressurePages,
    maxPages,
    memTotalBytes: node.memTotalBytes,
    pressureFlag,
    owners,
    pods: (buildPodMemory(snapshot) ?? []).map(({ subject, sockBytes, limitBytes }) => ({
      subject,
      sockBytes,
      limitBytes,
    })),
    unexplainedPages: memPages === null ? null : memPages.value - explained,
    rxQueueBytes: owners.reduce((total, owner) => total + owner.rxQueueBytes, 0),
    txQueueBytes: owners.reduce((total, owner) => total + owner.txQueueBytes, 0),
  };
}

function inPages(range: Range, snapshot: Snapshot): Range {
  const { kernel, pageSizeBytes } = snapshot.node;
  if (kernel === null || kernel.major >= 6 || pageSizeBytes === 4096) return range;
  const scale = (units: number) => Math.ceil((units * 4096) / pageSizeBytes);
  return { value: scale(range.value), min: scale(range.min), max: scale(range.max) };
}

/** Pages that mem may be off. The sysctl exists exactly where the kernel counts per CPU; else the version decides. */
function errorPages(snapshot: Snapshot): number {
  const { node, raw } = snapshot;
  const cpus = node.cpus ?? 1;
  const reserve = sysctl(raw, 'net.core.mem_pcpu_rsv')?.values[0];
  if (reserve !== undefined) return reserve * cpus;
  if (node.kernel !== null && node.kernel.major < 6) return 0;
  return Math.ceil(RESERVE_PER_CPU_BYTES / node.pageSizeBytes) * cpus;
}

interface Limits {
  readonly minPages: number | null;
  readonly pressurePages: number | null;
  readonly maxPages: number | null;
}

function memoryStatus(mem: Range | null, limits: Limits, pressureFlag: boolean | null): MemoryStatus {
  const { minPages, pressurePages, maxPages } = limits;
  if (mem === null || minPages === null || pressurePages === null || maxPages === null) return 'unknown';
  if (mem.value > maxPages) return 'exhausted';
  if (mem.value > pressurePages || pressureFlag === true) return 'pressure';
  return mem.value > minPages ? 'elevated' : 'healthy';
}

interface Account {
  subject: Subject;
  queuedBytes: number;
  reservedBytes: number;
  rxQueueBytes: number;
  txQueueBytes: number;
  sockets: number;
  withSkmem: number;
}

/** Owners by pages, largest first. Sockets that no fd holds are booked to their namespace. */
function memoryOwners(snapshot: Snapshot): readonly MemoryOwner[] {
  const { processes, node } = snapshot;
  const holders = holderRows(snapshot);
  return holders.keys
    .map((key) => {
      const process = processes[key];
      const account = newAccount(
        process === undefined ? namespaceSubject(snapshot, -1 - key) : processSubject(process),
      );
      const rows = holders.rowsOf(key);
      for (let i = 0; i < rows.length; i++) addSocket(account, snapshot, rows[i] ?? 0);
      return { key, owner: toOwner(account, node.pageSizeBytes) };
    })
    .sort((a, b) => b.owner.pages - a.owner.pages || a.key - b.key)
    .map(({ owner }) => owner);
}

function newAccount(subject: Subject): Account {
  return { subject, queuedBytes: 0, reservedBytes: 0, rxQueueBytes: 0, txQueueBytes: 0, sockets: 0, withSkmem: 0 };
}

function addSocket(account: Account, snapshot: Snapshot, row: number): void {
  const { sockets } = snapshot;
  account.sockets++;
  // rx_queue of a LISTEN row is a number of connections, not of bytes.
  const rx = sockets.state[row] === LISTEN ? 0 : (sockets.rxQueueBytes[row] ?? 0);
  const tx = sockets.txQueueBytes[row] ?? 0;
  account.rxQueueBytes += rx;
  account.txQueueBytes += tx;
  const queued = sockets.queuedBytes[row] ?? -1;
  if (queued >= 0) {
    account.withSkmem++;
    account.queuedBytes += queued;
    account.reservedBytes += sockets.reservedBytes[row] ?? 0;
  } else if (rx + tx > 0) {
    // A socket that holds anything holds at least one page.
    account.queuedBytes += Math.max(rx + tx, snapshot.node.pageSizeBytes);
  }
}

function toOwner(account: Account, pageSizeBytes: number): MemoryOwner {
  const queuedPages = Math.round(account.queuedBytes / pageSizeBytes);
  const pages = Math.round((account.queuedBytes + account.reservedBytes) / pageSizeBytes);
  return {
    subject: account.subject,
    pages,
    rxQueueBytes: account.rxQueueBytes,
    txQueueBytes: account.txQueueBytes,
    sockets: account.sockets,
    source: account.withSkmem > 0 ? 'skmem' : 'queues',
    queuedPages,
    reservedPages: pages - queuedPages,
  };
}
