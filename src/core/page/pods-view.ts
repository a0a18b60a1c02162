/** Pods as exporters count them, beside what is really there; and the socket memory that their cgroups count. */

import { buildPodMemory } from '../ledger/pod-memory.ts';
import type { Message } from '../report/message.ts';
import type { PodCount, PodSocketMemory } from '../report/report.ts';
import { fdEvidence } from '../snapshot/fd-evidence.ts';
import type { Process } from '../snapshot/processes.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { defineMessages } from '../wording/define-messages.ts';
import { podName } from '../wording/subject.ts';
import type { WordedReport } from '../wording/worded.ts';
import type { Tone } from './evidence-link.ts';
import type { PageContext } from './page-context.ts';
import type { PodMemoryView, PodRow, PodsView } from './table-model.ts';

const say = defineMessages('pods-view', {
  wrongSums:
    'Socket fds summed over processes count a shared socket once for each holder: {pod} shows {fds, number} and has {sockets, plural, one {# socket} other {# sockets}}, {excess, number} fewer.{others, plural, =0 {} one { # more pod is off by less.} other { # more pods are off by less.}}',
  container: '{pod}, container {id}',
});

const MAX_PODS = 20;
const MAX_MEMORY_PODS = 8;

/** Null when no process of a pod had readable fds. */
export function buildPodsView(context: PageContext): PodsView | null {
  const { report, snapshot, wording } = context;
  const { pods } = report.ledger;
  if (pods.length === 0) return null;
  const largest = largestProcesses(snapshot);
  const hidden = pods.slice(MAX_PODS);
  const sum = (of: 'openFds' | 'socketFds') => hidden.reduce((total, pod) => total + pod[of], 0);
  return {
    rows: pods.slice(0, MAX_PODS).map((pod) => toRow(pod, largest, context)),
    more: hidden.length === 0 ? null : { pods: hidden.length, openFds: sum('openFds'), socketFds: sum('socketFds') },
    wrong: wording.text(wrongSums(pods) ?? ''),
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

function toRow(pod: PodCount, largest: ReadonlyMap<string, Process>, { report, snapshot, book }: PageContext): PodRow {
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
function wrongSums(pods: readonly PodCount[]): Message | null {
  const excess = (pod: PodCount) => pod.socketFds - pod.distinctSockets;
  const wrong = pods.filter((pod) => excess(pod) > 0).sort((a, b) => excess(b) - excess(a));
  const worst = wrong[0];
  if (worst === undefined) return null;
  return say.wrongSums({
    pod: podName(worst.subject),
    fds: worst.socketFds,
    sockets: worst.distinctSockets,
    excess: excess(worst),
    others: wrong.length - 1,
  });
}

/** Null when no cgroup of a pod was captured. */
export function buildPodMemoryView(context: PageContext): PodMemoryView | null {
  const { report, snapshot, book, wording } = context;
  const { pods } = report.memory;
  if (pods.length === 0) return null;
  const places = new Map((buildPodMemory(snapshot) ?? []).map((fact) => [keyOf(fact), fact.evidence]));
  const hidden = pods.slice(MAX_MEMORY_PODS);
  return {
    rows: pods.slice(0, MAX_MEMORY_PODS).map((pod) => ({
      label: wording.text(labelOf(pod)),
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
function labelOf({ subject }: CgroupOf): Message | string {
  const pod = podName(subject);
  return subject.containerId === undefined ? pod : say.container({ pod, id: subject.containerId.slice(0, 12) });
}

function toneOf(report: WordedReport, pod: PodSocketMemory): Tone {
  const finding = report.findings.find(
    ({ about, subjects }) =>
      about.includes('pod-memory') && subjects.some((subject) => keyOf({ subject }) === keyOf(pod)),
  );
  return finding === undefined ? 'plain' : finding.level === 'error' ? 'bad' : 'warn';
}
