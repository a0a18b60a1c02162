/** Limits of the node and of its pods that are no TCP memory and starve TCP all the same; and who collected. */

import type { Evidence } from '../report/report.ts';
import { type Snapshot, sysctl } from '../snapshot/snapshot.ts';
import { cleanText } from '../text.ts';
import type { AvailableFacts, CollectorFact } from './facts.ts';
import { note } from './notes.ts';

export function buildConntrack({ raw }: Snapshot): AvailableFacts['conntrack'] {
  const count = sysctl(raw, 'net.netfilter.nf_conntrack_count');
  const max = sysctl(raw, 'net.netfilter.nf_conntrack_max') ?? sysctl(raw, 'net.nf_conntrack_max');
  if (count?.values[0] === undefined || max?.values[0] === undefined) return null;
  return { entry: count.entry, count: count.values[0], max: max.values[0] };
}

/** Neighbours of all captured namespaces: the table and its limit are of the node. */
export function buildNeighbours({ raw, texts }: Snapshot): AvailableFacts['neighbours'] {
  const limit = sysctl(raw, 'net.ipv4.neigh.default.gc_thresh3');
  const gcThresh3 = limit?.values[0];
  const seen = new Map<string, { entry: string; rows: number }>();
  for (const [pid, { entry, value: rows }] of texts.neighbours) {
    const netns = pid === null ? 'collector' : `${pid < 0 ? -pid : (raw.processes.get(pid)?.netns ?? `pid ${pid}`)}`;
    // proc/net repeats the table of the namespace that the collector was in.
    seen.set(netns, { entry, rows });
  }
  if (seen.size > 1) seen.delete('collector');
  const largest = [...seen.values()].sort((a, b) => b.rows - a.rows)[0];
  if (gcThresh3 === undefined || largest === undefined) return null;
  const entries = [...seen.values()].reduce((sum, table) => sum + table.rows, 0);
  const evidence: Evidence = {
    entry: largest.entry,
    startLine: 1,
    endLine: largest.rows + 1,
    note: note.rows({ rows: entries }),
  };
  return { entries, gcThresh3, evidence };
}

export function buildFiles({ texts: { fileNr } }: Snapshot): AvailableFacts['files'] {
  return fileNr === null || fileNr.value === null ? null : { entry: fileNr.entry, ...fileNr.value };
}

export function buildBuddy({ texts: { buddy } }: Snapshot): AvailableFacts['buddy'] {
  return buddy === null || buddy.value.length === 0 ? null : { entry: buddy.entry, zones: buddy.value };
}

/** Does something show that the collector ran in a pod, or read its own namespace again and again? */
export function buildCollector(snapshot: Snapshot): CollectorFact {
  const { raw, namespaces, processes, manifest } = snapshot;
  if (raw.manifest !== null && manifest?.view.seesHost === false) {
    const { seesHostLine: line } = manifest.view;
    return { pod: { reason: 'own-pids', evidence: { entry: raw.manifest.entry, startLine: line, endLine: line } } };
  }
  const table = namespaces.find((namespace) => namespace.copies > 0 && !namespace.isHost)?.tables[0];
  if (table !== undefined)
    return { pod: { reason: 'copies', evidence: { entry: table.entry, startLine: 1, endLine: 1 } } };
  const own = raw.net.get(null);
  const [key, fact] =
    [...raw.sysctl].filter(([name]) => name.startsWith('net.ipv4.')).sort(([a], [b]) => (a < b ? -1 : 1))[0] ?? [];
  // tcp_mem exists in the namespace of the host only; a collector that took other sysctls would have taken it.
  if (key !== undefined && fact !== undefined && !raw.sysctl.has('net.ipv4.tcp_mem') && raw.sysctl.has(TW_BUCKETS))
    return {
      pod: {
        reason: 'no-tcp-mem',
        evidence: {
          entry: fact.entry,
          startLine: 1,
          endLine: 1,
          note: note.sysctl({ key: cleanText(key).slice(0, 100) }),
        },
      },
    };
  const first = processes.find((process) => process.pid === 1);
  const host = namespaces.find((namespace) => namespace.isHost);
  const text = own?.texts.get('sockstat')?.entry;
  if (text !== undefined && first?.netns !== null && first !== undefined && host?.netns !== first.netns)
    return { pod: { reason: 'not-of-pid-1', evidence: { entry: text, startLine: 1, endLine: 1 } } };
  return { pod: null };
}

/** Per namespace since Linux 4.11, so it is there in a pod too. */
const TW_BUCKETS = 'net.ipv4.tcp_max_tw_buckets';
