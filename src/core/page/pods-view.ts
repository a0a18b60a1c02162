/** Pods as exporters count them, beside what is really there; and the socket memory that their cgroups count. */

import { buildPodMemory } from '../ledger/pod-memory.ts';
import type { PodCount, PodSocketMemory } from '../report/report.ts';
import { fdEvidence } from '../snapshot/fd-evidence.ts';
import type { Process } from '../snapshot/processes.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { formatCount, formatQuantity } from '../wording/format.ts';
import { podName } from '../wording/subject-text.ts';
import type { WordedReport } from '../wording/worded.ts';
import type { EvidenceBook } from './evidence-book.ts';
import type { Tone } from './evidence-link.ts';
import type { PodMemoryRow, PodMemoryView, PodRow, PodsView } from './table-model.ts';

const MAX_PODS = 20;
const MAX_MEMORY_PODS = 8;

/** Null when no process of a pod had readable fds. */
export function buildPodsView(report: WordedReport, snapshot: Snapshot, book: EvidenceBook): PodsView | null {
  const { pods } = report.ledger;
  if (pods.length === 0) return null;
  const largest = largestProcesses(snapshot);
  const hidden = pods.slice(MAX_PODS);
  const sum = (of: 'openFds' | 'socketFds') => hidden.reduce((total, pod) => total + pod[of], 0);
  return {
    rows: pods.slice(0, MAX_PODS).map((pod) => toRow(pod, report, snapshot, largest, book)),
    more: hidden.length === 0 ? null : { pods: hidden.length, openFds: sum('openFds'), socketFds: sum('socketFds') },
    wrong: wrongSums(pods),
  };
}

/** Of each pod the process with most sockets: a link to one of its fds is what the bundle can show of the pod. */
function largestProcesses({ processes }: Snapshot): ReadonlyMap<string, Process> {
  const largest = new Map<string, Process>();
  for (const process of processes) {
    if (process.podUid === null || !process.fdsReadable) continue;
    if (process.fdKinds.socket > (largest.get(process.podUid)?.fdKinds.socket ?? 0))
      largest.set(process.podUid, process);
  }
  return largest;
}

function toRow(
  pod: PodCount,
  report: WordedReport,
  snapshot: Snapshot,
  largest: ReadonlyMap<string, Process>,
  book: EvidenceBook,
): PodRow {
  const { subject, ...counts } = pod;
  const process = largest.get(subject.podUid ?? '');
  const owners = [report.verdict.countOwner, report.verdict.memoryOwner];
  const blamed = owners.some((owner) => owner?.podUid !== undefined && owner.podUid === subject.podUid);
  return {
    ...counts,
    label: podName(subject),
    tone: blamed ? 'bad' : 'plain',
    evidence: process === undefined ? null : book.linkOrNull(fdEvidence(snapshot, process, 0)),
  };
}

/** Names the pod that is furthest off. */
function wrongSums(pods: readonly PodCount[]): string {
  const excess = (pod: PodCount) => pod.socketFds - pod.distinctSockets;
  const wrong = pods.filter((pod) => excess(pod) > 0).sort((a, b) => excess(b) - excess(a));
  const worst = wrong[0];
  if (worst === undefined) return '';
  const others = formatQuantity(wrong.length - 1, 'more pod is', 'more pods are');
  const more = wrong.length === 1 ? '' : ` ${others} off by less.`;
  return `Socket fds summed over processes count a shared socket once for each holder: ${podName(worst.subject)} shows ${formatCount(worst.socketFds)} and has ${formatQuantity(worst.distinctSockets, 'socket')}, ${formatCount(excess(worst))} fewer.${more}`;
}

/** Null when no cgroup of a pod was captured. */
export function buildPodMemoryView(report: WordedReport, snapshot: Snapshot, book: EvidenceBook): PodMemoryView | null {
  const { pods } = report.memory;
  if (pods.length === 0) return null;
  const places = new Map((buildPodMemory(snapshot) ?? []).map((fact) => [keyOf(fact), fact.evidence]));
  const hidden = pods.slice(MAX_MEMORY_PODS);
  return {
    rows: pods.slice(0, MAX_MEMORY_PODS).map((pod) => ({
      label: labelOf(pod),
      sockBytes: pod.sockBytes,
      limitBytes: pod.limitBytes,
      tone: toneOf(report, pod),
      evidence: book.linkOrNull(places.get(keyOf(pod)) ?? null),
    })),
    more:
      hidden.length === 0
        ? null
        : { pods: hidden.length, sockBytes: hidden.reduce((total, pod) => total + pod.sockBytes, 0) },
  };
}

type CgroupOf = Pick<PodSocketMemory, 'subject'>;

function keyOf({ subject }: CgroupOf): string {
  return `${subject.podUid ?? ''} ${subject.containerId ?? ''}`;
}

/** A container is told by the start of its id: its name is not in the cgroup. */
function labelOf({ subject }: CgroupOf): PodMemoryRow['label'] {
  const container = subject.containerId === undefined ? '' : `, container ${subject.containerId.slice(0, 12)}`;
  return `${podName(subject)}${container}`;
}

function toneOf(report: WordedReport, pod: PodSocketMemory): Tone {
  const finding = report.findings.find(
    ({ about, subjects }) =>
      about.includes('pod-memory') && subjects.some((subject) => keyOf({ subject }) === keyOf(pod)),
  );
  return finding === undefined ? 'plain' : finding.level === 'error' ? 'bad' : 'warn';
}
